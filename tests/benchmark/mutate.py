# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damages bytes, texts and data."""

from __future__ import annotations

import random
import typing as t

#: Numbers at which something ends.
EDGES = (0, 1, 0x7F, 0x80, 0xFF)
ODD_WORDS = (
    "", " ", "0", "-1", "1" * 400, "1" * 5000, "1e400", "nan", "(none)", "é", "\x00", "\u2028", "\ud800", "%s", "a = b",
    ":",
)  # fmt: skip
ODD_VALUES: tuple[t.Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**70, 1e308, float("nan"), float("inf"), -float("inf"), [], {}, [[]], [{}],
    [None], {"a": None}, *ODD_WORDS,
)  # fmt: skip


def octets(dice: random.Random, data: bytes, other: bytes) -> bytes:
    """Bytes with one to four damages. OTHER is what a piece may come from."""
    found = bytearray(data)
    for _number in range(dice.choice((1, 1, 1, 2, 3, 4))):
        begin = dice.randrange(len(found) + 1)
        end = min(len(found), begin + dice.choice((1, 2, 4, 8, 16)))
        kind = dice.randrange(7)
        if kind == 0 and begin < len(found):
            found[begin] ^= 1 << dice.randrange(8)
        elif kind == 1 and begin < len(found):
            found[begin] = dice.choice(EDGES)
        elif kind == 2:
            found[begin:end] = dice.randbytes(end - begin)
        elif kind == 3:
            del found[begin:]
        elif kind == 4:
            del found[begin:end]
        elif kind == 5:
            found[begin:begin] = found[begin:end]
        else:
            cut = dice.randrange(len(other) + 1)
            found[begin:end] = other[cut : cut + dice.choice((1, 4, 20))]
    return bytes(found)


def lines(dice: random.Random, text: str, other: str) -> str:
    """A text with a few of its lines lost, moved, repeated, changed in a word, indented otherwise, or another's."""
    found, others = text.splitlines(), other.splitlines()
    for _number in range(dice.randint(1, 6)):
        if not found:
            break
        at = dice.randrange(len(found))
        kind = dice.randrange(6)
        if kind == 0:
            del found[at : at + dice.choice((1, 1, 5))]
        elif kind == 1:
            found.insert(dice.randrange(len(found)), found[at])
        elif kind == 2:
            words = found[at].split(" ")
            words[dice.randrange(len(words))] = dice.choice(ODD_WORDS)
            found[at] = " ".join(words)
        elif kind == 3:
            found[at] = " " * dice.randrange(8) + found[at].lstrip()
        elif kind == 4:
            found[at] = found[at][: dice.randrange(len(found[at]) + 1)]
        else:
            found[at] = dice.choice(others)
    return "\n".join(found) + dice.choice(("", "\n"))


def places(data: t.Any, path: tuple[t.Any, ...] = ()) -> t.Iterator[tuple[t.Any, ...]]:
    """The path of everything within data: a branch or a leaf."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def put(data: t.Any, path: t.Sequence[t.Any], value: t.Any) -> None:
    """Replaces what is at a path."""
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value
