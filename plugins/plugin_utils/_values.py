# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Which values may stand in a keepalived.conf.

keepalived has no escape for what ends a word, a line or a block: a value that could do so is refused, not repaired.
"""

from __future__ import annotations

import math
import typing as t
import unicodedata

#: keepalived cuts lines at this many bytes (1.3.5 to 2.4.3).
MAXIMUM_LINE = 1024
_SPECIAL = {
    '"': "a double quote",
    "'": "a single quote",
    "\\": "a backslash",
    "{": "a brace",
    "}": "a brace",
    "!": "an exclamation mark, which starts a comment",
    "#": "a number sign, which starts a comment",
    "$": "a dollar sign, which starts a definition",
}
_LEADING = {"@": "an at sign at the start of a word, which makes a condition", "~": "a tilde at the start of a word"}


def trouble(text: str) -> str | None:
    """Why a text cannot be a value, or C(None): "it contains ..."."""
    for character in text:
        if character == "\n":
            return "it contains a newline"
        if unicodedata.category(character)[0] == "C" or (character.isspace() and character != " "):
            return f"it contains the control character {character!r}"
        if character in _SPECIAL:
            return f"it contains {_SPECIAL[character]}"
    if not text.strip():
        return "it is empty"
    for word in text.split(" "):
        if word[:1] in _LEADING:
            return f"it contains {_LEADING[word[0]]}"
    if len(text.encode()) > MAXIMUM_LINE // 2:
        return f"it is longer than {MAXIMUM_LINE // 2} bytes"
    return None


def walk(value: t.Any, path: str) -> t.Iterator[tuple[str, str]]:
    """Every unusable text in a structure of dicts, lists and scalars, as (path, why)."""
    if isinstance(value, t.Mapping):
        for key, inner in value.items():
            reason = trouble(key) if isinstance(key, str) else f"it is of type {type(key).__name__}, put it in quotes"
            if reason or " " in key:
                yield f"{path}.{str(key)!r}", f"is not a keyword: {reason or 'it contains a space'}"
            else:
                yield from walk(inner, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for position, inner in enumerate(value):
            yield from walk(inner, f"{path}[{position}]")
    elif isinstance(value, str):
        reason = trouble(value)
        if reason:
            yield path, f"cannot be written to keepalived.conf: {reason}"
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, "is not a finite number"
    elif not isinstance(value, (bool, int, float)):
        yield path, f"has no value that keepalived knows ({type(value).__name__})"
