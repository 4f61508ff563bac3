# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drill is refused for, how long it takes, and what it makes of a measurement."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import drill
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import nginx
from builders import instance
from judged import healthy, verdict

FILE = "/etc/keepalived/maintenance"


def ask(planned, seen, confirmed="web", faults=("stop",), address=None):
    programs = {member: facts["programs"] for member, facts in seen.items()}
    return drill.drill(planned, verdict(planned, seen), confirmed, list(faults), address, programs)


def test_what_is_done():
    result = ask(*healthy(), faults=["stop", "kill", "nginx"])
    assert result["problem"] is None
    assert (result["instance"], result["address"], result["port"], result["path"], result["host_header"]) == (
        "VI_1", "192.0.2.10", 80, "/health", "192.0.2.10",
    )  # fmt: skip
    assert result["faults"] == [
        {"name": "stop", "delay": 4.0, "hold": 3.3, "probe": 14.6},
        {"name": "kill", "delay": 4.0, "hold": 6.3, "probe": 17.6},
        {"name": "nginx", "delay": 4.0, "hold": 6.3, "probe": 20.6},
    ]


@pytest.mark.parametrize(("app1", "app2", "unable"), [
    ("nft", "iptables", None), ("nft", None, "app2 has neither"), (None, None, "app1, app2 have neither"),
])  # fmt: skip
def test_fault_that_a_member_cannot_make_is_refused_before_any_is_made(app1, app2, unable):
    planned, seen = healthy()
    for member, program in (("app1", app1), ("app2", app2)):
        seen[member]["programs"] = {"nft": None, "iptables": None, program: program and f"/usr/sbin/{program}"}
    problem = ask(planned, seen, faults=["stop", "block"])["problem"]
    assert problem is None if unable is None else unable in problem and "Install the package nftables there" in problem
    assert ask(planned, seen, faults=["stop", "link"])["problem"] is None


def test_nginx_that_is_dead_is_seen_by_the_numbers_of_its_check():
    """Its check does not wait: the timeout is no part of it."""
    planned, seen = healthy(
        nginx_check_interval=2, nginx_check_timeout=60, nginx_check_fall=4, nginx_check_rise=5
    )  # fmt: skip
    drilled = ask(planned, seen, faults=["stop", "nginx"])
    assert drilled["faults"] == [
        {"name": "stop", "delay": 4.0, "hold": 3.3, "probe": 14.6},
        {"name": "nginx", "delay": 4.0, "hold": 13.3, "probe": 36.6},
    ]
    assert drill.measured(planned, drilled, "nginx", "app1", probe(9.0, "app1", "app2"))["expected"] == 10.297


def test_slowest_check_of_a_group_counts():
    planned, _seen = healthy()
    planned["members"]["app2"]["nginx"]["check"]["fall"] = 9
    assert nginx.slowest_check(planned, planned["groups"]["web"])["fall"] == 9
    del planned["members"]["app2"]
    assert nginx.slowest_check(planned, planned["groups"]["web"])["fall"] == 2
    planned["members"]["app1"]["nginx"] = None
    assert nginx.slowest_check(planned, planned["groups"]["web"]) == {}


def test_another_address():
    planned, seen = healthy(instance(), instance(virtual_ipaddress=["192.0.2.11/24"]))
    assert ask(planned, seen, address="192.0.2.11")["instance"] == "VI_2"
    assert (
        "hot_standby_drill_address: 192.0.2.12 is none of 192.0.2.10, 192.0.2.11."
        in (ask(planned, seen, address="192.0.2.12")["problem"])
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"confirmed": ""}, "Set hot_standby_drill_confirm to its name to do that: web."),
        ({"confirmed": "db"}, "hot_standby_drill_confirm: db is no group of this play. These are: web."),
        ({"faults": ["stop", "fire"]}, "hot_standby_drill_faults: fire is not known. Known are stop, kill"),
        ({"faults": []}, "hot_standby_drill_faults: an empty list is not known."),
    ],
)
def test_what_cannot_be_asked(asked, words):
    result = ask(*healthy(), **asked)
    assert words in result["problem"]
    assert result["faults"] == []


