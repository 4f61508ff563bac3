# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Resolves what keepalived.conf has of its own for templates: C(@id) conditions and C($NAME) definitions.

In the inventory Jinja does this. Definitions with parameters or over several lines, and the sequences C(~SEQ) and
C(~LST), are not resolved: a file that has them is refused by name.
"""

from __future__ import annotations

import re

_CONDITION = re.compile(r"\s*@(?P<negated>\^?)(?P<name>\S+)\s+(?P<rest>.*)")
_DEFINITION = re.compile(r"\s*\$(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)")
#: A comment behind something: not in quotes, and its sign not escaped.
_COMMENT = re.compile(r'(?<=^)((?:"[^"]*"|\\[#!]|[^"#!])*)[#!].*')
_USE = re.compile(r"\$(?:\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)\}|(?P<plain>[A-Za-z_][A-Za-z0-9_]*))")
_MAXIMUM_TURNS = 16


class DefinitionError(ValueError):
    """The file uses what is not resolved here. The text is for the user."""


def resolve(text: str, config_id: str | None = None) -> str:
    """The configuration without conditions and definitions.

    :arg config_id: what keepalived is started with as C(--config-id), or the host's name; C(None) if not known.
    :raises DefinitionError: for what is not resolved here, with the line's number.
    """
    definitions: dict[str, str] = {}
    lines = []
    for number, written in enumerate(text.rstrip("\n").split("\n"), 1):
        line = written
        condition = _CONDITION.fullmatch(line)
        if condition and config_id is None:
            raise DefinitionError(f"Line {number} is for {line.strip().split()[0]}, and it is not known who this is.")
        if condition:
            if (condition.group("name") == config_id) == bool(condition.group("negated")):
                continue
            line = condition.group("rest")
        if re.match(r"\s*~(SEQ|LST)", line):
            raise DefinitionError(f"Line {number} repeats itself with {line.strip()[:4]}: write out what it makes.")
        definition = _DEFINITION.fullmatch(line)
        if definition:
            if definition.group("value").rstrip().endswith("\\"):
                raise DefinitionError(
                    f"Line {number} defines ${definition.group('name')} over several lines: "
                    "write out what it stands for."
                )
            definitions[definition.group("name")] = _COMMENT.sub(r"\1", definition.group("value")).strip()
        else:
            lines.append(_replaced(line, definitions))
            if lines[-1].lstrip().startswith("$"):
                raise DefinitionError(
                    f"Line {number} has a definition that cannot be resolved: write out what it stands for."
                )
    return "\n".join(lines) + "\n"


def _replaced(line: str, definitions: dict[str, str]) -> str:
    """The line with each definition replaced that is known so far; another dollar sign stays as it is."""
    for _turn in range(_MAXIMUM_TURNS):
        replaced = _USE.sub(lambda use: definitions.get(use.group("braced") or use.group("plain"), use.group(0)), line)
        if replaced == line:
            break
        line = replaced
    return line
