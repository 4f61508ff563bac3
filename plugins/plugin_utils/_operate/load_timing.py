# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""When all members of a group can load at one instant: told by what module calls take on these hosts in this run."""

from __future__ import annotations

import typing as t

#: A first instant, and how often a later one is chosen where a member came too late.
ATTEMPTS = 3
#: Seconds that are never too many, and how much slower than those before a call may be.
LEAST_LEAD, SLACK = 1.0, 1.5
#: Module calls of a load after its instant, and seconds beside what they take.
CALLS, CONFIRM_ALLOWANCE = 6, 10


def took(calls: t.Iterable[t.Mapping[str, t.Any]]) -> float:
    """Seconds from the begin of the first call to the end of the last, on all hosts: with few forks, hosts queue.

    :arg calls: results with C(began) and C(ended), of one task.
    """
    measured = [(float(one["began"]), float(one["ended"])) for one in calls if "began" in one and "ended" in one]
    return max((ended for _began, ended in measured), default=0.0) - min((one for one, _ended in measured), default=0.0)


def timing(
    tasks: t.Iterable[t.Iterable[t.Mapping[str, t.Any]]], attempt: int, most: float, least_confirm: float
) -> dict[str, t.Any]:
    """How far off the next instant must be, and how long members wait for the confirmation then.

    :arg tasks: for each task that was measured its results on all hosts, see C(took).
    :arg attempt: 1 for the first, up to C(ATTEMPTS); each later one waits twice as long.
    :arg most: the longest lead, in seconds.
    :arg least_confirm: seconds that the plan has a load take at most, module calls aside.
    :returns: dict C(lead) and C(confirm_timeout), in seconds, C(attempts) and C(last) (bool).
    """
    slowest = max(map(took, tasks), default=0.0)
    lead = (LEAST_LEAD + SLACK * slowest) * 2 ** (attempt - 1)
    return {
        "lead": round(min(lead, max(most, LEAST_LEAD)), 3),
        "confirm_timeout": round(least_confirm + CONFIRM_ALLOWANCE + CALLS * slowest),
        "attempts": ATTEMPTS,
        "last": attempt >= ATTEMPTS,
    }


def advice(late: t.Sequence[str], found: t.Mapping[str, t.Any], most: float) -> str:
    """What to say when members came too late once too often.

    :arg late: these members.
    :arg found: what C(timing) returned.
    """
    return (
        f"{', '.join(late)} was reached too late for each of {found['attempts']} instants, the last of them "
        f"{found['lead']:g} s off: see what holds up that host, or the connection to it. "
        f"hot_standby_load_wait limits the wait to {most:g} s."
    )
