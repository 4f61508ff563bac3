# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The offset of a host's clock, by a world in which time passes only on the way to it and back."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import clock_offset
from hypothesis import given, strategies as st


class World:
    """A host whose clock is ahead; each way there and back takes as long as is said."""

    def __init__(self, ahead: float, ways: list[tuple[float, float]], form: str = "{:.9f}\n") -> None:
        self.now, self._ahead, self._ways, self._form = 1_700_000_000.0, ahead, list(ways), form

    def clock(self) -> float:
        return self.now

    def ask(self) -> str:
        there, back = self._ways.pop(0)
        self.now += there
        told = self._form.format(self.now + self._ahead)
        self.now += back
        return told


WAYS = st.lists(
    st.tuples(st.floats(0, 2), st.floats(0, 2)), min_size=clock_offset.SAMPLES, max_size=clock_offset.SAMPLES
)


@given(st.floats(-1e6, 1e6), WAYS)
def test_never_wrong_by_more_than_it_says(ahead, ways):
    world = World(ahead, ways)
    offset, error = clock_offset.measure(world.ask, world.clock)
    assert abs(offset - ahead) <= error + 1e-5
    assert error <= min(there + back for there, back in ways) / 2 + 1e-5


def test_other_lines_around_it():
    world = World(5.0, [(0.1, 0.1)] * 5, "Welcome 17.5 times\r\n{:.9f}\r\nbye\n")
    assert clock_offset.measure(world.ask, world.clock)[0] == pytest.approx(5.0, abs=1e-5)


@pytest.mark.parametrize("answer", ["", "date: invalid\n", "+%s.%N\n", "1700000000.%N\n"])
def test_host_that_does_not_tell(answer):
    with pytest.raises(clock_offset.NoClockError, match="does not tell its time"):
        clock_offset.measure(lambda: answer)
