# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a daemon is restarted for a change, and when it reads its file again."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import restart


@pytest.mark.parametrize(
    ("running", "expected"),
    [
        ({"running": False, "config": None}, False),
        ({"running": True, "config": None}, False),
        ({"running": True, "config": {"takes_reload": None}}, False),
        ({"running": True, "config": {"takes_reload": True}}, False),
        ({"running": True, "config": {"takes_reload": False}}, True),
    ],
)
def test_takes_no_reload(running, expected):
    assert restart.takes_no_reload(running) is expected


@pytest.mark.parametrize(
    ("arguments", "wanted", "expected"),
    [
        pytest.param(["-D", "-d", "-S", "0"], ["-D", "-S", "0"], None, id="the restart before has taken the flags"),
        pytest.param(["-D", "-S", "0"], ["-D", "-d", "-S", "0"], "after", id="flags that are written late"),
        pytest.param(["-D", "-S", "0"], ["-D", "-S", "0"], None, id="no other flags"),
    ],
)
def test_restart_for_the_flags_of_a_daemon_that_is_restarted_anyway(arguments, wanted, expected):
    assert restart.restart(arguments, wanted, renewed=True) == expected


@pytest.mark.parametrize(
    ("loaded", "not_tracked", "expected"),
    [(True, [], False), (False, [], True), (None, [], True), (True, [{"name": "chk"}], True)],
)
def test_is_to_be_read_again(loaded, not_tracked, expected):
    running = {"running": True, "config": {"loaded": loaded}, "not_tracked": not_tracked}
    assert restart.is_to_be_read_again(running) is expected
    assert restart.is_to_be_read_again({**running, "running": False}) is False
    assert restart.is_to_be_read_again({**running, "config": None}) is False
