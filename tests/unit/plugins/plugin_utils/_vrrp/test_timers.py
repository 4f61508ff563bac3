# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of VRRP's times against the formulas of the RFCs, computed by hand."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import timers


@pytest.mark.parametrize(
    ("version", "priority", "advert_int", "skew", "down"),
    [
        pytest.param(2, 100, 1, 0.609375, 3.609375, id="RFC 3768: (256 - 100) / 256"),
        pytest.param(2, 254, 10, 0.0078125, 30.0078125, id="version 2: the skew does not grow with the interval"),
        pytest.param(3, 100, 1, 0.609375, 3.609375, id="version 3 at one second is the same"),
        pytest.param(3, 128, 0.5, 0.25, 1.75, id="RFC 5798: the skew is a share of the interval"),
    ],
)
def test_times(version, priority, advert_int, skew, down):
    assert timers.skew_time(version, priority, advert_int) == pytest.approx(skew)
    assert timers.master_down_interval(version, priority, advert_int) == pytest.approx(down)
