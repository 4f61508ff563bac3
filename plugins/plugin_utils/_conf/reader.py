# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Turns statements of a keepalived.conf into the data from which C(writer) writes the same again.

What has no place in the data, such as a keyword of ours that is written in an unusual way, is kept as C(raw) lines.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import keywords, quoting
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.keywords import Keyword, Kind

Statement = tuple[list[str], "list[Statement] | None"]

#: Lists whose words may share a line.
_WORD_LISTS = frozenset({"group", "notification_email"})
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,8})\.[0-9]{0,5}[1-9]")


class Quoted(str):
    """A word that stood in quotes."""


class _Unspoken(Exception):
    """A statement that the data cannot say."""


def data(text: str) -> dict[str, t.Any]:
    """The configuration as data: top-level keyword to its value, as C(writer.render) takes it.

    :raises ConfError: blocks within blocks without end.
    """
    return data_of(statements(text))


def statements(text: str) -> list[Statement]:
    """The statements of a configuration, their quoted words marked.

    :raises ConfError: blocks within blocks without end.
    """
    return conf_parser.parse(text, Quoted)


def data_of(parsed: t.Sequence[Statement], notes: list[str] | None = None) -> dict[str, t.Any]:
    """The same of statements.

    :arg notes: gets a text for each thing that the data does not show.
    """
    return _block(parsed, keywords.ROOT, [] if notes is None else notes)


def _block(parsed: t.Sequence[Statement], table: keywords.Block, notes: list[str]) -> dict[str, t.Any]:
    found: dict[str, t.Any] = {}
    unspoken: list[str] = []
    for words, inner in parsed:
        word = words[0] if words else ""
        if table is keywords.ROOT:
            word = keywords.SYNONYMS.get(word, word)
        keyword = table.get(word)
        try:
            if quoting.word_trouble(word) or word == keywords.RAW or isinstance(words[0], Quoted):
                raise _Unspoken
            if keyword is None:
                value = _unknown(words[1:], inner, notes)
            else:
                value = _known(keyword, word, words[1:], inner, notes)
            if value != []:  # an empty list says nothing
                found[word] = _merged(keyword, found, word, value, notes)
        except _Unspoken:
            notes.append(f"{word} is written in a way that has no other spelling than raw.")
            unspoken += _lines(words, inner)
    if unspoken:
        found[keywords.RAW] = unspoken
    return {_plural(word, table): value for word, value in found.items()}


def _plural(word: str, table: keywords.Block) -> str:
    """Our own name for a repeated block of this table."""
    return next((plural for plural, one in keywords.PLURALS.items() if one == word and word in table), word)


def _merged(keyword: Keyword | None, found: t.Mapping[str, t.Any], word: str, value: t.Any, notes: list[str]) -> t.Any:
    """The value of a keyword that may have been given before: repeated blocks and lists go on, else the last counts."""
    if keyword is not None and keyword.repeated:
        return [*found.get(word, []), value]
    if word not in found:
        return value
    if keyword is not None and keyword.kind is Kind.LIST:
        return [*found[word], *value]
    if keyword is not None and keyword.kind is not Kind.BLOCK:
        notes.append(f"{word} is given more than once: the last one is taken, as keepalived does.")
        return value
    raise _Unspoken


def _known(keyword: Keyword, word: str, words: list[str], inner: list[Statement] | None, notes: list[str]) -> t.Any:
    kind = keyword.kind
    if kind is Kind.BLOCK or (kind is Kind.LIST and keyword.header):
        return _known_block(keyword, words, inner, notes)
    if kind is Kind.LIST:
        if words or inner is None:
            raise _Unspoken
        return _entries(inner, apart=word in _WORD_LISTS)
    if inner is not None:
        raise _Unspoken
    if kind in (Kind.BOOLEAN, Kind.SWITCH):
        return _boolean(kind, words)
    if not words:
        if kind not in (Kind.FLAG, Kind.OPTIONAL):
            raise _Unspoken
        return True
    if kind is Kind.FLAG:
        raise _Unspoken
    return _value(kind, words)


def _boolean(kind: Kind, words: list[str]) -> bool:
    spoken = True if not words else keywords.BOOLEANS.get(words[0]) if len(words) == 1 else None
    # What off means to a switch depends on the version.
    if spoken is None or (kind is Kind.SWITCH and not spoken):
        raise _Unspoken
    return spoken


