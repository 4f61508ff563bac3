# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Entries of firewalld's direct interface as values, and their listings. firewalld.direct(5)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import shlex
from collections import namedtuple

from ansible.module_utils.common.text.converters import to_native
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall.firewall_cmd import FirewalldError

try:
    from shlex import quote
except ImportError:  # Python 2
    from pipes import quote

# A rule has every field; a chain has neither priority nor args; a passthrough has only ipv and args. args is a tuple.
Entry = namedtuple("Entry", ["kind", "ipv", "table", "chain", "priority", "args"])

# The order in which firewalld itself loads them, and in which one may need another.
KINDS = ("chain", "rule", "passthrough")


def parse(kind, text):
    """Return the Entries that ``--direct --get-all-rules`` (-chains, -passthroughs) printed.

    One entry a line, an argument quoted as for a shell where it needs it (firewall/functions.py, joinArgs); a quoted
    argument may hold a newline. Raises FirewalldError C(unverified) for anything else.
    """
    entries, pending = [], ""
    for line in to_native(text).splitlines():
        pending = pending + "\n" + line if pending else line
        try:
            words = shlex.split(pending)
        except ValueError:
            continue  # a quotation not closed yet
        pending = ""
        if words:
            entries.append(_from_words(kind, words, line))
    if pending:
        raise _unreadable(kind, pending)
    return entries


def line_of(entry):
    """Return ENTRY as one line, arguments quoted as firewall-cmd prints them, and its kind in front."""
    fields = [entry.kind, entry.ipv, entry.table, entry.chain, entry.priority]
    return " ".join([str(field) for field in fields if field is not None] + [quote(word) for word in entry.args])


def _from_words(kind, words, line):
    """Return the Entry of one listed line, split into WORDS. Raises FirewalldError C(unverified)."""
    try:
        if kind == "chain":
            ipv, table, chain = words
            return Entry(kind, ipv, table, chain, None, ())
        if kind == "rule":
            return Entry(kind, words[0], words[1], words[2], int(words[3]), tuple(words[4:]))
        return Entry(kind, words[0], None, None, None, tuple(words[1:]))
    except (ValueError, IndexError):
        raise _unreadable(kind, line)


def _unreadable(kind, line):
    """Return the FirewalldError for a line that firewall-cmd should not have printed."""
    return FirewalldError(
        "unverified",
        "firewall-cmd --direct --get-all-%ss printed a line this module cannot read: %r. "
        "Look at /etc/firewalld/direct.xml." % (kind, line),
    )
