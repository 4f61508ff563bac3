# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages that docs/operations.md explains are those that the collection has."""

from __future__ import annotations

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[3]
SECTION = re.compile(r"^## When it fails\n(.*?)^## ", re.MULTILINE | re.DOTALL)
MESSAGES = re.findall(
    r"^\| `(.+?)` \|", SECTION.search((ROOT / "docs/operations.md").read_text(encoding="utf-8")).group(1), re.MULTILINE
)


def texts(path: pathlib.Path) -> str:
    """What a file says: of Python its strings, whole where they stand on several lines; else all, on one line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        nodes = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
        text = "\n".join(value for value in nodes if isinstance(value, str))
    return " ".join(text.split())


SAID = [
    texts(path)
    for folder in ("plugins", "roles", "playbooks")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".yml", ".j2"} and path.is_file()
]


def test_there_are_messages():
    assert len(MESSAGES) > 8


@pytest.mark.parametrize("message", MESSAGES)
def test_message_is_said(message):
    """In pieces: dots and numbers stand for what differs, and behind a colon another program speaks."""
    piece = max(re.split(r"\.\.\.|: |\d+|\. ", message), key=len).strip(" .,:")
    assert any(piece in said for said in SAID), piece
