# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the defaults and the types of the public variables."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import (
    DEFAULTS,
    TYPES,
    checked,
    effective,
)


def test_every_variable_has_a_type_that_its_default_has():
    assert list(TYPES) == list(DEFAULTS)
    problems = Problems()
    defaults = {name: value for name, value in DEFAULTS.items() if value is not None}
    assert checked("app1", defaults, problems) == defaults
    assert problems.errors == []


def test_effective():
    result = effective({"nginx_port": 8080, "nginx_root": None, "keepalived_firewall": None, "somebody_elses": 1})
    assert set(result) == set(DEFAULTS)
    assert (result["nginx_port"], result["keepalived_firewall"], result["nginx_root"]) == (8080, "auto", None)


def test_effective_keeps_what_is_false():
    assert effective({"keepalived_log_facility": 0, "keepalived_sysctl": {}})["keepalived_sysctl"] == {}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("hot_standby_allow_single", "false", False),
        ("hot_standby_allow_single", "yes", True),
        ("nginx_port", "8080", 8080),
        ("hot_standby_members", "app1,app2", ["app1", "app2"]),
        ("hot_standby_members", [1, "app2"], ["1", "app2"]),
        ("hot_standby_group", "web", "web"),
        ("keepalived_sysctl", {"a": 1}, {"a": 1}),
    ],
)
def test_converted_as_the_argument_specs_do(name, value, expected):
    problems = Problems()
    assert checked("app1", {name: value}, problems) == {name: expected}
    assert problems.errors == []


@pytest.mark.parametrize(
    ("name", "value", "variable", "text"),
    [
        (
            "hot_standby_allow_single",
            "perhaps",
            "hot_standby_allow_single",
            "not true or false but of type str. Set it to true or false",
        ),
        ("nginx_port", [80], "nginx_port", "not an integer but of type list. Set it to an integer"),
        (
            "keepalived_global_defs",
            ["x"],
            "keepalived_global_defs",
            "not a mapping but of type list. Set it to a mapping",
        ),
        (
            "keepalived_vrrp_instances",
            {"a": 1},
            "keepalived_vrrp_instances",
            "not a list but of type dict. Set it to a list",
        ),
        (
            "keepalived_vrrp_instances",
            [{}, "x"],
            "keepalived_vrrp_instances[1]",
            "not a mapping but of type str. Set it to a mapping",
        ),
        (
            "hot_standby_members",
            [{"a": 1}],
            "hot_standby_members[0]",
            "not a string but of type dict. Set it to a string",
        ),
        ("hot_standby_group", ["web"], "hot_standby_group", "not a string but of type list"),
    ],
)
def test_another_type_is_told_and_left_out(name, value, variable, text):
    problems = Problems()
    assert checked("app1", {name: value}, problems) == {}
    (error,) = problems.errors
    assert (error["host"], error["variable"]) == ("app1", variable)
    assert text in error["text"]


def test_null_is_left_out():
    problems = Problems()
    assert checked("app1", {"nginx_port": None}, problems) == {}
    assert problems.errors == []
