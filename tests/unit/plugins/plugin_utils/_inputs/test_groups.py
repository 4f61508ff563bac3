# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of who stands by for whom."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.groups import (
    MAXIMUM_MEMBERS,
    Membership,
    natural_key,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES
from builders import instance, names
from hypothesis import given, strategies as st

WEB = {INSTANCES: [instance()]}
DB = {INSTANCES: [instance(virtual_ipaddress=["192.0.2.20/24"])]}


def find(hosts, groups, wanted=None):
    """(name, members) of each group, and the errors."""
    problems = Problems()
    listed = {"all": list(hosts), "ungrouped": [], **groups}
    asked = [host for host in hosts if INSTANCES in hosts[host]] if wanted is None else wanted
    found = Membership(hosts, listed, problems).find(asked)
    return [(group.name, list(group.members)) for group in found], problems.errors


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (["app10", "app2", "app1"], ["app1", "app2", "app10"]),
        (["b1", "a2", "a1"], ["a1", "a2", "b1"]),
        (["web-02", "web-1", "web"], ["web", "web-1", "web-02"]),
        (["a1b", "a1a", "1"], ["1", "a1a", "a1b"]),
    ],
)
def test_natural_order(listed, expected):
    assert sorted(listed, key=natural_key) == expected


@given(st.lists(st.text(max_size=6), max_size=6))
def test_any_names_have_an_order(listed):
    assert sorted(sorted(listed, key=natural_key, reverse=True), key=natural_key) == sorted(listed, key=natural_key)


@pytest.mark.parametrize(
    ("hosts", "groups", "expected"),
    [
        pytest.param(
            {"app2": WEB, "app1": WEB}, {"web": ["app2", "app1"]}, [("web", ["app1", "app2"])], id="the inventory group"
        ),
        pytest.param({"app1": WEB, "app2": WEB}, {}, [("all", ["app1", "app2"])], id="all, if there is nothing else"),
        pytest.param(
            {"app1": WEB, "app2": WEB, "client": {}},
            {"web": ["app1", "app2"], "rack": ["app1", "app2", "client"]},
            [("web", ["app1", "app2"])],
            id="not a group with others in it",
        ),
        pytest.param(
            {"app1": WEB, "app2": WEB},
            {"web": ["app1", "app2"], "first": ["app1"]},
            [("web", ["app1", "app2"])],
            id="the largest",
        ),
        pytest.param(
            {"app1": WEB, "app2": WEB, "db1": DB, "db2": DB},
            {"web": ["app1", "app2"], "db": ["db1", "db2"]},
            [("web", ["app1", "app2"]), ("db", ["db1", "db2"])],
            id="two groups",
        ),
        pytest.param(
            {
                "app1": {**WEB, "hot_standby_members": ["app2", "app1"]},
                "app2": {**WEB, "hot_standby_members": ["app2", "app1"]},
            },
            {"web": ["app1", "app2"]},
            [("web", ["app2", "app1"])],
            id="a list has its own order",
        ),
        pytest.param(
            {name: {**WEB, "hot_standby_members": ["app1", "app2"]} for name in names(2)},
            {"x": [*names(2), "app3"]},
            [("all", ["app1", "app2"])],
            id="a list of all hosts",
        ),
        pytest.param(
            {**{name: {**WEB, "hot_standby_members": ["app1", "app2"]} for name in names(2)}, "app3": {}},
            {},
            [("app1-app2", ["app1", "app2"])],
            id="a list that is no inventory group",
        ),
        pytest.param(
            {"app1": {**WEB, "hot_standby_group": "web"}, "app2": {**DB, "hot_standby_group": "web"}},
            {"web": ["app2", "app1"]},
            [("web", ["app1", "app2"])],
            id="a named group, whatever its instances",
        ),
    ],
)
def test_found(hosts, groups, expected):
    assert find(hosts, groups) == (expected, [])


LISTED = {"hot_standby_members": ["app1", "app2"]}


