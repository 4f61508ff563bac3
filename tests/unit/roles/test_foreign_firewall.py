# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing here reloads, restarts or stops firewalld: what others opened or banned at runtime only would be gone."""

from __future__ import annotations

import pathlib
import re

import yaml

CHECKOUT = pathlib.Path(__file__).parents[3]
TASKS = sorted(
    path
    for folder in ("roles", "playbooks")
    for path in (CHECKOUT / folder).rglob("*.yml")
    # Not the variables of playbooks: objects of AWX.
    if {"tasks", "handlers", "playbooks"} & set(path.parts) and "vars" not in path.parts
)
PROGRAMS = sorted(path for folder in ("roles", "plugins") for path in (CHECKOUT / folder).rglob("*") if path.is_file())
SERVICES = {"service", "systemd", "systemd_service", "sysvinit"}
#: firewall-cmd's ways to load the permanent configuration anew, and systemd's, in code: not in documentation.
COMMANDS = re.compile(
    r"""--(?:complete-)?reload\b|systemctl\W.*\b(?:re(?:load|start)|stop|try-).*firewalld|service firewalld"""
)


def mappings(node):
    """Every mapping in a YAML document."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
        yield from mappings(inner)


def services(document):
    """(service, state) of each task that manages one."""
    for task in mappings(document):
        for key, arguments in task.items():
            if str(key).rpartition(".")[2] in SERVICES and isinstance(arguments, dict):
                yield str(arguments.get("name")), arguments.get("state")


def managed():
    """By task file what services() returns."""
    return {path: list(services(yaml.safe_load(path.read_text(encoding="utf-8")))) for path in TASKS}


def commands(text):
    """The lines that load firewalld's configuration anew."""
    return [line for line in text.splitlines() if COMMANDS.search(line)]


def test_what_is_looked_for_would_be_found():
    assert len(TASKS) > 50
    assert len(PROGRAMS) > 100
    assert ("keepalived", "stopped") in [one for found in managed().values() for one in found]
    reload = "- block: [{name: X, ansible.builtin.service: {name: firewalld, state: reloaded}}]"
    assert list(services(yaml.safe_load(reload))) == [("firewalld", "reloaded")]
    assert len(commands('firewall-cmd --reload\n["--complete-reload"]\nsystemctl restart firewalld')) == 3


def test_no_task_manages_the_service():
    assert {path for path, found in managed().items() if any("firewalld" in name for name, _state in found)} == set()


def test_no_command_reloads_it():
    texts = {path: path.read_bytes().decode("utf-8", "replace") for path in PROGRAMS}
    assert {path: commands(text) for path, text in texts.items() if commands(text)} == {}
