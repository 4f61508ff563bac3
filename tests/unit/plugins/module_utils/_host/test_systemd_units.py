# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what systemctl tells, as systemd 247 and 219 print it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import systemd_units

TEXT = """MainPID=812
NRestarts=2
Result=success
Id=keepalived.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
NeedDaemonReload=yes

MainPID=0
NRestarts=0
Result=success
Id=none.service
LoadState=not-found
ActiveState=inactive
SubState=dead
UnitFileState=
NeedDaemonReload=no
"""
OLD = "Id=sshd.service\nMainPID=7\nResult=success\nLoadState=loaded\nActiveState=active\nSubState=running\n"


def test_units():
    assert systemd_units.parse(["keepalived", "none"], TEXT) == {
        "keepalived": {
            "unit": "keepalived.service", "load_state": "loaded", "active_state": "active", "sub_state": "running",
            "unit_file_state": "enabled", "result": "success", "main_pid": 812, "restarts": 2,
            "need_daemon_reload": True,
        },
        "none": {
            "unit": "none.service", "load_state": "not-found", "active_state": "inactive", "sub_state": "dead",
            "unit_file_state": None, "result": "success", "main_pid": None, "restarts": 0,
            "need_daemon_reload": False,
        },
    }  # fmt: skip


def test_systemd_that_does_not_count_restarts():
    found = systemd_units.parse(["sshd"], OLD)["sshd"]
    assert (found["restarts"], found["unit_file_state"], found["main_pid"]) == (None, None, 7)


def test_no_systemd():
    assert systemd_units.parse(["a", "b"], "") == {"a": None, "b": None}


def test_command():
    argv = systemd_units.command("/bin/systemctl", ["keepalived", "openvpn@x.service"])
    assert argv[:2] == ["/bin/systemctl", "show"]
    assert argv[-3:] == ["--", "keepalived", "openvpn@x.service"]


@pytest.mark.parametrize("name", ["", "-H", "a b", "a*", "a\n", "a?", "a@", "a@.service"])
def test_no_name(name):
    with pytest.raises(systemd_units.UnitError):
        systemd_units.command("systemctl", [name])
