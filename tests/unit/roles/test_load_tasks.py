# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tasks of a load believe of members that did not come as far as they should have."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml

ROLE = pathlib.Path(__file__).parents[3] / "roles" / "hot_standby"
FILES = sorted(str(path.relative_to(ROLE / "tasks")) for path in (ROLE / "tasks").glob("**/*.yml"))
GUARDS = ("__nginx_placed is not skipped", "__hot_standby_serves", "__hot_standby_model.nginx is not none")


def every(tasks: t.Iterable[dict[str, t.Any]]) -> t.Iterator[dict[str, t.Any]]:
    """Tasks, and those of their blocks."""
    for task in tasks:
        yield task
        for part in ("block", "rescue", "always"):
            yield from every(task.get(part, []))


def tasks_of(name: str) -> list[dict[str, t.Any]]:
    """All tasks of a file."""
    return list(every(yaml.safe_load((ROLE / "tasks" / name).read_text(encoding="utf-8"))))


def conditions(task: dict[str, t.Any]) -> list[str]:
    """In the order in which they are asked."""
    found = task.get("when", [])
    return [str(one) for one in (found if isinstance(found, list) else [found])]


@pytest.mark.parametrize("name", FILES)
def test_service_is_asked_for_where_there_is_one(name):
    """Adopted groups have none: then the model of nginx is None, and has no attributes."""
    for task in tasks_of(name):
        asked = conditions(task)
        for position, condition in enumerate(asked):
            if "model.nginx." in condition:
                assert any(guard in before for before in asked[:position] for guard in GUARDS), task["name"]


def test_further_attempt_begins_with_nothing_done():
    """Before members stage again: one that fails there has not passed what it passed in the attempt before."""
    begun = next(task for task in tasks_of("site/load_daemon.yml") if "ansible.builtin.set_fact" in task)
    results = {name for name, value in begun["ansible.builtin.set_fact"].items() if value == {"failed": True}}
    again = tasks_of("site/load_again.yml")
    reset = next(number for number, task in enumerate(again) if "ansible.builtin.set_fact" in task)
    staged = next(number for number, task in enumerate(again) if "ansible.builtin.include_role" in task)
    assert reset < staged
    # That all came back is what the further attempt depends on, and was looked at before it.
    assert results - set(again[reset]["ansible.builtin.set_fact"]) == {"__hot_standby_reverted"}


def test_instant_is_known_though_a_member_was_lost_before_it_chose_one():
    written = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))["__hot_standby_instant"]
    assert "attribute='__hot_standby_chosen_instant', default=0" in written
