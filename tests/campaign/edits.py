# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edits of a group, each from one state to another, and what makes one impossible.

An edit that has nothing to change in a state returns None. Where requests may be lost, it says how long.
"""

from __future__ import annotations

import dataclasses
import random
import typing as t

import group as _group
from group import Group

Edit = t.Callable[[Group, random.Random], "Group | None"]


def _other(values: t.Sequence[t.Any], now: t.Any, chance: random.Random) -> t.Any:
    return chance.choice([one for one in values if one != now])


def _one(group: Group, chance: random.Random) -> int:
    return chance.randrange(len(group.instances))


def _address_added(group: Group, chance: random.Random) -> Group | None:
    number = _one(group, chance)
    stays = group.instances[number].stays
    if len(group.instances[number].numbers) > 1:
        return None
    return group.changed(number, numbers=(stays, stays + 1))


def _address_removed(group: Group, chance: random.Random) -> Group | None:
    number = _one(group, chance)
    one = group.instances[number]
    return group.changed(number, numbers=(one.stays,)) if len(one.numbers) > 1 else None


def _address_first(group: Group, chance: random.Random) -> Group | None:
    number = _one(group, chance)
    one = group.instances[number]
    return group.changed(number, numbers=one.numbers[::-1]) if len(one.numbers) > 1 else None


def _password(group: Group, chance: random.Random) -> Group | None:
    number = _one(group, chance)
    one = group.instances[number]
    if one.version != 2 or one.password is None:
        return None
    return group.changed(number, password=_other(_group.PASSWORDS, one.password, chance))


def _interval(group: Group, chance: random.Random) -> Group | None:
    number = _one(group, chance)
    return group.changed(number, interval=3 - group.instances[number].interval)


def _of_service(field: str, values: t.Sequence[t.Any]) -> Edit:
    def edit(group: Group, chance: random.Random) -> Group | None:
        if not group.nginx:
            return None
        return dataclasses.replace(group, **{field: _other(values, getattr(group, field), chance)})

    return edit


def _of_group(field: str, values: t.Sequence[t.Any]) -> Edit:
    def edit(group: Group, chance: random.Random) -> Group | None:
        return dataclasses.replace(group, **{field: _other(values, getattr(group, field), chance)})

    return edit


def _owner(group: Group, chance: random.Random) -> Group | None:
    number = _one(group, chance)
    one = group.instances[number]
    return group.changed(number, owner=_other(group.members, one.owner, chance)) if one.preempts else None


EDITS: dict[str, Edit] = {
    "address added": _address_added,
    "address removed": _address_removed,
    "first address": _address_first,
    "password": _password,
    "interval": _interval,
    "owner": _owner,
    "nginx port": _of_service("port", _group.PORTS[1:]),
    "nginx path": _of_service("path", _group.PATHS),
    "nginx names": _of_service("names", _group.NAMES),
    "firewall": _of_group("firewall", _group.FIREWALLS),
    "log": _of_group("log", _group.LOGS),
    "check": _of_group("check", (False, True)),
    "notify": _of_group("tells", (False, True)),
}
#: After these an address is with another member: a request that is under way in that moment may be cut.
MOVES = frozenset({"owner"})
#: What makes a change impossible: on all members, or on one.
INVALID = ("keyword", "site", "script", "port")


def applied(group: Group, names: t.Sequence[str], chance: random.Random) -> tuple[Group, list[str]]:
    """A group with several edits, and those that had something to change."""
    now, done = group, list[str]()
    for name in names:
        found = EDITS[name](now, chance)
        if found is not None and found != now:
            now = found
            done.append(name)
    # One may have undone another.
    return now, done if now != group else []
