# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of when members can load together: by what calls have taken, never by a fixed time."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import load_timing
from hypothesis import given, strategies as st

SECONDS = st.floats(0.1, 600)
CALLS = st.lists(
    st.tuples(st.floats(0, 1000), SECONDS).map(lambda pair: {"began": pair[0], "ended": sum(pair)}), min_size=1
)


def timing(seconds, attempt=1, most=10000, least_confirm=40):
    return load_timing.timing([[{"began": 5.0, "ended": 5.0 + seconds}]], attempt, most, least_confirm)


def test_quick_hosts_do_not_wait_long():
    assert timing(0.4) == {"lead": 1.6, "confirm_timeout": 52, "attempts": 3, "last": False}


@given(SECONDS, st.integers(1, 3))
def test_slow_hosts_have_the_time_they_need(seconds, attempt):
    found = timing(seconds, attempt)
    assert found["lead"] >= seconds
    # The steps behind the instant take as long.
    assert found["confirm_timeout"] >= 40 + 4 * seconds


@given(CALLS)
def test_hosts_that_queue_for_a_fork_are_counted_as_one(calls):
    longest = max(one["ended"] for one in calls) - min(one["began"] for one in calls)
    assert load_timing.timing([[], calls], 1, 10000, 0)["lead"] >= round(longest, 3)


@given(SECONDS)
def test_a_later_attempt_waits_longer(seconds):
    leads = [timing(seconds, attempt)["lead"] for attempt in (1, 2, 3)]
    assert leads == sorted(set(leads))
    assert [timing(seconds, attempt)["last"] for attempt in (1, 2, 3)] == [False, False, True]


@given(SECONDS, st.integers(1, 3), st.integers(1, 60))
def test_the_user_s_limit_is_kept(seconds, attempt, most):
    assert timing(seconds, attempt, most)["lead"] <= most


@pytest.mark.parametrize("calls", [[], [{}], [{"failed": True}]])
def test_nothing_was_measured(calls):
    assert load_timing.timing([calls], 1, 60, 40)["lead"] == load_timing.LEAST_LEAD


def test_advice_names_member_and_variable():
    text = load_timing.advice(["app2"], timing(20.0, 3, 60), 60)
    assert "app2 was reached too late for each of 3 instants, the last of them 60 s off" in text
    assert "hot_standby_load_wait limits the wait to 60 s" in text
    assert "forks" not in text