@pytest.mark.parametrize(
    ("hosts", "groups", "host", "variable", "words"),
    [
        pytest.param({"app1": WEB}, {}, "app1", "hot_standby_members", "one member only", id="group of one"),
        pytest.param(
            {"app1": WEB, "app2": DB},
            {"ungrouped": ["app1", "app2"]},
            "app1",
            "hot_standby_group",
            "no inventory group",
            id="none fits",
        ),
        pytest.param(
            {"app1": {**WEB, "hot_standby_group": "wbe"}},
            {},
            "app1",
            "hot_standby_group",
            "no group 'wbe'",
            id="no such group",
        ),
        pytest.param(
            {"app1": {**WEB, "hot_standby_group": "web"}},
            {"web": []},
            "app1",
            "hot_standby_members",
            "not among its own members",
            id="not in its own group",
        ),
        pytest.param(
            {"app3": {**WEB, **LISTED}},
            {},
            "app3",
            "hot_standby_members",
            "not among its own members app1, app2",
            id="not in its own list",
        ),
        pytest.param({"app1": {**WEB, **LISTED}}, {}, "app1", "hot_standby_members", "no host app2", id="unknown host"),
        pytest.param(
            {"app2": {**WEB, **LISTED}},
            {},
            "app2",
            "hot_standby_members",
            "no host app1",
            id="unknown first host: the error names a known one",
        ),
        pytest.param(
            {"app1": {**WEB, "hot_standby_members": ["app1", "app1"]}},
            {},
            "app1",
            "hot_standby_members",
            "listed twice",
            id="twice",
        ),
        pytest.param(
            {"app1": {**WEB, **LISTED}, "app2": {**WEB, "hot_standby_members": ["app2", "app1"]}},
            {},
            "app2",
            "hot_standby_members",
            "do not agree: app1, app2 and app2, app1.",
            id="two orders",
        ),
        pytest.param(
            {
                "app1": {**WEB, **LISTED},
                "app2": {**WEB, **LISTED},
                "app3": {**WEB, "hot_standby_members": ["app3", "app2"]},
            },
            {},
            "app3",
            "hot_standby_members",
            "do not agree",
            id="a host in two groups",
        ),
        pytest.param(
            {
                **{name: {**WEB, **LISTED, "hot_standby_group": "web"} for name in names(2)},
                **{
                    n: {**DB, "hot_standby_members": ["db1", "db2"], "hot_standby_group": "web"} for n in ("db1", "db2")
                },
            },
            {},
            "db1",
            "hot_standby_group",
            "two groups are web",
            id="two groups of one name",
        ),
        pytest.param(
            dict.fromkeys(names(MAXIMUM_MEMBERS + 1), WEB),
            {},
            "app1",
            "hot_standby_members",
            "has 9 members, 8 at most",
            id="too many",
        ),
    ],
)
def test_refused(hosts, groups, host, variable, words):
    found, errors = find(hosts, groups)
    # Of groups that are not apart the first goes on; every other is left out.
    assert len(found) == (words.startswith(("do not agree", "two groups are")))
    assert (errors[0]["host"], errors[0]["variable"]) == (host, variable)
    assert words in errors[0]["problem"]
    assert len({(error["variable"], error["problem"]) for error in errors if error["host"] == host}) == 1


def test_two_groups_could_be_it():
    hosts = {**dict.fromkeys(names(3), WEB), "client": {}}
    found, errors = find(hosts, {"left": ["app1", "app2"], "right": ["app2", "app3"]}, wanted=["app2"])
    assert found == []
    assert [(error["host"], error["variable"]) for error in errors] == [("app2", "hot_standby_group")]
    assert "app2 is in the groups left, right, and each could be" in errors[0]["problem"]


def test_group_of_one_may_be_allowed():
    assert find({"app1": {**WEB, "hot_standby_allow_single": True}}, {}) == ([("all", ["app1"])], [])


def test_largest_allowed_group():
    hosts = dict.fromkeys(names(MAXIMUM_MEMBERS), WEB)
    assert find(hosts, {}) == ([("all", names(MAXIMUM_MEMBERS))], [])


def test_only_the_groups_of_the_wanted_hosts():
    hosts = {"app1": WEB, "app2": WEB, "db1": DB, "db2": DB}
    groups = {"web": ["app1", "app2"], "db": ["db1", "db2"]}
    assert find(hosts, groups, wanted=["db2"]) == ([("db", ["db1", "db2"])], [])
