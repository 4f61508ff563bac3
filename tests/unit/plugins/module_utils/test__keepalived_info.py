# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of when an instance has settled, and of one look at a host without a running keepalived."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import io
import os

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_info

VERSION = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "fixtures", "keepalived", "2.2.7", "version.txt"
)


@pytest.mark.parametrize(
    ("state", "own", "heard", "nopreempt", "expected"),
    [
        pytest.param("MASTER", 200, None, False, True, id="a MASTER stays"),
        pytest.param("FAULT", 200, None, False, True, id="so does a FAULT"),
        pytest.param("BACKUP", 180, 200, False, True, id="BACKUP of a higher one"),
        pytest.param("BACKUP", 200, 200, False, True, id="BACKUP of an equal one"),
        pytest.param("BACKUP", 200, 180, False, False, id="will preempt a lower one"),
        pytest.param("BACKUP", 200, 180, True, True, id="unless it must not"),
        pytest.param("BACKUP", 200, None, False, False, id="hears nobody"),
        pytest.param("BACKUP", 200, 0, True, False, id="hears a goodbye"),
        pytest.param("INIT", 200, 200, False, False, id="INIT is on its way"),
        pytest.param("STOP", 200, 255, False, False, id="STOP"),
        pytest.param("UNKNOWN", 200, 255, False, False, id="UNKNOWN"),
    ],
)
def test_is_settled(state, own, heard, nopreempt, expected):
    found = {"state": state, "effective_priority": own, "master_priority": heard, "nopreempt": nopreempt}
    assert _keepalived_info.is_settled(found) is expected


def never(argv):
    raise AssertionError("nothing is to be run: %s" % argv)


def test_not_installed():
    result = _keepalived_info.collect(never, None)
    assert (result["status"], result["installed"], result["running"], result["instances"]) == (
        "not_installed",
        False,
        False,
        [],
    )
    assert "not installed" in result["message"]


@pytest.mark.skipif(os.path.exists("/run/keepalived.pid"), reason="a keepalived runs on this host")
def test_not_running():
    with io.open(VERSION, encoding="utf-8") as stream:
        words = stream.read()
    calls = []

    def run(argv):
        calls.append(argv)
        return 0, "", words

    result = _keepalived_info.collect(run, "/usr/sbin/keepalived")
    assert calls == [["/usr/sbin/keepalived", "-v"]]
    assert (result["status"], result["installed"], result["running"], result["version"]) == (
        "not_running",
        True,
        False,
        "2.2.7",
    )
    assert "JSON" in result["compiled"]
    assert set(result) == set(_keepalived_info.collect(never, None))


def test_waiting_ends_at_once_where_there_is_nothing_to_wait_for():
    result, elapsed = _keepalived_info.collect_settled(never, None, 600)
    assert result["status"] == "not_installed"
    assert elapsed < 60
