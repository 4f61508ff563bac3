# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change has touched before a load: it comes back by itself until the change is ended."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import boot, switch, touched, watchdog
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction.place import TransactionError


class Change(object):
    """A change on a host, of which the record is there; what systemd is asked for is noted."""

    def __init__(self, host):
        self.host, self.asked = host, []
        self.kept = str(host.folder / "change.json")
        host.write(self.kept, "{}")

    def run(self, argv):
        self.asked.append(argv)
        return 0, "", ""

    def begin(self):
        touched.begin(self.run, lambda name: name, self.host.service, self.kept, {}, "run 1")

    def told(self):
        return watchdog.read(os.path.join(boot.FOLDER, watchdog.BOOT))


@pytest.fixture
def change(host):
    return Change(host)


def test_begun_and_ended(change):
    change.begin()
    (timer,) = [argv for argv in change.asked if argv[0] == "systemd-run"]
    assert timer[1:3] == ["--on-active=3600", "--unit=hot-standby-change"]
    assert timer[-2:] == ["--left", os.path.join(boot.FOLDER, watchdog.BOOT)]
    assert os.path.exists(timer[-3])
    assert (change.told()["kept"], change.told()["previous"]) == (change.kept, None)
    touched.end(change.run, lambda name: name, change.kept)
    assert change.host.files() == change.host.before
    assert ["systemctl", "stop", "hot-standby-change.timer"] in change.asked


def arm(change):
    switch.arm(
        change.host.path, change.host.staged, "1", None, 20, change.host.service, None, True, {}, kept=change.kept,
        run="run 1",
    )  # fmt: skip


def test_load_decides_while_there_is_one(change):
    change.begin()
    arm(change)
    assert change.told()["previous"]
    switch.disarm(change.host.path)
    assert change.told()["previous"] is None
    assert os.path.exists(boot.UNIT)


def test_what_was_taken_back_meanwhile_is_not_loaded(change):
    change.begin()
    os.remove(change.kept)
    with pytest.raises(TransactionError, match="was taken back meanwhile"):
        arm(change)


def test_what_another_run_has_touched_is_not_loaded_with_ours(change):
    change.begin()
    touched.begin(change.run, lambda name: name, change.host.service, change.kept, {}, "run 2")
    with pytest.raises(TransactionError, match="was taken back meanwhile"):
        arm(change)


def test_pending_until_it_is_ended(change):
    assert not touched.is_pending(change.kept)
    change.begin()
    assert touched.is_pending(change.kept)
    touched.end(change.run, lambda name: name, change.kept)
    assert not touched.is_pending(change.kept)


def test_load_that_nobody_keeps_is_settled_before_it_is_touched_again(change):
    change.begin()
    arm(change)
    os.rename(change.host.staged, change.host.path)
    touched.settle(change.host.run, lambda name: name, change.host.service)
    assert (change.host.read(), change.told()["previous"]) == (change.host.OLD, None)
    assert touched.is_pending(change.kept)


def test_nothing_is_left_where_nothing_is_kept(change):
    change.begin()
    os.remove(change.kept)
    boot.without_load()
    assert not os.path.exists(boot.UNIT)
