# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watchdog as the program that it is, with real files, and a shell in the daemon's place that notes each SIGHUP."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import put_back
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import watchdog

PUT_BACK = put_back.__file__
PROGRAM = os.path.splitext(watchdog.__file__)[0] + ".py"
OLD, NEW = "the former\n", "the new one\n"
# Its child dies with it: it ends when its standard input does.
DAEMON = "sleep 60 & trap 'echo hup >>hups' HUP; touch up; while :; do wait; sleep 0.02; done"


def wait_for(look, timeout=60):
    """Looks until it is true."""
    deadline = time.time() + timeout
    while not look():
        assert time.time() < deadline, "it did not come"
        time.sleep(0.02)


class Host(object):
    """A configuration, one that is to take its place, and a daemon."""

    def __init__(self, folder):
        self.folder = folder
        self.write("keepalived.conf", OLD)
        self.write("staged", NEW)
        self.write("previous", OLD)
        self.write("unit", "")
        self.daemon = subprocess.Popen(["sh", "-c", DAEMON], cwd=str(folder), preexec_fn=os.setsid)
        wait_for(lambda: self.has("up"))
        self.process = None

    def write(self, name, text):
        (self.folder / name).write_bytes(text.encode("utf-8"))

    def read(self, name):
        return (self.folder / name).read_bytes().decode("utf-8")

    def has(self, name):
        return (self.folder / name).exists()

    def start(self, wait=0.0, confirm_timeout=20.0, **more):
        at = watchdog.monotonic() + wait
        names = {"path": "keepalived.conf", "staged": "staged", "previous": "previous"}
        state = dict((key, str(self.folder / name)) for key, name in names.items())
        state.update(
            id="1", phase="armed", unit="keepalived.service", name="keepalived",
            at=at, deadline=at + confirm_timeout, confirm_timeout=confirm_timeout,
            pid=self.daemon.pid, pid_ticks=watchdog.ticks(self.daemon.pid), children=True, reload=True, before={},
            made=[str(self.folder / "unit")], together=False, start=False, kept=None,
            readers={}, folder=str(self.folder / "boot"),
        )  # fmt: skip
        state.update(more)
        watchdog.write(str(self.folder / watchdog.STATE), state)
        return self.run()

    def run(self):
        # No systemd here, whichever the machine has: what it would be told is noted.
        path = str(self.folder / "bin")
        if not os.path.isdir(path):
            os.mkdir(path)
            self.write("bin/systemctl", '#!/bin/sh\necho "$*" >>%s\n' % (self.folder / "told"))
            os.chmod(os.path.join(path, "systemctl"), 0o755)
        env = dict(os.environ, PATH=path + os.pathsep + os.environ["PATH"], PYTHONPATH=os.path.dirname(PUT_BACK))
        self.process = subprocess.Popen([sys.executable, PROGRAM, str(self.folder)], env=env)
        return self

    def state(self):
        return watchdog.read(str(self.folder / watchdog.STATE))

    def wait(self, phase):
        wait_for(lambda: self.state()["phase"] == phase)
        return self

    def over(self):
        """Its last state."""
        assert self.process.wait() == 0
        return self.state()

    def confirm(self):
        return watchdog.renamed(str(self.folder / "previous"), str(self.folder / "backup"))

    def ask_back(self, wait=0.0):
        watchdog.write(str(self.folder / watchdog.REQUEST), {"id": "1", "at": watchdog.monotonic() + wait})

    def hups(self, number):
        wait_for(lambda: self.has("hups") and self.read("hups").count("hup") == number)


@pytest.fixture
def host(tmp_path):
    found = Host(tmp_path)
    yield found
    for process in (found.process, found.daemon):
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()
    try:
        os.killpg(found.daemon.pid, signal.SIGKILL)
    except OSError:
        pass


def test_loads_at_the_instant_and_is_confirmed(host):
    host.start(wait=2.0)
    host.wait("waiting")
    assert host.read("keepalived.conf") == OLD
    host.wait("loaded")
    host.hups(1)
    assert host.read("keepalived.conf") == NEW
    # Not before the instant; how late it is depends on what else the machine has to do.
    assert 0 <= host.state()["late"] < 5
    assert host.confirm()
    assert host.over()["phase"] == "confirmed"
    assert host.read("keepalived.conf") == NEW
    assert host.read("backup") == OLD
    assert not host.has("unit")
    assert host.read("hups") == "hup\n"


def test_nothing_to_read(host):
    host.start(reload=False).wait("loaded")
    host.confirm()
    host.over()
    assert host.read("keepalived.conf") == NEW
    assert not host.has("hups")


