# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filters of a drill take; what is to be done, and what was measured, have their own tests."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.drill import FilterModule
from judged import healthy, verdict

FILTERS = FilterModule().filters()
PROBE = {
    "outage_longest": 0.3, "outage_total": 0.3, "longest_gap": 0.31, "requests": {"sent": 1000, "failed": 30},
    "outages": [{"open": False}],
    "timeline": [
        {"start": 0.0, "end": 4.0, "ok": True, "served_by": "app1"},
        {"start": 4.0, "end": 10.0, "ok": True, "served_by": "app2"},
    ],
}  # fmt: skip


def test_from_the_request_to_the_page():
    planned, seen = healthy()
    # An empty variable stands for the first address.
    drilled = FILTERS["drill"](planned, verdict(planned, seen), "web", ["stop"], "")
    assert (drilled["problem"], drilled["address"]) == (None, "192.0.2.10")
    result = FILTERS["drill_measured"](planned, drilled, "stop", "app1", PROBE)
    assert result["ok"] is True
    assert "as expected" in FILTERS["drill_text"]([result])
    report = {"group": "web", "address": "192.0.2.10", "time": "", "faults": [result]}
    assert "as expected" in FILTERS["drill_page"](report)


@pytest.mark.parametrize("name", ["drill", "drill_measured"])
def test_no_plan(name):
    with pytest.raises(AnsibleFilterError, match=f"{name} expects what group_plan returned"):
        FILTERS[name]({}, {}, "web", "app1", {})
