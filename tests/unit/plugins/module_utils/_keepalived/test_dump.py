# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of asking for a dump: a real process answers a real signal by writing the file, as keepalived does."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import dump

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only a file of root's counts as a dump: needs root")

SECRET = "s3cr3t78"
DUMP = {"VI_1": SECRET}
# Runs the statements it is given for each signal, one after another as keepalived does: SIGUSR1 asks for the text,
# SIGUSR2 for the JSON. Says when it is ready.
DAEMON = """
import json, os, signal, sys, time
folder = os.environ["TMPDIR"]
dump = json.loads(sys.argv[1])
pending = []
def answer(number):
    path = os.path.join(folder, "keepalived.data" if number == signal.SIGUSR1 else "keepalived.json")
    text = "text of " + json.dumps(dump) if number == signal.SIGUSR1 else json.dumps(dump)
    exec(sys.argv[2], dict(globals(), path=path, text=text, number=number))
for number in (signal.SIGUSR1, signal.SIGUSR2):
    signal.signal(number, lambda number, frame: pending.append(number))
sys.stdout.write("ready\\n")
sys.stdout.flush()
while True:
    if pending:
        answer(pending.pop(0))
    time.sleep(0.001)
"""
AT_ONCE = "open(path, 'w').write(text)"
# The name first, then the content, character by character.
IN_PIECES = """
stream = open(path, 'w')
for character in text:
    stream.write(character)
    stream.flush()
    time.sleep(0.001)
stream.close()
"""
TRUNCATED = "open(path, 'w').write(text[:-1])"
LINK = "os.symlink(os.path.join(folder, 'victim'), path)"
HARD_LINK = "os.link(os.path.join(folder, 'victim'), path)"
FIFO = "os.mkfifo(path)"
OTHERS = (
    AT_ONCE.replace("path", "path + '.new'") + "\nos.chown(path + '.new', 12345, 12345)\nos.rename(path + '.new', path)"
)
# As keepalived does from 2.0 on, over what somebody has planted meanwhile.
REPLACED = """
os.symlink(os.path.join(folder, 'victim'), path)
time.sleep(0.05)
open(path + '.new', 'w').write(text)
os.rename(path + '.new', path)
"""
DOWN = "os.kill(os.getpid(), signal.SIGKILL)"


@contextlib.contextmanager
def daemon(directory, statements):
    """A process that answers the two signals so."""
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


def both(data, late):
    """What the caller makes of the two dumps: None while the second is no JSON."""
    try:
        return data, json.loads(late)
    except ValueError:
        return None


REQUESTS = [("data", signal.SIGUSR1), ("json", signal.SIGUSR2)]
ANSWER = ("text of " + json.dumps(DUMP), DUMP)


def ask(pid, place, timeout=20):
    return dump.take(pid, REQUESTS, both, timeout, lock_file=str(place.parent / "lock"))


@pytest.mark.parametrize("statements", [AT_ONCE, IN_PIECES, REPLACED], ids=["at once", "in pieces", "over a link"])
def test_dumps_are_read_whole_and_removed(place, statements):
    with daemon(place, statements) as pid:
        assert ask(pid, place) == ANSWER
        assert os.listdir(str(place)) == []
        # And again: nothing is left that stands in the way.
        assert ask(pid, place) == ANSWER
    assert os.listdir(str(place)) == []


@pytest.mark.parametrize("statements", [AT_ONCE, TRUNCATED, DOWN], ids=["answered", "not answered", "goes down"])
def test_earlier_files_are_kept(place, statements):
    earlier = [place / "keepalived.data", place / "keepalived.json"]
    for path in earlier:
        path.write_bytes(b"an administrator's own")
    with daemon(place, statements) as pid:
        if statements == AT_ONCE:
            assert ask(pid, place) == ANSWER
        else:
            with pytest.raises(dump.DumpError):
                ask(pid, place, timeout=0.3)
    assert sorted(os.listdir(str(place))) == ["keepalived.data", "keepalived.json"]
    assert [path.read_bytes() for path in earlier] == [b"an administrator's own"] * 2


def test_nothing_is_lost_when_something_cannot_be_set_aside(place, monkeypatch):
    earlier = [place / "keepalived.data", place / "keepalived.json"]
    for path in earlier:
        path.write_bytes(b"an administrator's own")
    rename, names = os.rename, []

    def refuse_the_second(source, target):
        names.append(source)
        if len(names) == 2:
            raise OSError(errno.EIO, "refused")
        rename(source, target)

    monkeypatch.setattr(dump.os, "rename", refuse_the_second)
    with daemon(place, AT_ONCE) as pid, pytest.raises(dump.DumpError):
        ask(pid, place)
    assert sorted(os.listdir(str(place))) == ["keepalived.data", "keepalived.json"]
    assert [path.read_bytes() for path in earlier] == [b"an administrator's own"] * 2


def test_directory_planted_before(place):
    (place / "keepalived.data").mkdir()
    with daemon(place, AT_ONCE) as pid:
        assert ask(pid, place) == ANSWER
    assert os.listdir(str(place)) == ["keepalived.data"]


def test_files_made_beforehand_for_an_old_daemon(place):
    # Before 2.0 it writes into what is there: the mode is what somebody else would find.
    statements = "assert os.stat(path).st_mode & 0o777 == 0o600\n" + IN_PIECES
    with daemon(place, statements) as pid:
        found = dump.take(pid, REQUESTS, both, 20, lock_file=str(place.parent / "lock"), create=True)
    assert found == ANSWER
    assert os.listdir(str(place)) == []


