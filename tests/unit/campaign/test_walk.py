# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the campaign draws: the same from the same seed, read as it was written, shortened to what fails."""

from __future__ import annotations

import pathlib
import random
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[3]
sys.path[:0] = [str(ROOT / "tests" / "campaign"), str(ROOT / "tests" / "lab")]

import edits  # noqa: E402
import faults  # noqa: E402
import group as _group  # noqa: E402
import walk as _walk  # noqa: E402

LAB = {"lab_vips": [f"192.0.2.{number}" for number in (10, 9, 8, 7)], "lab_vip6": "2001:db8::a"}


def test_same_seed_same_walk():
    assert _walk.drawn(5, 40, "bookworm") == _walk.drawn(5, 40, "bookworm")
    assert _walk.drawn(5, 40, "bookworm") != _walk.drawn(6, 40, "bookworm")


def test_written_and_read(tmp_path):
    walk = _walk.drawn(1, 10, "trixie")
    walk.steps[0].result = {"lost": 0.0}
    walk.write(tmp_path / "walks" / "one.json")
    assert _walk.read(tmp_path / "walks" / "one.json") == walk
    assert _walk.read(tmp_path / "walks" / "one.json", results=False).steps[0].result is None


def test_what_was_not_met_comes_first():
    left = ("host restarted", "after load")
    walk = _walk.drawn(1, 60, "bookworm", set(faults.PAIRS) - {left})
    (first, *_others) = [step for step in walk.steps if step.kind == "fault"]
    assert (first.fault, first.point) == left


@pytest.mark.parametrize("needed", [{3}, {0, 7}])
def test_shortened_to_the_steps_that_fail_together(needed):
    walk = _walk.drawn(2, 9, "bookworm")
    seeds = {walk.steps[number].seed for number in needed}
    short = _walk.shortened(walk, lambda one: seeds <= {step.seed for step in one.steps})
    assert {step.seed for step in short.steps} == seeds


@pytest.mark.parametrize("seed", range(50))
def test_edits_lead_to_groups_that_can_be_written(seed):
    chance = random.Random(seed)
    group = _group.drawn(chance)
    for _number in range(20):
        former = group
        group, done = edits.applied(group, chance.sample(sorted(edits.EDITS), 3), chance)
        assert (group != former) == bool(done)
        written = _group.variables(group, LAB)["keepalived_vrrp_instances"]
        for one, before in zip(group.instances, former.instances, strict=True):
            assert one.stays == before.stays
            assert one.owner in group.members
        addresses = [address for one in written for address in one["virtual_ipaddress"]]
        assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize("name", edits.EDITS)
def test_each_edit_changes_something_somewhere(name):
    groups = [_group.drawn(random.Random(seed)) for seed in range(60)]
    groups += [one.changed(0, numbers=(0,)) for one in groups]
    found = [(one, edits.EDITS[name](one, random.Random(1))) for one in groups]
    assert any(after is not None and after != before for before, after in found)


def test_what_cannot_be_is_named_with_a_reason():
    assert all(reason for reason in faults.IMPOSSIBLE.values())
    assert len(faults.PAIRS) + len(faults.IMPOSSIBLE) == len(faults.FAULTS) * len(faults.POINTS)
