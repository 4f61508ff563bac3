# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts of each fault are sound for a shell, and no name of an interface gets into them that is none."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re
import subprocess

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import fault as _fault


@pytest.mark.parametrize("fault", _fault.FAULTS)
def test_scripts_are_sound(fault):
    for text in _fault.scripts(fault, "eth0", 3.0, 6.3):
        process = subprocess.Popen(
            ["sh", "-n"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        output = process.communicate(text.encode("ascii"))[0]
        assert (process.returncode, output) == (0, b"")
        assert not re.search(r"\{[a-z]+\}", text)


@pytest.mark.parametrize("fault", _fault.FAULTS)
def test_fault_waits_and_lasts(fault):
    _prepares, begins, heals = _fault.scripts(fault, "eth0", 3.0, 6.3)
    assert begins.startswith("sleep 3.0\n")
    assert begins.endswith("\nsleep 6.3\n")
    assert heals.startswith("exec 2>/dev/null\n")


@pytest.mark.parametrize("fault", ["link", "block"])
@pytest.mark.parametrize("name", [None, "", "eth0; reboot", "eth0\nreboot", "$(reboot)", "a" * 16, "eth0 "])
def test_name_that_is_none(fault, name):
    with pytest.raises(_fault.FaultError, match="is no name of an interface"):
        _fault.scripts(fault, name, 1.0, 1.0)


def test_unit_heals_however_it_ends():
    text = _fault.unit()
    assert "ExecStart=/bin/sh /run/hot-standby/drill-fault\n" in text
    assert "ExecStopPost=/bin/sh /run/hot-standby/drill-heal\n" in text


def test_virtual_addresses_are_not_put_back():
    prepares = _fault.scripts("link", "eth0", 1.0, 1.0, ["2001:db8::10", "192.0.2.10"])[0]
    assert "grep -v -F -e ' none/' -e ' 2001:db8::10/' -e ' 192.0.2.10/'" in prepares
