# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a daemon that was killed leaves behind."""

from __future__ import annotations

from builders import instance, inventory, observed, plan


def test_addresses_of_all_instances_once():
    one = instance(name="A", virtual_router_id=1, virtual_ipaddress=["192.0.2.10/24", {"address": "192.0.2.9/24"}])
    other = instance(
        name="B", virtual_router_id=2, virtual_ipaddress=["192.0.2.8/24 dev eth0"],
        virtual_ipaddress_excluded=["2001:db8::10/64", "192.0.2.7/24"],
    )  # fmt: skip
    result = plan(inventory(one, other))
    assert result["errors"] == []
    expected = ["192.0.2.10", "192.0.2.9", "192.0.2.8", "2001:db8::10", "192.0.2.7"]
    assert result["members"]["app2"]["keepalived"]["addresses"] == expected
    assert result["members"]["app2"]["keepalived"]["drop_in"] is True


def test_no_drop_in():
    result = plan(inventory(keepalived_unit_drop_in=False))
    assert result["members"]["app1"]["keepalived"]["drop_in"] is False


def test_needrestart_where_it_is():
    hosts = inventory()
    hosts["app1"]["observed"] = observed(1, files={"/etc/needrestart/conf.d": {"exists": True}})
    hosts["app2"]["observed"] = observed(2, files={"/etc/needrestart/conf.d": {"exists": False}})
    members = plan(hosts)["members"]
    assert [members[name]["keepalived"]["needrestart"] for name in ("app1", "app2")] == [True, False]
