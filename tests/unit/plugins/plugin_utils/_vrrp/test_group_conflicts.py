# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what groups must not share."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import group_conflicts
from builders import INSTANCES, instance, inventory, plan, told
from hypothesis import given, strategies as st

FIRST = f"{INSTANCES}[0]"


def group(number, *instances):
    """A group of the plan with one member; each instance is (virtual router id, addresses, excluded ones)."""
    return {
        "members": [f"app{number}"],
        "instances": [
            {
                "variable": f"{INSTANCES}[{position}]",
                "virtual_router_id": vrid,
                "addresses": addresses,
                "excluded": list(excluded),
            }
            for position, (vrid, addresses, *excluded) in enumerate(instances)
        ],
    }


def problems_of(*groups):
    problems = Problems()
    group_conflicts.check({str(number): one for number, one in enumerate(groups)}, problems)
    return problems


def test_networks_that_overlap():
    # Told of the inner one, wherever it stands.
    problems = problems_of(group(1, (51, ["192.0.2.10/25"])), group(2, (51, ["192.0.2.20/24"])))
    (error,) = problems.errors
    assert (error["host"], error["variable"]) == ("app1", f"{FIRST}.virtual_router_id")
    assert "192.0.2.0/25 and 192.0.2.0/24, which overlap, by keepalived_vrrp_instances[0] of app2" in error["problem"]


def test_networks_that_are_apart():
    groups = [group(number, (51, [f"10.0.{number}.10/24"])) for number in range(4)]
    groups.append(group(5, (52, ["10.0.1.11/24"]), (51, ["2001:db8::10/64"])))
    assert problems_of(*groups).errors == []


def test_address_twice_among_the_excluded():
    problems = problems_of(
        group(1, (51, ["192.0.2.10/24"], "198.51.100.9/32")), group(2, (52, ["192.0.2.11/24"], "198.51.100.9/24"))
    )
    assert told(problems) == [("app2", f"{FIRST}.virtual_ipaddress_excluded")]


NETWORKS = st.lists(st.tuples(st.integers(0, 255), st.integers(24, 30), st.integers(1, 2)), max_size=8)


@given(NETWORKS)
def test_every_overlap_is_told(drawn):
    """Beside the comparison of each with each: an id is in trouble exactly where two of its networks overlap."""
    networks = [(ipaddress.ip_interface(f"192.0.2.{last}/{length}"), vrid) for last, length, vrid in drawn]
    # The same address twice is another matter.
    networks = list({address.ip: (address, vrid) for address, vrid in networks}.values())
    problems = problems_of(*(group(number, (vrid, [str(one)])) for number, (one, vrid) in enumerate(networks)))
    overlapping = [
        number
        for number, (one, vrid) in enumerate(networks)
        if any(
            vrid == other_vrid and one.network.overlaps(other.network)
            for position, (other, other_vrid) in enumerate(networks)
            if position != number
        )
    ]
    named = {int(error["host"].removeprefix("app")) for error in problems.errors}
    # One of those that overlap is the one that has the id; the others are told.
    assert named <= set(overlapping)
    assert bool(named) == bool(overlapping)
    rest = [network for number, network in enumerate(networks) if number not in named]
    for number, (one, vrid) in enumerate(rest):
        assert not any(vrid == other[1] and one.network.overlaps(other[0].network) for other in rest[:number])


@pytest.mark.parametrize("key", ["virtual_ipaddress", "virtual_ipaddress_excluded"])
def test_address_of_a_member(key):
    changes = {key: ["192.0.2.10/24", "192.0.2.102/24"] if key == "virtual_ipaddress" else ["192.0.2.102/32"]}
    hosts = inventory(instance(**changes))
    for number, host in enumerate(hosts.values(), 1):
        host["address"] = f"192.0.2.10{number}"
    result = plan(hosts)
    (error,) = result["errors"]
    assert error["host"] == "app1"
    assert error["variable"] == f"{FIRST}.{key}[{1 if key == 'virtual_ipaddress' else 0}]"
    assert "192.0.2.102 is the address of app2 itself" in error["problem"]


def test_names_and_nothing_are_no_addresses():
    assert group_conflicts.owned({"app1": "app1.example.org", "app2": None, "app3": 7, "app4": "2001:DB8::0:1"}) == {
        "2001:db8::1": "app4 itself (its ansible_host)"
    }


def seen(*addresses, **keepalived):
    """A member with these addresses on eth1, and what its keepalived tells."""
    state = {"status": "not_running", "running": False, "addresses_left_behind": [], "instances": [], **keepalived}
    lo = {"name": "lo", "loopback": True, "addresses": [{"address": "192.0.2.9"}]}
    eth1 = {"name": "eth1", "loopback": False, "addresses": [{"address": one} for one in addresses]}
    return {"interfaces": [lo, eth1], "keepalived": state}


RUNS = {"status": "ok", "running": True}
INSTANCE = {"virtual_ipaddress": ["192.0.2.10/24"], "virtual_ipaddress_excluded": ["192.0.2.11/24"]}


@pytest.mark.parametrize(
    ("observed", "own"),
    [
        (seen("192.0.2.10", "2001:db8::1"), {"192.0.2.10", "2001:db8::1"}),
        # What a crash leaves, and what runs, is keepalived's.
        (seen("192.0.2.1", "192.0.2.10", addresses_left_behind=["192.0.2.10"]), {"192.0.2.1"}),
        (seen("192.0.2.1", "192.0.2.10", "192.0.2.11", instances=[INSTANCE], **RUNS), {"192.0.2.1"}),
        # Not known.
        (seen("192.0.2.10", addresses_left_behind=None), set()),
        (seen("192.0.2.10", running=True, status="timeout"), set()),
        ({}, set()),
    ],
)
def test_addresses_that_a_member_has_without_keepalived(observed, own):
    assert set(group_conflicts.held({"app1": observed})) == own


def test_own_address_on_another_interface_is_no_virtual_one():
    result = plan(inventory(instance(virtual_ipaddress=["198.51.100.102/24"])))
    (error,) = result["errors"]
    assert "198.51.100.102 is the address of app2 itself, on eth1" in error["problem"]


def test_other_groups_addresses_are_others():
    """Two sites may have the same private addresses."""
    other = instance(virtual_ipaddress=["192.0.2.20/24"], virtual_router_id=7)
    elsewhere = inventory(other, count=4)
    hosts = {**inventory(), **{name: elsewhere[name] for name in ("app3", "app4")}}
    hosts["app3"]["observed"]["interfaces"][1]["addresses"][0]["address"] = "192.0.2.10"
    members = {"all": list(hosts), "ungrouped": [], "web": ["app1", "app2"], "db": ["app3", "app4"]}
    assert plan(hosts, groups=members)["errors"] == []
