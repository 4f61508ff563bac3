# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup in a play: a variable may be a template, and what was not answered is empty or nothing."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[4]
PLAY = [
    {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"folder": "/tmp", "hot_standby_drill_from": "{{ 'client' }}"},
        "tasks": [
            {
                "ansible.builtin.copy": {
                    "content": "{{ lookup('hotstandby.vrrp.asked') | to_json }}",
                    "dest": "{{ target }}",
                    "mode": "0600",
                },
            },
        ],
    }
]  # fmt: skip
PYTHON = json.dumps({"ansible_python_interpreter": sys.executable})
EXTRA = """
hot_standby_report: "{{ folder }}/status.html"
!unsafe 'hot_standby_plan_digest': !unsafe ''
hot_standby_format: null
hot_standby_handover_to: !unsafe '{{ folder }}'
hot_standby_drill_faults: [stop]
hot_standby_remove_packages: "yes"
"""


def test_in_a_play(tmp_path):
    (tmp_path / "play.yml").write_text(yaml.safe_dump(PLAY))
    (tmp_path / "extra.yml").write_text(EXTRA)
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections")}
    extra = ["-e", f"@{tmp_path}/extra.yml", "-e", f"target={tmp_path}/asked.json"]
    command = ["ansible-playbook", "-i", "localhost,", "-c", "local", "-e", PYTHON, *extra, str(tmp_path / "play.yml")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "asked.json").read_text())
    assert (found["format"], found["plan_digest"], found["problems"]) == ("text", "", [])
    assert (found["report"], found["report_problem"]) == ("/tmp/status.html", None)
    assert (found["drill_from"], found["drill_faults"], found["remove_packages"]) == ("client", ["stop"], True)
    # What a survey gives is no template.
    assert found["handover_to"] == "{{ folder }}"
