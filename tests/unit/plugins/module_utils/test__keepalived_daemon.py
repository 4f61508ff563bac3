# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of which keepalived is there and how it was started: recorded versions, real processes of that name."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import io
import os
import shutil
import signal
import subprocess
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_daemon, _process

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "fixtures", "keepalived")


@pytest.mark.parametrize(
    ("directory", "version", "compiled", "not_compiled"),
    [
        ("1.3.5", "1.3.5", "VRRP", "JSON"),
        ("2.1.5", "2.1.5", "JSON", "x"),
        ("2.2.7", "2.2.7", "JSON", "x"),
        ("2.2.8", "2.2.8", "JSON", "x"),
        ("2.3.3", "2.3.3", "JSON", "x"),
    ],
)
def test_recorded_versions(directory, version, compiled, not_compiled):
    with io.open(os.path.join(FIXTURES, directory, "version.txt"), encoding="utf-8") as stream:
        facts = _keepalived_daemon.parse_version(stream.read())
    assert facts["version"] == version
    assert compiled in facts["compiled"] or directory == "1.3.5"
    assert not_compiled not in facts["compiled"]


def test_no_version():
    assert _keepalived_daemon.parse_version("keepalived: not found") == {"version": None, "compiled": []}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], None),
        (["-D", "-S", "0"], None),
        (["-f", "/x"], "/x"),
        (["-f/x"], "/x"),
        (["--use-file=/x"], "/x"),
        (["--use-file", "/x"], "/x"),
        (["-f"], None),
        (["-D", "-f", "/x", "-f", "/y"], "/x"),
        (["--use-file="], ""),
        (["--use-filex=/x"], None),
    ],
)
def test_option_value(arguments, expected):
    assert _keepalived_daemon.option_value(arguments, "f", "use-file") == expected


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (None, "/etc/keepalived/keepalived.conf"),
        ({"arguments": ["-D"]}, "/etc/keepalived/keepalived.conf"),
        ({"arguments": ["-f", "/x"]}, "/x"),
        ({"arguments": ["--use-file="]}, "/etc/keepalived/keepalived.conf"),
    ],
)
def test_config_file(process, expected):
    assert _keepalived_daemon.config_file(process) == expected


@contextlib.contextmanager
def running(directory, name="keepalived"):
    """A process of that name: a copy of sleep(1)."""
    program = os.path.join(str(directory), name)
    shutil.copy("/bin/sleep", program)
    process = subprocess.Popen([program, "60"])
    try:
        # The kernel sets the name before the arguments.
        until(
            lambda: _process.status(process.pid)["name"] == name and _process.status(process.pid)["arguments"] == ["60"]
        )
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition):
    """Polls a condition of another process, which tells nobody when it comes true."""
    deadline = time.time() + 20
    while not condition():
        assert time.time() < deadline


def pid_file(directory, content, name="keepalived.pid"):
    path = os.path.join(str(directory), name)
    with open(path, "w") as stream:
        stream.write(content)
    return path


def test_found(tmp_path):
    with running(tmp_path) as process:
        pid_file(tmp_path, "%d\n" % process.pid, "vrrp.pid")
        found = _keepalived_daemon.find(pid_file(tmp_path, "%d\n" % process.pid))
    assert (found["pid"], found["name"], found["arguments"]) == (process.pid, "keepalived", ["60"])
    assert (found["vrrp_pid"], found["frozen"]) == (process.pid, False)


def test_vrrp_process_must_be_its_own(tmp_path):
    with running(tmp_path) as process:
        pid_file(tmp_path, "1\n", "vrrp.pid")
        assert _keepalived_daemon.find(pid_file(tmp_path, "%d\n" % process.pid))["vrrp_pid"] is None


def test_frozen(tmp_path):
    with running(tmp_path) as process:
        process.send_signal(signal.SIGSTOP)
        until(lambda: _process.status(process.pid)["state"] == "T")
        assert _keepalived_daemon.find(pid_file(tmp_path, "%d\n" % process.pid))["frozen"] is True
        process.send_signal(signal.SIGCONT)


def test_reload_tells_the_daemon(tmp_path):
    with running(tmp_path) as process:
        assert _keepalived_daemon.reload(pid_file(tmp_path, "%d\n" % process.pid)) is True
        # sleep(1) ends by the signal that keepalived reads its configuration at.
        assert process.wait() == -signal.SIGHUP
        assert _keepalived_daemon.reload(pid_file(tmp_path, "%d\n" % process.pid)) is False


def test_pid_file_outlives_its_process(tmp_path):
    with running(tmp_path) as process:
        path = pid_file(tmp_path, "%d\n" % process.pid)
        process.kill()
        # Killed and not yet waited for: a zombie, still of that name.
        until(lambda: _process.status(process.pid)["state"] == "Z")
        assert _keepalived_daemon.find(path) is None
    assert _keepalived_daemon.find(path) is None


def test_pid_of_another_program(tmp_path):
    with running(tmp_path, name="something") as process:
        assert _keepalived_daemon.find(pid_file(tmp_path, "%d\n" % process.pid)) is None


@pytest.mark.parametrize("content", ["", "text", "0", "999999999"])
def test_pid_file_that_names_no_process(tmp_path, content):
    assert _keepalived_daemon.find(pid_file(tmp_path, content)) is None


def test_no_pid_file(tmp_path):
    assert _keepalived_daemon.find(str(tmp_path / "keepalived.pid")) is None
