# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Priorities: by rank, and spaced so that what a member tracks can move the address, and nothing else does.

A tracked script, interface or process with a weight changes the priority that a member speaks with, within 1 to 254
(RFC 5798 section 5.2.4). One without a weight needs no priority: its failure is a FAULT.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import entries, tracked_name
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown

FIRST, STEP = 200, 20
LOWEST, HIGHEST = 1, 254

#: What an instance tracks, and the variable that defines it with a weight of its own.
TRACKED = {
    "track_script": "keepalived_vrrp_scripts",
    "track_process": "keepalived_vrrp_track_processes",
    "track_interface": None,
}


class Weight(t.NamedTuple):
    """A tracked object that changes the priority: its name, and by how much."""

    name: str
    value: int


def weights(own: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]) -> list[Weight]:
    """The weights of what an instance of one member tracks.

    :arg own: the instance as the member has it.
    :arg variables: the member's variables, where scripts and processes have their own weights.
    """
    found = []
    for keyword, variable in TRACKED.items():
        blocks = variables.get(variable) or [] if variable else []
        defined = {str(one.get("name")): _number(one.get("weight")) for one in blocks}
        for entry in entries(own.get(keyword)):
            name = str(tracked_name(entry))
            value = _written_weight(entry)
            value = defined.get(name) if value is None else value
            if value:
                found.append(Weight(name, value))
    return found


def _written_weight(entry: t.Any) -> int | None:
    if isinstance(entry, t.Mapping):
        return _number(entry.get("weight"))
    words = entry if isinstance(entry, list) else str(entry).split()
    return _number(words[words.index("weight") + 1]) if "weight" in words[1:-1] else None


def _number(value: t.Any) -> int | None:
    """The number that a weight such as C(-30), or C("-30 reverse"), starts with."""
    found = re.match(r"-?[0-9]{1,5}(?= |$)", str(value)[:20]) if isinstance(value, (int, str)) else None
    return int(found.group(0)) if found and not isinstance(value, bool) else None


class Spacing(t.NamedTuple):
    """The first member's priority, how far the next one's is below it, and why."""

    first: int
    step: int
    why: str


def spacing(count: int, tracked: t.Sequence[Weight]) -> Spacing:
    """How to space the priorities of a group.

    The step is smaller than every weight, so that any one failure hands the address on, and there is room above and
    below, so that no limit makes two members equal.

    :arg count: members.
    :arg tracked: all weights of all members.
    """
    by_name = {one.name: one.value for one in tracked}
    up = sum(value for value in by_name.values() if value > 0)
    down = -sum(value for value in by_name.values() if value < 0)
    if not tracked:
        return Spacing(FIRST, STEP, f"{STEP} apart")
    smallest = min(abs(one.value) for one in tracked)
    step = max(min(STEP, smallest - 1), 1)
    first = min(FIRST, HIGHEST - up)
    lowest = first - step * (count - 1) - down
    if lowest < LOWEST:
        first = min(HIGHEST - up, first + LOWEST - lowest)
    return Spacing(first, step, f"{step} apart, less than the smallest weight, {smallest}")


class Finding(t.NamedTuple):
    """A priority that cannot be, or a weight that does not do what it is there for."""

    member: str
    problem: str
    fix: str


def differing(
    written: t.Mapping[str, t.Mapping[str, t.Any]], derived: t.Mapping[str, int]
) -> tuple[dict[str, int], list[Finding]]:
    """By member its priority, the derived one where no member has one of its own; and what is wrong with others.

    Members of one virtual router must differ: of two that are equal the higher address would win (RFC 5798 section
    6.4.3), which is no order that somebody chose.

    :arg written: by member its own keys of the instance.
    """
    found: dict[str, int] = {}
    wrong: list[Finding] = []
    for name, own in written.items():
        value = own["priority"] if "priority" in own else derived[name]
        if "priority" not in own and any("priority" in other for other in written.values()):
            wrong.append(Finding(name, f"it has no entry for {name}.", f"Add {name}: with 1 to 254."))
        elif isinstance(value, bool) or not isinstance(value, int) or not LOWEST <= value <= HIGHEST:
            wrong.append(Finding(
                name, f"{name} has {shown(value, '')}, which is not an integer from 1 to 254.",
                "Set it to 1 to 254 (0 means goodbye and 255 the address's own host, RFC 5798 section 5.2.4).",
            ))  # fmt: skip
        elif value in found.values():
            other = next(member for member, priority in found.items() if priority == value)
            wrong.append(Finding(
                name, f"{other} and {name} both have {value}.",
                f"Give each member its own: {{{other}: {value}, {name}: {max(value - 1, 1)}}}, or leave it out.",
            ))  # fmt: skip
        else:
            found[name] = value
    return found, wrong


def idle_weights(priorities: t.Mapping[str, int], tracked: t.Mapping[str, t.Sequence[Weight]]) -> t.Iterator[Finding]:
    """Weights that can never move the address, and priorities that leave the room that the weights need.

    :arg priorities: by member, all different.
    :arg tracked: by member, its weights.
    """
    ranking = sorted(priorities, key=lambda name: -priorities[name])
    for name, following in zip(ranking, ranking[1:], strict=False):
        own = tracked.get(name, ())
        reach = sum(abs(one.value) for one in own)
        gap = priorities[name] - priorities[following]
        if own and reach <= gap:
            yield Finding(
                name,
                f"what {name} tracks ({', '.join(sorted({one.name for one in own}))}) changes its priority by {reach} "
                f"at most, and {following} is {gap} below: a failure never moves the address.",
                f"Set the weights to more than {gap} together, or the priorities nearer, or leave priority out.",
            )
    for name in ranking:
        own = tracked.get(name, ())
        highest = priorities[name] + sum(one.value for one in own if one.value > 0)
        lowest = priorities[name] + sum(one.value for one in own if one.value < 0)
        if own and (highest > HIGHEST or lowest < LOWEST):
            yield Finding(
                name,
                f"with what {name} tracks its priority would go from {lowest} to {highest}, and is cut to "
                f"{LOWEST} to {HIGHEST}, where members become equal.",
                "Choose smaller weights, or priorities further from the limits.",
            )
