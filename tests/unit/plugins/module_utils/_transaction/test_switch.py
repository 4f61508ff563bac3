# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A load that is armed, and told its instant; where systemd would start the watchdog, the test does."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import confirm as _confirm, place, switch


def armed(host, confirm_timeout=20):
    """A load of which the instant is told later."""
    switch.arm(host.path, host.staged, "1", None, confirm_timeout, host.service, None, True, {})
    host.start()


def test_watchdog_that_does_not_start(host):
    host.refusals = ["Failed to start transient service unit: Access denied"]
    host.arm()
    with pytest.raises(place.TransactionError, match="Nothing was loaded, .* Failed to start .* Access denied"):
        host.start()
    assert host.files() == host.before
    assert host.read() == host.OLD


def test_old_systemd_that_knows_no_restart(host):
    host.refusals = ["Unknown assignment Restart=on-failure."]
    host.arm()
    host.start()
    assert _confirm.loaded("1")["phase"] == "loaded"


def test_odd_path(host):
    with pytest.raises(place.TransactionError, match="may be in the path"):
        switch.arm("/etc/a b.conf", host.staged, "1", time.time(), 1, host.service, None, True, {})


def test_armed_and_then_told_the_instant(host):
    assert not switch.is_armed("1")
    armed(host)
    assert switch.is_armed("1")
    assert not switch.is_armed("2")
    assert host.read() == host.OLD
    switch.release("1", time.time() + 0.3, 20)
    assert not switch.is_armed("1")
    assert _confirm.loaded("1")["late"] < 1
    assert host.read() == host.NEW
    assert host.read(_confirm.confirm(host.path, "1")) == host.OLD


def test_told_the_instant_when_it_was_called_off(host, monkeypatch):
    monkeypatch.setattr(switch, "START_TIMEOUT", 0.3)
    armed(host)
    host.revert("1", time.time())
    assert not switch.is_armed("1")
    with pytest.raises(place.TransactionError, match="Nothing was loaded: it was called off"):
        switch.release("1", time.time() + 1, 20)
    assert (host.read(), host.files()) == (host.OLD, ["keepalived.conf"])


def test_armed_and_forgotten(host):
    armed(host, confirm_timeout=0.3)
    state = _confirm.wait(("cancelled",), 10)
    assert state["reason"] == "nobody has told it the instant within 0 s"
    assert (host.read(), host.files()) == (host.OLD, ["keepalived.conf"])
