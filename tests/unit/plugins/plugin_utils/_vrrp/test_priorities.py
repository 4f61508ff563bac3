# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of priorities and the weights of what is tracked."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.priorities import (
    HIGHEST,
    LOWEST,
    Weight,
    differing,
    idle_weights,
    spacing,
    weights,
)
from hypothesis import given, strategies as st

VARIABLES = {
    "keepalived_vrrp_scripts": [
        {"name": "heavy", "weight": -30},
        {"name": "text", "weight": "-7 reverse"},
        {"name": "fault"},
        {"name": ["odd"], "weight": True},
    ],
    "keepalived_vrrp_track_processes": [{"name": "nginx", "weight": 10}],
}


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"track_script": ["heavy", "fault", "unknown"]}, [Weight("heavy", -30)], id="the script's own"),
        pytest.param({"track_script": "heavy weight -5"}, [Weight("heavy", -5)], id="written at the instance"),
        pytest.param({"track_script": [["heavy", "weight", 0]]}, [], id="zero is a fault"),
        pytest.param({"track_script": [{"name": "fault", "weight": 7}]}, [Weight("fault", 7)], id="mapping"),
        pytest.param(
            {"track_process": ["nginx"], "track_interface": ["eth1 weight 4", "eth2"]},
            [Weight("nginx", 10), Weight("eth1", 4)],
            id="other kinds",
        ),
        pytest.param({"track_script": ["text", "fault weight --5"]}, [Weight("text", -7)], id="as a text"),
        pytest.param({"track_script": ["heavy weight x"]}, [Weight("heavy", -30)], id="not a number"),
    ],
)
def test_weights(own, expected):
    assert weights(own, VARIABLES) == expected


@pytest.mark.parametrize(
    ("count", "tracked", "first", "step"),
    [
        (2, [], 200, 20),
        (8, [], 200, 20),
        (2, [Weight("a", -30)], 200, 20),
        (2, [Weight("a", -5), Weight("b", 50)], 200, 4),
        (2, [Weight("a", 1)], 200, 1),
        (2, [Weight("a", 100)], 154, 20),
        (2, [Weight("a", -190)], 211, 20),
    ],
)
def test_spacing(count, tracked, first, step):
    found = spacing(count, tracked)
    assert (found.first, found.step) == (first, step)


WEIGHTS = st.lists(
    st.builds(Weight, st.sampled_from("abc"), st.integers(-40, 40).filter(bool)),
    max_size=3,
    unique_by=lambda one: one.name,
)


@given(st.integers(2, 8), WEIGHTS)
def test_any_one_failure_moves_the_address_and_none_inverts_the_order(count, tracked):
    """The same is tracked everywhere: all well, the first owns; whatever fails there alone, another one owns."""
    found = spacing(count, tracked)
    priorities = [found.first - found.step * rank for rank in range(count)]
    up = sum(one.value for one in tracked if one.value > 0)
    spoken = [min(max(priority + up, LOWEST), HIGHEST) for priority in priorities]
    assert sorted(set(spoken), reverse=True) == spoken
    for one in tracked:
        failed = min(max(spoken[0] - abs(one.value), LOWEST), HIGHEST)
        assert failed < spoken[1] or abs(one.value) == 1
    assert not [
        finding
        for finding in idle_weights(
            {f"app{rank}": priority for rank, priority in enumerate(priorities)},
            {f"app{rank}": [one for one in tracked if abs(one.value) > 1] for rank in range(count)},
        )
        if "never moves" in finding.problem
    ]


def test_weights_that_can_do_nothing_are_told():
    (found,) = idle_weights({"app1": 150, "app2": 100}, {"app1": [Weight("a", -20), Weight("b", 30)], "app2": []})
    assert found.member == "app1"
    assert "a, b" in found.problem
    assert "by 50 at most, and app2 is 50 below" in found.problem
    assert "more than 50" in found.fix
    assert list(idle_weights({"app1": 150, "app2": 100}, {"app1": [Weight("a", -51)]})) == []


@pytest.mark.parametrize(("priorities", "weight"), [({"app1": 250, "app2": 240}, 20), ({"app1": 30, "app2": 20}, -40)])
def test_limits_that_make_members_equal_are_told(priorities, weight):
    found = list(idle_weights(priorities, {name: [Weight("a", weight)] for name in priorities}))
    assert {one.member for one in found} <= {"app1", "app2"}
    assert all("cut to 1 to 254" in one.problem for one in found)
    assert found


@pytest.mark.parametrize(
    ("written", "found", "words"),
    [
        ({}, {"app1": 200, "app2": 180}, None),
        ({"app1": 9, "app2": 8}, {"app1": 9, "app2": 8}, None),
        ({"app1": 9, "app2": 9}, {"app1": 9}, "app1 and app2 both have 9."),
        ({"app1": 9}, {"app1": 9}, "it has no entry for app2."),
        ({"app1": True, "app2": 8}, {"app2": 8}, "app1 has true, which is not an integer from 1 to 254."),
        ({"app1": 255, "app2": 8}, {"app2": 8}, "app1 has 255, which is not an integer from 1 to 254."),
        ({"app1": 0, "app2": 8}, {"app2": 8}, "app1 has 0, which is not an integer from 1 to 254."),
    ],
)
def test_members_differ(written, found, words):
    own = {name: {"priority": written[name]} if name in written else {} for name in ("app1", "app2")}
    priorities, wrong = differing(own, {"app1": 200, "app2": 180})
    assert priorities == found
    assert [one.problem for one in wrong] == ([words] if words else [])
