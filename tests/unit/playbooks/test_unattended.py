# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No playbook asks anything while it runs: a job of AWX would wait for an answer that nobody can give."""

from __future__ import annotations

import pathlib

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[3]
PLAYBOOKS = [*(ROOT / "playbooks").rglob("*.yml"), *(ROOT / "examples/awx-project/playbooks").glob("*.yml")]
TASKS = [*(ROOT / "roles").glob("*/tasks/**/*.yml"), *(ROOT / "roles").glob("*/handlers/*.yml")]
#: Of a play, and the module of a task.
ASKING = {"vars_prompt", "pause", "ansible.builtin.pause"}


class Loader(yaml.SafeLoader):
    """Reads Ansible's !unsafe too."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def keys(content):
    """All keys of all mappings."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from keys(value)
    elif isinstance(content, list):
        for entry in content:
            yield from keys(entry)


def test_the_playbooks_and_tasks_are_found():
    assert {path.stem for path in PLAYBOOKS} >= {"site", "status", "configure", "select"}
    assert {path.stem for path in TASKS} >= {"drill", "install", "load"}


@pytest.mark.parametrize("path", [*PLAYBOOKS, *TASKS], ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_asked(path):
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)
    assert content
    assert not ASKING & set(keys(content))
