# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the filters load_timing and load_outcome on what the role registers."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.load import load_outcome, load_timing
from builders import inventory, plan

PLAN = plan(inventory(hot_standby_load_wait=20))
LATE = {"failed": True, "again": True}
STAGED = {"began": 1.0, "ended": 3.0}


def timing(attempt=1, **registered):
    hostvars = {name: {"__keepalived_staged": STAGED, **values} for name, values in registered.items()}
    return load_timing(PLAN, hostvars, "app1", list(hostvars), attempt)


def test_by_what_staging_took():
    found = timing(app1={}, app2={})
    assert (found["lead"], found["late"], found["again"], found["advice"]) == (4.0, [], False, "")


def test_member_that_came_late_is_tried_again_three_times_at_most():
    late = {"__hot_standby_loaded": LATE}
    assert [timing(attempt, app1={}, app2=late)["again"] for attempt in (1, 2, 3)] == [True, True, False]
    last = timing(3, app1={}, app2=late)
    assert (last["late"], last["lead"]) == (["app2"], 16.0)
    assert "app2 was reached too late" in last["advice"]
    assert timing(1, app1={}, app2={"__hot_standby_loaded": {"failed": True}})["again"] is False


def test_member_that_said_nothing_was_not_seen():
    text = load_outcome(PLAN, {"app1": {}, "app2": {}}, "web", {"confirm_timeout": 70})
    assert "app1 could not be looked at" in text
    assert "app2 could not be looked at" in text


def test_member_that_has_it_for_good():
    hostvars = {"app1": {"__hot_standby_confirmed": {"changed": True}}, "app2": {"__hot_standby_confirmed": LATE}}
    assert load_outcome(PLAN, hostvars, "web", {"confirm_timeout": 70}).startswith("app1 runs the new configuration")


@pytest.mark.parametrize("given", [None, {}, {"members": {}}])
def test_what_is_no_plan(given):
    with pytest.raises(AnsibleFilterError, match="group_plan"):
        load_timing(given, {}, "app1", [], 1)
    with pytest.raises(AnsibleFilterError, match="group_plan"):
        load_outcome(given, {}, "web", {})
