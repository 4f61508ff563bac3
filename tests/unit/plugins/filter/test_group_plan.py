# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what the filter group_plan takes out of Ansible's variables; the plan itself has its own tests."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.group_plan import FilterModule
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import OBSERVED
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES
from builders import inventory
from jinja2 import UndefinedError

group_plan = FilterModule().filters()["group_plan"]


def hostvars(hosts):
    """The variables as Ansible has them: the collection's among others."""
    return {
        name: {**host["variables"], OBSERVED: host["observed"], "ansible_host": "x", "somebody_elses": object()}
        for name, host in hosts.items()
    }


def ask(variables, **changes):
    listed = ["app1", "app2"]
    return group_plan(variables, {"all": listed, "web": listed}, listed, listed, **changes)


def test_plan_is_plain_data():
    result = ask(hostvars(inventory()))
    assert result["errors"] == []
    assert json.loads(json.dumps(result)) == result
    told = {"errors", "warnings", "refused", "refusal", "unplanned"}
    assert set(result) == told | {"groups", "members", "turns", "confirm_timeout", "digest"}


def test_unreachable_member_is_told_as_one():
    variables = hostvars(inventory())
    variables["app2"][OBSERVED] = {"unreachable": True, "msg": "no route to host", "changed": False}
    result = group_plan(variables, {"all": ["app1", "app2"]}, ["app1", "app2"], ["app1"], remaining=["app1"])
    (error,) = result["errors"]
    assert (error["host"], error["variable"]) == ("app1", "hot_standby_allow_partial")
    assert "app2 of the group all could not be observed (app2: no route to host)." in error["problem"]


def test_member_that_was_never_asked():
    variables = hostvars(inventory())
    del variables["app2"][OBSERVED]
    assert "app2 of the group web could not be observed" in ask(variables)["errors"][0]["problem"]


@pytest.mark.parametrize(
    ("visible", "asking", "named"),
    [
        pytest.param(["nginx_port", "keepalived_model", "other"], None, ["nginx_port"], id="set in the play"),
        pytest.param(["keepalived_vrrp_instances"], None, [], id="set in the inventory"),
        pytest.param(["keepalived_firewall"], "app2", [], id="set in the inventory for the asking host alone"),
        pytest.param(["keepalived_firewall"], None, ["keepalived_firewall"], id="the first host asks by default"),
        pytest.param(["keepalived_firewall"], "app1", ["keepalived_firewall"], id="not for this one"),
    ],
)
def test_variables_from_elsewhere(visible, asking, named):
    hosts = inventory()
    hosts["app2"]["variables"]["keepalived_firewall"] = "none"
    result = ask(hostvars(hosts), visible=visible, asking=asking)
    assert sorted({error["variable"] for error in result["errors"]}) == named
    # Both members are told, and so would be those of another group.
    assert {error["host"] for error in result["errors"]} == ({"app1", "app2"} if named else set())


class Unresolved(dict):
    """Variables of which the instances refer to what is not there."""

    def __getitem__(self, name):
        if name == INSTANCES:
            raise UndefinedError("'vault_x' is undefined")
        return super().__getitem__(name)


def test_instances_that_cannot_be_resolved_do_not_hide_the_other_variables():
    variables = {name: Unresolved(own) for name, own in hostvars(inventory(keepalived_firewall="none")).items()}
    result = ask(variables, visible=["keepalived_firewall", INSTANCES])
    assert [error["variable"] for error in result["errors"]] == [INSTANCES, INSTANCES]
    assert "'vault_x' is undefined. Define what" in result["errors"][0]["text"]


def test_implicit_localhost():
    variables = {**hostvars(inventory()), "localhost": {}}
    result = group_plan(
        variables, {"all": ["app1", "app2"]}, ["localhost", "app1", "app2"], ["localhost", "app1", "app2"]
    )
    assert result["errors"] == []


def test_hostvars_of_a_wrong_type():
    with pytest.raises(AnsibleFilterError, match="expects hostvars, not list"):
        ask([])


def test_without_netaddr(monkeypatch):
    monkeypatch.setattr(addresses, "NETADDR_ERROR", ImportError("No module named 'netaddr'"))
    result = ask(hostvars(inventory()))
    assert "pip install netaddr" in result["refused"]["app1"][0]
    assert len(result["errors"]) == 1
