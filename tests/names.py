# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of all tests, as tests/names.txt lists them, so that none goes without a word.

`python3 tests/names.py` writes the list anew. What is gone from it, is said in the commit with the reason.
"""

from __future__ import annotations

import ast
import pathlib
import typing as t

ROOT = pathlib.Path(__file__).resolve().parents[1]
LIST = ROOT / "tests" / "names.txt"


def _of(path: pathlib.Path) -> t.Iterator[str]:
    """The tests of a file, without what parametrize makes of them."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        inner = node.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test") else [node]
        for one in inner:
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
                yield one.name


def names() -> list[str]:
    """C(file::test) of all tests, in order."""
    files = sorted(path for folder in ("tests", "molecule") for path in (ROOT / folder).rglob("test_*.py"))
    return [f"{path.relative_to(ROOT).as_posix()}::{name}" for path in files for name in _of(path)]


if __name__ == "__main__":
    LIST.write_text("\n".join(names()) + "\n", encoding="utf-8")
