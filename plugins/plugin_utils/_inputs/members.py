# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""One member's side of a group, and values that differ from member to member."""

from __future__ import annotations

import dataclasses
import typing as t


@dataclasses.dataclass(frozen=True)
class Member:
    """One member's side of the group.

    C(variables) are its public variables with their defaults, C(interfaces) those seen on it (C(None): not observed),
    C(address) its C(ansible_host), C(version) the version of its keepalived (C(()): not known).
    """

    name: str
    variables: t.Mapping[str, t.Any]
    interfaces: t.Sequence[t.Mapping[str, t.Any]] | None
    address: t.Any = None
    version: tuple[int, ...] = ()


def is_map(value: t.Any, members: t.Collection[str]) -> bool:
    """Whether a value is a mapping from member to value, such as C({app1: 100, app2: 99})."""
    return isinstance(value, t.Mapping) and bool(set(value) & set(members))


def for_member(value: t.Any, member: str, members: t.Collection[str]) -> t.Any:
    """The member's own part of a mapping from member to value; any other value as it is."""
    return value.get(member) if is_map(value, members) else value


def own_block(written: t.Mapping[str, t.Any], member: str, members: t.Collection[str]) -> dict[str, t.Any]:
    """A block as one member has it: a mapping from member to value need not name every member."""
    own = {}
    for key, value in written.items():
        resolved = for_member(value, member, members)
        if resolved is not None or not is_map(value, members):
            own[key] = resolved
    return own


def own_value(written: t.Any, member: str, members: t.Collection[str]) -> t.Any:
    """A block, or a list of blocks, as one member has it."""
    if isinstance(written, t.Mapping):
        return own_block(written, member, members)
    if isinstance(written, list):
        return [own_block(one, member, members) if isinstance(one, t.Mapping) else one for one in written]
    return written
