# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what is made of Ansible's own types, and of the answers of hosts that did not give one."""

from __future__ import annotations

import collections

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import (
    LOOKS,
    OBSERVED,
    expects,
    observation,
    plain,
    reason,
)


class Text(str):
    """Stands for Ansible's own kinds of text, which carry tags."""


class Vaulted:
    """Stands for a vaulted string, which is text only once it is asked for."""

    def __str__(self):
        return "opened"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Text("a"), "a"),
        (1, 1),
        (1.5, 1.5),
        (True, True),
        (None, None),
        (Vaulted(), "opened"),
        (("a", Text("b")), ["a", "b"]),
        (collections.OrderedDict({Text("k"): [Text("v")]}), {"k": ["v"]}),
    ],
    ids=["text", "int", "float", "bool", "null", "vaulted", "tuple", "mapping"],
)
def test_plain(value, expected):
    result = plain(value)
    assert result == expected
    assert result.__class__ is expected.__class__


def test_plain_inside():
    assert plain({Text("k"): [Text("v")]})["k"][0].__class__ is str
    assert [key.__class__ for key in plain({Text("k"): 1})] == [str]


@pytest.mark.parametrize(
    ("variables", "seen"),
    [
        pytest.param({OBSERVED: {"interfaces": [], "changed": False}}, True, id="answered"),
        pytest.param({}, False, id="never asked"),
        pytest.param({OBSERVED: {"unreachable": True, "msg": "no route"}}, False, id="unreachable"),
        pytest.param({OBSERVED: {"failed": True, "msg": "no"}}, False, id="failed"),
        pytest.param({OBSERVED: {"failed": True, "interfaces": []}}, False, id="failed with a part of the answer"),
        pytest.param({OBSERVED: {"skipped": True}}, False, id="skipped"),
        pytest.param({OBSERVED: "text"}, False, id="no mapping"),
    ],
)
def test_observation(variables, seen):
    assert (observation(variables) is not None) is seen


LOST = {"unreachable": True, "msg": "Task failed: no answer within 30 s"}


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, None),
        ({OBSERVED: {"interfaces": []}}, None),
        ({OBSERVED: {"failed": True, "msg": "no"}}, "no"),
        ({OBSERVED: LOST}, "no answer within 30 s"),
        *(({OBSERVED: {"interfaces": []}, name: LOST}, "no answer within 30 s") for name in LOOKS),
        # It was waited for, and then looked at.
        ({OBSERVED: {"interfaces": []}, LOOKS[0]: {"failed": True, "msg": "not settled"}}, None),
    ],
)
def test_reason(variables, told):
    assert reason(variables) == told


@expects(("member", "members"), plan="group_plan", verdict="group_verdict")
def guarded(plan, member, verdict=None):
    """A filter."""
    return member


PLAN = {"groups": {}, "members": {"app1": {}}, "findings": []}


@pytest.mark.parametrize(
    ("plan", "member", "verdict", "words"),
    [
        (None, "app1", None, "guarded expects what group_plan returned."),
        ([], "app1", None, "guarded expects what group_plan returned."),
        ({"members": {}}, "app1", None, "guarded expects what group_plan returned."),
        (PLAN, "app9", None, "guarded expects what group_plan returned, with app9 among its members."),
        (PLAN, "app1", {}, "guarded expects what group_verdict returned."),
    ],
)
def test_filter_that_is_given_something_else(plan, member, verdict, words):
    with pytest.raises(AnsibleFilterError) as refused:
        guarded(plan, member=member, verdict=verdict)
    assert words in str(refused.value)


def test_filter_that_is_given_what_it_expects():
    assert guarded(PLAN, "app1") == guarded(PLAN, "app1", verdict=None) == guarded(PLAN, "app1", PLAN) == "app1"
