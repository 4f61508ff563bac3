# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.

"""Samples of a service's availability in, outages and statistics out. Pure, and of bounded memory.

All times are seconds since the start of probing, unless said otherwise.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import math

OUTAGES_MAX = 100
SEGMENTS_MAX = 200
NAMES_MAX = 100
OTHER_NAMES = "(others)"

_PRECISION = 6


def _seconds(value):
    """Round VALUE (seconds or None) to the microsecond."""
    return None if value is None else round(value, _PRECISION)


class Histogram:
    """Durations (seconds >= 0) counted in buckets 2 % wide: extremes are exact, quantiles at most 2 % too high.

    A reservoir would forget the rare high values, which are what an administrator looks for.
    """

    _FLOOR = 1e-6
    _LOG_GROWTH = math.log(1.02)

    def __init__(self):
        """Start with no values."""
        self._buckets = {}
        self.count = 0
        self.min = None
        self.max = None

    def add(self, value):
        """Count one duration VALUE (seconds)."""
        index = int(math.ceil(math.log(value / self._FLOOR) / self._LOG_GROWTH)) if value > self._FLOOR else 0
        self._buckets[index] = self._buckets.get(index, 0) + 1
        self.min = value if self.min is None else min(self.min, value)
        self.max = value if self.max is None else max(self.max, value)
        self.count += 1

    def quantile(self, share):
        """Return the nearest-rank quantile SHARE (0 < SHARE <= 1) in seconds, None without values."""
        if not self.count:
            return None
        rank = max(1, int(math.ceil(share * self.count)))
        for index in sorted(self._buckets):
            rank -= self._buckets[index]
            if rank <= 0:
                break
        return min(max(self._FLOOR * math.exp(index * self._LOG_GROWTH), self.min), self.max)


class _Runs:
    """The run-length timeline: at most LIMIT segments, neighbours merged beyond.

    A segment is {start, end, ok, served_by, reason, count, runs}; runs > 1 says that so many runs were merged in it,
    and a key on which they differ is then None. Runs of the same ok are merged first, the shortest first, so that
    failures stay visible and the whole time stays covered.
    """

    def __init__(self, limit):
        """Keep at most LIMIT (>= 3) segments."""
        self._limit = limit
        self.segments = []
        self.merged = 0

    def add(self, start, ok, served_by, reason):
        """Continue the last segment with a sample begun at START, or begin a new one."""
        last = self.segments[-1] if self.segments else None
        if last and last["runs"] == 1 and (last["ok"], last["served_by"], last["reason"]) == (ok, served_by, reason):
            last["count"] += 1
            return
        if last:
            last["end"] = start
        self.segments.append(
            {"start": start, "end": None, "ok": ok, "served_by": served_by, "reason": reason, "count": 1, "runs": 1}
        )
        if len(self.segments) > self._limit:
            self._merge()

    def _merge(self):
        """Replace the cheapest pair of neighbours, the still growing last segment excluded, by one segment."""

        def cost(index):
            left, right = self.segments[index], self.segments[index + 1]
            return left["ok"] != right["ok"], right["end"] - left["start"]

        index = min(range(len(self.segments) - 2), key=cost)
        left, right = self.segments[index], self.segments.pop(index + 1)
        left["end"] = right["end"]
        for key in ("count", "runs"):
            left[key] += right[key]
        for key in ("ok", "served_by", "reason"):
            if left[key] != right[key]:
                left[key] = None
        self.merged += 1

    def result(self, end):
        """Return the segments with rounded times; the last one lasts until END."""
        return [
            dict(one, start=_seconds(one["start"]), end=_seconds(end if one["end"] is None else one["end"]))
            for one in self.segments
        ]


class _Outages:
    """Maximal runs of consecutive failed samples: the LIMIT longest are kept, all are summed up."""

    def __init__(self, limit):
        """Keep at most LIMIT outages."""
        self._limit = limit
        self._current = None
        self._served_by = None
        self.kept = []
        self.omitted = 0
        self.total = 0.0
        self.longest = 0.0

    def add(self, start, ok, served_by, reason):
        """Take the next sample in order of START."""
        if ok:
            self._end(start, served_by)
            self._served_by = served_by
            return
        if self._current is None:
            self._current = {"start": start, "failed": 0, "reasons": {}, "served_by_before": self._served_by}
        self._current["failed"] += 1
        reasons = self._current["reasons"]
        reasons[reason] = reasons.get(reason, 0) + 1

    def finish(self, end):
        """Count an outage that goes on at END, the end of probing."""
        self._end(end, None, still_open=True)

    def _end(self, end, served_by, still_open=False):
        """Close the current outage, if any, at END; SERVED_BY is who answered then."""
        if self._current is None:
            return
        length = end - self._current["start"]
        self.total += length
        self.longest = max(self.longest, length)
        self.kept.append(
            dict(
                self._current,
                end=None if still_open else end,
                length=length,
                served_by_after=served_by,
                open=still_open,
            )
        )
        self._current = None
        if len(self.kept) > self._limit:
            self.kept.remove(min(self.kept, key=lambda one: (one["length"], -one["start"])))
            self.omitted += 1


class Timeline:
    """Collects the samples of one probe run.

    `add` takes samples in order of their start, `completed` the successful completions in order of time (the two orders
    differ, since requests overlap).
    """

    def __init__(self, outages_max=OUTAGES_MAX, segments_max=SEGMENTS_MAX, names_max=NAMES_MAX):
        """Bound what is kept: outages, timeline segments, and distinct names of serving hosts."""
        self._names_max = names_max
        self._outages = _Outages(outages_max)
        self._runs = _Runs(segments_max)
        self._latency = Histogram()
        self._lateness = Histogram()
        self._served_by = {}
        self._by_reason = {}
        self._ok = 0
        self._last_completion = None
        self._longest_gap = None
        self.skipped = 0

    @property
    def sent(self):
        """The number of samples so far."""
        return self._ok + sum(self._by_reason.values())

    def add(self, start, reason=None, served_by=None, latency=None):
        """Take one sample begun at START: REASON says why it failed, None that it did not; LATENCY (seconds) if ok."""
        ok = reason is None
        if served_by is not None:
            served_by = self._known_name(served_by, ok)
        if ok:
            self._ok += 1
            self._latency.add(latency)
        else:
            self._by_reason[reason] = self._by_reason.get(reason, 0) + 1
        self._runs.add(start, ok, served_by, reason)
        self._outages.add(start, ok, served_by, reason)

    def _known_name(self, name, ok):
        """Count NAME as serving an OK sample, and return it, or the collective name once there are too many."""
        if name not in self._served_by and len(self._served_by) >= self._names_max:
            name = OTHER_NAMES
        self._served_by[name] = self._served_by.get(name, 0) + (1 if ok else 0)
        return name

    def completed(self, at):
        """Note that a request ended well AT this time."""
        if self._last_completion is not None:
            self._longest_gap = max(self._longest_gap or 0.0, at - self._last_completion)
        self._last_completion = at

    def skip(self, count=1):
        """Note COUNT slots about which the probe itself knows nothing."""
        self.skipped += count

    def late(self, seconds):
        """Note that a slot was served SECONDS after it was due."""
        self._lateness.add(seconds)

    def result(self, started, duration, interval):
        """Return the module's result (dict, see RETURN of vip_probe); to be called once.

        STARTED is the Unix time (seconds) of time 0, DURATION how long requests were begun, INTERVAL the schedule's.
        """
        self._outages.finish(duration)
        return {
            # Not "started": async_status takes a result with that key for one of a job that is still running.
            "start_epoch": _seconds(started),
            "duration": _seconds(duration),
            "requests": {
                "sent": self.sent,
                "ok": self._ok,
                "failed": self.sent - self._ok,
                "skipped": self.skipped,
                "by_reason": self._by_reason,
            },
            "outages": [
                dict(
                    one,
                    start=_seconds(one["start"]),
                    end=_seconds(one["end"]),
                    length=_seconds(one["length"]),
                    start_epoch=_seconds(started + one["start"]),
                )
                for one in self._outages.kept
            ],
            "outages_omitted": self._outages.omitted,
            "outage_total": _seconds(self._outages.total),
            "outage_longest": _seconds(self._outages.longest),
            "longest_gap": _seconds(self._longest_gap),
            "latency": {
                "min": _seconds(self._latency.min),
                "median": _seconds(self._latency.quantile(0.5)),
                "p99": _seconds(self._latency.quantile(0.99)),
                "max": _seconds(self._latency.max),
            },
            "served_by": {name: count for name, count in self._served_by.items() if count},
            "timeline": self._runs.result(duration),
            "timeline_merged": self._runs.merged,
            "resolution": {
                "interval": interval,
                "late_max": _seconds(self._lateness.max),
                "late_p99": _seconds(self._lateness.quantile(0.99)),
                "skipped": self.skipped,
            },
        }
