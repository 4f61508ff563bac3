# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes of an nginx, and a reload that is believed when it is seen. The real one is in the scenario change."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import subprocess
import threading
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._nginx import workers

# A master and its workers, by what they call themselves. A new worker comes for each line that it reads.
MASTER = """
start() { bash -c 'exec -a "nginx: worker process" sleep 60' & }
bash -c 'exec -a "nginx: worker process is shutting down" sleep 60' &
bash -c 'exec -a "nginx: cache manager process" sleep 60' &
start
while read -r _line; do start; done
"""


class Nginx(object):
    """Something that looks like nginx, and what systemctl does with it."""

    def __init__(self, folder):
        self.log = folder / "error.log"
        self.log.write_bytes(b"2026/01/01 00:00:00 [emerg] 1#1: of long ago\n")
        self.process = subprocess.Popen(["bash", "-c", MASTER], stdin=subprocess.PIPE, preexec_fn=os.setsid)
        self.reloads, self.asked = lambda: self.line(b"x\n"), []
        deadline = time.time() + 60
        while len(workers.workers(self.process.pid)) < 1 and time.time() < deadline:
            time.sleep(0.05)

    def line(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()
        return 0, "", ""

    def run(self, argv):
        self.asked.append(argv[1])
        if argv[1] == "show":
            return 0, "ActiveState=active\nMainPID=%d\n" % self.process.pid, ""
        return self.reloads()

    def reload(self, timeout=10):
        workers.reload(self.run, "systemctl", self.process.pid, timeout, str(self.log))

    def write_log(self, text):
        with open(str(self.log), "a") as stream:
            stream.write(text)
        return 0, "", ""


@pytest.fixture
def nginx(tmp_path):
    found = Nginx(tmp_path)
    yield found
    os.killpg(found.process.pid, 9)
    found.process.wait()


def test_workers_are_those_that_take_requests(nginx):
    assert len(workers.workers(nginx.process.pid)) == 1
    assert workers.workers(1) == {}
    assert workers.master(nginx.run, "systemctl") == nginx.process.pid


def test_reload_is_over_when_there_are_new_workers(nginx):
    before = set(workers.workers(nginx.process.pid))
    nginx.reload()
    assert set(workers.workers(nginx.process.pid)) > before


TRY = "2026/11/27 12:00:00 [emerg] 12#12: bind() to 0.0.0.0:8181 failed (98: Address already in use)\n"
GAVE_UP = "2026/11/27 12:00:02 [emerg] 12#12: still could not bind()\n"


def test_reload_that_cannot_bind_is_over_when_nginx_has_given_up(nginx):
    """What it says until then would be taken for an answer to the reload that brings the former site back."""
    lines = [TRY, TRY, TRY, GAVE_UP]

    def reloads():
        def later():
            for line in lines:
                nginx.write_log(line)
                time.sleep(0.2)

        threading.Thread(target=later).start()
        return 0, "", ""

    nginx.reloads = reloads
    with pytest.raises(workers.NginxError, match=r"had: bind\(\) to 0.0.0.0:8181 .* in use\)\. .*nginx_port\.$"):
        nginx.reload()
    assert nginx.log.read_text().endswith(GAVE_UP)
    nginx.reloads = lambda: nginx.line(b"x\n")
    nginx.reload()


def test_port_that_becomes_free_while_nginx_tries(nginx):
    def reloads():
        nginx.write_log(TRY)
        threading.Timer(0.3, nginx.line, [b"x\n"]).start()
        return 0, "", ""

    nginx.reloads = reloads
    nginx.reload()


def test_reload_that_is_refused_at_once(nginx):
    nginx.reloads = lambda: nginx.write_log("2026/11/27 12:00:00 [alert] 12#12: no such thing\n")
    with pytest.raises(workers.NginxError, match=r"goes on with what it had: no such thing\.$"):
        nginx.reload()


def test_reload_that_says_nothing(nginx):
    nginx.reloads = lambda: (0, "", "")
    with pytest.raises(workers.NginxError, match="no new workers 0.3 s after its reload"):
        nginx.reload(timeout=0.3)


def test_reload_that_systemd_refuses(nginx):
    nginx.reloads = lambda: (1, "", "Job for nginx.service failed.\n")
    with pytest.raises(workers.NginxError, match="was not reloaded: Job for nginx.service failed."):
        nginx.reload()


def test_log_that_was_rotated_meanwhile(nginx):
    def rotate():
        nginx.log.write_bytes(b"2026/11/27 12:00:00 [emerg] 1#1: no\n")
        return 0, "", ""

    nginx.write_log("x" * 1000)
    nginx.reloads = rotate
    with pytest.raises(workers.NginxError, match="goes on with what it had: no"):
        nginx.reload()


def test_file_that_is_newer_than_the_workers_was_not_read(nginx, tmp_path):
    site = tmp_path / "site.conf"
    site.write_bytes(b"")
    start = min(workers.workers(nginx.process.pid).values())
    # 10 ms are what Python 2.7 reads the clock to.
    for later, is_read in ((1000, False), (0.011, False), (-0.011, True), (-1000, True)):
        os.utime(str(site), (start + later, start + later))
        assert workers.has_read(nginx.process.pid, str(site)) is is_read
    assert workers.has_read(nginx.process.pid, str(tmp_path / "none"))


@pytest.mark.parametrize(("told", "pid"), [("ActiveState=inactive\nMainPID=0\n", None), ("ActiveState=active\n", None)])
def test_nginx_that_does_not_run(told, pid):
    assert workers.master(lambda argv: (0, told, ""), "systemctl") is pid


def test_site_is_tested_within_a_copy_of_the_configuration(tmp_path, monkeypatch):
    folder, scratch, tested = tmp_path / "nginx", tmp_path / "scratch", {}
    (folder / "conf.d").mkdir(parents=True)
    scratch.mkdir()
    (folder / "nginx.conf").write_bytes(("include %s/conf.d/*.conf;\n" % folder).encode())
    (folder / "mime.types").write_bytes(b"\xff binary")
    monkeypatch.setattr(workers, "FOLDER", str(folder))

    def run(argv):
        copy = os.path.dirname(argv[-1])
        for name in ("nginx.conf", "conf.d/site.conf"):
            with open(os.path.join(copy, name)) as stream:
                tested[name] = stream.read()
        tested["copy"] = copy
        return 1, "", "nginx: [emerg] unknown directive in %s/conf.d/site.conf:1\n" % copy

    with pytest.raises(workers.NginxError) as refused:
        workers.test(run, "nginx", str(folder / "conf.d" / "site.conf"), b"nonsense;\n", str(scratch))
    assert str(refused.value).endswith("unknown directive in %s/conf.d/site.conf:1" % folder)
    assert tested["conf.d/site.conf"] == "nonsense;\n"
    assert tested["nginx.conf"] == "include %s/conf.d/*.conf;\n" % tested["copy"]
    # Nothing is written where it would be read, and nothing is left.
    assert not (folder / "conf.d" / "site.conf").exists()
    assert not os.path.exists(tested["copy"])
