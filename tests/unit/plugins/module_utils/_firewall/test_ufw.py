# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ufw has, as it keeps it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import ufw

RULES = """*filter
### RULES ###

### tuple ### allow vrrp any 224.0.0.18 any 0.0.0.0/0 in
-A ufw-user-input -p vrrp -d 224.0.0.18 -j ACCEPT

### tuple ### allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in comment=776562
-A ufw-user-input -p tcp --dport 80 -j ACCEPT
### END RULES ###
"""


def test_version_and_rules(tmp_path):
    path = tmp_path / "user.rules"
    path.write_bytes(RULES.encode())
    told = ufw.look(lambda argv: (0, "ufw 0.36.2\nCopyright 2008-2023\n", ""), "/usr/sbin/ufw", [str(path)])
    assert told == {
        "version": "0.36.2",
        "rules": ["allow vrrp any 224.0.0.18 any 0.0.0.0/0 in", "allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in"],
    }


def test_nothing_to_be_seen(tmp_path):
    told = ufw.look(lambda argv: (1, "", "ERROR: You need to be root"), "ufw", [str(tmp_path / "none")])
    assert told == {"version": None, "rules": []}


def test_rules_that_cannot_be_read_are_not_known(tmp_path):
    told = ufw.look(lambda argv: (0, "ufw 0.36.2", ""), "/usr/sbin/ufw", [str(tmp_path)])
    assert told == {"version": "0.36.2", "rules": None}
