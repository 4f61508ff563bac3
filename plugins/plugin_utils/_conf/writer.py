# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Writes a keepalived.conf from data. What the data means was settled by the plan; here it is only spelled.

A keyword of the table (C(keywords)) is written by its kind, any other by the shape of its value: true as the bare
keyword, a scalar behind it, a list as a block with one entry a line, a mapping as a block.
"""

from __future__ import annotations

import math
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import keywords, quoting
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.keywords import Keyword, Kind
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown

INDENT = "    "
#: Keys of an entry's mapping whose value comes first, without its key.
LEADING_KEYS = ("address", "name")


class RenderError(ValueError):
    """The data cannot be written as a keepalived.conf; the message names the place in it and the reason."""


class Trouble(t.NamedTuple):
    """What is wrong with a value: where, "is not ..." or "cannot be written ...", and what to do."""

    path: str
    problem: str
    fix: str


def render(config: t.Mapping[str, t.Any]) -> str:
    """The configuration as text.

    :arg config: top-level keyword to its value: a mapping or list of mappings for blocks, as in C(keywords.ROOT).
    :raises RenderError: for a value that would change the structure, or a shape that has no spelling.
    """
    speller = Speller()
    parts = []
    for word, value in config.items():
        lines = list(speller.statement(word, value, keywords.ROOT, word, ""))
        parts.append("\n".join(lines).replace("\n}\n", "\n}\n\n"))
    if speller.troubles:
        path, problem, fix = speller.troubles[0]
        raise RenderError(f"{path} {problem}. {fix}")
    return "\n\n".join(part for part in parts if part) + "\n"


class Speller:
    """Spells statements, and collects what has no spelling and which keywords are not known."""

    def __init__(self) -> None:
        self.troubles: list[Trouble] = []
        #: (path, keyword, the known keyword nearest to it) of each keyword that the table does not have.
        self.unknown: list[tuple[str, str, str | None]] = []
        #: (path, keyword, first version that knows it) of each keyword that not every version has.
        self.newer: list[tuple[str, str, tuple[int, ...]]] = []

    def statement(self, word: str, value: t.Any, block: keywords.Block, path: str, indent: str) -> t.Iterator[str]:
        """The lines of one keyword of a block.

        :arg block: the keywords that this block knows.
        :arg path: where the value comes from, for the troubles.
        """
        if value is None:
            self._trouble(path, "has no value", "Give it one, or leave it out.")
            return
        if word == keywords.RAW:
            yield from self._raw(value, path, indent)
            return
        written = keywords.PLURALS.get(word, word)
        keyword = block.get(written)
        if keyword is None:
            if not self._may_be_keyword(word, path):
                return
            if block and written != "include":
                self.unknown.append((path, word, keywords.nearest(word, block)))
            keyword = Keyword(_shape(value))
        if keyword.since and value is not False and value != []:
            self.newer.append((path, written, keyword.since))
        for line in self._by_kind(keyword, written, value, path, indent):
            if len(line.encode("utf-8", "surrogatepass")) > quoting.MAXIMUM_LINE:
                self._trouble(
                    path, f"makes a line longer than keepalived reads ({quoting.MAXIMUM_LINE} bytes)", "Shorten it."
                )
            yield line

    def _trouble(self, path: str, problem: str, fix: str) -> None:
        trouble = Trouble(path, problem, fix)
        if trouble not in self.troubles:
            self.troubles.append(trouble)

    def _by_kind(self, keyword: Keyword, word: str, value: t.Any, path: str, indent: str) -> t.Iterator[str]:
        kind = keyword.kind
        is_list = kind is Kind.LIST or (keyword.lines and isinstance(value, list))
        if (kind is Kind.BLOCK and not is_list) or (kind is Kind.LIST and keyword.header):
            yield from self._blocks(keyword, word, value, path, indent)
        elif is_list:
            yield from self._list(word, value, path, indent)
        elif isinstance(value, bool):
            if kind is Kind.BOOLEAN:
                yield f"{indent}{word}" if value else f"{indent}{word} off"
            elif kind not in (Kind.FLAG, Kind.SWITCH, Kind.OPTIONAL):
                self._wrong_kind(kind, value, path)
            elif value:
                yield indent + word
        elif keyword.repeated and isinstance(value, list):
            for position, entry in enumerate(value):
                yield f"{indent}{word} {self._words(Kind.VALUE, entry, f'{path}[{position}]')}"
        elif kind in (Kind.BOOLEAN, Kind.SWITCH):
            spoken = keywords.BOOLEANS.get(str(value).lower()) if isinstance(value, str) else None
            if spoken is None:
                self._wrong_kind(kind, value, path)
            else:
                yield from self._by_kind(keyword, word, spoken, path, indent)
        elif kind is Kind.FLAG:
            self._wrong_kind(kind, value, path)
        else:
            yield f"{indent}{word} {self._words(kind, value, path)}"

    def _wrong_kind(self, kind: Kind, value: t.Any, path: str) -> None:
        self._trouble(path, f"is {shown(value, path)}, which is not {kind.value}", f"Set it to {kind.value}.")

    def _blocks(self, keyword: Keyword, word: str, value: t.Any, path: str, indent: str) -> t.Iterator[str]:
        blocks = value if isinstance(value, list) and keyword.repeated else [value]
        for position, block in enumerate(blocks):
            inner = f"{path}[{position}]" if blocks is value else path
            if not isinstance(block, t.Mapping):
                self._trouble(inner, f"is not a mapping but of type {type(block).__name__}", "Set it to a mapping.")
                continue
            yield indent + " ".join([word, *self._header(keyword.header, word, block, inner), "{"])
            yield from self._inside(keyword, block, inner, indent + INDENT)
            yield indent + "}"

    def _inside(self, keyword: Keyword, block: t.Mapping[str, t.Any], path: str, indent: str) -> t.Iterator[str]:
        for word, value in block.items():
            place = f"{path}.{word}"
            if word in keyword.header:
                continue
            if keyword.kind is Kind.LIST and word == keywords.ENTRIES:
                yield from self._entries(value, place, indent)
            else:
                yield from self.statement(word, value, keyword.block, place, indent)

    def _header(self, keys: t.Sequence[str], word: str, block: t.Mapping[str, t.Any], path: str) -> list[str]:
        """The words between a block's keyword and its brace."""
        words: list[str] = []
        for key in keys:
            value = block.get(key)
            if value is None:
                continue
            text = _scalar(value)
            reason = "it is not one word" if text is None else quoting.word_trouble(text)
            if reason:
                self._trouble(f"{path}.{key}", f"cannot stand behind {word}: {reason}", "Set it to one word.")
            words += [key, text or ""] if key in keywords.NAMED_HEADERS else [text or ""]
        if keys and not words:
            self._trouble(path, f"has no {keys[0]}", f"Set its {keys[0]}.")
        return words

    def _list(self, word: str, value: t.Any, path: str, indent: str) -> t.Iterator[str]:
        lines = list(self._entries(value, path, indent + INDENT))
        if lines:
            yield f"{indent}{word} {{"
            yield from lines
            yield indent + "}"

    def _entries(self, value: t.Any, path: str, indent: str) -> t.Iterator[str]:
        """One line for each entry; a single text is a list of one."""
        entries = value if isinstance(value, list) else [value]
        for position, entry in enumerate(entries):
            place = f"{path}[{position}]" if entries is value else path
            if isinstance(entry, bool) or entry is None:
                self._trouble(place, f"is {shown(entry, path)}, which is no entry", "Set it to a text.")
                continue
            words = self._entry_words(entry, place) if isinstance(entry, t.Mapping) else entry
            yield indent + self._words(Kind.VALUE, words, place, starts_line=True)

    def _entry_words(self, entry: t.Mapping[str, t.Any], path: str) -> list[str]:
        """An entry such as C({address: 192.0.2.10/24, brd: 192.0.2.255, no_track: true})."""
        words: list[str] = []
        for key, value in entry.items():
            text = _scalar(value)
            if key in LEADING_KEYS and text is not None:
                words[:0] = _split(text)
            elif value is True:
                words.append(key)
            elif text is not None:
                words += [key, *_split(text)]
            elif value is not False and value is not None:
                self._trouble(f"{path}.{key}", "is not a number or a text", "Set it to one.")
        return words

    def _words(self, kind: Kind, value: t.Any, path: str, starts_line: bool = False) -> str:
        """What stands behind a keyword, or on a line of its own."""
        if isinstance(value, list):
            scalars = [_scalar(entry) for entry in value]
            words = [word for word in scalars if word is not None]
            if kind in (Kind.TEXT, Kind.COMMAND) or not words or len(words) < len(scalars):
                self._wrong_kind(kind, value, path)
                return ""
        else:
            text = _scalar(value)
            if text is None:
                self._wrong_kind(kind, value, path)
                return ""
            words = [text] if kind in (Kind.TEXT, Kind.COMMAND, Kind.NOTIFY) else _split(text)
        quotes = isinstance(value, list) or len(words) == 1 and kind in (Kind.TEXT, Kind.COMMAND, Kind.NOTIFY)
        for word in words:
            reason = self._word_trouble(kind, word, word is words[0], quotes)
            if reason:
                self._trouble(path, f"cannot be written to keepalived.conf: {reason}", "Choose a value without it.")
                return ""
        if starts_line and quoting.line_trouble(words):
            self._trouble(
                path, f"cannot be written to keepalived.conf: {quoting.line_trouble(words)}",
                "Choose a value without it.",
            )  # fmt: skip
        spelled = [quoting.spelled(word) for word in words]
        if kind in (Kind.COMMAND, Kind.NOTIFY):
            spelled[0] = f'"{words[0]}"'
        return " ".join(spelled)

    @staticmethod
    def _word_trouble(kind: Kind, word: str, first: bool, quotes: bool) -> str | None:
        if kind is Kind.COMMAND or (kind is Kind.NOTIFY and first):
            return quoting.command_trouble(word)
        return quoting.quoted_trouble(word) if quotes else quoting.word_trouble(word)

    def _raw(self, value: t.Any, path: str, indent: str) -> t.Iterator[str]:
        lines = value if isinstance(value, list) else [value]
        if not all(isinstance(line, str) for line in lines):
            self._trouble(path, "is not text", "Set it to lines of keepalived.conf.")
            return
        text = "\n".join(lines)
        reason = quoting.raw_trouble(text)
        if reason:
            self._trouble(path, f"cannot be written to keepalived.conf: {reason}", "Correct the lines.")
            return
        for line in text.split("\n"):
            if line.strip():
                if len(line.encode("utf-8", "surrogatepass")) + len(indent) > quoting.MAXIMUM_LINE:
                    self._trouble(path, "has a line longer than keepalived reads", "Break it up.")
                yield indent + line.rstrip()

    def _may_be_keyword(self, word: t.Any, path: str) -> bool:
        reason = quoting.word_trouble(word) if isinstance(word, str) else f"it is of type {type(word).__name__}"
        if reason:
            # More than a keyword may have come here: a password too.
            self._trouble(path.partition(" ")[0], f"is not a keyword: {reason}", "See keepalived.conf(5).")
        return reason is None


def _split(text: str) -> list[str]:
    """The words of a text. Only spaces part them: any other white space is refused, and must be seen for that."""
    return [word for word in text.split(" ") if word] or [text]


def _shape(value: t.Any) -> Kind:
    """How a keyword that is not known is written."""
    if isinstance(value, bool):
        return Kind.OPTIONAL
    if isinstance(value, t.Mapping):
        return Kind.BLOCK
    return Kind.LIST if isinstance(value, list) else Kind.VALUE


def _scalar(value: t.Any) -> str | None:
    """A number or a text. keepalived reads no exponent, and nothing smaller than a microsecond."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".") if math.isfinite(value) else None
    return str(value)
