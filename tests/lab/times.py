# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of tests takes: noted by what it does, told by file at the end of pytest, and in a table by stage.

A conftest.py that imports the hooks of this module has its tests counted. Where HOTSTANDBY_TIMES names a file, each
playbook, each file of tests and each wait is a line of JSON in it too.
"""

from __future__ import annotations

import collections
import json
import os
import pathlib
import typing as t

VARIABLE = "HOTSTANDBY_TIMES"
#: Actions that call no module.
LOCAL = frozenset({
    "assert", "debug", "fail", "import_role", "import_tasks", "include_role", "include_tasks", "include_vars", "meta",
    "report", "set_fact", "set_stats", "validate_argument_spec",
})  # fmt: skip

_files: dict[str, dict[str, float]] = collections.defaultdict(lambda: {"set-up": 0.0, "test": 0.0})
_waited = 0.0


def note(kind: str, name: str, seconds: float, **more: t.Any) -> None:
    """Notes something that has ended.

    :arg kind: C(playbook), C(module), C(test), C(file) or C(wait).
    :arg more: what else there is to say of it.
    """
    if os.environ.get(VARIABLE):
        line = json.dumps({"kind": kind, "name": name, "seconds": round(seconds, 2), **more})
        with pathlib.Path(os.environ[VARIABLE]).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def calls_a_module(action: str) -> bool:
    """Whether a task's action runs something on its host.

    :arg action: its name, with that of its collection or without.
    """
    return action.rpartition(".")[2] not in LOCAL


def waited(seconds: float) -> None:
    """Counts the time until a condition has come true."""
    global _waited
    _waited += seconds


def pytest_runtest_logreport(report: t.Any) -> None:
    """Counts one phase of a test for its file."""
    counted = _files[report.nodeid.partition("::")[0]]
    counted["test" if report.when == "call" else "set-up"] += report.duration
    if report.when == "call":
        note("test", report.nodeid, report.duration, outcome=report.outcome)


def pytest_terminal_summary(terminalreporter: t.Any) -> None:
    """Says what each file took, longest first, and notes it. With several processes only the first one comes here."""
    if not _files:
        return
    terminalreporter.section("seconds by file (set-up and tests)")
    for name, counted in sorted(_files.items(), key=lambda item: -sum(item[1].values())):
        total, set_up = sum(counted.values()), counted["set-up"]
        terminalreporter.line(f"{total:8.1f} s = {set_up:.1f} + {counted['test']:.1f}  {name}")
        note("file", name, total, set_up=round(set_up, 2))
    if _waited:
        terminalreporter.line(f"{_waited:8.1f} s of that for conditions to come true")
        note("wait", "conditions", _waited)


def read(file: pathlib.Path) -> list[dict[str, t.Any]]:
    """What was noted in a file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def table(taken: t.Mapping[str, float], notes: t.Mapping[str, t.Sequence[dict[str, t.Any]]]) -> str:
    """A table of stages and scenarios, and below each the playbooks that it ran.

    :arg taken: by stage the seconds that it took.
    :arg notes: by stage what was noted of it.
    """
    head = f"{'seconds':>8} {'set-up':>8} {'playbooks':>10} {'calls':>6} {'waiting':>8}"
    lines = [head]
    for stage, seconds in taken.items():
        found = notes.get(stage, [])
        plays = [one for one in found if one["kind"] == "playbook"]
        set_up = sum(one["seconds"] for one in plays if not one["in_test"])
        set_up += sum(one["set_up"] for one in found if one["kind"] == "file")
        ran = sum(one["seconds"] for one in plays if one["in_test"])
        calls = sum(one["calls"] for one in plays) + sum(one["kind"] == "module" for one in found)
        wait = sum(one["seconds"] for one in found if one["kind"] == "wait")
        lines.append(f"{seconds:8.0f} {set_up:8.0f} {ran:10.0f} {calls:6} {wait:8.0f}  {stage}")
        by_name = collections.defaultdict(list)
        for one in plays:
            by_name[one["name"]].append(one)
        for name, several in sorted(by_name.items(), key=lambda item: -sum(one["seconds"] for one in item[1])):
            total, count = sum(one["seconds"] for one in several), sum(one["calls"] for one in several)
            lines.append(f"{'':8} {'':8} {total:10.0f} {count:6} {'':8}    {len(several)} x {name}")
    return "\n".join(lines)