def test_group_that_is_not_well():
    planned, seen = healthy()
    seen["app2"]["keepalived"].update(status="not_running", message="it is not running.", instances=[])
    assert "The group web is not well, and a drill would be an outage." in ask(planned, seen)["problem"]


def test_group_without_redundancy():
    planned, seen = healthy(count=1, hot_standby_allow_single=True)
    assert ask(planned, seen)["problem"]


def test_maintenance():
    planned, seen = healthy(count=3)
    seen["app3"]["numbers"][FILE] = -253
    assert "app3 leaves its addresses to the others. End that first" in ask(planned, seen)["problem"]


def test_a_warning_is_no_reason():
    planned, seen = healthy()
    seen["app2"]["clock_offset"] = 60.0
    assert ask(planned, seen)["problem"] is None


def test_nothing_to_measure():
    assert "hot_standby_service is none" in ask(*healthy(hot_standby_service="none"))["problem"]


def probe(longest, *parts, still_open=False):
    return {
        "outage_longest": longest, "outage_total": longest, "longest_gap": longest or None,
        "requests": {"sent": 1000, "failed": round(longest * 100)},
        "outages": [{"open": still_open}] if longest else [],
        "timeline": [{"served_by": name} for name in parts],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "longest", "still_open", "expected", "ok"),
    [
        ("stop", 0.3, False, 0.297, True),
        ("stop", 1.2, False, 0.297, False),
        ("kill", 3.1, False, 3.297, True),
        ("kill", 3.9, False, 3.297, False),
        ("freeze", 0.0, False, 3.297, True),
        ("nginx", 2.0, False, 3.297, True),
        ("link", 2.0, True, 3.297, False),
    ],
)
def test_measurement(fault, longest, still_open, expected, ok):
    planned, seen = healthy()
    drilled = ask(planned, seen)
    seen_by = probe(longest, "app1", None, "app2", "app2", "app1", still_open=still_open)
    result = drill.measured(planned, drilled, fault, "app1", seen_by)
    assert (result["expected"], result["ok"]) == (expected, ok)
    assert result["served_by"] == ["app1", "app2", "app1"]
    assert ("as expected" in drill.text([result])) is ok


def test_nobody_answered_at_all():
    planned, seen = healthy()
    result = drill.measured(planned, ask(planned, seen), "stop", "app1", probe(0.0, None))
    assert result["ok"] is False


@pytest.mark.parametrize("served", [("app1",), ("app2",), ("app2", "app1")])
def test_fault_that_did_nothing_is_not_as_expected(served):
    planned, seen = healthy()
    result = drill.measured(planned, ask(planned, seen), "kill", "app1", probe(0.0, *served))
    assert result["ok"] is False


@pytest.mark.parametrize("gone", ["app1", "app2"])
def test_only_live_member_of_a_partial_group_is_left_alone(gone):
    planned, seen = healthy(hot_standby_allow_partial=True)
    del seen[gone]
    del planned["members"][gone]
    assert "is not well, and a drill would be an outage" in ask(planned, seen)["problem"]


def test_text():
    planned, seen = healthy()
    drilled = ask(planned, seen)
    results = [
        drill.measured(planned, drilled, "stop", "app1", probe(0.3, "app1", "app2", "app1")),
        drill.measured(planned, drilled, "kill", "app1", probe(9.0, "app1", "app2")),
    ]
    assert drill.text(results).splitlines() == [
        "FAULT  OWNER  EXPECTED    OUTAGE  FAILED       SERVED BY           VERDICT",
        "stop   app1   <= 0.297 s  0.3 s   30 of 1000   app1 > app2 > app1  as expected",
        "kill   app1   <= 3.297 s  9 s     900 of 1000  app1 > app2         LONGER THAN EXPECTED",
    ]
