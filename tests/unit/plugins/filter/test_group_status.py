# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filters of the state take out of Ansible's variables; the state itself has its own tests."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.group_status import FilterModule
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import OBSERVED
from judged import healthy, verdict

FILTERS = FilterModule().filters()


def test_a_member_that_does_not_answer():
    planned, seen = healthy()
    hostvars = {"app1": {OBSERVED: seen["app1"]}, "app2": {OBSERVED: {"unreachable": True, "msg": "timed out"}}}
    state = FILTERS["group_status"](planned, verdict(planned, {"app1": seen["app1"]}), hostvars)
    assert {name: facts["reached"] for name, facts in state["groups"]["web"]["members"].items()} == {
        "app1": True,
        "app2": False,
    }
    assert "not reached" in FILTERS["status_text"](state)
    assert "not reached" in FILTERS["status_page"](state)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("group_status", ({}, {"findings": []}, {}), "expects what group_plan returned"),
        ("group_status", ({"members": {}, "groups": {}}, {}, {}), "expects what group_verdict returned"),
        ("status_text", ([],), "expects what group_status returned"),
        ("status_page", ({},), "expects what group_status returned"),
    ],
)
def test_what_is_none(name, arguments, words):
    with pytest.raises(AnsibleFilterError, match=words):
        FILTERS[name](*arguments)
