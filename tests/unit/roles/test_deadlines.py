# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every task of the roles that looks at a host has a deadline, and what it tells is found where it is judged."""

from __future__ import annotations

import ast
import importlib
import pathlib

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._action import deadline
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._action.observer import Observer
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import LOOKS, OBSERVED
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import DEFAULTS

ROOT = pathlib.Path(__file__).parents[3]
PREFIX = "hotstandby.vrrp."
#: Who observes: what is called so, and the probe.
OBSERVERS = sorted({path.stem for path in (ROOT / "plugins/modules").glob("*_info.py")} | {"vip_probe"})
PLACES = ("roles/*/tasks/**/*.yml", "roles/*/handlers/*.yml", "playbooks/*.yml", "playbooks/*/*.yml")
FILES = sorted(path for place in PLACES for path in ROOT.glob(place))
#: Of hosts that are no members, or that are not judged after it; in check mode.
NOT_JUDGED = {"__hot_standby_probe", "__hot_standby_daemon", "__keepalived_looked"}


def tasks_in(value):
    """All tasks of a file, those in blocks too."""
    for one in value if isinstance(value, list) else []:
        if isinstance(one, dict):
            yield one
            for inner in ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks", "handlers"):
                yield from tasks_in(one.get(inner))


def looks():
    """File, name of the module, and task of every look at a host."""
    found = []
    for path in FILES:
        for task in tasks_in(yaml.safe_load(path.read_text(encoding="utf-8"))):
            for module in OBSERVERS:
                if PREFIX + module in task or module in task:
                    found.append((path.stem, module, task))
    return found


def test_the_looks_are_found():
    found = [(path, module) for path, module, _task in looks()]
    assert set(OBSERVERS) == set(deadline.WAITS)
    assert {("observe", "hot_standby_info"), ("result", "keepalived_info"), ("fault", "vip_probe")} <= set(found)
    assert len(found) >= 14


@pytest.mark.parametrize(("path", "module", "task"), looks(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_look_has_its_deadline(path, module, task):
    assert (task.get(PREFIX + module) or {}).get("deadline") == "{{ __hot_standby_deadline }}", task["name"]


@pytest.mark.parametrize(("path", "module", "task"), looks(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_host_that_is_lost_in_a_look_is_told_with_the_reason(path, module, task):
    assert task.get("register") in {OBSERVED, *LOOKS, *NOT_JUDGED}, task["name"]


@pytest.mark.parametrize("module", OBSERVERS)
def test_every_observer_has_a_part_that_keeps_to_it(module):
    action = importlib.import_module(f"ansible_collections.hotstandby.vrrp.plugins.action.{module}")
    assert issubclass(action.ActionModule, Observer)


@pytest.mark.parametrize("module", OBSERVERS)
def test_what_it_waits_is_what_its_options_say(module):
    tree = ast.parse((ROOT / "plugins/modules" / f"{module}.py").read_text(encoding="utf-8"))
    options = {
        key.value: {part.value: ast.literal_eval(known) for part, known in zip(value.keys, value.values, strict=True)
                    if part.value in ("default", "type", "required")}
        for node in ast.walk(tree) if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Dict) and all(value.keys)
        and any(part.value == "type" for part in value.keys)
    }  # fmt: skip
    assert options["deadline"] == {"type": "float"}
    for option, default, switch in deadline.WAITS[module]:
        assert options[option] in ({"type": "float", "default": default}, {"type": "float", "required": True})
        assert switch is None or (options[switch]["type"] == "bool" and switch in deadline.SWITCHES)


def test_without_the_variable_the_deadline_is_its_default():
    known = yaml.safe_load((ROOT / "roles/hot_standby/vars/main.yml").read_text(encoding="utf-8"))
    default = DEFAULTS["hot_standby_observe_timeout"]
    assert known["__hot_standby_deadline"] == f"{{{{ hot_standby_observe_timeout | default({default}, true) }}}}"
