# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks as jobs of AWX, by ansible-runner: what is refused before a write, and what is handed on."""

from __future__ import annotations

import json
import re

import pytest

pytest.importorskip("ansible_runner", reason="ansible-runner is not installed: pip install 'ansible-runner>=2.4,<2.5'")

import jobs

#: What only looks, computes or refuses.
HARMLESS = {
    "setup", "set_fact", "assert", "fail", "debug", "validate_argument_spec", "set_stats", "stat", "command",
    "hotstandby.vrrp.hot_standby_info", "hotstandby.vrrp.keepalived_info", "hotstandby.vrrp.report",
}  # fmt: skip
#: What changes a group. In check mode, so that this machine stays as it is even if nothing is refused.
CHANGING = ("site", "update", "handover", "drill")
OPERATION = {"hot_standby_handover_from": "web1", "hot_standby_drill_confirm": "web"}
CHECK = "--check"


@pytest.fixture(scope="module")
def inventory():
    return jobs.on(jobs.example(), jobs.HERE)


@pytest.fixture(scope="module")
def planned(inventory, tmp_path_factory):
    """A job of plan over the whole inventory."""
    return jobs.run(jobs.prepare(tmp_path_factory.mktemp("plan"), inventory, options="--diff"), "plan")


def changed(job):
    return [event["event_data"]["task"] for event in job.events if event["event_data"].get("res", {}).get("changed")]


def see_that_nothing_was_touched(job):
    """It has only looked. What looks only is told by its module: in check mode nothing else would change either."""
    assert job.rc == 2
    assert {action for action, _name in job.ran} <= HARMLESS
    assert changed(job) == []
    assert jobs.SECRET not in job.text


def test_plan(planned):
    assert planned.rc == 0
    assert changed(planned) == ["Compare | Tell what would change in the configuration"] * 4
    # The comparison is in check mode.
    included = {"include_role", "hotstandby.vrrp.keepalived_config"}
    assert {action for action, _name in planned.ran} <= HARMLESS | included
    assert "Group web: web1, web2" in planned.text
    assert jobs.SECRET not in planned.text


def test_plan_hands_on_its_digest(planned):
    digest = planned.artifacts["hot_standby_plan_digest"]
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert planned.artifacts["hot_standby_result"] == {
        "format": 1,
        "ok": True,
        "severity": "ok",
        "groups": {name: {"severity": "ok", "owners": {}} for name in ("mail", "web")},
        "digest": digest,
    }
    assert len(json.dumps(planned.artifacts)) < 500


def test_plan_on_an_execution_node(planned, inventory, tmp_path):
    """Nothing of the controller but what is transmitted is needed, and all comes back."""
    place = jobs.prepare(tmp_path / "here", inventory, options="--diff")
    job = jobs.carry(place, "plan", tmp_path / "elsewhere")
    assert job.rc == 0
    assert job.ran == planned.ran
    assert job.artifacts == planned.artifacts
    assert jobs.SECRET not in job.text


def test_plan_as_data(inventory, tmp_path):
    place = jobs.prepare(tmp_path, inventory, {"hot_standby_format": "json"})
    job = jobs.run(place, "plan")
    assert job.rc == 0
    assert '"auth_pass": "********"' in job.text
    assert jobs.SECRET not in job.text


@pytest.mark.parametrize(
    ("playbook", "number"), [("site", 0), *((name, 1) for name in [*CHANGING, "plan", "adopt"])]
)
def test_a_slice_is_refused(playbook, number, inventory, tmp_path):
    half = jobs.sliced(inventory, number, 2)
    assert set(half["_meta"]["hostvars"]) == ({"mail1", "web1"} if number == 0 else {"mail2", "web2"})
    job = jobs.run(jobs.prepare(tmp_path, half, {**OPERATION, "hot_standby_hosts": "web"}, CHECK), playbook)
    see_that_nothing_was_touched(job)
    missing = "web1" if number else "web2"
    expected = "of two hosts or more" if playbook == "adopt" else f"the inventory has no host {missing}"
    assert all(expected in job.refusal(host) for host in job.failures)
    assert job.failures


@pytest.mark.parametrize("playbook", CHANGING)
def test_a_slice_is_refused_where_the_members_are_not_named(playbook, inventory, tmp_path):
    half = jobs.sliced(jobs.without_members(inventory), 0, 2)
    job = jobs.run(jobs.prepare(tmp_path, half, OPERATION, CHECK), playbook)
    see_that_nothing_was_touched(job)
    assert "has one member only" in job.refusal("web1")


def test_a_slice_on_an_execution_node(inventory, tmp_path):
    half = jobs.sliced(inventory, 0, 2)
    job = jobs.carry(jobs.prepare(tmp_path / "here", half, options=CHECK), "site", tmp_path / "elsewhere")
    see_that_nothing_was_touched(job)
    assert "the inventory has no host web2" in job.refusal("web1")


def test_status_of_a_slice_is_an_error(inventory, tmp_path):
    job = jobs.run(jobs.prepare(tmp_path, jobs.sliced(inventory, 0, 2)), "status")
    see_that_nothing_was_touched(job)
    assert job.artifacts["hot_standby_result"]["ok"] is False


