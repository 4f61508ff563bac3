# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes of an nginx, and a reload that is believed when it is seen. The real one is in the scenario change."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import subprocess
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _nginx

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
        deadline = time.time() + 10
        while len(_nginx.workers(self.process.pid)) < 1 and time.time() < deadline:
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
        _nginx.reload(self.run, "systemctl", self.process.pid, timeout, str(self.log))

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
    assert len(_nginx.workers(nginx.process.pid)) == 1
    assert _nginx.workers(1) == {}
    assert _nginx.master(nginx.run, "systemctl") == nginx.process.pid


def test_reload_is_over_when_there_are_new_workers(nginx):
    before = set(_nginx.workers(nginx.process.pid))
    nginx.reload()
    assert set(_nginx.workers(nginx.process.pid)) > before


@pytest.mark.parametrize(
    "line",
    [
        "2026/11/27 12:00:00 [emerg] 12#12: bind() to 0.0.0.0:8181 failed (98: Address already in use)\n",
        "2026/11/27 12:00:00 [alert] 12#12: bind() to 0.0.0.0:8181 failed (98: Address already in use)\n",
    ],
)
def test_reload_that_cannot_bind(nginx, line):
    nginx.reloads = lambda: nginx.write_log("2026/11/27 12:00:00 [notice] 12#12: signal process started\n" + line)
    with pytest.raises(_nginx.NginxError, match=r"goes on with what it had: bind\(\) to 0.0.0.0:8181 failed"):
        nginx.reload()


def test_reload_that_says_nothing(nginx):
    nginx.reloads = lambda: (0, "", "")
    with pytest.raises(_nginx.NginxError, match="no new workers 0.3 s after its reload"):
        nginx.reload(timeout=0.3)


def test_reload_that_systemd_refuses(nginx):
    nginx.reloads = lambda: (1, "", "Job for nginx.service failed.\n")
    with pytest.raises(_nginx.NginxError, match="was not reloaded: Job for nginx.service failed."):
        nginx.reload()


def test_log_that_was_rotated_meanwhile(nginx):
    def rotate():
        nginx.log.write_bytes(b"2026/11/27 12:00:00 [emerg] 1#1: no\n")
        return 0, "", ""

    nginx.write_log("x" * 1000)
    nginx.reloads = rotate
    with pytest.raises(_nginx.NginxError, match="goes on with what it had: no"):
        nginx.reload()


def test_file_that_is_newer_than_the_workers_was_not_read(nginx, tmp_path):
    site = tmp_path / "site.conf"
    site.write_bytes(b"")
    assert not _nginx.has_read(nginx.process.pid, str(site))
    long_ago = time.time() - 1000
    os.utime(str(site), (long_ago, long_ago))
    assert _nginx.has_read(nginx.process.pid, str(site))
    assert _nginx.has_read(nginx.process.pid, str(tmp_path / "none"))


@pytest.mark.parametrize(("told", "pid"), [("ActiveState=inactive\nMainPID=0\n", None), ("ActiveState=active\n", None)])
def test_nginx_that_does_not_run(told, pid):
    assert _nginx.master(lambda argv: (0, told, ""), "systemctl") is pid


def test_site_is_tested_within_a_copy_of_the_configuration(tmp_path, monkeypatch):
    folder, scratch, tested = tmp_path / "nginx", tmp_path / "scratch", {}
    (folder / "conf.d").mkdir(parents=True)
    scratch.mkdir()
    (folder / "nginx.conf").write_bytes(("include %s/conf.d/*.conf;\n" % folder).encode())
    (folder / "mime.types").write_bytes(b"\xff binary")
    monkeypatch.setattr(_nginx, "FOLDER", str(folder))

    def run(argv):
        copy = os.path.dirname(argv[-1])
        for name in ("nginx.conf", "conf.d/site.conf"):
            with open(os.path.join(copy, name)) as stream:
                tested[name] = stream.read()
        tested["copy"] = copy
        return 1, "", "nginx: [emerg] unknown directive in %s/conf.d/site.conf:1\n" % copy

    with pytest.raises(_nginx.NginxError) as refused:
        _nginx.test(run, "nginx", str(folder / "conf.d" / "site.conf"), b"nonsense;\n", str(scratch))
    assert str(refused.value).endswith("unknown directive in %s/conf.d/site.conf:1" % folder)
    assert tested["conf.d/site.conf"] == "nonsense;\n"
    assert tested["nginx.conf"] == "include %s/conf.d/*.conf;\n" % tested["copy"]
    # Nothing is written where it would be read, and nothing is left.
    assert not (folder / "conf.d" / "site.conf").exists()
    assert not os.path.exists(tested["copy"])
