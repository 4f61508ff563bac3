# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the module as a program, with a keepalived that prints its version and does not run."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os

import module_program
import pytest
from ansible_collections.hotstandby.vrrp.plugins.modules import keepalived_info

PROGRAM = """#!/bin/sh
echo 'Keepalived v2.2.7 (01/16,2022)' >&2
echo 'Config options:  NFTABLES LVS VRRP JSON' >&2
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """keepalived is the first in PATH; its pid file is in a folder of the test's."""
    program = tmp_path / "keepalived"
    program.write_bytes(PROGRAM.encode("ascii"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    return str(tmp_path / "keepalived.pid")


@pytest.mark.parametrize("check_mode", [False, True])
def test_result_is_as_documented(installed, check_mode):
    result, status = module_program.run("keepalived_info", {"pid_file": installed, "_ansible_check_mode": check_mode})
    assert (status, result["changed"], result["status"]) == (0, False, "not_running")
    assert (result["version"], result["compiled"]) == ("2.2.7", ["NFTABLES", "LVS", "VRRP", "JSON"])
    module_program.check_documented(keepalived_info.RETURN, result)


def test_crashed(installed):
    with open(installed, "w") as stream:
        stream.write("999999\n")
    result, status = module_program.run("keepalived_info", {"pid_file": installed})
    assert (status, result["status"]) == (0, "crashed")
    assert installed in result["message"]


def test_wait_that_is_in_vain_fails_with_the_data(installed):
    result, status = module_program.run("keepalived_info", {"pid_file": installed, "wait": True, "wait_timeout": 0.01})
    assert (status, result["failed"], result["status"]) == (1, True, "not_running")
    assert "keepalived is not running" in result["msg"]
    assert "exception" not in result


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"wait_state": "gone"}, "wait_state"), ({"wait_timeout": "soon"}, "wait_timeout"),
     ({"wait": True, "wait_timeout": "nan"}, "wait_timeout: nan")],
)
def test_invalid_options_fail(arguments, words):
    result, status = module_program.run("keepalived_info", arguments)
    assert status == 1
    assert words in result["msg"]
    assert "exception" not in result
