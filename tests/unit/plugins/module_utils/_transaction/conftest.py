# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host for the tests: real files. Where systemd would start the watchdog, the test does."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import subprocess
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import (
    boot,
    confirm as _confirm,
    place,
    switch,
)


class Host(object):
    """A configuration and what is staged; systemctl and systemd-run as far as they are asked."""

    OLD, NEW = "the former\n", "the new one\n"

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self.path, self.staged = str(folder / "keepalived.conf"), str(folder / "staged")
        self.write(self.path, self.OLD)
        self.write(self.staged, self.NEW)
        self.service = place.Service(self.path, "keepalived.service", "keepalived", self.reload, ("nginx.service",))
        self.active, self.watchdogs, self.reloaded, self.refusals = False, [], 0, []
        monkeypatch.setattr(place, "FOLDER", str(folder / "run"))
        monkeypatch.setattr(boot, "FOLDER", str(folder / "boot"))
        monkeypatch.setattr(boot, "UNIT", str(folder / "revert.service"))
        monkeypatch.setattr(boot, "WANTS", str(folder / "wants" / "revert.service"))
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
            self.watchdogs.append(subprocess.Popen(argv[-4:]))
        return 0, "", ""

    def reload(self):
        self.reloaded += 1
        return True

    def arm(self, wait=0.2, transaction="1", confirm_timeout=20, **more):
        switch.arm(
            self.path, self.staged, transaction, time.time() + wait, confirm_timeout, self.service, None, True, {},
            **more
        )

    def start(self):
        switch.start_watchdog(self.path, self.run, "systemd-run", "systemctl", self.service)

    def revert(self, transaction, at):
        return _confirm.revert(self.path, transaction, at, self.run, "systemctl", self.service)

    def settle(self):
        return _confirm.settle_leftover(self.path, self.run, "systemctl", self.service)


@pytest.fixture
def host(tmp_path, monkeypatch):
    found = Host(tmp_path, monkeypatch)
    yield found
    for process in found.watchdogs:
        if process.poll() is None:
            process.kill()
        process.wait()
