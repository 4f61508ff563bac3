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
import sys
import tempfile
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import process as _process
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import daemon

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "fixtures", "keepalived")


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
        facts = daemon.parse_version(stream.read())
    assert facts["version"] == version
    assert compiled in facts["compiled"] or directory == "1.3.5"
    assert not_compiled not in facts["compiled"]


def test_no_version():
    assert daemon.parse_version("keepalived: not found") == {"version": None, "compiled": []}


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
        (["-Df", "/x"], "/x"),
        (["-nDf/x"], "/x"),
        (["-g/f"], None),
        (["--use-filex=/x"], None),
    ],
)
def test_option_value(arguments, expected):
    assert daemon.option_value(arguments, "f", "use-file") == expected


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
    assert daemon.config_file(process) == expected


# The programs of these tests have a name of their own: a real keepalived may run on this host.
NAME = "kd%d" % os.getpid()
# Starts a child for each argument, tells their pids, and waits.
FAMILY = """
import subprocess, sys, time
children = [subprocess.Popen([sys.executable, "-c", code]) for code in sys.argv[1:]]
print(" ".join(str(child.pid) for child in children))
sys.stdout.flush()
time.sleep(60)
"""
WAITING = "import time; time.sleep(60)"
SPEAKING = "import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112); time.sleep(60)"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A copy of this Python under that name."""
    path = str(tmp_path_factory.mktemp("bin") / NAME)
    shutil.copy(os.path.realpath(sys.executable), path)
    return path


@pytest.fixture(autouse=True)
def own_name(monkeypatch, tmp_path):
    """Looks for that name, and for no pid file of the host's."""
    monkeypatch.setattr(daemon, "NAME", NAME)
    monkeypatch.setattr(daemon, "PID_FILE", str(tmp_path / "none.pid"))


@contextlib.contextmanager
def running(program, *children):
    """A parent with children that run these codes: yields its process, and the pids of its children."""
    home = getattr(sys, "base_prefix", getattr(sys, "real_prefix", sys.prefix))
    parent = subprocess.Popen(
        [program, "-c", FAMILY] + list(children),
        stdout=subprocess.PIPE,
        env=dict(os.environ, PYTHONHOME=home),
        preexec_fn=os.setsid,
    )
    try:
        yield parent, [int(word) for word in parent.stdout.readline().split()]
    finally:
        try:
            os.killpg(parent.pid, signal.SIGKILL)
        except OSError:
            pass  # all have ended already
        parent.wait()
        parent.stdout.close()


def until(condition):
    """Polls a condition of another process, which tells nobody when it comes true."""
    deadline = time.time() + 60
    while not condition():
        assert time.time() < deadline
        time.sleep(0.01)


def pid_file(directory, content):
    path = os.path.join(str(directory), "keepalived.pid")
    with open(path, "w") as stream:
        stream.write(str(content))
    return path


def test_found_without_a_pid_file(program):
    with running(program, WAITING) as (parent, children):
        found = daemon.find()
    # Its one child is seen to speak no VRRP: it checks real servers.
    assert (found["pid"], found["name"], found["vrrp"]) == (parent.pid, NAME, None)
    assert (found["frozen"], found["others"]) == (False, [])


def test_one_child_that_may_not_be_looked_into(tmp_path, monkeypatch, program):
    monkeypatch.setattr(daemon, "_has_vrrp_socket", lambda pid: None)
    with running(program, WAITING) as (parent, children):
        assert daemon.find()["vrrp"] == children[0]
        monkeypatch.setattr(daemon, "OTHER_CHILDREN", [pid_file(tmp_path, children[0])])
        assert daemon.find()["vrrp"] is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process of another user's")
def test_a_program_of_that_name_of_another_user():
    directory = tempfile.mkdtemp()
    os.chmod(directory, 0o755)
    path = os.path.join(directory, NAME)
    shutil.copy("/bin/sleep", path)
    process = subprocess.Popen([path, "60"], preexec_fn=lambda: os.setuid(65534))
    try:
        until(lambda: [found["pid"] for found in _process.running(NAME)] == [process.pid])
        assert _process.user(process.pid) == 65534
        assert daemon.find() is None
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(directory)


def test_nothing_runs():
    assert daemon.find() is None


@pytest.mark.skipif(os.geteuid() != 0, reason="a raw socket needs root")
def test_child_that_speaks_vrrp(program):
    with running(program, WAITING, SPEAKING, WAITING) as (parent, children):
        until(lambda: daemon.find()["vrrp"] is not None)
        assert daemon.find()["vrrp"] == children[1]


