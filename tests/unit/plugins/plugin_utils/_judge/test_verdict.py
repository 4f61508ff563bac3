# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the judge: a healthy group has no finding, and each thing that goes wrong has its own, on the right host."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.verdict import judge
from builders import instance, interface, inventory, names, plan, running
from hypothesis import given, strategies as st

VIP = "192.0.2.10"


def healthy(*instances, count=2, owner="app1", **variables):
    """A plan and the observations of its members, all well."""
    planned = plan(inventory(*instances, count=count, **variables))
    assert planned["errors"] == []
    group = planned["groups"]["web"]
    return planned, {member: running(group, member, owner) for member in group["members"]}


def found(verdict):
    return [(finding["severity"], finding["host"], finding["problem"]) for finding in verdict["findings"]]


def state(seen, member, value, position=0):
    seen[member]["keepalived"]["instances"][position]["state"] = value


def hold(seen, member, address=f"{VIP}/24"):
    seen[member]["interfaces"][1]["addresses"] += interface("eth0", address)["addresses"]


def lose(seen, member, address=VIP):
    entries = seen[member]["interfaces"][1]["addresses"]
    entries[:] = [entry for entry in entries if entry["address"] != address]


def daemon(seen, member, **facts):
    seen[member]["keepalived"].update(facts)


@given(st.integers(2, 8), st.integers(1, 3), st.booleans())
def test_a_healthy_group_has_no_finding(count, instances, unicast):
    written = [
        instance(virtual_ipaddress=[f"192.0.2.{10 + number}/24"], unicast=unicast) for number in range(instances)
    ]
    verdict = judge(*healthy(*written, count=count))
    assert (verdict["ok"], verdict["findings"]) == (True, [])
    assert verdict["owners"] == {"web": {f"192.0.2.{10 + number}": "app1" for number in range(instances)}}
    assert len(verdict["summary"]) == instances


def test_summary():
    assert judge(*healthy())["summary"] == [
        "web: 192.0.2.10/24 (VI_1) is owned by app1. app2 stands by: it takes over 0.297 s after a clean stop and "
        "at most 3.297 s after a crash."
    ]


def test_summary_of_a_single_member():
    verdict = judge(*healthy(count=1, hot_standby_allow_single=True))
    assert (verdict["ok"], verdict["summary"]) == (True, ["web: 192.0.2.10/24 (VI_1) is owned by app1."])


def second_master(seen):
    state(seen, "app2", "MASTER")
    hold(seen, "app2")


def nobody(seen):
    state(seen, "app1", "BACKUP")
    lose(seen, "app1")


def killed(seen):
    """kill -9 leaves the address behind."""
    daemon(seen, "app1", status="not_running", message="keepalived is not running.", running=False, instances=[])
    state(seen, "app2", "MASTER")
    hold(seen, "app2")


def other_vrid(seen):
    seen["app2"]["keepalived"]["instances"][0]["virtual_router_id"] = 99


ALONE = "it is the only one left for VI_1: one more fault takes the addresses away."
CORRUPTIONS = {
    "two owners": (
        second_master,
        [
            ("error", "app1", f"{VIP} has 2 owners: it, and app2."),
            ("error", "app2", f"{VIP} has 2 owners: it, and app1."),
        ],
        None,
    ),
    "nobody": (nobody, [("error", "app1", f"nobody owns {VIP}.")], None),
    "address left after kill -9": (
        killed,
        [
            ("error", "app1", "keepalived does not tell its state."),
            ("error", "app1", f"it holds {VIP} without being MASTER."),
            ("warning", "app2", "it owns VI_1, while app1 has the highest priority."),
            ("warning", "app2", ALONE),
        ],
        "app2",
    ),
    "address taken away": (
        lambda seen: lose(seen, "app1"),
        [
            ("error", "app1", f"it is MASTER of VI_1 but does not hold {VIP}."),
            ("error", "app1", f"nobody owns {VIP}."),
        ],
        None,
    ),
    "address on a backup": (
        lambda seen: hold(seen, "app2"),
        [("error", "app2", f"it holds {VIP} without being MASTER.")],
        "app1",
    ),
    "backup in FAULT": (
        lambda seen: state(seen, "app2", "FAULT"),
        [
            ("error", "app2", "VI_1 is in state FAULT: it could not take over."),
            ("warning", "app1", ALONE),
        ],
        "app1",
    ),
    "instance not loaded": (
        lambda seen: seen["app2"]["keepalived"]["instances"].clear(),
        [
            ("error", "app2", "its keepalived does not run the instance VI_1."),
            ("warning", "app1", ALONE),
        ],
        "app1",
    ),
    "instance with another vrid": (
        other_vrid,
        [("error", "app2", "its keepalived does not run the instance VI_1."), ("warning", "app1", ALONE)],
        "app1",
    ),
    "daemon frozen": (
        lambda seen: daemon(seen, "app2", status="frozen", message="it is stopped", instances=[]),
        [
            ("error", "app2", "keepalived does not tell its state."),
            ("warning", "app1", ALONE),
        ],
        "app1",
    ),
    "unreachable": (lambda seen: seen.pop("app2"), [("error", "app2", "it could not be observed.")], "app1"),
}


