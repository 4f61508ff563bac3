# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that other roles' variables are recognised, and explained."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import other_roles
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES
from builders import inventory, plan, told

OEFENWEB = {"VI_1": {"interface": "eth1", "virtual_ipaddresses": ["192.0.2.10/24 dev eth1"], "track_scripts": ["chk"]}}
ROBERTDEBOCK = {
    "name": "VI_1",
    "state": "MASTER",
    "interface": "eth0",
    "virtual_router_id": 51,
    "virtual_ipaddresses": [{"name": "192.0.2.10", "cidr": 24}],
}


@pytest.mark.parametrize("key", other_roles.KEYS)
def test_every_key_is_explained(key):
    problem, fix = other_roles.explained(key)
    assert key in problem
    assert ".keepalived" in problem
    assert fix.startswith("Write ")


def test_other_keys_are_not():
    assert other_roles.explained("virtual_ipaddress") is None


def test_instances_as_a_mapping():
    hosts = inventory()
    for host in hosts.values():
        host["variables"][INSTANCES] = OEFENWEB
    errors = plan(hosts)["errors"]
    assert all(
        "what the role Oefenweb.keepalived takes; here it is [{name: VI_1, ...}]" in one["fix"] for one in errors
    )
    assert {one["variable"] for one in errors} == {INSTANCES}


def test_instances_with_other_keys():
    result = plan(inventory(ROBERTDEBOCK))
    assert told(result) == [
        ("app1", f"{INSTANCES}[0].virtual_ipaddresses"),
        ("app1", f"{INSTANCES}[0].virtual_ipaddress"),
    ]
    assert "robertdebock.keepalived" in result["errors"][0]["problem"]


def test_global_defs_as_lines():
    result = plan(inventory(keepalived_global_defs=["enable_script_security"]))
    assert all("what the role evrardjp.keepalived takes" in one["fix"] for one in result["errors"])
    assert len(result["errors"]) == 2


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("keepalived_vrrp_scripts", "x"),
        ("keepalived_vrrp_scripts", {}),
        ("nginx_port", {"a": {}}),
        (INSTANCES, {"a": 1}),
    ],
)
def test_other_mistakes_have_no_hint(variable, value):
    assert other_roles.hint(variable, value) == ""
