# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of asking for a dump: a real process answers a real signal by writing the file, as keepalived does."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import json
import os
import signal
import subprocess
import sys

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_dump

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only a file of root's counts as a dump: needs root")

DUMP = [{"data": {"iname": "VI_1", "auth_data": "s3cr3t78"}, "stats": {}}]
# Runs the statements it is given at each SIGUSR1; says that it is ready before, and "done" after each.
DAEMON = """
import json, os, signal, sys, time
path = os.path.join(os.environ["TMPDIR"], "keepalived.json")
dump = json.loads(sys.argv[1])
def answer(number, frame):
    exec(sys.argv[2])
signal.signal(signal.SIGUSR1, answer)
sys.stdout.write("ready\\n")
sys.stdout.flush()
while True:
    signal.pause()
"""
AT_ONCE = "open(path, 'w').write(json.dumps(dump))"
# The name first, then the content, byte by byte.
IN_PIECES = """
stream = open(path, 'w')
for character in json.dumps(dump):
    stream.write(character)
    stream.flush()
    time.sleep(0.001)
stream.close()
"""
TRUNCATED = "open(path, 'w').write(json.dumps(dump)[:-1])"
LINK = "os.symlink(os.path.join(os.environ['TMPDIR'], 'victim'), path)"
FIFO = "os.mkfifo(path)"
OTHERS = (
    AT_ONCE.replace("path", "path + '.new'") + "\nos.chown(path + '.new', 12345, 12345)\nos.rename(path + '.new', path)"
)
DOWN = "os.kill(os.getpid(), signal.SIGKILL)"


@contextlib.contextmanager
def daemon(directory, statements):
    """A process that answers SIGUSR1 so."""
    process = subprocess.Popen(
        [sys.executable, "-c", DAEMON, json.dumps(DUMP), statements],
        stdout=subprocess.PIPE,
        env=dict(os.environ, TMPDIR=str(directory)),
    )
    try:
        assert process.stdout.readline() == b"ready\n"
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def place(tmp_path):
    """Where the dumps are written; the lock is elsewhere."""
    directory = tmp_path / "tmp"
    directory.mkdir()
    return directory


def ask(pid, place, timeout=20):
    return _keepalived_dump.json_dump(pid, signal.SIGUSR1, timeout, lock_file=str(place.parent / "lock"))


@pytest.mark.parametrize("statements", [AT_ONCE, IN_PIECES], ids=["at once", "in pieces"])
def test_dump_is_read_whole_and_removed(place, statements):
    with daemon(place, statements) as pid:
        assert ask(pid, place) == DUMP
        assert os.listdir(str(place)) == []
        # And again: nothing is left that stands in the way.
        assert ask(pid, place) == DUMP
    assert os.listdir(str(place)) == []


@pytest.mark.parametrize("statements", [AT_ONCE, TRUNCATED], ids=["answered", "not answered"])
def test_earlier_file_is_kept(place, statements):
    earlier = place / "keepalived.json"
    earlier.write_bytes(b'["an administrator\'s own"]')
    with daemon(place, statements) as pid:
        if statements == AT_ONCE:
            assert ask(pid, place) == DUMP
        else:
            with pytest.raises(_keepalived_dump.DumpError):
                ask(pid, place, timeout=0.3)
    assert os.listdir(str(place)) == ["keepalived.json"]
    assert earlier.read_bytes() == b'["an administrator\'s own"]'


def test_link_planted_before(place):
    victim = place / "victim"
    victim.write_bytes(b"untouched")
    os.symlink(str(victim), str(place / "keepalived.json"))
    with daemon(place, AT_ONCE) as pid:
        assert ask(pid, place) == DUMP
    assert victim.read_bytes() == b"untouched"
    assert os.path.islink(str(place / "keepalived.json"))


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        pytest.param(LINK, "not_trusted", id="a link"),
        pytest.param(OTHERS, "not_trusted", id="a file of another user's"),
        pytest.param(FIFO, "not_trusted", id="a pipe"),
        pytest.param(TRUNCATED, "timeout", id="never complete"),
        pytest.param("pass", "timeout", id="no file"),
        pytest.param(DOWN, "timeout", id="the daemon goes down"),
    ],
)
def test_no_dump(place, statements, reason):
    victim = place / "victim"
    victim.write_bytes(json.dumps(DUMP).encode("utf-8"))
    with daemon(place, statements) as pid, pytest.raises(_keepalived_dump.DumpError) as caught:
        ask(pid, place, timeout=20 if reason == "not_trusted" else 0.3)
    assert caught.value.reason == reason
    assert "s3cr3t78" not in str(caught.value)
    assert os.listdir(str(place)) == ["victim"]
    assert json.loads(victim.read_bytes().decode("utf-8")) == DUMP


def test_process_that_is_gone(place):
    with daemon(place, AT_ONCE) as pid:
        pass
    with pytest.raises(_keepalived_dump.DumpError) as caught:
        ask(pid, place, timeout=0.3)
    assert caught.value.reason == "timeout"


def test_lock_is_private(place):
    with daemon(place, AT_ONCE) as pid:
        ask(pid, place)
    assert os.stat(str(place.parent / "lock")).st_mode & 0o777 == 0o600


def test_place_of_a_process_without_tmpdir():
    environment = dict((name, value) for name, value in os.environ.items() if name != "TMPDIR")
    process = subprocess.Popen(["sleep", "60"], env=environment)
    try:
        assert _keepalived_dump.directory_of(process.pid) == "/proc/%d/root/tmp" % process.pid
    finally:
        process.kill()
        process.wait()