@pytest.mark.parametrize(("corrupt", "expected", "owner"), CORRUPTIONS.values(), ids=CORRUPTIONS)
def test_what_goes_wrong(corrupt, expected, owner):
    planned, seen = healthy()
    corrupt(seen)
    verdict = judge(planned, seen)
    assert found(verdict) == expected
    assert verdict["ok"] is False
    assert verdict["owners"]["web"][VIP] == owner
    for finding in verdict["findings"]:
        assert finding["group"] == "web"
        assert finding["text"] == f"{finding['host']}: {finding['problem']} ({finding['evidence']}) {finding['remedy']}"
        assert finding["remedy"].endswith(".")


def test_evidence_tells_what_was_seen():
    planned, seen = healthy()
    state(seen, "app1", "FAULT")
    lose(seen, "app1")
    nobody_owns = judge(planned, seen)["findings"][0]
    assert nobody_owns["evidence"] == "states: app1 FAULT, app2 BACKUP"


@pytest.mark.parametrize(("nopreempt", "severities"), [(False, ["warning"]), (True, [])])
def test_another_owner_than_the_first(nopreempt, severities):
    verdict = judge(*healthy(instance(nopreempt=nopreempt), owner="app2"))
    assert verdict["ok"] is True
    assert [finding["severity"] for finding in verdict["findings"]] == severities


def test_partial_group_is_judged_without_its_dead_member():
    planned, seen = healthy(count=3, hot_standby_allow_partial=True)
    del seen["app3"]
    verdict = judge(planned, seen)
    assert found(verdict) == [("warning", "app3", "it could not be observed.")]
    assert verdict["ok"] is True


def test_partial_group_whose_owner_was_not_looked_at():
    planned, seen = healthy(hot_standby_allow_partial=True)
    del seen["app1"]
    verdict = judge(planned, seen)
    assert found(verdict) == [
        ("warning", "app1", "it could not be observed."),
        ("warning", "app1", "it, or another member that was not looked at, owns 192.0.2.10."),
    ]
    assert (verdict["ok"], verdict["owners"]) == (True, {"web": {VIP: None}})


def test_partial_group_that_hears_nobody_is_not_well():
    planned, seen = healthy(hot_standby_allow_partial=True)
    del seen["app1"]
    seen["app2"]["keepalived"]["instances"][0]["master_priority"] = None
    verdict = judge(planned, seen)
    words = "nobody who told its state owns 192.0.2.10, and it did not tell."
    assert ("error", "app1", words) in found(verdict)
    assert verdict["ok"] is False


def test_second_address_of_an_instance():
    planned, seen = healthy(instance(virtual_ipaddress=["192.0.2.10/24", "192.0.2.11/24"]))
    lose(seen, "app1", "192.0.2.11")
    verdict = judge(planned, seen)
    assert found(verdict)[0] == ("error", "app1", "it is MASTER of VI_1 but does not hold 192.0.2.11.")
    assert verdict["owners"]["web"] == {"192.0.2.10": "app1", "192.0.2.11": None}


@given(st.integers(2, 8), st.data())
def test_exactly_one_owner_whatever_is_seen(count, data):
    planned, seen = healthy(count=count)
    masters = data.draw(st.sets(st.sampled_from(names(count))))
    holders = data.draw(st.sets(st.sampled_from(names(count))))
    for member in seen:
        state(seen, member, "MASTER" if member in masters else "BACKUP")
        lose(seen, member)
    for member in holders:
        hold(seen, member)
    verdict = judge(planned, seen)
    well = masters == holders and len(masters) == 1
    assert verdict["ok"] is well
    assert verdict["owners"]["web"][VIP] == (next(iter(masters & holders)) if len(masters & holders) == 1 else None)


def test_lost_is_what_had_an_owner():
    plan, observations = healthy()
    group = plan["groups"]["web"]
    address = group["instances"][0]["addresses"][0].split("/")[0]
    assert judge(plan, observations)["lost"] == {"web": []}
    for seen in observations.values():
        seen["keepalived"]["instances"][0]["state"] = "FAULT"
        for one in seen["interfaces"]:
            one["addresses"] = [entry for entry in one["addresses"] if entry["address"] != address]
    assert judge(plan, observations)["lost"] == {"web": [address]}
    group["ownerless"] = [address]
    assert judge(plan, observations)["lost"] == {"web": []}


def test_from_which_severity_on_a_run_fails():
    planned, seen = healthy(owner="app2")
    (warning,) = judge(planned, seen)["findings"]
    assert judge(planned, seen)["failing"] == {"error": [], "warning": [warning["text"]], "never": []}
    state(seen, "app1", "FAULT")
    failing = judge(planned, seen)["failing"]
    assert [len(failing[name]) for name in ("error", "warning", "never")] == [1, 3, 0]
