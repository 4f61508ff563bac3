# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user writes in an instance: in range, for all members the same where it must be, and what can be carried."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES
from builders import derived, instance, told


def test_per_member_map_need_not_name_every_member():
    (found,), problems = derived(
        instance(
            track_interface={"app2": ["eth1"]},
            interface={"app1": "eth1"},
            state={"app1": "BACKUP"},
            mcast_src_ip={"app1": "192.0.2.1"},
        )
    )
    assert problems.errors == []
    first, second = found.configs["app1"], found.configs["app2"]
    assert ("track_interface" in first, second["track_interface"]) == (False, ["eth1"])
    assert (first["interface"], second["interface"]) == ("eth1", "eth0")
    assert (first["state"], second["state"]) == ("BACKUP", "BACKUP")
    assert (first["mcast_src_ip"], "mcast_src_ip" in second) == ("192.0.2.1", False)


FIRST = f"{INSTANCES}[0]"


@pytest.mark.parametrize(("version", "advert_int"), [(2, 1), (2, 255), (2, 2.0), (3, 0.01), (3, 40.95)], ids=str)
def test_intervals_that_fit(version, advert_int):
    (found,), problems = derived(instance(version=version, advert_int=advert_int))
    assert problems.errors == []
    assert found.advert_int == advert_int


def test_two_names_the_same():
    _found, problems = derived(instance(name="VI_2"), instance(virtual_ipaddress=["192.0.2.11/24"]))
    assert told(problems) == [("app1", f"{INSTANCES}[1].name")]
    assert f"{FIRST} has the name VI_2 too" in problems.errors[0]["problem"]


def test_each_member_holds_the_address_in_its_own_way():
    own = {"app1": ["192.0.2.10/24 dev eth0"], "app2": [{"address": "192.0.2.10/32", "dev": "eth1"}]}
    (found,), problems = derived(instance(virtual_ipaddress=own))
    assert problems.errors == []
    assert found.addresses == ["192.0.2.10/24"]
    assert found.configs["app1"]["virtual_ipaddress"] == ["192.0.2.10/24 dev eth0"]
    assert found.configs["app2"]["virtual_ipaddress"] == [{"address": "192.0.2.10/32", "dev": "eth1"}]


def test_other_addresses_on_each_member_are_refused():
    _found, problems = derived(instance(virtual_ipaddress={"app1": ["192.0.2.10/24"], "app2": ["192.0.2.11/24"]}))
    assert told(problems) == [("app2", f"{FIRST}.virtual_ipaddress")]
