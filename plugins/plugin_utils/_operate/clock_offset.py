# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""How far a host's clock is off, measured over its connection as NTP does (RFC 5905 section 8)."""

from __future__ import annotations

import re
import time
import typing as t

SAMPLES = 5
_SECONDS = re.compile(r"^(\d+\.\d+)\s*$", re.MULTILINE)


class NoClockError(Exception):
    """The host did not tell its time."""


def measure(ask: t.Callable[[], str], clock: t.Callable[[], float] = time.time) -> tuple[float, float]:
    """The offset of the shortest of some round trips, and how far it may be wrong.

    :arg ask: has the host tell its time, in seconds since the epoch; other lines may stand around it.
    :returns: seconds by which the host's clock is ahead, and half of that round trip.
    :raises NoClockError: it did not tell it.
    """
    found = []
    for _sample in range(SAMPLES):
        sent = clock()
        answer = ask()
        back = clock()
        told = _SECONDS.search(answer)
        if told:
            found.append((back - sent, float(told.group(1)) - (sent + back) / 2))
    if not found:
        raise NoClockError(f"The host does not tell its time: date +%s.%N says {answer.strip()[:80]!r}.")
    trip, offset = min(found)
    return offset, trip / 2
