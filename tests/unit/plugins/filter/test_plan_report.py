# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the filter plan_report; what it says has its own tests."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.plan_report import FilterModule
from builders import SECRET, instance, inventory, plan

plan_report = FilterModule().filters()["plan_report"]
WITH_PASSWORD = plan(inventory(instance(authentication={"auth_type": "PASS", "auth_pass": SECRET})))


def test_text():
    assert plan_report(WITH_PASSWORD).startswith("Group web: app1, app2\n")
    assert SECRET not in plan_report(WITH_PASSWORD)


def test_json_has_no_password():
    found = plan_report(WITH_PASSWORD, "json")
    assert found["groups"] == WITH_PASSWORD["groups"]
    assert SECRET not in str(found)
    assert SECRET in str(WITH_PASSWORD)


@pytest.mark.parametrize(
    ("plan", "format", "words"),
    [("x", "text", "group_plan returned"), ({}, "text", "group_plan returned"), (WITH_PASSWORD, "xml", "not 'xml'")],
)
def test_refused(plan, format, words):
    with pytest.raises(AnsibleFilterError, match=words):
        plan_report(plan, format)
