# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes a running keepalived cannot make, by what runs and what is planned."""

from __future__ import annotations

import typing as t

import pytest
from builders import inventory, plan

INSTANCE = {"name": "VI_1", "virtual_router_id": 51, "virtual_ipaddress": ["192.0.2.10/24"]}
RUNNING = {
    "name": "VI_1", "state": "BACKUP", "virtual_router_id": 51, "interface": "eth0", "family": "ipv4",
    "advert_int": 1.0, "unicast_peer": [], "vmac_interface": None, "virtual_ipaddress": ["192.0.2.10/24"],
}  # fmt: skip


def planned(change: dict[str, t.Any], ran: dict[str, t.Any] | None, **variables: t.Any) -> dict[str, t.Any]:
    """The plan of a pair whose daemons run RUNNING with changes, the first as MASTER; C(None): none runs."""
    hosts = inventory({**INSTANCE, **change}, **variables)
    for name, host in hosts.items():
        if ran is not None:
            instance = {**RUNNING, **ran, "state": "MASTER" if name == "app1" else "BACKUP"}
            host["observed"]["keepalived"].update(running=True, instances=[instance])
    return plan(hosts)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"priority": {"app1": 120, "app2": 110}},
        {"virtual_ipaddress": ["192.0.2.10/24", "192.0.2.9/24"]},
        {"advert_int": 2},
        {"name": "VI_web"},
        {"authentication": {"auth_type": "PASS", "auth_pass": "s3cr3t78"}},
        {"version": 3},
    ],
)
def test_made_live(change):
    result = planned(change, {})
    assert result["errors"] == []
    assert result["groups"]["web"]["disruptions"] == []
    assert {name: model["stop_first"] for name, model in result["members"].items()} == {"app1": False, "app2": False}
    assert all(model["keepalived"]["live"] for model in result["members"].values())


CHANGES = [
    ({"virtual_router_id": 52}, {}, "virtual_router_id", "virtual router id 51 becomes 52"),
    ({}, {"interface": "eth9"}, "interface", "interface eth9 becomes eth0"),
    ({"unicast": True}, {}, "unicast", "multicast becomes unicast"),
    ({}, {"unicast_peer": ["192.0.2.12"]}, "unicast", "unicast becomes multicast"),
    ({}, {"vmac_interface": "vrrp.51"}, "use_vmac", "the interface that holds the addresses becomes another"),
    ({"name": "VI_web", "virtual_router_id": 52}, {}, "virtual_router_id", "virtual router id 51 becomes 52"),
    ({}, {"family": "ipv6", "virtual_ipaddress": ["2001:db8::10/64"]}, "virtual_ipaddress", "family ipv6 becomes ipv4"),
]


@pytest.mark.parametrize(("change", "ran", "keyword", "what"), CHANGES)
def test_refused_with_what_it_would_cost(change, ran, keyword, what):
    result = planned(change, ran)
    texts = result["refused"]["app2"]
    assert [
        text for text in texts if f"keepalived_vrrp_instances[0].{keyword}: {what}, which cannot be changed" in text
    ]
    assert all("its addresses would be away for up to 3.3 s." in text for text in texts)
    assert all("set keepalived_allow_disruption to true" in text for text in texts)


def test_what_was_derived_is_kept_by_writing_it():
    """Nobody can change back what he has never written."""
    text, _same = planned({"virtual_router_id": 52}, {})["refused"]["app1"]
    assert "Set it to 51 to keep it (without it, it is derived from the first address), or set keepalived_allow" in text
    text, _same = planned({"unicast": True}, {})["refused"]["app1"]
    assert "Change it back, or set keepalived_allow_disruption" in text


@pytest.mark.parametrize(("change", "ran", "keyword", "what"), CHANGES)
def test_allowed_standbys_stop_first(change, ran, keyword, what):
    result = planned(change, ran, keepalived_allow_disruption=True)
    assert result["errors"] == []
    assert any(what in warning["text"] for warning in result["warnings"])
    assert {name: model["stop_first"] for name, model in result["members"].items()} == {"app1": False, "app2": True}


def test_new_instance_disturbs_nobody():
    other = {"name": "VI_9", "virtual_router_id": 99, "virtual_ipaddress": ["192.0.2.99/24"]}
    assert planned({}, other)["groups"]["web"]["disruptions"] == []


def test_nothing_runs():
    result = planned({"virtual_router_id": 52}, None)
    assert result["errors"] == []
    assert not any(model["keepalived"]["live"] for model in result["members"].values())


def test_window_is_that_of_the_shortest_interval_old_or_new():
    model = planned({"advert_int": 4}, {"advert_int": 2.0})["members"]["app1"]["keepalived"]
    assert model["window"] == 6
    model = planned({"advert_int": 1}, {"advert_int": 2.0})["members"]["app1"]["keepalived"]
    assert model["window"] == 3
