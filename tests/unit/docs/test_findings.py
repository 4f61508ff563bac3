# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that the pages name every code of a finding that the judge can give, and no other."""

from __future__ import annotations

import ast
import re

import pages

JUDGES = tuple(
    f"_judge/{name}"
    for name in ("verdict", "findings", "host", "drift", "ownership", "wire", "vacancy", "causes", "pending_changes")
)
TROUBLE, OPERATIONS = "docs/troubleshooting.md", "docs/operations.md"
_ROW = re.compile(r"^\| (?P<first>`[^|]*`) \|", re.MULTILINE)
_CODE = re.compile(r"`(\w+)`")


def codes_in(source: str) -> set[str]:
    """The codes of all findings of a program: the second argument of find(), or what a generator yields as the first.

    A code that is written in another way would not be found, so that is an error.
    """
    found, named = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "find":
            if isinstance(node.args[1], ast.Constant):
                found.add(node.args[1].value)
            else:
                named.add(ast.unparse(node.args[1]))
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            found.add(ast.literal_eval(node.value.elts[0]))
    assert named <= {"code"}, named
    return found


def all_codes() -> set[str]:
    """Those of all judges."""
    folder = pages.ROOT / "plugins" / "plugin_utils"
    judges = sorted(f"_judge/{path.stem}" for path in folder.glob("_judge/*.py"))
    assert judges == sorted(JUDGES)
    return set().union(*(codes_in((folder / f"{name}.py").read_text(encoding="utf-8")) for name in JUDGES))


def section(page: str, title: str) -> str:
    """The text from a heading to the next of its level or above, or to a blank heading at the end."""
    level = title.split(" ")[0]
    start = page.index(f"\n{title}\n") + len(title) + 2
    following = re.compile(rf"^#{{1,{len(level)}}} ", re.MULTILINE).search(page, start)
    return page[start : following.start() if following else len(page)]


def listed(text: str) -> list[str]:
    """The codes in the first column of the tables of a text."""
    return [code for row in _ROW.finditer(text) for code in _CODE.findall(row["first"])]


def test_codes_are_found_however_they_are_given():
    source = "case.find('error', 'one', m, p, e, r)\ndef f():\n    yield 'two', 'what', 1, 2\n"
    assert codes_in(source) == {"one", "two"}
    assert len(all_codes()) > 25


def test_every_code_is_in_the_first_table_once():
    assert sorted(listed(section(pages.text_of(TROUBLE), "## By code"))) == sorted(all_codes())


def test_every_code_is_in_the_section_that_the_table_names():
    page = pages.text_of(TROUBLE)
    rows = re.findall(r"^\| (`[^|]*`) \| \[([^\]]+)\]", section(page, "## By code"), re.MULTILINE)
    for codes, title in rows:
        assert f"\nFindings: {codes}\n" in section(page, f"## {title}"), title
    assert page.count("\nFindings: ") == len(rows)


def test_the_table_of_the_operations_has_the_same_codes():
    assert set(listed(section(pages.text_of(OPERATIONS), "### Status"))) == all_codes()
