# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what docs/security.md says of all tasks and modules: no shell, and no file that others may write."""

from __future__ import annotations

import ast
import pathlib
import typing as t

import pages
import pytest
import yaml

TASKS = sorted([*pages.ROOT.glob("roles/*/tasks/**/*.yml"), *pages.ROOT.glob("roles/*/handlers/*.yml")])
PROGRAMS = sorted([*pages.ROOT.glob("plugins/modules/*.py"), *pages.ROOT.glob("plugins/module_utils/*/*.py")])
#: Modules of Ansible's that hand a text to a shell, or a program to the host.
SHELLS = {"ansible.builtin.shell", "ansible.builtin.raw", "ansible.builtin.script", "ansible.builtin.expect"}
#: Modules that write a file on a host, with the mode that it gets.
WRITERS = {"ansible.builtin.copy", "ansible.builtin.template", "ansible.builtin.lineinfile", "ansible.builtin.file"}


def tasks_in(entries: t.Any) -> t.Iterator[dict[str, t.Any]]:
    """Every task, those of blocks too."""
    for entry in entries or []:
        yield entry
        for part in ("block", "rescue", "always"):
            yield from tasks_in(entry.get(part))


def troubles_of_tasks(text: str) -> list[str]:
    """The tasks of a file that use a shell, or write what others may write, or whose mode is left to chance."""
    found = []
    for task in tasks_in(yaml.safe_load(text)):
        command = task.get("ansible.builtin.command")
        if SHELLS & task.keys() or (command is not None and "argv" not in command):
            found.append(f"{task['name']}: a shell, or a command line that is no argv")
        for name in WRITERS & task.keys():
            options = task[name]
            mode = options.get("mode")
            if options.get("state") == "absent":
                continue
            if not isinstance(mode, str) or int(mode, 8) & 0o022:
                found.append(f"{task['name']}: mode {mode}")
    return found


def troubles_of_program(source: str) -> list[str]:
    """The calls of a program that hand a text to a shell, or run a command that is no list."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        shell = any(word.arg in ("shell", "use_unsafe_shell") for word in node.keywords)
        runs = called.endswith("run_command") or called.startswith("subprocess.")
        if shell or called in ("os.system", "os.popen", "eval", "exec") or (runs and _is_text(node.args[0])):
            found.append(ast.unparse(node))
    return found


def _is_text(node: ast.expr) -> bool:
    """Whether an expression makes a text."""
    return isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp)) and not _is_list(node)


def _is_list(node: ast.expr) -> bool:
    """Whether an expression is a list, or one behind another."""
    return isinstance(node, ast.List) or (isinstance(node, ast.BinOp) and (_is_list(node.left) or _is_list(node.right)))


@pytest.mark.parametrize("path", TASKS, ids=lambda path: str(path.relative_to(pages.ROOT)))
def test_no_task_uses_a_shell_or_lets_others_write(path: pathlib.Path):
    assert troubles_of_tasks(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_no_program_hands_a_text_to_a_shell(path: pathlib.Path):
    assert troubles_of_program(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "task",
    [
        "ansible.builtin.shell: uname -n",
        "ansible.builtin.command: uname -n",
        "ansible.builtin.copy: {content: a, dest: /b}",
        "ansible.builtin.copy: {content: a, dest: /b, mode: '0664'}",
        "ansible.builtin.file: {path: /b, state: directory, mode: '0777'}",
    ],
)
def test_bad_task_is_seen(task: str):
    assert len(troubles_of_tasks(f"- name: Outer\n  block:\n    - name: Inner\n      {task}\n")) == 1


@pytest.mark.parametrize(
    "call",
    [
        "os.system(text)",
        "subprocess.call('ls', shell=True)",
        "module.run_command('ls ' + path)",
        "module.run_command(f'ls {path}')",
        "self._module.run_command(argv, use_unsafe_shell=True)",
    ],
)
def test_bad_call_is_seen(call: str):
    assert len(troubles_of_program(call)) == 1
    assert troubles_of_program("module.run_command([ls] + options + [path])") == []
