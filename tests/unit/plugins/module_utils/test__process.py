# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what /proc says of a process: this one and its children, and a recorded one with a strange name."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import subprocess
import sys
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _process


@pytest.fixture
def child():
    """A child that waits for its input to end."""
    environment = dict(os.environ, TEST_WORD="a=b", TEST_EMPTY="")
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; print('up'); sys.stdout.flush(); sys.stdin.read()", "an argument"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    process.stdout.readline()
    yield process
    process.stdin.close()
    process.stdout.close()
    process.wait()


def test_status_of_a_child(child):
    found = _process.status(child.pid)
    assert (found["pid"], found["parent"]) == (child.pid, os.getpid())
    assert found["arguments"][0] == "-c"
    assert found["arguments"][2] == "an argument"
    assert abs(found["started"] - time.time()) < 60
    assert found["state"] in "SRD"


def test_children(child):
    assert child.pid in [process["pid"] for process in _process.children(os.getpid())]
    assert _process.children(child.pid) == []


def test_environment(child):
    environment = _process.environment(child.pid)
    assert (environment["TEST_WORD"], environment["TEST_EMPTY"]) == ("a=b", "")


def test_process_that_is_gone(child):
    child.stdin.close()
    child.wait()
    assert _process.status(child.pid) is None
    assert _process.environment(child.pid) is None


STAT = b"42 (a) b (c) S 7 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 %d 1 1"


def proc(directory, ticks=0, cmdline=b""):
    """A /proc with process 42, whose name is "a) b (c", and the kernel's start."""
    (directory / "42").mkdir()
    (directory / "42" / "stat").write_bytes(STAT % ticks)
    (directory / "42" / "cmdline").write_bytes(cmdline)
    (directory / "stat").write_bytes(b"cpu 1 2\nbtime 1700000000\nprocesses 9\n")
    (directory / "version").write_bytes(b"Linux")
    return str(directory)


def test_a_name_with_parentheses_and_the_start(tmp_path):
    ticks = os.sysconf("SC_CLK_TCK")
    found = _process.status(42, proc(tmp_path, 5 * ticks // 2, b"/sbin/x\0-D\0\0-f\0/y\xff\0"))
    assert found == {
        "pid": 42,
        "name": "a) b (c",
        "state": "S",
        "parent": 7,
        "started": 1700000002.5,
        "arguments": ["-D", "-f", b"/y\xff".decode("utf-8", "replace")],
    }


def test_kernel_thread_has_no_arguments(tmp_path):
    directory = proc(tmp_path)
    assert _process.status(42, directory)["arguments"] == []
    assert [found["pid"] for found in _process.children(7, directory)] == [42]
    assert _process.children(8, directory) == []
    assert _process.environment(42, directory) is None


def test_no_boot_time(tmp_path):
    assert _process.boot_time(str(tmp_path)) == 0.0