def test_not_confirmed_in_time(host):
    state = host.start(confirm_timeout=0.3).over()
    assert (state["phase"], state["reason"]) == ("reverted", "nobody has confirmed it within 0 s")
    host.hups(2)
    assert host.read("keepalived.conf") == OLD
    assert not host.has("previous")
    assert not host.has("unit")
    assert not host.confirm()


def test_there_was_no_configuration_before(host):
    host.write("previous", "")
    state = host.start(confirm_timeout=0.2, pid=None).over()
    assert state["phase"] == "reverted"
    assert not host.has("keepalived.conf")
    assert host.read("told") == "stop keepalived.service\n"


def test_called_off(host):
    host.start(wait=30).wait("waiting")
    host.ask_back()
    assert host.over()["phase"] == "cancelled"
    assert host.read("keepalived.conf") == OLD
    assert not (host.has("staged") or host.has("previous") or host.has("unit") or host.has("hups"))


def test_asked_back_at_an_instant(host):
    host.start().wait("loaded")
    asked = watchdog.monotonic() + 0.5
    host.ask_back(0.5)
    state = host.over()
    assert watchdog.monotonic() >= asked
    assert (state["phase"], state["reason"]) == ("reverted", "it was asked for")
    assert host.read("keepalived.conf") == OLD


def test_request_of_another_load(host):
    watchdog.write(str(host.folder / watchdog.REQUEST), {"id": "2", "at": 0})
    host.start().wait("loaded")
    host.confirm()
    assert host.over()["phase"] == "confirmed"


def test_daemon_that_ends(host):
    host.start().wait("loaded")
    os.killpg(host.daemon.pid, signal.SIGKILL)
    state = host.over()
    assert (state["phase"], state["reason"]) == ("reverted", "keepalived has ended")
    assert host.read("keepalived.conf") == OLD
    assert host.read("told") == "reset-failed keepalived.service\nrestart keepalived.service\n"


def test_daemon_that_ends_while_others_run_the_new_configuration(host):
    """It stays down until they go back too."""
    host.start(together=True).wait("loaded")
    os.killpg(host.daemon.pid, signal.SIGKILL)
    wait_for(lambda: host.has("told"))
    assert host.read("keepalived.conf") == OLD
    assert host.read("told") == "stop keepalived.service\n"
    host.ask_back()
    assert host.over()["phase"] == "reverted"
    assert host.read("told").endswith("restart keepalived.service\n")


@pytest.mark.parametrize("end", ["confirmed", "reverted", "cancelled"])
def test_daemon_that_was_stopped_for_the_load_is_started_again(host, end):
    host.start(wait=30 if end == "cancelled" else 0, start=True, pid=None)
    host.wait("waiting" if end == "cancelled" else "loaded")
    if end == "confirmed":
        host.confirm()
    else:
        host.ask_back()
    assert host.over()["phase"] == end
    assert host.read("told").endswith("start keepalived.service\n")


@pytest.mark.parametrize("phase", ["waiting", "loaded"])
def test_started_again_it_reverts(host, phase):
    host.start(wait=30 if phase == "waiting" else 0).wait(phase)
    host.process.kill()
    host.process.wait()
    state = host.run().over()
    assert state["phase"] == ("cancelled" if phase == "waiting" else "reverted")
    assert host.read("keepalived.conf") == OLD
    assert not host.has("previous")


def test_started_again_in_the_midst_of_reverting(host):
    """The former configuration was back, and the daemon had not been told."""
    os.remove(str(host.folder / "previous"))
    state = host.start(phase="reverting", loaded_at=1.0, reason="it was asked for").over()
    assert (state["phase"], state["reason"]) == ("reverted", "it was asked for")
    host.hups(1)


@pytest.mark.parametrize("phase", watchdog.OVER)
def test_started_again_when_all_is_over(host, phase):
    host.start(phase=phase)
    host.over()
    assert host.read("keepalived.conf") == OLD
    assert host.has("previous")
    assert not host.has("hups")


def test_cannot_load(host):
    """It ends with an error, and is started again by systemd."""
    os.remove(str(host.folder / "staged"))
    assert host.start().process.wait() != 0
    assert host.run().over()["phase"] == "reverted"
    assert host.read("keepalived.conf") == OLD
    assert not host.has("previous")


def test_another_run_has_ended_it_before_its_instant(host):
    os.remove(str(host.folder / "previous"))
    assert host.start().over()["phase"] == "cancelled"
    assert host.read("keepalived.conf") == OLD


def test_another_run_has_reverted_it(host):
    host.start().wait("loaded")
    watchdog.write(str(host.folder / watchdog.STATE), dict(host.state(), phase="reverted"))
    os.rename(str(host.folder / "previous"), str(host.folder / "keepalived.conf"))
    assert host.over()["phase"] == "reverted"


def test_killed_in_the_midst_of_cancelling(host):
    os.remove(str(host.folder / "previous"))
    os.remove(str(host.folder / "staged"))
    assert host.start(phase="cancelling", reason="it was called off").over()["phase"] == "cancelled"


