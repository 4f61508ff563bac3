# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Samples in, outages, run-length timeline and statistics out."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import random

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._probe import timeline as _timeline

EPOCH = 1000.0
INTERVAL = 0.5


def measure(samples, duration=None, **bounds):
    """Return the result for SAMPLES, one each INTERVAL: a name (ok, served by it), or "!REASON"."""
    timeline = _timeline.Timeline(**bounds)
    for number, sample in enumerate(samples):
        start = number * INTERVAL
        if sample.startswith("!"):
            timeline.add(start, reason=sample[1:])
        else:
            timeline.add(start, served_by=sample or None, latency=0.1)
            timeline.completed(start + 0.1)
    return timeline.result(EPOCH, len(samples) * INTERVAL if duration is None else duration, INTERVAL)


def outages(samples):
    """Return the outages of SAMPLES as (start, end, length, failed, before, after, open)."""
    keys = ("start", "end", "length", "failed", "served_by_before", "served_by_after", "open")
    return [tuple(one[key] for key in keys) for one in measure(samples)["outages"]]


@pytest.mark.parametrize(
    "samples, expected",
    [
        ([], []),
        (["a", "a"], []),
        (["a", "!timeout", "!refused", "b"], [(0.5, 1.5, 1.0, 2, "a", "b", False)]),
        (["!refused", "a"], [(0.0, 0.5, 0.5, 1, None, "a", False)]),
        (["a", "!refused", "!refused"], [(0.5, None, 1.0, 2, "a", None, True)]),
        (["!refused"], [(0.0, None, 0.5, 1, None, None, True)]),
        (
            ["a", "!reset", "", "!reset", "b"],
            [(0.5, 1.0, 0.5, 1, "a", None, False), (1.5, 2.0, 0.5, 1, None, "b", False)],
        ),
    ],
)
def test_outage_is_a_maximal_run_of_failed_samples(samples, expected):
    assert outages(samples) == expected


def test_counts_reasons_and_totals():
    result = measure(["a", "!timeout", "!refused", "!timeout", "b", "!reset", "b"])
    assert result["requests"] == {
        "sent": 7, "ok": 3, "failed": 4, "skipped": 0, "by_reason": {"timeout": 2, "refused": 1, "reset": 1},
    }
    assert result["outages"][0]["reasons"] == {"timeout": 2, "refused": 1}
    assert result["outages"][0]["start_epoch"] == EPOCH + 0.5
    assert (result["outage_total"], result["outage_longest"]) == (2.0, 1.5)
    assert result["served_by"] == {"a": 1, "b": 2}


def test_without_samples_nothing_is_claimed():
    result = measure([], duration=1.0)
    assert result["latency"] == {"min": None, "median": None, "p99": None, "max": None}
    assert result["longest_gap"] is None
    assert (result["outage_total"], result["outage_longest"], result["timeline"]) == (0.0, 0.0, [])
    assert result["resolution"] == {"interval": INTERVAL, "late_max": None, "late_p99": None, "skipped": 0}


def test_longest_gap_is_between_completions_in_order_of_time():
    timeline = _timeline.Timeline()
    for at in (0.1, 0.4, 2.0, 2.1):
        timeline.completed(at)
    assert timeline.result(EPOCH, 10.0, INTERVAL)["longest_gap"] == pytest.approx(1.6)


def test_skipped_slots_neither_make_nor_end_an_outage():
    timeline = _timeline.Timeline()
    timeline.add(0.0, reason="timeout")
    timeline.skip(3)
    timeline.add(2.0, reason="timeout")
    timeline.add(2.5, served_by="a", latency=0.1)
    result = timeline.result(EPOCH, 3.0, INTERVAL)
    assert [(one["length"], one["failed"]) for one in result["outages"]] == [(2.5, 2)]
    assert result["requests"]["skipped"] == result["resolution"]["skipped"] == 3


def test_timeline_runs_touch_each_other_and_reach_to_the_end():
    segments = measure(["a", "a", "!timeout", "!refused", "b"], duration=3.0)["timeline"]
    keys = ("start", "end", "ok", "served_by", "reason", "count", "runs")
    assert [tuple(one[key] for key in keys) for one in segments] == [
        (0.0, 1.0, True, "a", None, 2, 1),
        (1.0, 1.5, False, None, "timeout", 1, 1),
        (1.5, 2.0, False, None, "refused", 1, 1),
        (2.0, 3.0, True, "b", None, 1, 1),
    ]


def test_failed_sample_tells_who_answered_without_counting_for_it():
    timeline = _timeline.Timeline()
    timeline.add(0.0, reason="bad_status", served_by="a")
    result = timeline.result(EPOCH, 1.0, INTERVAL)
    assert result["timeline"][0]["served_by"] == "a"
    assert result["served_by"] == {}


def test_timeline_merges_equal_outcomes_first_and_keeps_the_failure():
    samples = ["a", "b"] * 50 + ["!timeout"] + ["a", "b"] * 50
    result = measure(samples, segments_max=10)
    segments = result["timeline"]
    assert len(segments) == 10
    assert [(one["count"], one["reason"], one["runs"]) for one in segments if not one["ok"]] == [(1, "timeout", 1)]
    assert sum(one["count"] for one in segments) == sum(one["runs"] for one in segments) == len(samples)
    assert result["timeline_merged"] == len(samples) - 10
    assert [one["end"] for one in segments[:-1]] == [one["start"] for one in segments[1:]]


def test_merged_runs_that_differ_say_neither_ok_nor_failed():
    segments = measure(["a", "!timeout"] * 20, segments_max=5)["timeline"]
    mixed = [one for one in segments if one["runs"] > 1]
    assert mixed
    assert all((one["ok"], one["served_by"], one["reason"]) == (None, None, None) for one in mixed)


def test_the_longest_outages_are_kept_in_order_of_time():
    lengths = [1, 5, 2, 4, 1, 3]
    samples = [sample for length in lengths for sample in ["a"] + ["!timeout"] * length]
    result = measure(samples, outages_max=3)
    assert [one["failed"] for one in result["outages"]] == [5, 4, 3]
    assert result["outages_omitted"] == 3
    assert result["outage_total"] == sum(lengths) * INTERVAL


def test_names_are_bounded():
    result = measure(["name%d" % number for number in range(10)], names_max=3)
    assert result["served_by"] == {"name0": 1, "name1": 1, "name2": 1, _timeline.OTHER_NAMES: 7}


def test_result_of_long_chaos_is_small():
    chance = random.Random(1)
    samples = [chance.choice(["a", "b", "!timeout", "!bad_status"]) for dummy in range(10000)]
    result = measure(samples)
    assert len(result["outages"]) == _timeline.OUTAGES_MAX
    assert len(result["timeline"]) == _timeline.SEGMENTS_MAX
    assert len(json.dumps(result)) < 80000


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99, 1.0])
def test_quantiles_are_at_most_two_percent_high(share):
    chance = random.Random(2)
    values = [chance.expovariate(1000) for dummy in range(5000)]
    histogram = _timeline.Histogram()
    for value in values:
        histogram.add(value)
    exact = sorted(values)[max(0, int(share * len(values) + 0.999999) - 1)]
    assert exact * 0.999999 <= histogram.quantile(share) <= max(exact * 1.0201, 1.1e-6)
    assert (histogram.min, histogram.max) == (min(values), max(values))


@pytest.mark.parametrize("value", [0.0, 1e-9, 1e-6, 3700.0])
def test_one_value_is_all_its_quantiles(value):
    histogram = _timeline.Histogram()
    histogram.add(value)
    assert histogram.quantile(0.5) == histogram.quantile(0.99) == value
