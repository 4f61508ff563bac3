# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Writes a keepalived.conf from data. What the data means was settled by the plan; here it is only spelled."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _keywords, _values

INDENT = "    "


class RenderError(ValueError):
    """The data cannot be written as a keepalived.conf; the message names the place in it and the reason."""


def render(config: t.Mapping[str, t.Any]) -> str:
    """The configuration as text.

    :arg config: top-level keyword to its block (a mapping), or to a list of blocks: C(global_defs) and so on.
        Keys of C(_keywords.HEADERS) stand behind the keyword of their block.
    :raises RenderError: for a value that would change the structure, or a shape that has no spelling.
    """
    for path, reason in _values.walk(config, "config"):
        raise RenderError(f"{path} {reason}.")
    blocks = []
    for keyword, value in config.items():
        for block in value if isinstance(value, list) else [value]:
            if block:
                blocks.append("\n".join(_block(keyword, block, "")))
    text = "\n\n".join(blocks) + "\n"
    for line in text.splitlines():
        if len(line.encode()) >= _values.MAXIMUM_LINE:
            raise RenderError(
                f"the line of {line.split()[0]} is longer than keepalived reads ({_values.MAXIMUM_LINE} bytes)."
            )
    return text


def _block(keyword: str, block: t.Mapping[str, t.Any], indent: str) -> t.Iterator[str]:
    if not isinstance(block, t.Mapping):
        raise RenderError(f"{keyword} is not a mapping but of type {type(block).__name__}.")
    header = _keywords.HEADERS.get(keyword, ())
    yield indent + " ".join([keyword, *(_word(keyword, block, key) for key in header), "{"])
    for inner, value in block.items():
        if inner not in header:
            yield from _statement(inner, value, indent + INDENT)
    yield indent + "}"


def _word(keyword: str, block: t.Mapping[str, t.Any], key: str) -> str:
    """One word behind a block's keyword."""
    text = _scalar(keyword, block.get(key, ""))
    if not text or " " in text:
        raise RenderError(f"the {key} of a {keyword} is not one word.")
    return text


def _statement(keyword: str, value: t.Any, indent: str) -> t.Iterator[str]:
    if value is None:
        return
    if isinstance(value, bool):
        if keyword in _keywords.BOOLEANS:
            yield f"{indent}{keyword} {'on' if value else 'off'}"
        elif value:
            yield indent + keyword
    elif isinstance(value, t.Mapping):
        yield from _block(keyword, value, indent)
    elif isinstance(value, list) and keyword in _keywords.HEADERS:
        for block in value:
            yield from _block(keyword, block, indent)
    elif isinstance(value, list):
        if value:
            yield f"{indent}{keyword} {{"
            yield from (indent + INDENT + _line(keyword, entry) for entry in value)
            yield indent + "}"
    elif keyword in _keywords.QUOTED:
        yield f'{indent}{keyword} "{_scalar(keyword, value)}"'
    else:
        yield f"{indent}{keyword} {_scalar(keyword, value)}"


def _line(keyword: str, entry: t.Any) -> str:
    """One entry of a list: a scalar, or a mapping such as C({address: 192.0.2.10/24, brd: 192.0.2.255})."""
    if not isinstance(entry, t.Mapping):
        return _scalar(keyword, entry)
    words = []
    for key, value in entry.items():
        if key in ("address", "name"):
            words.insert(0, _scalar(keyword, value))
        elif value is True:
            words.append(key)
        elif value is not False and value is not None:
            words.append(f"{key} {_scalar(keyword, value)}")
    if not words:
        raise RenderError(f"an entry of {keyword} is empty.")
    return " ".join(words)


def _scalar(keyword: str, value: t.Any) -> str:
    """A number or a text. keepalived reads no exponent, and nothing smaller than a microsecond."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise RenderError(f"{keyword} has a value of type {type(value).__name__} where a number or a text must stand.")
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
