# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of a removal, from what is registered."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.filter.removal_turns import removal_turns


def test_removal_turns():
    instance = {"virtual_ipaddress": ["192.0.2.10/24"]}
    hostvars = {
        "app1": {"seen": {"keepalived": {"instances": [{**instance, "state": "MASTER"}]}}},
        "app2": {"seen": {"keepalived": {"instances": [{**instance, "state": "BACKUP"}]}}},
        "app3": {},
        "app4": {"seen": {"keepalived": None}},
    }
    assert removal_turns(list(hostvars), hostvars, "seen") == {"app1": 1, "app2": 0, "app3": 0, "app4": 0}
