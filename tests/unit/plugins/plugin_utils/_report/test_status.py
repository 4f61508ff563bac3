# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state as data and as a table: of a healthy group, of a sick one, and of one that does not answer."""

from __future__ import annotations

import json

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report.status import status, text
from builders import instance
from judged import healthy, verdict

NOW = 1795351479.4


def told(planned, seen):
    return status(planned, verdict(planned, seen), seen, NOW)


def lively(**changes):
    planned, seen = healthy(**changes)
    for number, facts in enumerate(seen.values()):
        facts["keepalived"]["instances"][0].update(
            effective_priority=200 - number, base_priority=200 - number, last_transition=NOW - 60
        )
    return planned, seen


def test_healthy():
    assert text(told(*lively())).splitlines() == [
        "web: well",
        "",
        "  MEMBER  INSTANCE  STATE   PRIORITY  OWNS        SINCE                 NGINX",
        "  app1    VI_1      MASTER  200       192.0.2.10  2026-11-22T12:43:39Z  answers",
        "  app2    VI_1      BACKUP  199       -           2026-11-22T12:43:39Z  answers",
        "",
        "  VI_1: if app1 dies now, app2 takes over after 3.297 s at most; after a clean stop, 0.297 s.",
        "",
    ]


@pytest.mark.parametrize(
    "secret",
    [{"authentication": {"auth_type": "PASS", "auth_pass": "Tq4vWn8s"}}, {"raw": "auth_hmac {\n key 1 Tq4vWn8s\n}"}],
    ids=["password", "key"],
)
def test_data_is_json_without_the_password(secret):
    planned, seen = healthy(instance(**secret))
    assert "Tq4vWn8s" in str(planned)
    state = told(planned, seen)
    assert "Tq4vWn8s" not in json.dumps(state)
    assert (state["format"], state["time"], state["severity"]) == (1, "2026-11-22T12:44:39Z", "ok")
    group = state["groups"]["web"]
    assert group["instances"][0]["owner"] == "app1"
    assert group["instances"][0]["addresses"] == {"192.0.2.10/24": "app1"}
    assert group["members"]["app2"]["instances"]["VI_1"]["holds"] == []


def test_sick():
    planned, seen = lively(count=3)
    del seen["app3"]
    seen["app2"]["keepalived"]["instances"][0].update(state="FAULT", fault_causes=["script chk is BAD"])
    seen["app2"]["services"]["nginx"]["active_state"] = "failed"
    seen["app1"]["keepalived"]["instances"][0]["effective_priority"] = 120
    state = told(planned, seen)
    lines = text(state).splitlines()
    assert state["severity"] == state["groups"]["web"]["severity"] == "error"
    assert lines[0] == "web: 3 errors"
    assert [line.split()[:5] for line in lines[3:6]] == [
        ["app1", "VI_1", "MASTER", "120", "(of"],
        ["app2", "VI_1", "FAULT", "199", "-"],
        ["app3", "-", "not", "reached", "-"],
    ]
    assert lines[4].endswith("failed")
    at = lines.index("  ERROR: app2: VI_1 is in state FAULT: it could not take over.")
    assert lines[at + 1] == "    seen: script chk is BAD"
    assert lines[at + 2].startswith("    do:   A check fails")


def test_daemon_that_is_down():
    planned, seen = healthy()
    seen["app2"]["keepalived"].update(status="not_running", message="it is not running.", instances=[])
    assert "  app2    VI_1      not_running  " in text(told(planned, seen))


def test_nobody_answers():
    planned, _seen = healthy()
    state = told(planned, {})
    assert [facts["reached"] for facts in state["groups"]["web"]["members"].values()] == [False, False]
    assert state["groups"]["web"]["instances"][0]["owner"] is None
    assert text(state).startswith("web: ")


def test_total_of_several_groups():
    planned, seen = healthy()
    state = told(planned, seen)
    state["groups"]["db"] = {**state["groups"]["web"], "severity": "error"}
    assert text(state).splitlines()[-1] == "2 groups: 1 with error, 1 well."
