# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit for a reboot: its command lines, run by a shell as systemd would."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import subprocess

from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import boot


def test_unit_for_a_reboot_puts_the_former_one_back(host):
    """Its command line, run by a shell as systemd would."""
    host.arm()
    os.rename(host.staged, host.path)
    unit = dict(line.split("=", 1) for line in host.read(boot.UNIT).splitlines() if "=" in line)
    assert os.path.exists(unit["ConditionPathExists"])
    assert os.path.realpath(boot.WANTS) == os.path.realpath(boot.UNIT)
    for key in ("ExecStart", "ExecStartPost"):
        subprocess.check_call(unit[key], shell=True)
    assert (host.read(), host.files()) == (host.OLD, ["keepalived.conf"])


def test_unit_for_a_reboot_where_there_was_none(host):
    os.remove(host.path)
    host.arm()
    os.rename(host.staged, host.path)
    unit = dict(line.split("=", 1) for line in host.read(boot.UNIT).splitlines() if "=" in line)
    subprocess.check_call(unit["ExecStart"], shell=True)
    assert not os.path.exists(host.path)
