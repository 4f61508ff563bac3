# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a run of site is made of, and the words of the protocol that the plan and its readers share."""

from __future__ import annotations

#: Parts of a run of site. The last one, the configuration and the daemon, every run that sets up has. C(RECORD) notes
#: what was there before; C(SERVE) and C(START) enable and start nginx and keepalived.
PARTS = PACKAGES, FIREWALL, RECORD, NGINX, SERVE, KERNEL, LOG, UNIT, SCRIPTS, MAINTENANCE, FLAGS, START, CONFIG = (
    "packages", "firewall", "record", "nginx", "serve", "kernel", "log", "unit", "scripts", "maintenance", "flags",
    "start", "config",
)  # fmt: skip
#: Those that are put in place before the configuration is loaded, and go back where it is not final in the end.
BEFORE_LOAD = (NGINX, KERNEL, LOG, SCRIPTS, MAINTENANCE, FLAGS)

MASTER, BACKUP = "MASTER", "BACKUP"

#: Where a member asks its own nginx.
LOCALHOST = "127.0.0.1"
