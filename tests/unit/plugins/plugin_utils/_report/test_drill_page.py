# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a drill."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import drill_page
from markup import NASTY, parsed

PART = {"reason": None, "count": 1}

TIMELINE = [
    {"start": 0.0, "end": 3.0, "ok": True, "served_by": "app1", **PART},
    {"start": 3.0, "end": 5.6, "ok": False, "served_by": None, **PART},
    {"start": 5.6, "end": 16.6, "ok": True, "served_by": NASTY, **PART},
]

DRILLED = {
    "fault": "kill", "owner": "app1", "expected": 3.297, "outage": 2.6, "total": 2.6, "longest_gap": 2.61,
    "requests": 1660, "failed": 260, "served_by": ["app1", NASTY], "ok": True, "timeline": TIMELINE,
}  # fmt: skip


def test_drill():
    report = {"group": NASTY, "address": "192.0.2.10", "time": "2026-11-25T09:00:00Z", "faults": [DRILLED]}
    page = drill_page.page(report)
    body = parsed(page)
    assert "<script" not in page
    (picture,) = body.iter("svg")
    bars = list(picture.iter("rect"))
    assert [drawn.get("fill") for drawn in bars] == ["var(--two)", "var(--bad)", "var(--one)"]
    widths = [float(drawn.get("width")) for drawn in bars]
    assert sum(widths) == pytest.approx(880, abs=1)
    assert widths[1] == pytest.approx(880 * 2.6 / 16.6, abs=1)
    assert "Away for 2.6 s at the longest" in "".join(body.itertext())


def test_drill_that_measured_nothing():
    report = {"group": "web", "address": "192.0.2.10", "time": "", "faults": [{**DRILLED, "timeline": [], "ok": False}]}
    assert "not as expected" in drill_page.page(report)
