# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks: what is drawn from a seed, as a file that can be replayed, resumed and shortened."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import random
import typing as t

from edits import EDITS, INVALID
from faults import PAIRS

#: How often each kind of step is drawn.
KINDS = {"edit": 6, "fault": 8, "invalid": 3, "handover": 2, "status": 1, "second": 1}


@dataclasses.dataclass
class Step:
    """One step.

    :ivar seed: what the edits draw from.
    :ivar edits: their names; those that have nothing to change in the state that the step meets are passed over.
    :ivar fault, point, on: of a step C(fault); C(on) is C(owner) or C(standby).
    :ivar invalid: of a step C(invalid).
    :ivar result: what became of it, once it was walked.
    """

    kind: str
    seed: int
    edits: list[str] = dataclasses.field(default_factory=list)
    fault: str = ""
    point: str = ""
    on: str = ""
    invalid: str = ""
    result: dict[str, t.Any] | None = None

    def __str__(self) -> str:
        more = {"fault": f" {self.fault} of the {self.on} {self.point}", "invalid": f" {self.invalid} on {self.on}"}
        return f"{self.kind}{more.get(self.kind, '')}{': ' if self.edits else ''}{', '.join(self.edits)}"


@dataclasses.dataclass
class Walk:
    """A walk: its seed draws the group that it begins from."""

    seed: int
    release: str
    steps: list[Step]

    def write(self, path: pathlib.Path) -> None:
        """Writes it, as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(dataclasses.asdict(self), indent=1) + "\n", encoding="utf-8")


def read(path: pathlib.Path, results: bool = True) -> Walk:
    """Reads one.

    :arg results: whether with what became of its steps.
    """
    found = json.loads(path.read_text(encoding="utf-8"))
    steps = [Step(**{**one, "result": one.get("result") if results else None}) for one in found["steps"]]
    return Walk(found["seed"], found["release"], steps)


def drawn(seed: int, count: int, release: str, met: t.Container[tuple[str, str]] = ()) -> Walk:
    """A walk of so many steps.

    :arg met: pairs of fault and point that others have met: what was not met yet comes first.
    """
    chance = random.Random(seed)
    pairs = sorted(PAIRS, key=lambda pair: (pair in met, chance.random()))
    steps = []
    for _number in range(count):
        kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
        step = Step(kind, chance.randrange(1 << 30))
        if kind in ("edit", "fault", "invalid"):
            step.edits = chance.sample(sorted(EDITS), chance.choice((1, 1, 2, 3)))
            step.on = chance.choice(("owner", "standby"))
        if kind == "fault":
            step.fault, step.point = pairs.pop(0)
            pairs = pairs or sorted(PAIRS, key=lambda _pair: chance.random())
        if kind == "invalid":
            step.invalid = chance.choice(INVALID)
        steps.append(step)
    return Walk(seed, release, steps)


def shortened(walk: Walk, fails: t.Callable[[Walk], bool]) -> Walk:
    """The walk without the steps that it fails without, from the last to the first.

    :arg fails: walks one, and tells.
    """
    for number in reversed(range(len(walk.steps))):
        left = [dataclasses.replace(one, result=None) for at, one in enumerate(walk.steps) if at != number]
        shorter = Walk(walk.seed, walk.release, left)
        if left and fails(shorter):
            walk = shorter
    return walk
