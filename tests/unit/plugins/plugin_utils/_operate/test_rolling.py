# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said before one member after the other is worked on, and whether each can hand over."""

from __future__ import annotations

import pathlib

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import rolling
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import maintenance

ROLES = pathlib.Path(__file__).resolve().parents[5] / "roles"


def member(group, turn, settle_timeout):
    return {"group": group, "turn": turn, "keepalived": {"settle_timeout": settle_timeout}}


def test_one_line_for_each_group_in_the_order_of_turns():
    members = {"app1": member("web", 2, 18), "app2": member("web", 0, 20), "app3": member("web", 1, 18)}
    members["db1"] = member("db", 0, 12)
    web, database = rolling.text({"groups": {"web": {}, "db": {}}, "members": members}).splitlines()
    assert web.startswith("web: app2, then app3, then app1. ")
    assert " 20 s at most." in web
    assert database.startswith("db: db1. ")


def test_group_of_which_nobody_was_looked_at():
    members = {"app1": member("web", 0, 18)}
    (web,) = rolling.text({"groups": {"web": {}, "db": {}}, "members": members}).splitlines()
    assert web.startswith("web: app1. ")


def test_no_group():
    assert rolling.text({"groups": {}, "members": {}}) == ""


OWNS = {"owned": ["VI_1"], "possible": True}


@pytest.mark.parametrize(
    ("hand_over", "looked", "task", "words"),
    [
        (OWNS, True, "Upgrade | Update the packages", "it handed VI_1 over"),
        (OWNS, True, "Hand over | Wait until another member has taken over", "of VI_1 did not come about"),
        ({**OWNS, "possible": False}, True, "Upgrade | Update the packages", "could not hand that over"),
        ({"owned": [], "possible": False}, True, "Upgrade | Update the packages", "no address has moved"),
        ({"owned": [], "possible": False}, False, "Upgrade | Update the packages", "not known"),
    ],
)
def test_where_a_failure_leaves_the_addresses(hand_over, looked, task, words):
    assert words in rolling.failure(hand_over, looked, task)


def test_tasks_that_hand_over_are_known_by_their_names():
    tasks = yaml.safe_load((ROLES / "hot_standby/tasks/rolling/hand_over.yml").read_text())
    assert tasks and all(task["name"].startswith(rolling.HAND_OVER) for task in tasks)


def look(state, tracked=True, name="VI_1"):
    return {"instances": [{"name": name, "state": state}], "files": [{"path": maintenance.FILE}] if tracked else None}


TRACKS = {"keepalived": {"maintenance": {"file": maintenance.FILE}}}


@pytest.mark.parametrize(
    ("model", "looks", "possible", "cause"),
    [
        (TRACKS, {"app1": look("MASTER"), "app2": look("BACKUP")}, True, None),
        (TRACKS, {"app1": look("BACKUP"), "app2": look("MASTER")}, False, None),
        (TRACKS, {"app1": look("MASTER"), "app2": look("FAULT")}, False, "no other member stands by"),
        (TRACKS, {"app1": look("MASTER")}, False, "no other member stands by"),
        (TRACKS, {"app1": look("MASTER"), "app2": look("BACKUP", name="VI_2")}, False, "no other member stands by"),
        (
            TRACKS,
            {"app1": look("MASTER", tracked=False), "app2": look("BACKUP")},
            False,
            "does not run a configuration",
        ),
        ({"keepalived": {"maintenance": None}}, {"app1": look("MASTER"), "app2": look("BACKUP")}, False, "nopreempt"),
        (TRACKS, {"app2": look("BACKUP")}, False, None),
    ],
)
def test_capability(model, looks, possible, cause):
    found = rolling.capability(model, "app1", looks)
    assert found["possible"] is possible
    assert (found["problem"] is None) == (cause is None)
    assert cause is None or (cause in found["problem"] and "app1 cannot hand VI_1 over" in found["problem"])
