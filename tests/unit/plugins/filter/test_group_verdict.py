# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what the filter group_verdict takes out of Ansible's variables; the judge itself has its own tests."""

from __future__ import annotations

import time

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.group_verdict import FilterModule
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import OBSERVED
from builders import inventory, plan, running

group_verdict = FilterModule().filters()["group_verdict"]


def healthy():
    planned = plan(inventory())
    return planned, {name: {OBSERVED: running(planned["groups"]["web"], name, "app1")} for name in ("app1", "app2")}


def test_healthy():
    verdict = group_verdict(*healthy())
    assert (verdict["ok"], verdict["findings"], verdict["owners"]) == (True, [], {"web": {"192.0.2.10": "app1"}})


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {OBSERVED: {"unreachable": True, "msg": "x"}},
        {OBSERVED: {"failed": True, "msg": "x"}},
        {OBSERVED: {"skipped": True}},
    ],
    ids=["never asked", "unreachable", "failed", "skipped"],
)
def test_member_without_an_observation(variables):
    planned, hostvars = healthy()
    hostvars["app2"] = variables
    (finding,) = group_verdict(planned, hostvars)["findings"]
    assert (finding["host"], finding["problem"]) == ("app2", "it could not be observed.")


@pytest.mark.parametrize("planned", [None, [], {"members": {}}, "text"])
def test_no_plan(planned):
    with pytest.raises(AnsibleFilterError, match="expects what group_plan returned"):
        group_verdict(planned, {})


def test_no_hostvars():
    with pytest.raises(AnsibleFilterError, match="expects hostvars, not list"):
        group_verdict(healthy()[0], [])


@pytest.mark.parametrize("kind", [float, str], ids=["as it is", "as before ansible-core 2.19"])
@pytest.mark.parametrize(("off", "problem"), [(60.0, "its clock is"), (-60.0, "its clock is"), (0.0, None)])
def test_clock(kind, off, problem):
    planned, hostvars = healthy()
    now = time.time()
    for variables in hostvars.values():
        variables[OBSERVED]["time"] = now
    hostvars["app2"][OBSERVED]["time"] += off
    findings = group_verdict(planned, hostvars, None, kind(now - 1))["findings"]
    assert [one["code"] for one in findings] == (["clock"] if problem else [])


def test_host_that_left_the_play_is_not_judged_by_what_it_told_before():
    (finding,) = group_verdict(*healthy(), hosts=["app1"])["findings"]
    assert (finding["host"], finding["code"]) == ("app2", "unreachable")


def test_a_host_s_own_words_are_told():
    planned, hostvars = healthy()
    hostvars["app2"] = {OBSERVED: {"failed": False, "msg": "Missing sudo password"}}
    (finding,) = group_verdict(planned, hostvars)["findings"]
    assert (finding["code"], finding["evidence"]) == ("unreachable", "Missing sudo password")


def test_what_was_heard_before_the_look_counts_with_it():
    planned, hostvars = healthy()
    heard = {"virtual_routers": [{
        "virtual_router_id": 10, "interface": "eth0", "family": "ipv4", "vlan": None,
        "sources": [{
            "source": "192.0.2.66", "source_mac": "00:00:5e:00:53:66", "priority": 250, "advert_int": 1.0,
            "blocked": 0,
        }],
    }]}  # fmt: skip
    hostvars["app2"]["heard"] = heard
    hostvars["app1"]["heard"] = {"skipped": True}
    assert group_verdict(planned, hostvars)["findings"] == []
    (finding,) = group_verdict(planned, hostvars, heard="heard")["findings"]
    assert (finding["code"], finding["host"]) == ("stranger", "app2")


def test_why_a_host_has_left_the_play_is_told():
    planned, hostvars = healthy()
    (finding,) = group_verdict(planned, hostvars, hosts=["app1"])["findings"]
    assert finding["problem"] == "it failed in this run, and was not judged."
    hostvars["app2"]["__hot_standby_begun"] = {"unreachable": True, "msg": "no route to host"}
    (finding,) = group_verdict(planned, hostvars, hosts=["app1"])["findings"]
    assert (finding["problem"], finding["evidence"]) == ("it could not be observed.", "no route to host")
