# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter over hostvars: the members of the same group only, and those that answered."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.handover_capability import handover_capability

FILE = "/etc/keepalived/maintenance"
MODEL = {"planned_members": ["app1", "app2"], "keepalived": {"maintenance": {"file": FILE}}}
PLAN = {"groups": {}, "members": {"app1": MODEL}}


def look(state):
    return {"__hot_standby_looked": {"instances": [{"name": "VI_1", "state": state}], "files": [{"path": FILE}]}}


def test_another_groups_member_does_not_stand_by():
    hostvars = {"app1": look("MASTER"), "app2": {}, "other": look("BACKUP")}
    assert handover_capability(PLAN, hostvars, "app1")["possible"] is False
    hostvars["app2"] = look("BACKUP")
    assert handover_capability(PLAN, hostvars, "app1")["possible"] is True


def test_no_member():
    with pytest.raises(AnsibleFilterError, match="handover_capability expects what group_plan returned"):
        handover_capability(PLAN, {}, "app9")
