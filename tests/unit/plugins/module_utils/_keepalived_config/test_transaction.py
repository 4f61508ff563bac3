# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arming, confirming and reverting on real files; where systemd would start the keeper, the test does."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import stat
import subprocess
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import (
    transaction as _transaction,
    watchdog,
)

OLD, NEW = "the former\n", "the new one\n"


class Host(object):
    """A configuration and what is staged; systemctl and systemd-run as far as they are asked."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self.path, self.staged = str(folder / "keepalived.conf"), str(folder / "staged")
        self.write(self.path, OLD)
        self.write(self.staged, NEW)
        self.active, self.keepers, self.reloaded, self.refusals = False, [], 0, []
        monkeypatch.setattr(_transaction, "FOLDER", str(folder / "run"))
        monkeypatch.setattr(_transaction, "BOOT_FOLDER", str(folder / "boot"))
        monkeypatch.setattr(_transaction, "BOOT_UNIT", str(folder / "revert.service"))
        monkeypatch.setattr(_transaction, "BOOT_WANTS", str(folder / "wants" / "revert.service"))
        self.before = self.files()

    def write(self, path, text):
        with open(path, "w") as stream:
            stream.write(text)
        os.chmod(path, 0o640)

    def read(self, path=None):
        with open(path or self.path) as stream:
            return stream.read()

    def files(self):
        return sorted(name for name in os.listdir(str(self.folder)) if name not in ("run", "wants"))

    def run(self, argv):
        if argv[:2] == ["systemctl", "is-active"]:
            return (0, "active\n", "") if self.active else (3, "inactive\n", "")
        if argv[0] == "systemd-run":
            if self.refusals:
                return 1, "", self.refusals.pop(0)
            self.active = True
            self.keepers.append(subprocess.Popen(argv[-4:]))
        return 0, "", ""

    def reload(self):
        self.reloaded += 1
        return True

    def arm(self, wait=0.2, transaction="1", confirm_timeout=20):
        _transaction.arm(
            self.path, self.staged, transaction, time.time() + wait, confirm_timeout, None, True, {}
        )

    def start(self):
        _transaction.start_keeper(self.path, self.run, "systemd-run", "systemctl", self.reload)

    def revert(self, transaction, at):
        return _transaction.revert(self.path, transaction, at, self.run, "systemctl", self.reload)

    def settle(self):
        return _transaction.settle_leftover(self.path, self.run, "systemctl", self.reload)


@pytest.fixture
def host(tmp_path, monkeypatch):
    found = Host(tmp_path, monkeypatch)
    yield found
    for keeper in found.keepers:
        if keeper.poll() is None:
            keeper.kill()
        keeper.wait()


def test_confirmed(host):
    host.arm()
    host.start()
    assert _transaction.loaded("1")["late"] < 1
    assert host.read() == NEW
    backup = _transaction.confirm(host.path, "1")
    assert host.read(backup) == OLD
    assert stat.S_IMODE(os.stat(backup).st_mode) == 0o600
    assert host.files() == [os.path.basename(name) for name in (host.path, backup)]
    # Once more does no harm.
    assert _transaction.confirm(host.path, "1") is None


def test_there_was_no_configuration_before(host):
    os.remove(host.path)
    host.arm()
    host.start()
    assert _transaction.confirm(host.path, "1") is None
    assert host.files() == ["keepalived.conf"]


def test_reverted_at_an_instant(host):
    host.arm()
    host.start()
    _transaction.loaded("1")
    asked = time.time() + 0.4
    state = host.revert("1", asked)
    assert time.time() >= asked
    assert (state["phase"], host.read()) == ("reverted", OLD)
    assert host.files() == ["keepalived.conf"]
    for call in (lambda: _transaction.confirm(host.path, "1"), lambda: _transaction.loaded("1")):
        with pytest.raises(_transaction.TransactionError, match="The former configuration is back: it was asked for"):
            call()


def test_former_configuration_keeps_owner_and_mode(host):
    os.chmod(host.path, 0o604)
    host.arm()
    assert stat.S_IMODE(os.stat(_transaction.previous_path(host.path)).st_mode) == 0o604


def test_second_run_at_the_same_time(host):
    host.arm()
    with pytest.raises(_transaction.TransactionError, match="Another run is about to load"):
        host.arm(transaction="2")
    assert _transaction.state()["id"] == "1"
    host.active = True
    with pytest.raises(_transaction.TransactionError, match="not confirmed yet. Unless it is, .* in (1|2)[0-9] s"):
        host.settle()


def test_other_runs_load_is_not_ours(host):
    host.arm(transaction="2")
    host.start()
    assert host.revert("1", time.time()) is None
    with pytest.raises(_transaction.TransactionError, match="Nothing of this run was loaded"):
        _transaction.confirm(host.path, "1")
    assert host.read(_transaction.previous_path(host.path)) == OLD


def test_leftover_that_nobody_keeps(host):
    assert host.settle() is False
    host.arm()
    os.rename(host.staged, host.path)
    assert host.settle() is True
    assert (host.read(), host.files(), host.reloaded) == (OLD, ["keepalived.conf"], 1)
    with pytest.raises(_transaction.TransactionError, match="nobody kept it any more"):
        _transaction.confirm(host.path, "1")


def test_reverted_where_no_keeper_is_left(host, monkeypatch):
    monkeypatch.setattr(_transaction, "CONFIRM_ALLOWANCE", 0.3)
    host.arm()
    os.rename(host.staged, host.path)
    assert host.revert("1", time.time())["phase"] == "reverted"
    assert (host.read(), host.files(), host.reloaded) == (OLD, ["keepalived.conf"], 1)


def test_final_at_once(host):
    _transaction.note_final(host.path, "1")
    assert _transaction.state()["phase"] == "confirmed"


def test_unit_for_a_reboot_puts_the_former_one_back(host):
    """Its command line, run by a shell as systemd would."""
    host.arm()
    os.rename(host.staged, host.path)
    unit = dict(line.split("=", 1) for line in host.read(_transaction.BOOT_UNIT).splitlines() if "=" in line)
    assert os.path.exists(unit["ConditionPathExists"])
    assert os.path.realpath(_transaction.BOOT_WANTS) == os.path.realpath(_transaction.BOOT_UNIT)
    for key in ("ExecStart", "ExecStartPost"):
        subprocess.check_call(unit[key], shell=True)
    assert (host.read(), host.files()) == (OLD, ["keepalived.conf"])


def test_unit_for_a_reboot_where_there_was_none(host):
    os.remove(host.path)
    host.arm()
    os.rename(host.staged, host.path)
    unit = dict(line.split("=", 1) for line in host.read(_transaction.BOOT_UNIT).splitlines() if "=" in line)
    subprocess.check_call(unit["ExecStart"], shell=True)
    assert not os.path.exists(host.path)


def test_keeper_that_does_not_start(host):
    host.refusals = ["Failed to start transient service unit: Access denied"]
    host.arm()
    with pytest.raises(_transaction.TransactionError, match="Nothing was loaded, .* Failed to start .* Access denied"):
        host.start()
    assert host.files() == host.before
    assert host.read() == OLD


def test_old_systemd_that_knows_no_restart(host):
    host.refusals = ["Unknown assignment Restart=on-failure."]
    host.arm()
    host.start()
    assert _transaction.loaded("1")["phase"] == "loaded"


def test_odd_path(host):
    with pytest.raises(_transaction.TransactionError, match="may be in the path"):
        _transaction.arm("/etc/a b.conf", host.staged, "1", time.time(), 1, None, True, {})


def test_five_backups_are_kept_and_nothing_of_others(host):
    others = ["keepalived.conf.orig~", "keepalived.conf.20260101T000000Z", "x.keepalived.conf.20260101T000000Z~"]
    for name in others:
        host.write(str(host.folder / name), "")
    for number in range(8):
        host.write("%s.2026010%dT000000Z~" % (host.path, number + 1), str(number))
    backup = _transaction.keep_backup(host.path)
    left = [name for name in host.files() if name.startswith("keepalived.conf.") and name.endswith("Z~")]
    assert len(left) == 5
    assert os.path.basename(backup) in left
    assert "keepalived.conf.20260104T000000Z~" not in left
    assert set(others) <= set(host.files())


def test_state_is_not_there(host):
    assert _transaction.state() is None
    assert _transaction.wait(watchdog.OVER, 0.1) is None


def armed(host, confirm_timeout=20):
    """A load of which the instant is told later."""
    _transaction.arm(host.path, host.staged, "1", None, confirm_timeout, None, True, {})
    host.start()


def test_armed_and_then_told_the_instant(host):
    assert not _transaction.is_armed("1")
    armed(host)
    assert _transaction.is_armed("1")
    assert not _transaction.is_armed("2")
    assert host.read() == OLD
    _transaction.release("1", time.time() + 0.3, 20)
    assert not _transaction.is_armed("1")
    assert _transaction.loaded("1")["late"] < 1
    assert host.read() == NEW
    assert host.read(_transaction.confirm(host.path, "1")) == OLD


def test_told_the_instant_when_it_was_called_off(host, monkeypatch):
    monkeypatch.setattr(_transaction, "START_TIMEOUT", 0.3)
    armed(host)
    host.revert("1", time.time())
    assert not _transaction.is_armed("1")
    with pytest.raises(_transaction.TransactionError, match="Nothing was loaded: it was called off"):
        _transaction.release("1", time.time() + 1, 20)
    assert (host.read(), host.files()) == (OLD, ["keepalived.conf"])


def test_armed_and_forgotten(host):
    armed(host, confirm_timeout=0.3)
    state = _transaction.wait(("cancelled",), 10)
    assert state["reason"] == "nobody has told it the instant within 0 s"
    assert (host.read(), host.files()) == (OLD, ["keepalived.conf"])
