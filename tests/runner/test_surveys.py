# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Surveys that nobody has answered, as AWX writes them, in a job of each template.

With ansible-core 2.18, for which a blank answer is empty, and with the newest, for which it is None.
"""

from __future__ import annotations

import json
import subprocess

import jobs
import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import requests

SURVEYS = jobs.surveys()
#: Options, and how far a job gets with them on this machine where every question was left blank. That is as far as it
#: gets without a survey. In check mode, or with a limit that is refused, so that this machine stays as it is.
ENDS = {
    "plan": ("--limit web", 0, "Group web: web1, web2"),
    "status": ("--limit web", 2, "Not all is well, as told above."),
    "site": ("--check --limit web1", 2, "the play leaves out web2 of the group web"),
    "update": ("--check --limit web1", 2, "the play leaves out web2 of the group web"),
    "handover": ("--check --limit web", 2, "Nothing has changed. Set one of hot_standby_handover_to"),
    "drill": ("--check --limit web", 2, "Set hot_standby_drill_confirm to its name to do that: web."),
}
#: What Ansible may make of a variable that was not answered, as AWX writes it and as others do.
FORMS = {"blank": "!unsafe ''", "none": "null", "undefined": None}
PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.include_vars: "{{ role }}/vars/main.yml"
    - ansible.builtin.debug:
        msg: "asked={{ __hot_standby_asked | to_json }}="
    - ansible.builtin.command: echo here
      delegate_to: "{{ __hot_standby_asked.drill_from }}"
"""


def test_every_template_has_an_end():
    assert set(ENDS) == set(SURVEYS)


@pytest.mark.parametrize("core", jobs.CORES)
@pytest.mark.parametrize("playbook", SURVEYS)
def test_a_job_of_which_no_question_was_answered(playbook, core, tmp_path):
    """Blank where a text was asked for, and its default where a choice was: that is what the form of AWX sends."""
    options, rc, expected = ENDS[playbook]
    asked = {question["variable"]: question for question in SURVEYS[playbook]}
    given = {name: "" for name, question in asked.items() if question["type"] == "text"}
    assert given or playbook in ("plan", "status")
    inventory = jobs.on(jobs.example(), jobs.HERE)
    place = jobs.prepare(tmp_path, inventory, given, options)
    job = jobs.run(place, playbook, core=core)
    written = (place / "env" / "extravars").read_text(encoding="utf-8")
    assert all(f"!unsafe '{name}': !unsafe" in written for name, one in asked.items() if one["type"] != "multiselect")
    assert job.rc == rc, job.text
    assert expected in job.text


@pytest.mark.parametrize("core", jobs.CORES)
def test_whatever_is_left_of_an_answer_is_the_default(core, tmp_path):
    """Of every question, and of every other option of a run, on this ansible-core."""
    names = {question["variable"] for asked in SURVEYS.values() for question in asked} | set(requests.OPTIONS)
    (tmp_path / "play.yml").write_text(PLAY)
    found = {}
    for form, value in FORMS.items():
        extra = tmp_path / f"{form}.yml"
        role = f"role: {json.dumps(str(jobs.ROOT / 'roles' / 'hot_standby'))}\n"
        extra.write_text(role + "".join(f"!unsafe '{name}': {value}\n" for name in sorted(names) if value is not None))
        command = [str(jobs.programs(core) / "ansible-playbook"), "-i", "localhost,", "-e", f"@{extra}", "play.yml"]
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8",
                       "ANSIBLE_COLLECTIONS_PATH": jobs.COLLECTIONS}  # fmt: skip
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{form}: {done.stdout}{done.stderr}"
        found[form] = done.stdout.split("asked=")[1].split("=")[0].replace('\\"', '"')
    assert {form: json.loads(text) for form, text in found.items()} == dict.fromkeys(found, requests.asked({}))