@pytest.mark.parametrize("playbook", [*CHANGING, "plan", "adopt"])
def test_a_limit_that_splits_a_group_is_refused(playbook, inventory, tmp_path):
    given = {**OPERATION, "hot_standby_hosts": "web"}
    job = jobs.run(jobs.prepare(tmp_path, inventory, given, f"{CHECK} --limit web1"), playbook)
    see_that_nothing_was_touched(job)
    expected = "run without a limit" if playbook == "adopt" else "the play leaves out web2 of the group web"
    assert expected in job.refusal("web1")


def test_the_first_member_that_is_lost_is_told_by_another(inventory, tmp_path):
    """Who is not there any more prints nothing."""
    lost = json.loads(json.dumps(inventory))
    lost["_meta"]["hostvars"]["web1"].update(
        ansible_connection="ssh", ansible_host="127.0.0.1", ansible_port=1, ansible_ssh_common_args="-o BatchMode=yes"
    )
    job = jobs.run(jobs.prepare(tmp_path, lost, options=f"{CHECK} --limit web"), "site")
    assert job.rc != 0
    assert job.failures == {"web2": "Refused, as told above."}
    assert "Nothing has changed on web2." in job.text
    assert "Make it reachable, or set hot_standby_allow_partial" in job.text


def test_a_limit_on_a_shard_has_the_digest_of_the_whole_plan(planned, inventory, tmp_path):
    job = jobs.run(jobs.prepare(tmp_path, inventory, options="--limit shard_02"), "plan")
    assert job.rc == 0
    assert set(job.artifacts["hot_standby_result"]["groups"]) == {"mail"}
    assert job.artifacts["hot_standby_plan_digest"] == planned.artifacts["hot_standby_plan_digest"]


COMPARE = "Plan | Refuse another inventory than the one that was planned"


@pytest.mark.parametrize("playbook", CHANGING)
def test_another_inventory_than_the_one_that_was_planned_is_refused(playbook, planned, inventory, tmp_path):
    """A workflow gives what plan has set to each later job as an extra variable."""
    other = json.loads(json.dumps(inventory))
    other["mail"]["vars"]["keepalived_vrrp_instances"][0]["virtual_ipaddress"] = ["192.0.2.21/24"]
    given = {**OPERATION, **planned.artifacts}
    job = jobs.run(jobs.prepare(tmp_path, other, given, f"{CHECK} --limit shard_01"), playbook)
    see_that_nothing_was_touched(job)
    assert "the inventory has changed since it was planned" in " ".join(job.failures.values())
    assert job.ran[-1] == ("assert", COMPARE)


def test_the_inventory_that_was_planned_is_not_refused(planned, inventory, tmp_path):
    """It gets as far as the limit, which is refused after that."""
    job = jobs.run(jobs.prepare(tmp_path, inventory, planned.artifacts, f"{CHECK} --limit web1"), "site")
    see_that_nothing_was_touched(job)
    assert ("assert", COMPARE) in job.ran
    assert job.ran[-1] == ("hotstandby.vrrp.report", "Refuse | Refuse what cannot be right")


def test_a_digest_that_could_not_be_made_is_equal_to_nothing(inventory, tmp_path):
    """A host out of the limit refers to what is not there."""
    other = json.loads(json.dumps(inventory))
    other["mail"]["vars"]["keepalived_vrrp_instances"] = "{{ not_there }}"
    job = jobs.run(jobs.prepare(tmp_path / "plan", other, options="--limit web"), "plan")
    assert job.rc == 0
    assert job.artifacts["hot_standby_plan_digest"] == "unknown"
    job = jobs.run(jobs.prepare(tmp_path / "site", other, job.artifacts, f"{CHECK} --limit web"), "site")
    see_that_nothing_was_touched(job)
    assert job.ran[-1] == ("assert", COMPARE)


@pytest.mark.parametrize(("fail_on", "rc"), [("never", 0), ("error", 2)])
def test_status_of_hosts_that_do_not_answer(fail_on, rc, inventory, tmp_path):
    """What is handed on is there in either case: a node for failures needs it the more."""
    away = jobs.on(inventory, jobs.NOWHERE)
    given = {"hot_standby_fail_on": fail_on, "hot_standby_format": "json"}
    job = jobs.run(jobs.prepare(tmp_path, away, given), "status")
    assert job.rc == rc
    assert changed(job) == []
    told = job.artifacts["hot_standby_result"]
    assert (told["ok"], told["severity"]) == (False, "error")
    assert told["groups"]["web"] == {"severity": "error", "owners": {"192.0.2.10": None}}
    assert '"code": "unreachable"' in job.text
    assert jobs.SECRET not in job.text


def test_the_result_of_an_earlier_job_does_not_come_before_that_of_this_one(inventory, tmp_path):
    stale = {"hot_standby_result": {"ok": True}}
    away = jobs.on(inventory, jobs.NOWHERE)
    job = jobs.run(jobs.prepare(tmp_path, away, {**stale, "hot_standby_fail_on": "never"}), "status")
    assert job.artifacts["hot_standby_result"]["ok"] is False
