# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Entries of lists in keepalived.conf: a text with words, or a mapping; read the same everywhere."""

from __future__ import annotations

import typing as t


def entries(value: t.Any) -> list[t.Any]:
    """What the user wrote for a list: a single entry is a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def tracked_name(entry: t.Any) -> str | None:
    """The name in an entry such as C(check_disk weight -30), or of a mapping."""
    if isinstance(entry, t.Mapping):
        return entry.get("name")
    words = entry if isinstance(entry, list) else str(entry).split()
    return words[0] if words else None


def first_word(entry: t.Any) -> t.Any:
    """The address of an entry of C(virtual_ipaddress), which may have more words, or be a mapping."""
    if isinstance(entry, t.Mapping):
        return entry.get("address")
    return entry.split()[0] if isinstance(entry, str) and entry.strip() else entry


def has_word(entry: t.Any, word: str) -> bool:
    """Whether an entry has a keyword such as C(dev)."""
    return word in entry if isinstance(entry, t.Mapping) else word in str(entry).split()[1:]


def with_device(entry: t.Any, interface: str) -> t.Any:
    """The entry with the interface that the address is to be put on."""
    return {**entry, "dev": interface} if isinstance(entry, t.Mapping) else f"{entry} dev {interface}"
