# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Which values may stand in a keepalived.conf, and how one word of it is spelled.

keepalived has no escape for what ends a word, a line or a block: a value that could do so is put in quotes where the
keyword takes them, and refused where it does not.
"""

from __future__ import annotations

import re
import typing as t
import unicodedata

#: keepalived cuts lines at 1024 bytes with their newline (1.3.5 to 2.4.3).
MAXIMUM_LINE = 1022
_NEVER = {
    '"': "a double quote, for which keepalived has no escape",
    "$": "a dollar sign, which starts a definition, in quotes too",
}
_QUOTED_ONLY = {
    "'": "a single quote",
    "\\": "a backslash",
    "{": "a brace",
    "}": "a brace",
    "!": "an exclamation mark, which starts a comment",
    "#": "a number sign, which starts a comment",
}
_LEADING = {"@": "an at sign at the start of a word, which makes a condition", "~": "a tilde at the start of a word"}
#: What reads another file wherever it starts a line, in every block.
_INCLUDE = re.compile(r"include[a-z]?", re.IGNORECASE)
_TOKEN = re.compile(r'"(?P<quoted>[^"]*)(?P<end>"?)|\\[#!]|(?P<comment>[#!].*)|(?P<brace>[{}])|[^"{}#!\\]+|\\')


def word_trouble(text: str) -> str | None:
    """Why a text cannot be one word without quotes, or C(None): "it contains ..."."""
    reason = quoted_trouble(text)
    if reason:
        return reason
    for character in text:
        if character == " ":
            return "it contains a space"
        if character in _QUOTED_ONLY:
            return f"it contains {_QUOTED_ONLY[character]}"
    return f"it contains {_LEADING[text[0]]}" if text[0] in _LEADING else None


def quoted_trouble(text: str) -> str | None:
    """Why a text cannot stand in quotes, or C(None)."""
    for character in text:
        if character == "\n":
            return "it contains a newline"
        if _is_control(character):
            return f"it contains the control character {character!r}"
        if character in _NEVER:
            return f"it contains {_NEVER[character]}"
    if not text.strip():
        return "it is empty"
    if text.endswith("\\"):
        return "it ends with a backslash"
    return None


def _is_control(character: str) -> bool:
    """Whether a character is one that no reader sees: control, format, and every white space but the space."""
    return unicodedata.category(character)[0] == "C" or (character.isspace() and character != " ")


def line_trouble(words: t.Sequence[str]) -> str | None:
    """Why words cannot be a line of their own, beside what is wrong with each, or C(None)."""
    if words and _INCLUDE.fullmatch(words[0]):
        return "it starts with include, which would read another file"
    return None


def spelled(text: str) -> str:
    """One word, in quotes if it needs them."""
    return text if word_trouble(text) is None else f'"{text}"'


def raw_trouble(text: str) -> str | None:
    """Why lines cannot be written as they are, or C(None): they must leave open or close no block but their own."""
    depth = 0
    for line in text.split("\n"):
        for character in line:
            if _is_control(character) and character != "\t":
                return f"it contains the control character {character!r}"
        if line.endswith("\\"):
            return "a line ends with a backslash, which would draw in the next one"
        for token in _TOKEN.finditer(line):
            if token.group("comment"):
                break
            if token.group("quoted") is not None and not token.group("end"):
                return "a quote is not closed"
            if token.group("brace"):
                depth += 1 if token.group("brace") == "{" else -1
            if depth < 0:
                return "it closes a block that it has not opened"
    return "it opens a block and does not close it" if depth else None
