# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keepalived makes of a configuration, whatever its spelling."""

from __future__ import annotations

import shlex
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import reader
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.keywords import ROOT, SYNONYMS, Keyword, Kind

UNKNOWN = Keyword(Kind.VALUE)


def meaning(statements: t.Any, block: t.Any = None) -> t.Any:
    """What keepalived makes of statements: the same for every spelling of the same.

    The order of statements of one keyword counts, that between keywords does not.
    """
    block = ROOT if block is None else block
    found = {}
    for words, inner in statements:
        word = SYNONYMS.get(words[0], words[0])
        keyword = block.get(word, UNKNOWN)
        found.setdefault(word, []).append((said(keyword, words[1:]), lines(word, keyword, inner)))
    return [
        (word, said_all if block.get(word, UNKNOWN).kind is not Kind.LIST else merged(said_all))
        for word, said_all in sorted(found.items())
    ]


def merged(said_all):
    return [(header, [line for _header, entries in said_all for line in entries]) for header, _entries in said_all[:1]]


def said(keyword, words):
    if keyword.kind in (Kind.BOOLEAN, Kind.SWITCH):
        return not words or words[0] in ("on", "true", "yes")
    if keyword.kind is Kind.COMMAND:
        apart = len(words) > 1 and any(isinstance(word, reader.Quoted) for word in words)
        return list(words) if apart else shlex.split(" ".join(words))
    return list(words)


def lines(word, keyword, inner):
    if inner is None:
        return None
    if word in ("group", "notification_email"):
        return [entry for words, _block in inner for entry in words]
    if keyword.kind is Kind.BLOCK:
        return meaning(inner, keyword.block)
    return [(list(words), None if block is None else lines("", UNKNOWN, block)) for words, block in inner]
