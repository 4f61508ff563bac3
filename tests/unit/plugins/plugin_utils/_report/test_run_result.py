# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run hands on: of a group that is well, of one that is not, of a plan, and of a drill."""

from __future__ import annotations

import json

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report.run_result import result
from builders import SECRET, instance, inventory, plan
from judged import healthy, verdict

PASS = {"auth_type": "PASS", "auth_pass": SECRET}
FAULT = {
    "fault": "stop", "owner": "app1", "expected": 0.297, "outage": 0.3, "longest_gap": 0.3, "total": 0.3, "requests": 9,
    "failed": 1, "served_by": ["app1", "app2"], "timeline": [{"start": 0}], "ok": True,
}  # fmt: skip


def test_a_group_that_is_well():
    planned, seen = healthy()
    assert result(planned, verdict(planned, seen)) == {
        "format": 1,
        "ok": True,
        "severity": "ok",
        "groups": {"web": {"severity": "ok", "owners": {"192.0.2.10": "app1"}}},
        "digest": planned["digest"],
    }


def test_a_group_without_an_owner():
    planned, seen = healthy()
    del seen["app1"]
    told = result(planned, verdict(planned, seen))
    assert (told["ok"], told["severity"]) == (False, "error")
    assert told["groups"]["web"] == {"severity": "error", "owners": {"192.0.2.10": None}}


def test_a_plan():
    told = result(plan(inventory()))
    assert (told["ok"], told["severity"], told["groups"]) == (True, "ok", {"web": {"severity": "ok", "owners": {}}})


def test_a_plan_that_is_refused():
    told = result(plan(inventory(keepalived_firewall="maybe")))
    assert (told["ok"], told["groups"]["web"]["severity"]) == (False, "error")


def test_a_host_that_cannot_be_planned_for():
    told = result(plan(inventory(count=1)))
    assert (told["ok"], told["severity"], told["groups"]) == (False, "error", {})


def test_a_drill():
    planned, seen = healthy()
    told = result(planned, verdict(planned, seen), [FAULT])
    assert told["ok"]
    assert told["drill"] == [{"fault": "stop", "owner": "app1", "expected": 0.297, "outage": 0.3, "ok": True}]
    assert not result(planned, verdict(planned, seen), [FAULT, {**FAULT, "ok": False}])["ok"]


def test_there_is_no_password_in_it_and_it_is_small():
    planned, seen = healthy(instance(authentication=PASS))
    assert SECRET in json.dumps(planned)
    text = json.dumps(result(planned, verdict(planned, seen), [FAULT]))
    assert SECRET not in text
    assert len(text) < 500