def test_ticks_tell_processes_apart(host):
    assert watchdog.ticks(os.getpid()) == watchdog.ticks(os.getpid())
    assert watchdog.ticks(2 ** 22 + 1) is None
    assert watchdog.children(host.daemon.pid) is True
    with open("/proc/self/stat") as stream:
        assert int(stream.read().rsplit(")", 1)[1].split()[19]) == watchdog.ticks(os.getpid())


def test_state_is_for_root_alone(host):
    host.start().wait("loaded")
    assert os.stat(str(host.folder / watchdog.STATE)).st_mode & 0o777 == 0o600
    json.loads(host.read(watchdog.STATE))


def release(host, wait=0.0, identity="1", confirm_timeout=20.0):
    at = watchdog.monotonic() + wait
    told = {"id": identity, "at": at, "deadline": at + confirm_timeout, "confirm_timeout": confirm_timeout}
    watchdog.write(str(host.folder / watchdog.RELEASE), told)


def test_loads_at_an_instant_that_is_told_later(host):
    host.start(at=None, deadline=watchdog.monotonic() + 20)
    host.wait("waiting")
    # That of another load is none.
    release(host, identity="2")
    time.sleep(0.2)
    assert (host.state()["phase"], host.state()["at"]) == ("waiting", None)
    release(host, wait=0.5)
    wait_for(lambda: host.state()["at"] is not None)
    assert host.read("keepalived.conf") == OLD
    host.wait("loaded")
    host.hups(1)
    assert host.state()["late"] < 0.3
    assert host.confirm()
    assert host.over()["phase"] == "confirmed"


def test_not_confirmed_in_the_time_that_was_told_with_the_instant(host):
    host.start(at=None, deadline=watchdog.monotonic() + 20)
    host.wait("waiting")
    release(host, confirm_timeout=1.0)
    assert host.over()["phase"] == "reverted"
    assert host.state()["reason"] == "nobody has confirmed it within 1 s"
    assert host.read("keepalived.conf") == OLD


def test_nobody_tells_the_instant(host):
    assert host.start(at=None, deadline=watchdog.monotonic() + 0.3, confirm_timeout=3).over()["phase"] == "cancelled"
    assert host.state()["reason"] == "nobody has told it the instant within 3 s"
    assert (host.read("keepalived.conf"), host.has("staged"), host.has("previous")) == (OLD, False, False)
    assert not host.has("hups")


def test_called_off_before_it_is_told_the_instant(host):
    host.start(at=None, deadline=watchdog.monotonic() + 20)
    host.wait("waiting")
    host.ask_back()
    assert host.over()["phase"] == "cancelled"
    assert not host.has("staged")


def test_killed_before_it_is_told_the_instant(host):
    host.start(at=None, deadline=watchdog.monotonic() + 20)
    host.wait("waiting")
    host.process.kill()
    host.process.wait()
    assert host.run().over()["phase"] == "cancelled"
    assert host.read("keepalived.conf") == OLD


def keeps(host):
    """Has a file changed beside the configuration, and kept as it was. Returns what the state has of it."""
    host.write("site", "after\n")
    before = {"content": "YmVmb3JlCg==", "mode": 0o644, "owner": "root", "group": "root"}
    files = {str(host.folder / "site"): before, str(host.folder / "other"): None}
    host.write("kept", json.dumps({"files": files, "sysctl": {}}))
    readers = {str(host.folder / "site"): ["reload", "nginx.service"], "/none": ["restart", "none.service"]}
    return {"kept": str(host.folder / "kept"), "readers": readers}


def test_what_was_kept_goes_back_where_nobody_confirms(host):
    host.start(confirm_timeout=0.3, **keeps(host)).over()
    assert host.read("keepalived.conf") == OLD
    assert host.read("site") == "before\n"
    assert host.read("told") == "reload nginx.service\nstop hot-standby-change.timer\n"
    assert not host.has("kept")


def test_what_was_kept_goes_back_where_nobody_tells_the_instant(host):
    kept = keeps(host)
    host.start(at=None, deadline=watchdog.monotonic() + 0.3, **kept)
    assert host.over()["phase"] == "cancelled"
    assert (host.read("site"), host.has("kept")) == ("before\n", False)


@pytest.mark.parametrize("wait", [0.0, 20.0])
def test_what_was_kept_is_left_to_who_asks_for_the_load_back(host, wait):
    """That run may try again, and else brings it back itself."""
    kept = keeps(host)
    told(host)
    host.start(wait, **kept).wait("waiting" if wait else "loaded")
    host.ask_back()
    assert host.over()["phase"] == ("cancelled" if wait else "reverted")
    assert (host.read("site"), host.has("kept"), host.has("unit")) == ("after\n", True, True)
    # Until it is back, a reboot brings it back.
    watchdog.after_boot(str(host.folder / "boot" / watchdog.BOOT))
    assert (host.read("site"), host.has("kept")) == ("before\n", False)