def test_ended_by_a_signal(place):
    """The task is ended while it waits for more: what it set aside is back, and no dump is left."""
    (place / "keepalived.data").write_bytes(b"an administrator's own")
    program = "import sys\nfrom %s import dump\ndump.take(int(sys.argv[1]), [('data', 10), " \
        "('json', 12)], lambda *texts: None, 60, lock_file=sys.argv[2])" % dump.__name__.rpartition(".")[0]
    with daemon(place, AT_ONCE) as pid:
        task = subprocess.Popen(
            [sys.executable, "-c", program, str(pid), str(place.parent / "lock")],
            env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)),
        )
        deadline = time.time() + 60
        while not (place / "keepalived.json").exists():
            assert time.time() < deadline
            time.sleep(0.01)
        task.terminate()
        assert task.wait() == 128 + signal.SIGTERM
    assert os.listdir(str(place)) == ["keepalived.data"]
    assert (place / "keepalived.data").read_bytes() == b"an administrator's own"


def test_links_planted_before(place):
    victim = place / "victim"
    victim.write_bytes(b"untouched")
    for name in ("keepalived.data", "keepalived.json"):
        os.symlink(str(victim), str(place / name))
    with daemon(place, AT_ONCE) as pid:
        assert ask(pid, place) == ANSWER
    assert victim.read_bytes() == b"untouched"
    assert os.path.islink(str(place / "keepalived.data"))
    assert os.path.islink(str(place / "keepalived.json"))


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        pytest.param(LINK, "not_trusted", id="a link"),
        pytest.param(HARD_LINK, "not_trusted", id="a second name of a file of root's"),
        pytest.param(OTHERS, "not_trusted", id="a file of another user's"),
        pytest.param(FIFO, "not_trusted", id="a pipe"),
        pytest.param(TRUNCATED, "timeout", id="never complete"),
        pytest.param("pass", "timeout", id="no file"),
        pytest.param("if number == signal.SIGUSR1: " + AT_ONCE, "timeout", id="only the first"),
        pytest.param(DOWN, "timeout", id="the daemon goes down"),
    ],
)
def test_no_dump(place, statements, reason):
    victim = place / "victim"
    victim.write_bytes(json.dumps(DUMP).encode("utf-8"))
    with daemon(place, statements) as pid, pytest.raises(dump.DumpError) as caught:
        ask(pid, place, timeout=0.3)
    assert caught.value.reason == reason
    assert SECRET not in str(caught.value)
    assert os.listdir(str(place)) == ["victim"]
    assert json.loads(victim.read_bytes().decode("utf-8")) == DUMP


def test_message_names_the_planted_file(place):
    with daemon(place, LINK) as pid, pytest.raises(dump.DumpError) as caught:
        ask(pid, place, timeout=0.1)
    assert str(place / "keepalived.data") in str(caught.value)


def test_process_that_is_gone(place):
    with daemon(place, AT_ONCE) as pid:
        pass
    with pytest.raises(dump.DumpError) as caught:
        ask(pid, place, timeout=0.3)
    assert caught.value.reason == "timeout"


def test_process_that_the_signal_would_end(place):
    process = subprocess.Popen(["sleep", "60"], env=dict(os.environ, TMPDIR=str(place)))
    try:
        with pytest.raises(dump.DumpError) as caught:
            ask(process.pid, place, timeout=0.2)
        assert caught.value.reason == "timeout"
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def test_several_at_once(place):
    """Each gets its own two dumps: none takes another's file away."""
    code = (
        "import signal, sys\nfrom ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import dump\n"
        "answer = dump.take(int(sys.argv[1]), [('data', signal.SIGUSR1), ('json', signal.SIGUSR2)],"
        " lambda data, late: data if late.endswith('}') else None, 20, lock_file=sys.argv[2])\nsys.stdout.write(answer)"
    )
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    with daemon(place, IN_PIECES) as pid:
        tasks = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(pid), str(place.parent / "lock")],
                stdout=subprocess.PIPE,
                env=environment,
            )
            for number in range(4)
        ]
        assert [task.communicate()[0].decode("utf-8") for task in tasks] == [ANSWER[0]] * 4
    assert os.listdir(str(place)) == []


def test_lock_is_private(place):
    with daemon(place, AT_ONCE) as pid:
        ask(pid, place)
    assert os.stat(str(place.parent / "lock")).st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("kind", "configuration", "expected"),
    [
        pytest.param("json", None, ["/tmp/keepalived.json"], id="before 2.2"),
        pytest.param("data", "instance blue\n", ["/tmp/keepalived.blue.data", "/tmp/keepalived.data"], id="instance"),
        pytest.param(
            "data",
            "instance blue\nnet_namespace red\n",
            ["/tmp/keepalived.red_blue.data", "/tmp/keepalived.data"],
            id="with a network namespace",
        ),
        pytest.param(
            "data",
            "state_dump_file /run/k/state\njson_dump_file /run/k/json\n",
            ["/run/k/state", "/tmp/keepalived.data"],
            id="moved text",
        ),
        pytest.param("stats", 'stats_dump_file "/run/s"\n', ["/run/s", "/tmp/keepalived.stats"], id="moved, quoted"),
        pytest.param("json", "json_dump_file name\n", ["/tmp/keepalived.json"], id="no absolute path"),
    ],
)
def test_places(kind, configuration, expected):
    environment = dict((name, value) for name, value in os.environ.items() if name != "TMPDIR")
    process = subprocess.Popen(["sleep", "60"], env=environment)
    try:
        found = dump.places(process.pid, kind, configuration)
        assert found == ["/proc/%d/root%s" % (process.pid, path) for path in expected]
    finally:
        process.kill()
        process.wait()
