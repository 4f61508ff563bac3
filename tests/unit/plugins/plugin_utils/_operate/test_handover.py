# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is to stand back for whom, and what is refused."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate.handover import Request, handover
from builders import instance, names
from hypothesis import given, strategies as st
from judged import healthy

FILE = "/etc/keepalived/maintenance"
AWAY, BACK, HERE = -253, -251, 0


def ask(planned, seen, **wanted):
    result = handover(planned, seen, Request(**wanted))
    return result["problem"], result["writes"], result["owners"]


def test_to_the_second():
    planned, seen = healthy(count=3)
    result = handover(planned, seen, Request(to="app2"))
    assert (result["problem"], result["writes"], result["owners"]) == (None, {"app1": BACK}, {"VI_1": "app2"})
    assert result["text"] == [
        "VI_1 (192.0.2.10/24) moves from app1 to app2; both answer until it has.",
        "app1 stands back, until it is told otherwise.",
    ]


def test_to_the_last_and_to_the_second_again():
    planned, seen = healthy(count=3)
    assert ask(planned, seen, to="app3") == (None, {"app1": BACK, "app2": BACK}, {"VI_1": "app3"})
    seen["app1"]["numbers"][FILE] = seen["app2"]["numbers"][FILE] = BACK
    assert ask(planned, seen, to="app2") == (None, {"app2": HERE}, {"VI_1": "app2"})
    assert ask(planned, seen, to="app1") == (None, {"app1": HERE, "app2": HERE}, {"VI_1": "app1"})


def test_maintenance_of_another_member_stays():
    planned, seen = healthy(count=3)
    seen["app1"]["numbers"][FILE] = AWAY
    assert ask(planned, seen, to="app3") == (None, {"app2": BACK}, {"VI_1": "app3"})
    assert ask(planned, seen, to="app1") == (None, {"app1": HERE}, {"VI_1": "app1"})


def test_maintenance_of_owner_and_standby():
    planned, seen = healthy()
    assert ask(planned, seen, leaving="app1") == (None, {"app1": AWAY}, {"VI_1": "app2"})
    assert ask(planned, seen, leaving="app2") == (None, {"app2": AWAY}, {"VI_1": "app1"})


@pytest.mark.parametrize("end", ["app1", "web"])
def test_end(end):
    planned, seen = healthy(owner="app2")
    seen["app1"]["numbers"][FILE] = AWAY
    assert ask(planned, seen, end=end) == (None, {"app1": HERE}, {"VI_1": "app1"})


def test_second_time_has_nothing_to_do():
    planned, seen = healthy(owner="app2")
    seen["app1"]["numbers"][FILE] = BACK
    result = handover(planned, seen, Request(to="app2"))
    assert (result["writes"], result["text"]) == ({}, ["VI_1 (192.0.2.10/24) stays on app2."])


def test_active_active_moves_both():
    shared = [
        instance(priority={"app1": 200, "app2": 100}),
        instance(virtual_ipaddress=["192.0.2.11/24"], priority={"app1": 100, "app2": 200}),
    ]
    planned, seen = healthy(*shared)
    problem, writes, owners = ask(planned, seen, leaving="app1")
    assert (problem, writes, set(owners.values())) == (None, {"app1": AWAY}, {"app2"})


@given(count=st.integers(2, 6), data=st.data())
def test_whoever_is_named_owns_everything(count, data):
    planned, seen = healthy(count=count)
    wanted = data.draw(st.sampled_from(names(count)))
    for member in names(count):
        seen[member]["numbers"][FILE] = data.draw(st.sampled_from([AWAY, BACK, HERE]))
    problem, writes, owners = ask(planned, seen, to=wanted)
    assert (problem, owners) == (None, {"VI_1": wanted})
    numbers = {member: writes.get(member, seen[member]["numbers"][FILE]) for member in names(count)}
    ranking = planned["groups"]["web"]["instances"][0]["ranking"]
    assert numbers[wanted] == HERE
    assert all(numbers[member] < HERE for member in ranking[: ranking.index(wanted)])


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({}, "Set one of hot_standby_handover_to"),
        ({"to": "app1", "leaving": "app2"}, "Set one of hot_standby_handover_to"),
        ({"to": "db1"}, "hot_standby_handover_to: db1 is no member of a group of this play. These are: app1, app2."),
        ({"leaving": "web"}, "hot_standby_handover_from: web is no member"),
    ],
)
def test_what_cannot_be_asked(wanted, words):
    problem, writes, _owners = ask(*healthy(), **wanted)
    assert words in problem
    assert writes == {}


def fault(seen):
    seen["keepalived"]["instances"][0]["state"] = "FAULT"


def silent(seen):
    seen["http"][0].update(status=None, error="Connection refused")


def gone(seen):
    seen["keepalived"].update(status="not_running", instances=[])


@pytest.mark.parametrize("corrupt", [fault, silent, gone])
@pytest.mark.parametrize("wanted", [{"to": "app2"}, {"leaving": "app1"}])
def test_nobody_fit_is_left(corrupt, wanted):
    planned, seen = healthy()
    corrupt(seen["app2"])
    problem, writes, _owners = ask(planned, seen, **wanted)
    assert problem
    assert writes == {}


def test_what_it_would_cost_where_nobody_preempts():
    planned, seen = healthy(instance(nopreempt=True))
    problem, writes, _owners = ask(planned, seen, to="app2")
    assert "app1, app2 cannot hand over without losing requests" in problem
    assert "They are away for VI_1 0.297 s." in problem
    assert writes == {}


@pytest.mark.parametrize("corrupt", [fault, silent, gone])
def test_one_that_is_named_and_not_fit_is_not_replaced_by_another(corrupt):
    planned, seen = healthy(count=3)
    corrupt(seen["app2"])
    problem, writes, _owners = ask(planned, seen, to="app2")
    assert problem.startswith("hot_standby_handover_to: app2 could not")
    assert writes == {}


def test_group_with_a_member_that_could_not_be_looked_at():
    planned, seen = healthy(count=3)
    del seen["app2"]
    assert ask(planned, seen, end="app2")[0].startswith("app2 could not be looked at.")
    seen["app1"]["numbers"][FILE] = AWAY
    assert ask(planned, seen, end="web") == (None, {"app1": HERE}, {"VI_1": "app1"})