def _value(kind: Kind, words: list[str]) -> t.Any:
    """What stands behind a keyword: one word, or words."""
    if kind is Kind.COMMAND:
        return _command(words)
    if kind is Kind.NOTIFY and (not isinstance(words[0], Quoted) and "'" in words[0]):
        return _command(words)
    if kind is Kind.NOTIFY and quoting.command_trouble(words[0]):
        raise _Unspoken
    if any(quoting.quoted_trouble(word) for word in words):
        raise _Unspoken
    if len(words) == 1:
        text = str(words[0])
        if kind in (Kind.TEXT, Kind.NOTIFY):
            return text
        return _number(text) if quoting.word_trouble(text) is None else [text]
    if kind is Kind.TEXT:
        raise _Unspoken
    if kind is Kind.NOTIFY or any(quoting.word_trouble(word) for word in words):
        return [str(word) for word in words]
    return " ".join(words)


def _command(words: list[str]) -> str:
    """A command line as one text: one word in double quotes, or words within one pair of single quotes."""
    text = " ".join(words)
    if len(words) > 1 or (not isinstance(words[0], Quoted) and "'" in text):
        # keepalived takes single quotes for quotes here, and what stands behind them for something else.
        inside = len(text) > 1 and text[0] == text[-1] == "'" and text.count("'") == 2
        if not inside or any(isinstance(word, Quoted) for word in words):
            raise _Unspoken
        text = text[1:-1]
    if quoting.command_trouble(text):
        raise _Unspoken
    return str(text)


def _number(text: str) -> t.Any:
    """A number where the text is just how that number is written, else the text."""
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _known_block(
    keyword: Keyword, words: list[str], inner: list[Statement] | None, notes: list[str]
) -> dict[str, t.Any]:
    if inner is None:
        raise _Unspoken
    header = _header(keyword.header, words)
    if keyword.kind is Kind.LIST:
        return {**header, keywords.ENTRIES: _entries(inner)}
    body = _block(inner, keyword.block, notes)
    if set(keyword.header) & set(body):
        raise _Unspoken
    return {**header, **body}


def _header(keys: tuple[str, ...], words: list[str]) -> dict[str, t.Any]:
    """The keys of a block that stand in front of its brace."""
    if any(quoting.word_trouble(word) for word in words):
        raise _Unspoken
    if len(words) == 2 and words[0] in keys and words[0] in keywords.NAMED_HEADERS:
        return {str(words[0]): _number(words[1])}
    plain = [key for key in keys if key not in keywords.NAMED_HEADERS]
    if len(words) > len(plain) or (keys and not words):
        raise _Unspoken
    return {key: _number(word) if key == "port" else str(word) for key, word in zip(plain, words, strict=False)}


def _entries(parsed: t.Sequence[Statement], apart: bool = False) -> list[t.Any]:
    """The lines of a list, each a text, or a list of words where one of them needs quotes."""
    found: list[t.Any] = []
    for words, inner in parsed:
        if inner is not None or not words or any(quoting.quoted_trouble(word) for word in words):
            raise _Unspoken
        if quoting.line_trouble(words):
            raise _Unspoken
        quoted = [word for word in words if quoting.word_trouble(word)]
        if apart and any(quoting.line_trouble([word]) for word in words):
            raise _Unspoken
        if apart:
            found += [[str(word)] if word in quoted else str(word) for word in words]
        else:
            found.append([str(word) for word in words] if quoted else " ".join(words))
    return found


def _unknown(words: list[str], inner: list[Statement] | None, notes: list[str]) -> t.Any:
    """What the writer spells by its shape in the same way."""
    if inner is None:
        value = _value(Kind.VALUE, words) if words else True
        if isinstance(value, list):
            raise _Unspoken
        return value
    if words or not inner:
        raise _Unspoken
    if any(block is not None for _words, block in inner):
        return _block(inner, {}, notes)
    return _entries(inner)


def _lines(words: list[str], inner: list[Statement] | None) -> list[str]:
    """A statement as it would be written."""
    start = " ".join(_spelled(word) for word in words)
    if inner is None:
        return [start]
    lines = [line for statement in inner for line in _lines(*statement)]
    return [f"{start} {{".strip(), *("    " + line for line in lines), "}"]


def _spelled(word: str) -> str:
    special = isinstance(word, Quoted) or not word or any(mark in word for mark in " {}!#")
    return f'"{word}"' if special else word
