# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rooms of the private code: what each may import, that each file has its tests, and that no old name is left."""

from __future__ import annotations

import ast
import pathlib
import re
import subprocess
import typing as t

import pytest

ROOT = pathlib.Path(__file__).parents[3]
PLUGINS = ROOT / "plugins"
PACKAGE = "ansible_collections.hotstandby.vrrp.plugins."
HOST = "module_utils"
#: By room those that it may import from; docs/design.md says why. Rooms on the hosts know none of the controller.
MAY_IMPORT = {
    "plugin_utils/_ansible": set(),
    "plugin_utils/_conf": {"module_utils/_keepalived"},
    "plugin_utils/_inputs": {"_conf", "module_utils/_hot_standby"},
    "plugin_utils/_vrrp": {"_conf", "_inputs"},
    "plugin_utils/_plan": {"_conf", "_inputs", "_vrrp"},
    "plugin_utils/_judge": {"_conf", "_inputs", "_vrrp", "_plan", "module_utils/_host"},
    "plugin_utils/_report": {"_conf", "_inputs", "_vrrp", "_plan"},
    "plugin_utils/_operate": {"_inputs", "_vrrp", "_plan", "_report", "module_utils/_hot_standby"},
    "plugin_utils/_adopt": {"_conf", "_inputs", "module_utils/_keepalived"},
    "plugin_utils/_action": {"_plan"},
    "module_utils/_host": set(),
    "module_utils/_keepalived": {"_host"},
    "module_utils/_transaction": {"_host"},
    "module_utils/_keepalived_config": {"_host", "_keepalived", "_transaction"},
    "module_utils/_vip": {"_host"},
    "module_utils/_adverts": {"_host"},
    "module_utils/_probe": {"_host"},
    "module_utils/_firewall": set(),
    "module_utils/_nginx": {"_host", "_transaction", "_vip"},
    "module_utils/_hot_standby": {"_host", "_keepalived", "_vip", "_adverts", "_firewall"},
}
FILES = sorted(path.relative_to(PLUGINS) for kind in ("plugin_utils", HOST) for path in (PLUGINS / kind).rglob("*.py"))
#: The module of an import of names; what is imported of a folder are files.
OF_A_FILE = re.compile(rf"{re.escape(PACKAGE)}\w+\.(?:_\w+\.\w+|_ansible)")
#: What was called so has another name, or is in a room.
OLD_NAMES = re.compile(
    r"\b(?:hand_over\(|turns_text|turn_failure|__hot_standby_wanting|_keeper\b|_(?:from_conf|render|judge_host|judge_owner|"
    r"judge_wire|group_plan|group_verdict|keepalived_steps|vrrp_packet|plan_digest|status_look)\.)"
)


def room_of(path: pathlib.PurePath) -> str:
    """The room that a file is in; the one file outside of them is its own."""
    return "/".join(path.parts[:2]).removesuffix(".py")


def imported(source: str) -> t.Iterator[str]:
    """The rooms that a file imports from."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            kind, *rest = str(node.module).removeprefix(PACKAGE).split(".")
            yield from (f"{kind}/{name}" for name in (rest[:1] or [one.name for one in node.names]))


def allowed(room: str) -> set[str]:
    """The rooms that one may import from, itself too."""
    kind = room.split("/")[0]
    return {room, *(name if "/" in name else f"{kind}/{name}" for name in MAY_IMPORT[room])}


def test_rooms_are_those_that_are_listed():
    assert {room_of(path) for path in FILES} == set(MAY_IMPORT)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_room_imports_what_it_may(path):
    source = (PLUGINS / path).read_text(encoding="utf-8")
    assert set(imported(source)) - allowed(room_of(path)) == set()


@pytest.mark.parametrize("path", FILES, ids=str)
def test_private_names_stay_in_their_file(path):
    for node in ast.walk(ast.parse((PLUGINS / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and OF_A_FILE.fullmatch(node.module or ""):
            assert [one.name for one in node.names if one.name.startswith("_")] == []


def test_import_that_runs_backward_is_seen():
    source = f"from {PACKAGE}plugin_utils._report import page\nfrom {PACKAGE}plugin_utils import _judge\n"
    assert set(imported(source)) - allowed("plugin_utils/_plan") == {"plugin_utils/_report", "plugin_utils/_judge"}


ROW = re.compile(r"^\| (?P<rooms>`_[^|]*) \|[^|]*\|(?P<imports>[^|]*)\|$", re.MULTILINE)


def test_design_tells_the_same():
    told = {}
    for row in ROW.finditer((ROOT / "docs/design.md").read_text(encoding="utf-8")):
        for name in re.findall(r"`(\w+)(?:\.py)?`", row["rooms"]):
            told[name] = set(re.findall(r"`(\w+)`", row["imports"]))
    mine = {room.split("/")[1]: {name for name in names if "/" not in name} for room, names in MAY_IMPORT.items()}
    assert told == mine


def test_no_room_imports_in_a_circle():
    """Each room comes behind all that it imports from."""
    left, behind = set(MAY_IMPORT), set()
    while left:
        free = {room for room in left if allowed(room) - {room} <= behind}
        assert free, left
        behind, left = behind | free, left - free


@pytest.mark.parametrize("path", FILES, ids=str)
def test_each_file_has_tests_of_its_own(path):
    assert (ROOT / "tests/unit/plugins" / path.parent / f"test_{path.name}").is_file()


def test_one_private_file_is_outside_of_the_rooms():
    assert [path for path in FILES if len(path.parts) == 2] == [pathlib.PurePath("plugin_utils/_ansible.py")]


def test_no_old_name_is_left():
    listing = subprocess.run(
        ["git", "ls-files", "-z", "plugins", "roles", "playbooks", "docs", "tests", "molecule", "README.md"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    found = []
    for name in filter(None, listing.split("\0")):
        path = ROOT / name
        if path == pathlib.Path(__file__) or path.suffix not in (".py", ".yml", ".md", ".j2") or not path.is_file():
            continue
        found += [f"{name}: {old}" for old in OLD_NAMES.findall(path.read_text(encoding="utf-8"))]
    assert found == []