def test_no_child_that_speaks_vrrp(program):
    with running(program, WAITING, WAITING):
        assert daemon.find()["vrrp"] is None
    with running(program):
        assert daemon.find()["vrrp"] is None


@pytest.mark.parametrize("option", [["-r{0}"], ["-r", "{0}"], ["--vrrp_pid={0}"]], ids=["joined", "apart", "long"])
def test_child_that_a_pid_file_names(tmp_path, monkeypatch, program, option):
    with running(program, WAITING, WAITING) as (parent, children):
        path = pid_file(tmp_path, children[1])
        arguments = [word.format(path) for word in option]
        status = dict(_process.status(parent.pid), arguments=arguments)
        family = [_process.status(pid) for pid in children]
        assert daemon._vrrp_child(status, family) == children[1]
        # And one that is none of its children is not.
        pid_file(tmp_path, 1)
        assert daemon._vrrp_child(status, family) is None


@pytest.mark.parametrize("which", ["parent", "child"])
def test_frozen(program, which):
    with running(program, WAITING) as (parent, children):
        pid = parent.pid if which == "parent" else children[0]
        os.kill(pid, signal.SIGSTOP)
        until(lambda: daemon.find()["frozen"] is True)
        os.kill(pid, signal.SIGCONT)
        until(lambda: daemon.find()["frozen"] is False)


def test_pid_file_chooses_between_two(tmp_path, program):
    with running(program) as (first, unused), running(program) as (second, unused):
        chosen = daemon.find(pid_file(tmp_path, second.pid))
        assert (chosen["pid"], chosen["others"]) == (second.pid, [first.pid])
        assert daemon.find()["pid"] == min(first.pid, second.pid)


@pytest.mark.parametrize("content", ["", "text", "0", "999999999", "1"])
def test_pid_file_that_names_no_keepalived(tmp_path, program, content):
    with running(program) as (parent, unused):
        assert daemon.find(pid_file(tmp_path, content)) is None
        assert daemon.find(str(tmp_path / "missing.pid")) is None
        assert daemon.find()["pid"] == parent.pid


def test_zombie_does_not_run(program):
    with running(program) as (parent, unused):
        parent.kill()
        until(lambda: _process.status(parent.pid)["state"] == "Z")
        assert daemon.find() is None


def test_reload_tells_the_daemon(program):
    with running(program) as (parent, unused):
        assert daemon.reload() is True
        # Python ends by the signal that keepalived reads its configuration at.
        assert parent.wait() == -signal.SIGHUP
        assert daemon.reload() is False


def test_no_running_configuration():
    assert daemon.running_configuration(os.getpid()) is None
    assert daemon.running_configuration(os.getpid(), os.getpid()) is None


def test_configuration_that_only_the_parent_shows():
    """A process that is closed, or here gone: the parent's own place in the file says nothing of what was applied."""
    if not hasattr(os, "memfd_create"):
        pytest.skip("this Python has no memfd_create")
    descriptor = os.memfd_create("/keepalived/consolidated_configuration")
    try:
        os.write(descriptor, b"global_defs {\n}\n")
        own = daemon.running_configuration(os.getpid())
        assert (own["text"], own["applied"]) == ("global_defs {\n}\n", True)
        seen = daemon.running_configuration(999999999, os.getpid())
        assert seen == dict(own, applied=None)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    ("version", "checked", "expected"),
    [
        ("2.3.3", True, True),
        ("2.3.4", True, False),
        ("2.4.3", True, False),
        ("2.4.3", False, True),
        ("2.3.4", None, None),
        (None, True, None),
    ],
)
def test_takes_reload(version, checked, expected):
    assert daemon.takes_reload(version, checked) is expected


def test_configuration_without_the_check_of_a_reload():
    text = "global_defs {\n  reload_check_config /var/log/x\n  router_id a\n}\n# reload_check_config\n"
    expected = "global_defs {\n  router_id a\n}\n# reload_check_config\n"
    assert daemon.without_reload_check(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ActiveState=failed\nResult=signal\nExecMainStatus=9\n", "signal 9"),
        ("ActiveState=inactive\nResult=success\nExecMainStatus=0\n", None),
        ("", None),
    ],
)
def test_unit_that_has_failed(text, expected):
    assert daemon.parse_unit(text) == expected
