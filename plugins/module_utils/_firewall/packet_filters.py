# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Which services other than firewalld load a packet filter on this host."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

UFW = "/etc/ufw/ufw.conf"
# Unit to what it is called here.
UNITS = (
    ("nftables.service", "nftables"),
    ("netfilter-persistent.service", "iptables"),
    ("iptables.service", "iptables"),
)


def look(run, systemctl, ufw=UFW):
    """The names of those that are on: C(ufw), C(nftables), C(iptables).

    ufw is on by its own switch. Its unit only brings it up when the host starts, and may be active without that.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg systemctl: its path, or C(None).
    :arg ufw: the file that has its switch.
    """
    found = ["ufw"] if _is_enabled(ufw) else []
    if systemctl:
        states = run([systemctl, "is-active"] + [unit for unit, unused in UNITS])[1].split()
        found += [name for (unused, name), state in zip(UNITS, states) if state == "active"]
    return sorted(set(found))


def _is_enabled(path):
    try:
        with open(path) as stream:
            return re.search(r"^ENABLED=[\"']?yes", stream.read(), re.MULTILINE) is not None
    except (IOError, OSError):
        return False
