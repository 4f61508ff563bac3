# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filter handover_plan takes out of Ansible's variables; what is to be done has its own tests."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.handover_plan import FilterModule
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import OBSERVED
from judged import healthy

handover_plan = FilterModule().filters()["handover_plan"]


def test_empty_variables_are_not_asked_for():
    planned, seen = healthy()
    result = handover_plan(planned, {name: {OBSERVED: facts} for name, facts in seen.items()}, "app2", "", "")
    assert (result["problem"], result["writes"]) == (None, {"app1": -251})


def test_member_that_does_not_answer():
    planned, seen = healthy()
    hostvars = {"app1": {OBSERVED: seen["app1"]}, "app2": {OBSERVED: {"unreachable": True}}}
    assert handover_plan(planned, hostvars, "app2")["problem"].startswith("app2 could not be looked at.")


def test_no_plan():
    with pytest.raises(AnsibleFilterError, match="expects what group_plan returned"):
        handover_plan([], {})