def test_what_was_kept_is_forgotten_where_it_is_confirmed(host):
    """Whatever becomes of who has confirmed it."""
    host.start(**keeps(host)).wait("loaded")
    host.confirm()
    assert host.over()["phase"] == "confirmed"
    assert (host.read("site"), host.has("kept"), host.has("unit")) == ("after\n", False, False)


def test_daemon_that_ends_brings_back_what_was_kept(host):
    host.start(**keeps(host)).wait("loaded")
    host.daemon.kill()
    host.daemon.wait()
    host.over()
    assert (host.read("site"), host.has("kept")) == ("before\n", False)


def test_what_was_kept_and_cannot_go_back_keeps_it_from_nothing(host):
    kept = keeps(host)
    (host.folder / "other").mkdir()
    found = host.start(confirm_timeout=0.3, **kept).over()
    assert found["phase"] == "reverted"
    assert "what went with it could not be brought back" in found["reason"]
    assert (host.read("keepalived.conf"), host.has("kept"), host.has("unit")) == (OLD, True, False)


def told(host, **more):
    """What whoever brings things back without a load is told. Returns where."""
    if not host.has("boot"):
        (host.folder / "boot").mkdir()
    names = dict((name, str(host.folder / name)) for name in ("previous", "kept"))
    names.update(path=str(host.folder / "keepalived.conf"), made=[str(host.folder / "unit")], readers={}, **more)
    names["staged"] = str(host.folder / ".keepalived.conf.staged.*")
    place = str(host.folder / "boot" / watchdog.BOOT)
    watchdog.write(place, dict(names, made=names["made"] + [place]))
    return place


@pytest.mark.parametrize("there", [True, False])
def test_after_a_boot(host, there):
    """What was confirmed before it stays."""
    keeps(host)
    place = told(host)
    host.write("keepalived.conf", NEW)
    if not there:
        watchdog.unlink(str(host.folder / "previous"))
    watchdog.after_boot(place)
    assert host.read("keepalived.conf") == (OLD if there else NEW)
    assert host.read("site") == ("before\n" if there else "after\n")


def test_after_a_boot_before_anything_was_loaded(host):
    keeps(host)
    host.write(".keepalived.conf.staged.1", NEW)
    watchdog.after_boot(told_without_load(host))
    assert not host.has(".keepalived.conf.staged.1")
    assert (host.read("site"), host.has("kept"), host.read("keepalived.conf")) == ("before\n", False, OLD)


def told_without_load(host):
    place = told(host)
    watchdog.write(place, dict(watchdog.read(place), previous=None, path=None))
    return place


def test_after_a_boot_that_ends_in_the_midst_of_it(host, monkeypatch):
    """The next one goes on."""
    keeps(host)
    place = told(host)
    monkeypatch.setattr(watchdog._put_back, "whole", lambda kept: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        watchdog.after_boot(place)
    monkeypatch.undo()
    watchdog.after_boot(place)
    assert (host.read("site"), host.has("kept"), host.read("keepalived.conf")) == ("before\n", False, OLD)


def test_after_a_boot_with_nothing_to_read(host):
    """An error, so that the unit stays."""
    place = told(host)
    host.write("boot/" + watchdog.BOOT, "")
    with pytest.raises(ValueError):
        watchdog.after_boot(place)


def test_reverted_where_there_is_no_room(host):
    """What is for a reboot cannot be written: the rest is done."""
    kept = keeps(host)
    os.mkdir(told(host) + ".new")
    host.start(**kept).wait("loaded")
    host.ask_back()
    assert host.over()["phase"] == "reverted"


def test_left_by_a_run_that_does_not_come_back(host, monkeypatch):
    """What the timer does, as the program that it is."""
    done = []
    monkeypatch.setattr(watchdog, "systemctl", lambda verb, unit: done.append((verb, unit)))
    keeps(host)
    place = told_without_load(host)
    watchdog.write(place, dict(watchdog.read(place), readers={str(host.folder / "site"): ["reload", "nginx.service"]}))
    watchdog.left(place)
    assert host.read("site") == "before\n"
    assert [name for name in ("kept", "boot", "unit") if host.has(name)] == []
    assert done == [("reload", "nginx.service"), ("stop", watchdog.TIMER)]
    # It was brought back by somebody else meanwhile.
    watchdog.left(place)


def test_left_alone_while_a_load_is_kept(host):
    keeps(host)
    watchdog.left(told(host))
    assert (host.read("site"), host.has("kept"), host.has("boot")) == ("after\n", True, True)
