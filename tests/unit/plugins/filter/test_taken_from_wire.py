# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what the filter taken_from_wire takes out of Ansible's variables; what it says has its own tests."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.taken_from_wire import FilterModule
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import OBSERVED
from judged import healthy

taken_from_wire = FilterModule().filters()["taken_from_wire"]


def told(**changes):
    planned, seen = healthy()
    for heard in seen.values():
        heard["adverts"]["virtual_routers"][0]["sources"][0].update(changes)
        heard["addresses"] = []
    return planned, {name: {OBSERVED: facts} for name, facts in seen.items()}


def test_free():
    assert taken_from_wire(*told(), "web") == []


def test_taken_once():
    planned, hostvars = told(source="192.0.2.66")
    assert len(taken_from_wire(planned, hostvars, "web")) == 1


def test_member_that_failed_has_heard_nothing():
    planned, hostvars = told(source="192.0.2.66")
    hostvars["app1"] = {OBSERVED: {"failed": True, "msg": "x"}}
    (text,) = taken_from_wire(planned, hostvars, "web")
    assert text.startswith("app2: ")


def test_no_group_of_the_plan():
    with pytest.raises(AnsibleFilterError, match="group_plan returned, with nobody among its groups"):
        taken_from_wire(*told(), "nobody")
