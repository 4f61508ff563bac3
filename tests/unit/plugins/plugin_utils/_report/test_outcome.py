# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run ends with, in words."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report.outcome import headline, outcome, paragraphs
from judged import healthy, verdict


def test_well():
    found = outcome(verdict(*healthy()))
    assert found["refusals"] == {}
    assert found["text"].splitlines() == [
        "web: well",
        "  192.0.2.10/24 (VI_1) is owned by app1. app2 stands by: it takes over 0.297 s after a clean stop and at most "
        "3.297 s after a crash.",
    ]


def test_not_well():
    planned, seen = healthy()
    seen["app2"]["keepalived"]["instances"][0].update(state="FAULT", fault_causes=["script chk is BAD"])
    judged = verdict(planned, seen)
    found = outcome(judged)
    lines = found["text"].splitlines()
    errors = [one for one in judged["findings"] if one["severity"] == "error"]
    assert errors
    assert lines[0].startswith(f"web: {len(errors)} error")
    assert found["refusals"] == {"web": f"The group web is not well: {lines[0].removeprefix('web: ')}, told above."}
    assert lines[-3 * len(judged["findings"]) :] == paragraphs(judged["findings"])


def finding(severity, problem="it is off.", code="x"):
    return {
        "severity": severity, "code": code, "host": "app1", "problem": problem,
        "evidence": "seen", "remedy": "Mend it.",
        "cause": None,
    }  # fmt: skip


def test_headline():
    assert headline([]) == "well"
    assert headline([finding("error"), finding("error"), finding("warning"), finding("info"), finding("info")]) == (
        "2 errors, 1 warning"
    )
    away = finding("info", "it is in maintenance, and leaves its addresses to the others.", "maintenance")
    assert headline([away]) == "well; app1 is in maintenance"
    assert headline([finding("warning"), away]) == "1 warning; app1 is in maintenance"


def test_paragraphs():
    assert paragraphs([finding("warning")]) == [
        "  WARNING: app1: it is off.", "    seen: seen", "    do:   Mend it.",
    ]  # fmt: skip
