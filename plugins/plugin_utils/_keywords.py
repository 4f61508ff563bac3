# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""keepalived's keywords as far as their data alone does not say how they are written; see keepalived.conf(5).

A keyword that is not named here is written by the shape of its value: true as the bare keyword, a scalar behind it, a
list as a block with one entry a line, a mapping as a block.
"""

from __future__ import annotations

#: Keys that stand behind a block's keyword instead of inside the block.
HEADERS: dict[str, tuple[str, ...]] = {
    "vrrp_script": ("name",),
    "vrrp_sync_group": ("name",),
    "vrrp_instance": ("name",),
    "virtual_server": ("address", "port"),
    "real_server": ("address", "port"),
}

#: Keywords that take on or off. Every other true or false makes the bare keyword appear, or not.
BOOLEANS = frozenset({"smtp_alert", "smtp_alert_vrrp", "smtp_alert_checker", "dynamic_interfaces", "log_unknown_vrids"})

#: Keywords whose value is a command line and is written in quotes.
QUOTED = frozenset(
    {"script", "notify", "notify_master", "notify_backup", "notify_fault", "notify_stop", "notify_up", "notify_down"}
)
