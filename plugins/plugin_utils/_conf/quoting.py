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
#: A dollar sign that may be a definition's: keepalived puts in what it stands for, in quotes too.
_DEFINITION = re.compile(r"\$[A-Za-z_{]")
_QUOTED_ONLY = {
    "'": "a single quote",
    "\\": "a backslash",
    "{": "a brace",
    "}": "a brace",
    "!": "an exclamation mark, which starts a comment",
    "#": "a number sign, which starts a comment",
}
_LEADING = {
    "@": "an at sign at the start of a word, which makes a condition",
    "~": "a tilde at the start of a word",
    "$": "a dollar sign at the start of a word, which makes a definition",
}
#: What reads another file wherever it starts a line, in every block.
_INCLUDE = re.compile(r"include[a-z]?", re.IGNORECASE)
#: How many blocks keepalived opens within one another; more are read by nobody.
_DEEPEST = 8


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
        if character == '"':
            return "it contains a double quote, for which keepalived has no escape"
    if _DEFINITION.search(text):
        return "it contains a dollar sign that starts a definition, in quotes too"
    if not text.strip():
        return "it is empty"
    if text in ("{", "}"):
        return "it is a brace, which begins or ends a block in quotes too"
    if text.endswith("\\"):
        return "it ends with a backslash"
    return None


def _is_control(character: str) -> bool:
    """Whether a character is one that no reader sees: control, format, and every white space but the space."""
    return unicodedata.category(character)[0] == "C" or (character.isspace() and character != " ")


def is_include(word: str) -> bool:
    """Whether a word has keepalived read another file."""
    return _INCLUDE.fullmatch(word) is not None


def line_trouble(words: t.Sequence[str]) -> str | None:
    """Why words cannot be a line of their own, beside what is wrong with each, or C(None)."""
    if words and is_include(words[0]):
        return "it starts with include, which would read another file"
    return None


def spelled(text: str) -> str:
    """One word, in quotes if it needs them."""
    return text if word_trouble(text) is None else f'"{text}"'


def command_trouble(text: str) -> str | None:
    """Why a text cannot be a command line, or C(None). keepalived splits it, and heeds single quotes in it."""
    if "\\" in text:
        return "it contains a backslash, which some versions of keepalived take away once and others twice"
    if text.count("'") % 2:
        return "a single quote in it is not closed"
    return quoted_trouble(text)


def raw_trouble(text: str) -> str | None:
    """Why lines cannot be written as they are, or C(None): they must leave open or close no block but their own."""
    depth = 0
    for written in text.split("\n"):
        if any(_is_control(character) and character != "\t" for character in written):
            return "it contains a control character"
        line = written.strip()
        if line[:1] in _LEADING:
            return f"a line of it starts with {line[0]}: write out what that stands for, with Jinja"
        trouble, change, lowest = _read_line(line)
        if trouble:
            return trouble
        if depth + lowest < 0:
            return "it closes a block that it has not opened"
        depth += change
        if depth > _DEEPEST:
            return f"more than {_DEEPEST} blocks are within one another"
    return "it opens a block and does not close it" if depth else None


def _read_line(line: str) -> tuple[str | None, int, int]:
    """What keepalived makes of the braces of one line.

    :returns: trouble or C(None), how many more it opens than it closes, and the lowest that this count gets.
    """
    opened, depth, lowest, position = -1, 0, 0, 0
    while position < len(line):
        character = line[position]
        if character == "\\":
            follower = line[position + 1 : position + 2]
            if not follower:
                return "a line ends with a backslash, which would draw in the next one", 0, 0
            if follower == '"':
                return "it has a quote behind a backslash", 0, 0
            position += 2
            continue
        if character == '"':
            if opened >= 0 and line[opened + 1 : position] in ("{", "}"):
                return "it has a brace alone in quotes, which begins or ends a block all the same", 0, 0
            opened = -1 if opened >= 0 else position
        elif opened >= 0:
            pass
        elif character in "#!":
            if "\\" in line[position:] or '"' in line[position:]:
                return "a comment in it has a backslash or a quote, which keepalived still heeds", 0, 0
            break
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            lowest = min(lowest, depth)
        position += 1
    return ("a quote is not closed" if opened >= 0 else None), depth, lowest
