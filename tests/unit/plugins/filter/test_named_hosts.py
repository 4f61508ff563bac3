# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts a playbook is for, and that it loads what all filters need."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.filter.named_hosts import named_hosts

ROOT = pathlib.Path(__file__).parents[4]
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))
#: Imports the filter, then all plugins of the controller. Prints what only these brought.
PROGRAM = """
import importlib, json, pathlib, sys

PLUGINS = "ansible_collections.hotstandby.vrrp.plugins"
importlib.import_module(PLUGINS + ".filter.named_hosts")
before = set(sys.modules)
for kind in ("filter", "lookup", "action"):
    for path in pathlib.Path(sys.argv[1], "plugins", kind).glob("[a-z]*.py"):
        importlib.import_module(f"{PLUGINS}.{kind}.{path.stem}")
print(json.dumps(sorted(name for name in set(sys.modules) - before if name.startswith(PLUGINS + ".plugin_utils"))))
"""


@pytest.mark.parametrize("nothing", ["", None, []])
def test_nothing_named_is_all(nothing):
    assert named_hosts(nothing) == "all"
    assert named_hosts(nothing, "is_not_set") == "is_not_set"


@pytest.mark.parametrize("named", ["web", "web:&north", ["app1", "app2"]])
def test_what_is_named_it_is(named):
    assert named_hosts(named) == named_hosts(named, "is_not_set") == named


def test_nothing_is_left_to_be_imported_by_each_process():
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "collections")}
    command = [sys.executable, "-c", PROGRAM, str(ROOT)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_each_playbook_has_it(playbook):
    for play in yaml.safe_load(playbook.read_text()):
        # A playbook may be made of others.
        assert "hotstandby.vrrp.named_hosts" in play.get("hosts", "") or play.get("hosts") == "localhost" or list(
            play
        ) == ["name", "ansible.builtin.import_playbook"], play
