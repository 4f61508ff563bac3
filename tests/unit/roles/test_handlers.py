# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No handler is skipped by the condition of an import: an imported role's handlers have all that its import has.

A role that is imported several times has its handlers from the last import, with the conditions of that one and of
whatever imports the file it stands in.
"""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[3]
ROLES = ROOT / "roles"
IMPORT_ROLE, IMPORT_TASKS = "ansible.builtin.import_role", "ansible.builtin.import_tasks"


class Loader(yaml.SafeLoader):
    """Reads Ansible's !unsafe too."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def tasks(path: pathlib.Path) -> list[dict[str, t.Any]]:
    """The tasks of a file of tasks, or of a playbook."""
    found = yaml.load(path.read_text(encoding="utf-8"), Loader) or []  # noqa: S506
    return [task for one in found for task in (one.get("tasks", []) if "hosts" in one else [one])]


def has_handlers(role: str) -> bool:
    """Whether a role of this collection has any."""
    return (ROLES / role.rsplit(".", 1)[-1] / "handlers" / "main.yml").exists()


def imports(
    entries: t.Sequence[dict[str, t.Any]], folder: pathlib.Path, conditions: tuple[str, ...] = ()
) -> t.Iterator[tuple[str, tuple[str, ...]]]:
    """Every statically imported role with handlers, and the conditions that it and its handlers have."""
    for task in entries:
        own = conditions + ((f"{task.get('name')}: {task['when']}",) if "when" in task else ())
        for part in ("block", "rescue", "always"):
            yield from imports(task.get(part) or [], folder, own)
        if IMPORT_ROLE in task and has_handlers(task[IMPORT_ROLE]["name"]):
            yield task[IMPORT_ROLE]["name"], own
        if IMPORT_TASKS in task:
            name = task[IMPORT_TASKS] if isinstance(task[IMPORT_TASKS], str) else task[IMPORT_TASKS]["file"]
            if "{{" not in name:
                # Relative to the file: ansible-core before 2.19 fails where it has to look further.
                yield from imports(tasks(folder / name), (folder / name).parent, own)


def folder_of(path: pathlib.Path) -> pathlib.Path:
    """Where what a file imports is looked for: a role's tasks, or beside a playbook."""
    return ROLES / path.relative_to(ROLES).parts[0] / "tasks" if path.is_relative_to(ROLES) else path.parent


PLAYBOOKS = [*(ROOT / "playbooks").glob("*.yml"), *(ROOT / "playbooks" / "awx").glob("*.yml")]
FILES = sorted([*ROLES.glob("*/tasks/**/*.yml"), *PLAYBOOKS])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_role_with_handlers_is_imported_under_a_condition(path):
    assert [found for found in imports(tasks(path), path.parent) if found[1]] == []


@pytest.mark.parametrize("path", sorted(ROLES.glob("*/tasks/**/*.yml")), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_included_is_named_from_the_roles_tasks(path):
    """There every ansible-core looks first; what is imported is looked for beside the file, see imports()."""
    named = re.findall(r"(?:include_tasks|file|__hot_standby_work): ([\w./]+\.yml)", path.read_text(encoding="utf-8"))
    assert [name for name in named if not (folder_of(path) / name).is_file()] == []


def test_roles_with_handlers_are_found():
    found = [role for path in FILES for role, _conditions in imports(tasks(path), path.parent)]
    assert "hotstandby.vrrp.keepalived" in found


@pytest.mark.parametrize(
    "text",
    [
        "- name: A\n  ansible.builtin.import_role: {name: hotstandby.vrrp.keepalived}\n  when: x\n",
        "- name: A\n  when: x\n  block:\n    - ansible.builtin.import_role: {name: hotstandby.vrrp.keepalived}\n",
        "- name: A\n  ansible.builtin.import_tasks: site/standby.yml\n  when: x\n",
    ],
)
def test_condition_is_seen(text):
    found = list(imports(yaml.safe_load(text), ROLES / "hot_standby" / "tasks"))
    assert any(conditions for _role, conditions in found)


def test_every_notified_handler_is_there():
    for path in sorted(ROLES.glob("*/tasks/**/*.yml")):
        handlers = folder_of(path).parent / "handlers" / "main.yml"
        names = [one["name"] for one in yaml.safe_load(handlers.read_text())] if handlers.exists() else []
        assert {task["notify"] for task in tasks(path) if "notify" in task} <= set(names)
