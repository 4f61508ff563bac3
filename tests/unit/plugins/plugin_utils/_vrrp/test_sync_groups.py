# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of sync groups: what they may hold, and where the check of the service goes."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import sync_groups
from builders import derived, instance, told

GROUP = {"name": "G", "group": ["VI_1", "VI_2"]}
VARIABLE = "keepalived_vrrp_sync_groups"


def instances(**second):
    found, _problems = derived(instance(), instance(virtual_ipaddress=["198.51.100.20/24"], **second))
    return found


def configs(*names):
    return [{"name": name} for name in names]


@pytest.mark.parametrize("group", [["VI_1", "VI_2"], ["VI_1 VI_2"], "VI_1 VI_2", "VI_1"])
def test_well(group):
    problems = Problems()
    sync_groups.check("app1", [{"name": "G", "group": group}], instances(), False, problems)
    assert problems.errors == []


@pytest.mark.parametrize(
    ("groups", "second", "position", "words"),
    [
        pytest.param([{"name": "G"}], {}, 0, "no instances", id="empty"),
        pytest.param([{"name": "G", "group": ["VI_1", "VI_9"]}], {}, 0, "VI_9 is no instance", id="unknown"),
        pytest.param([GROUP, {"name": "H", "group": ["VI_2"]}], {}, 1, "VI_2 is in G too", id="in two"),
        pytest.param([GROUP], {"owner": "app2"}, 0, "rank VI_1 and VI_2 differently", id="two owners"),
    ],
)
def test_refused(groups, second, position, words):
    problems = Problems()
    sync_groups.check("app1", groups, instances(**second), False, problems)
    assert told(problems) == [("app1", f"{VARIABLE}[{position}].group")]
    assert words in problems.errors[0]["problem"]


def test_an_instance_of_an_include_cannot_be_seen():
    problems = Problems()
    sync_groups.check("app1", [{"name": "G", "group": ["VI_9"]}], instances(), True, problems)
    assert problems.errors == []


@pytest.mark.parametrize("version", [(), (2, 1, 5), (2, 2, 7), (2, 3, 3)])
def test_the_check_is_tracked_by_the_group(version):
    found = configs("VI_1", "VI_2", "VI_3")
    groups = sync_groups.place("app1", [GROUP], found, "check", Version(version, True), Problems())
    assert groups == [{**GROUP, "track_script": ["check"]}]
    assert found == [{"name": "VI_1"}, {"name": "VI_2"}, {"name": "VI_3", "track_script": ["check"]}]
    assert "track_script" not in GROUP


def test_keepalived_1_tracks_by_instances_only():
    found = configs("VI_1")
    assert sync_groups.place("app1", [GROUP], found, "check", Version((1, 3, 5), True), Problems()) == [GROUP]
    assert found == [{"name": "VI_1", "track_script": ["check"]}]


@pytest.mark.parametrize(("version", "moved"), [((2, 1, 5), True), ((2, 2, 7), False), ((), False)])
def test_what_an_instance_tracks_moves_where_it_would_be_dropped(version, moved):
    problems = Problems()
    found = [{"name": "VI_1", "track_script": ["own"]}]
    (group,) = sync_groups.place("app1", [GROUP], found, None, Version(version, True), problems)
    assert group.get("track_script") == (["own"] if moved else None)
    assert ("track_script" in found[0]) is not moved
    assert len(problems.warnings) == moved


def test_without_a_check_nothing_is_tracked():
    found = configs("VI_1", "VI_3")
    assert sync_groups.place("app1", [GROUP], found, None, Version((), False), Problems()) == [GROUP]
    assert found == configs("VI_1", "VI_3")
