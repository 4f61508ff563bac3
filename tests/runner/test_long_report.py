# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A long report in a job, with the ansible-runner that AWX 24.6.1 has and the oldest and newest ansible-core for it."""

from __future__ import annotations

import json

import jobs
import pytest

LINES = [f"line {number}" for number in range(1, 1001)]
PLAY = [
    {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "tasks": [
            {"name": "Begin", "ansible.builtin.debug": {"msg": "begun"}},
            {"name": "Tell", "hotstandby.vrrp.report": {"text": "\n".join(LINES)}},
            {"name": "End", "ansible.builtin.debug": {"msg": "ended"}},
        ],
    }
]


@pytest.mark.parametrize("core", jobs.CORES)
def test_a_report_of_a_thousand_lines_is_one_event(core, tmp_path):
    """Line by line it was an event each, begun in the wrong process; a job was seen that never ended."""
    place = jobs.prepare(tmp_path, {"_meta": {"hostvars": {}}})
    (place / "project" / "playbooks" / "lines.yml").write_text(json.dumps(PLAY), encoding="utf-8")
    job = jobs.run(place, "lines", core=core, timeout=30)
    assert job.rc == 0
    assert "errantly" not in job.text
    assert len(job.events) < 20
    shown = [event for event in job.events if "line 500" in event["stdout"]]
    assert [event["stdout"].splitlines() for event in shown] == [LINES]
    # Between the tasks, and no second time with the result.
    told = [event["stdout"] for event in job.events]
    order = [next(n for n, text in enumerate(told) if what in text) for what in ("begun", "line 1", "ended")]
    assert order == sorted(order)
    assert not [event for event in job.events if "line 500" in json.dumps(event.get("event_data"))]
