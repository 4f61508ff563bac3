# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the README and of docs/: playbooks that there are, variables that they have, shell that parses."""

from __future__ import annotations

import pathlib
import re
import subprocess

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(page: pathlib.Path) -> list[str]:
    """What a page has its reader type: lines that begin with a dollar, with those that they are continued on."""
    found = []
    for block in CONSOLE.findall(page.read_text(encoding="utf-8")):
        lines = iter(block.splitlines())
        for line in lines:
            if line.startswith("$ "):
                command = line.removeprefix("$ ")
                while command.endswith("\\"):
                    command = command.removesuffix("\\") + next(lines)
                found.append(command)
    return found


ALL = [(page, command) for page in PAGES for command in commands(page)]
IDS = [f"{page.name}: {command[:60]}" for page, command in ALL]


def variables() -> set[str]:
    """All that the playbooks take: of the role's entry points."""
    specs = yaml.safe_load((ROOT / "roles/hot_standby/meta/argument_specs.yml").read_text(encoding="utf-8"))
    return {name for entry in specs["argument_specs"].values() for name in entry.get("options", {})}


def test_there_are_commands():
    assert len(ALL) > 20


@pytest.mark.parametrize(("page", "command"), ALL, ids=IDS)
def test_shell_parses(page, command):
    done = subprocess.run(["bash", "-n", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("page", "command"), ALL, ids=IDS)
def test_playbooks_and_variables_are_there(page, command):
    text = page.read_text(encoding="utf-8") if page.name == "README.md" else command
    for name in re.findall(r"hotstandby\.vrrp\.(\w+)", command if command.startswith("ansible-playbook") else ""):
        assert (ROOT / "playbooks" / f"{name}.yml").is_file()
    for name in re.findall(r"\bplaybooks/(\w+)\.yml", command):
        assert (ROOT / "playbooks" / f"{name}.yml").is_file()
    known = variables() | {"hot_standby_hosts"}
    for name in re.findall(r"-e '?(\w+)=", text):
        assert name in known or not name.startswith(("hot_standby", "keepalived", "nginx")), name
