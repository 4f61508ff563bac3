# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup says what that of ansible-core says, and copies no variable."""

from __future__ import annotations

import copy
import os
import pathlib
import subprocess

import yaml
from ansible_collections.hotstandby.vrrp.plugins.lookup.template import Shared

ROOT = pathlib.Path(__file__).resolve().parents[4]
TEMPLATE = """# {{ ansible_managed | default('') }}
{% for name in names %}
{{ loop.index }} {{ name | upper }} {{ inner.key }}
{% endfor %}
{{ late }} {{ missing | default('none') }}
"""


def test_a_deep_copy_has_the_same_values():
    value = {"a": ["b"]}
    copied = copy.deepcopy(Shared(x=value))
    assert not isinstance(copied, Shared)
    assert copied["x"] is value
    copied["y"] = 1
    assert "y" not in Shared(x=value)


def test_beside_that_of_ansible_core(tmp_path):
    (tmp_path / "a.j2").write_text(TEMPLATE)
    (tmp_path / "b.j2").write_text("{{ template_host is defined }} {{ late }}\n\n")
    terms = f"'{tmp_path}/a.j2', '{tmp_path}/b.j2'"
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"names": ["x", "y"], "inner": {"key": "{{ late }}"}, "late": "{{ names | join('-') }}"},
        "tasks": [
            {
                "ansible.builtin.assert": {"that": [f"query('hotstandby.vrrp.template', {terms}) == theirs"]},
                "vars": {"theirs": f"{{{{ query('ansible.builtin.template', {terms}) }}}}"},
            },
            {"ansible.builtin.assert": {"that": ["query('hotstandby.vrrp.template', first)[0] is search('2 Y x-y')"]},
             "vars": {"first": f"{tmp_path}/a.j2"}},
        ],
    }  # fmt: skip
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]))
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections")}
    command = ["ansible-playbook", str(tmp_path / "play.yml")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
