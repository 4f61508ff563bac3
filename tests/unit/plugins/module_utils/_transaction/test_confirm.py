# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a load: final, or taken back."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import stat
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import (
    boot,
    confirm as _confirm,
    place,
    watchdog,
)


def test_confirmed(host):
    host.arm()
    host.start()
    assert _confirm.loaded("1")["late"] < 1
    assert host.read() == host.NEW
    backup = _confirm.confirm(host.path, "1")
    assert host.read(backup) == host.OLD
    assert stat.S_IMODE(os.stat(backup).st_mode) == 0o600
    assert host.files() == [os.path.basename(name) for name in (host.path, backup)]
    # Once more does no harm.
    assert _confirm.confirm(host.path, "1") is None


def test_what_a_call_that_was_cut_off_has_left_undone(host):
    """With what was kept, what goes with the load would go back; with the unit, a reboot would bring all back."""
    kept = host.folder / "wants" / "change.json"
    kept.parent.mkdir()
    kept.write_text(u'{"format": 1, "files": {}}')
    boot.prepare(host.service, str(kept), {}, "1")
    host.arm(kept=str(kept), run="1")
    host.start()
    _confirm.loaded("1")
    os.rename(place.previous_path(host.path), host.path + ".backup")
    assert _confirm.confirm(host.path, "1") is None
    assert not kept.exists()
    assert host.files() == ["keepalived.conf", "keepalived.conf.backup"]


def test_there_was_no_configuration_before(host):
    os.remove(host.path)
    host.arm()
    host.start()
    assert _confirm.confirm(host.path, "1") is None
    assert host.files() == ["keepalived.conf"]


def test_reverted_at_an_instant(host):
    host.arm()
    host.start()
    _confirm.loaded("1")
    asked = time.time() + 0.4
    state = host.revert("1", asked)
    assert time.time() >= asked
    assert (state["phase"], host.read()) == ("reverted", host.OLD)
    assert host.files() == ["keepalived.conf"]
    for call in (lambda: _confirm.confirm(host.path, "1"), lambda: _confirm.loaded("1")):
        with pytest.raises(place.TransactionError, match="The former configuration is back: it was asked for"):
            call()


def test_other_runs_load_is_not_ours(host):
    host.arm(transaction="2")
    host.start()
    assert host.revert("1", time.time()) is None
    with pytest.raises(place.TransactionError, match="Nothing of this run was loaded"):
        _confirm.confirm(host.path, "1")
    assert host.read(place.previous_path(host.path)) == host.OLD


def test_leftover_that_nobody_keeps(host):
    assert host.settle() is False
    host.arm()
    os.rename(host.staged, host.path)
    assert host.settle() is True
    assert (host.read(), host.files(), host.reloaded) == (host.OLD, ["keepalived.conf"], 1)
    with pytest.raises(place.TransactionError, match="nobody kept it any more"):
        _confirm.confirm(host.path, "1")


def test_reverted_where_no_watchdog_is_left(host, monkeypatch):
    monkeypatch.setattr(_confirm, "CONFIRM_ALLOWANCE", 0.3)
    host.arm()
    os.rename(host.staged, host.path)
    assert host.revert("1", time.time())["phase"] == "reverted"
    assert (host.read(), host.files(), host.reloaded) == (host.OLD, ["keepalived.conf"], 1)


def test_how_long_a_load_that_is_not_final_has(host):
    assert _confirm.left(host.run, "systemctl") is None
    host.arm(wait=0, confirm_timeout=30)
    # Nobody keeps it: it comes back by no means by itself.
    assert _confirm.left(host.run, "systemctl") is None
    host.active = True
    assert 25 < _confirm.left(host.run, "systemctl") <= 30
    host.active = False
    assert host.settle()
    host.active = True
    assert _confirm.left(host.run, "systemctl") is None


def test_final_at_once(host):
    _confirm.note_final(host.path, "1")
    assert place.state()["phase"] == "confirmed"


def test_state_is_not_there(host):
    assert place.state() is None
    assert _confirm.wait(watchdog.OVER, 0.1) is None
