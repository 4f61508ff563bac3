# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the deadline of a look: how long it is, and what is left when it has come."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._action import deadline


@pytest.mark.parametrize(
    ("module", "arguments", "expected"),
    [
        ("hot_standby_info", {}, 0),
        ("hot_standby_info", {"listen": 2.5}, 2.5),
        ("hot_standby_info", {"listen": 2.5, "probe": True}, 3.5),
        ("hot_standby_info", {"remembered": True}, 0),
        ("hot_standby_info", {"remembered": True, "probe": True}, 10),
        ("keepalived_info", {"wait_timeout": 7.0}, 0),
        ("keepalived_info", {"wait": True}, 30),
        ("keepalived_info", {"wait": True, "wait_timeout": 7.0}, 7),
        ("keepalived_info", {"wait": True, "wait_timeout": None}, 30),
        ("keepalived_info", {"wait": True, "wait_timeout": -7.0}, 0),
        ("vip_info", {"probe": True, "wait": True, "wait_timeout": 5.0}, 6),
        ("vrrp_adverts_info", {}, 3),
        ("vip_probe", {"duration": 60.0, "timeout": 0.5}, 60.5),
    ],
)
def test_what_a_module_was_told_to_wait(module, arguments, expected):
    assert deadline.waits(module, arguments) == expected


def test_what_hangs_is_ended_with_all_that_it_has_started():
    began = time.monotonic()
    with pytest.raises(deadline.DeadlineError), deadline.within(0.2):
        process = subprocess.Popen(["sh", "-c", "sleep 600 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
        grandchild = int(process.stdout.readline())
        process.wait()
    assert time.monotonic() - began < 5
    deadline.end_children()
    # The shell may come to its own end between the two.
    assert process.wait(timeout=5) in (-signal.SIGKILL, 128 + signal.SIGKILL, 0)
    # Its pipe is open for as long as one of the two is there.
    assert process.stdout.read() == ""
    process.stdout.close()
    assert grandchild > 0
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_who_takes_it_for_an_error_of_his_own_is_told_again(monkeypatch):
    monkeypatch.setattr(deadline, "AGAIN", 0.1)
    with pytest.raises(deadline.DeadlineError), deadline.within(0.1):
        with contextlib.suppress(BaseException):  # as somebody's code may have it
            time.sleep(10)
        time.sleep(10)


def test_what_ends_in_time_is_left_alone():
    with deadline.within(0.2):
        pass
    time.sleep(0.3)
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


@pytest.mark.parametrize(("theirs", "raised"), [(0.2, InterruptedError), (30.0, deadline.DeadlineError)])
def test_the_earlier_of_two_alarms_counts_and_the_later_one_stays(theirs, raised):
    def alarm(_number, _frame):
        raise InterruptedError

    former = signal.signal(signal.SIGALRM, alarm)
    try:
        signal.setitimer(signal.ITIMER_REAL, theirs)
        with pytest.raises(raised), deadline.within(1.0 if theirs < 1 else 0.2):
            time.sleep(10)
        left = signal.getitimer(signal.ITIMER_REAL)[0]
        assert signal.getsignal(signal.SIGALRM) is alarm
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
    assert left == 0 if theirs < 1 else 25 < left < 30
