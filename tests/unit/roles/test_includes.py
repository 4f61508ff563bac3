# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task imports or includes is found by every ansible-core, and nothing waits for a handler.

An imported role's handlers have all conditions that its import has, and a role that is imported several times has them
from the last one: so what is to follow a change is a task.
"""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[3]
ROLES = ROOT / "roles"
FILES = sorted(ROLES.glob("*/tasks/**/*.yml"))


def tasks(entries: t.Any) -> t.Iterator[dict[str, t.Any]]:
    """Every task, those of blocks too."""
    for task in entries or []:
        yield task
        for part in ("block", "rescue", "always"):
            yield from tasks(task.get(part))


def tasks_of(path: pathlib.Path) -> list[dict[str, t.Any]]:
    """The tasks of a file."""
    return list(tasks(yaml.safe_load(path.read_text(encoding="utf-8"))))


def imported(path: pathlib.Path) -> list[str]:
    """The files that a file imports."""
    found = [task["ansible.builtin.import_tasks"] for task in tasks_of(path) if "ansible.builtin.import_tasks" in task]
    return [one if isinstance(one, str) else one["file"] for one in found]


def test_no_role_has_handlers():
    assert list(ROLES.glob("*/handlers/*")) == []
    assert [path for path in FILES for task in tasks_of(path) if "notify" in task] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_included_is_named_from_the_roles_tasks(path):
    """There every ansible-core looks first."""
    folder = ROLES / path.relative_to(ROLES).parts[0] / "tasks"
    named = re.findall(r"(?:include_tasks|file|__hot_standby_work): ([\w./]+\.yml)", path.read_text(encoding="utf-8"))
    assert [name for name in named if not (folder / name).is_file()] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_imported_is_named_from_its_own_folder(path):
    """ansible-core before 2.19 fails where it has to look further."""
    assert [name for name in imported(path) if not (path.parent / name).is_file()] == []


def test_imports_are_found():
    assert "../observe.yml" in imported(ROLES / "hot_standby/tasks/site/replan.yml")
