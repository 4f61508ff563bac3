# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what /proc says of a process: this one and its children, and a recorded one with a strange name."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import shutil
import subprocess
import sys
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import process as _process


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


def test_boot_time():
    with open("/proc/uptime") as stream:
        uptime = float(stream.read().split()[0])
    # Whole seconds where Python cannot ask for the clock.
    assert abs(time.time() - uptime - _process.boot_time()) < (0.2 if hasattr(time, "clock_gettime") else 1.2)


def test_program(child):
    name = os.path.basename(os.path.realpath(sys.executable))
    assert _process.program(child.pid) == name
    assert _process.is_replaced(child.pid) is False
    assert child.pid in [found["pid"] for found in _process.running(name)]
    assert child.pid not in [found["pid"] for found in _process.running(name + "x")]


def test_program_that_was_replaced(tmp_path):
    path = str(tmp_path / "program")
    shutil.copy("/bin/sleep", path)
    process = subprocess.Popen([path, "60"])
    try:
        os.unlink(path)
        assert _process.program(process.pid) == "program"
        assert _process.is_replaced(process.pid) is True
    finally:
        process.kill()
        process.wait()


def test_program_of_another_user(tmp_path):
    # Without a link exe: as where it may not be read.
    assert _process.program(42, proc(tmp_path, 0, b"/usr/sbin/keepalived\0-D\0")) == "keepalived"
    assert _process.is_replaced(42, str(tmp_path)) is None


def test_namespace(child):
    assert _process.namespace(child.pid, "pid") == _process.namespace("self", "pid")
    assert _process.namespace(child.pid, "net").startswith("net:[")
    assert _process.namespace(child.pid, "nonsense") is None


def test_process_of_a_container_is_not_ours(tmp_path):
    directory = proc(tmp_path, 0, b"/usr/sbin/keepalived\0")
    for name, target in (("self", "pid:[1]"), ("42", "pid:[2]")):
        (tmp_path / name / "ns").mkdir(parents=True)
        os.symlink(target, str(tmp_path / name / "ns" / "pid"))
    assert _process.running("keepalived", directory) == []
    os.unlink(str(tmp_path / "42" / "ns" / "pid"))
    os.symlink("pid:[1]", str(tmp_path / "42" / "ns" / "pid"))
    assert [found["pid"] for found in _process.running("keepalived", directory)] == [42]


@pytest.mark.parametrize(
    ("masks", "expected"),
    [
        pytest.param(
            b"SigBlk:\t0000000000000000\nSigIgn:\t0000000000000200\nSigCgt:\t0000000000000000\n", False, id="ignored"
        ),
        pytest.param(b"SigBlk:\t0000000800014a03\nSigCgt:\t0000000000000000\n", True, id="blocked for a signalfd"),
        pytest.param(b"SigBlk:\t0000000000000000\nSigCgt:\t0000000000000200\n", True, id="caught"),
        pytest.param(b"", False, id="unknown"),
    ],
)
def test_takes_a_signal(tmp_path, masks, expected):
    directory = proc(tmp_path)
    (tmp_path / "42" / "status").write_bytes(b"Name:\tx\n" + masks)
    assert _process.takes(42, 10, directory) is expected


@pytest.mark.parametrize(
    ("cgroup", "files", "expected"),
    [
        pytest.param("0::/a.service\n", {"a.service/cgroup.events": "populated 1\nfrozen 1\n"}, True, id="frozen"),
        pytest.param("0::/a.service\n", {"a.service/cgroup.events": "populated 1\nfrozen 0\n"}, False, id="not"),
        pytest.param("5:cpu,freezer:/a\n", {"freezer/a/freezer.state": "FROZEN\n"}, True, id="frozen, version 1"),
        pytest.param("5:cpu,freezer:/a\n", {"freezer/a/freezer.state": "THAWED\n"}, False, id="not, version 1"),
        pytest.param("5:cpu:/a\n0::/b\n", {}, False, id="cannot be seen"),
    ],
)
def test_frozen_by_its_control_group(tmp_path, cgroup, files, expected):
    directory, cgroups = proc(tmp_path), tmp_path / "cgroup"
    (tmp_path / "42" / "cgroup").write_bytes(cgroup.encode("ascii"))
    for name, content in files.items():
        path = cgroups / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content.encode("ascii"))
    process = _process.status(42, directory)
    assert _process.is_frozen(process, directory, str(cgroups)) is expected
    assert _process.is_frozen(dict(process, state="T"), directory, str(cgroups)) is True


def test_user(child):
    assert _process.user(child.pid) == os.getuid()
    assert _process.user(2 ** 22 + 1) is None


def test_root(child, tmp_path):
    assert os.path.samefile(_process.root(child.pid), "/")
    # Closed to us, or gone.
    assert _process.root(42, str(tmp_path)) == ""


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
    assert _process.environment(42, directory) is None


def test_no_boot_time(tmp_path):
    assert _process.boot_time(str(tmp_path)) == 0.0
