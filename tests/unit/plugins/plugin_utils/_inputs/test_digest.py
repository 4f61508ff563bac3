# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes the digest of a plan, and what does not: a limit, an observation, a permission, a secret."""

from __future__ import annotations

import re

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.digest import UNKNOWN, digest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES
from builders import SECRET, instance, inventory, plan

GROUPS = {"all": ["app1", "app2", "other"], "ungrouped": ["other"], "web": ["app1", "app2"]}
PASS = {"auth_type": "PASS", "auth_pass": SECRET}


def hosts(*instances, **variables):
    return {**inventory(*instances, **variables), "other": {"variables": {}, "observed": None}}


BASE = digest(hosts(), GROUPS)


def test_form():
    assert re.fullmatch("[0-9a-f]{64}", BASE)


def test_the_plan_has_it_whatever_the_limit_is():
    whole = plan(hosts(), groups=GROUPS)
    assert whole["digest"] == BASE
    assert plan(hosts(), groups=GROUPS, play_hosts=["app1"], batch=["app1"])["digest"] == BASE


def test_observations_are_no_part_of_it():
    unseen = {name: {**host, "observed": None} for name, host in hosts().items()}
    assert digest(unseen, GROUPS) == BASE


@pytest.mark.parametrize(
    "variables",
    [
        {"hot_standby_allow_partial": True},
        {"hot_standby_allow_single": True},
        {"keepalived_allow_disruption": True},
        # What a default says may be written out too.
        {"hot_standby_service": "nginx", "nginx_port": 80},
    ],
)
def test_the_same_plan(variables):
    assert digest(hosts(**variables), GROUPS) == BASE


@pytest.mark.parametrize(
    ("instances", "variables"),
    [
        ([instance(priority={"app1": 90, "app2": 99})], {}),
        ([instance(virtual_ipaddress=["192.0.2.11/24"])], {}),
        ([instance(authentication=PASS)], {}),
        ([], {"nginx_port": 8080}),
        ([], {"hot_standby_members": ["app2", "app1"]}),
        ([], {"keepalived_raw": "# a line"}),
    ],
)
def test_another_plan(instances, variables):
    assert digest(hosts(*instances, **variables), GROUPS) != BASE


def test_one_member_is_enough_to_make_it_another():
    one = hosts()
    one["app2"]["address"] = "192.0.2.102"
    assert digest(one, GROUPS) != BASE


def test_a_slice_is_another_plan():
    """Of four members a slice has two, which look like a whole group."""
    four = {**inventory(count=4)}
    half = {name: four[name] for name in ("app1", "app3")}
    listed = {"all": list(four), "web": list(four)}
    assert digest(four, listed) != digest(half, {name: list(half) for name in listed})


def test_a_host_that_is_no_member_is_no_part_of_it():
    assert digest(inventory(), {"all": ["app1", "app2"], "web": ["app1", "app2"]}) == BASE


@pytest.mark.parametrize(
    ("secret", "other"),
    [
        (instance(authentication=PASS), instance(authentication={**PASS, "auth_pass": "another1"})),
        (instance(raw="auth_pass a"), instance(raw="auth_pass b")),
        (instance(auth_hmac={"key": ["1 a"]}), instance(auth_hmac={"key": ["1 b"]})),
    ],
)
def test_secrets_are_no_part_of_it(secret, other):
    assert digest(hosts(secret), GROUPS) == digest(hosts(other), GROUPS) != BASE
    assert digest(hosts(keepalived_raw="pass a"), GROUPS) == digest(hosts(keepalived_raw="pass b"), GROUPS)


def test_what_cannot_be_resolved_is_equal_to_nothing():
    one = hosts()
    one["app2"] = {**one["app2"], "variables": {}, "unresolved": {INSTANCES: "'x' is undefined"}}
    assert digest(one, GROUPS) == UNKNOWN


def test_keys_that_are_no_texts():
    assert digest(hosts(instance(priority={1: 90, "app2": 99})), GROUPS) != BASE


def test_the_members_that_a_group_of_the_inventory_has_are_a_part_of_it():
    named = hosts(hot_standby_group="web")
    assert digest(named, GROUPS) != digest(named, {**GROUPS, "web": ["app1", "app2", "other"]})
