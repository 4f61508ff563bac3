# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site's file: put, kept, brought back. Where nginx would read it, the test says what became of that."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import stat

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import snapshot
from ansible_collections.hotstandby.vrrp.plugins.module_utils._nginx import site, workers

OLD, NEW = b"the former\n", b"the new one\n"


class Lab(object):
    """A site, and an nginx that takes what it is given until it is told not to."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.refusals, self.reloads, self.running = folder, [], 0, True
        self.site = site.Site(str(folder / "site.conf"), self.run, "systemctl", None, 5)
        monkeypatch.setattr(workers, "master", lambda run, systemctl: 12 if self.running else None)
        monkeypatch.setattr(workers, "reload", self.reload)
        monkeypatch.setattr(site.write, "replace", self.replace)

    def run(self, argv):
        raise AssertionError(argv)

    def replace(self, path, content, mode, owner):
        """As an ordinary user may."""
        with open(path, "wb") as stream:
            stream.write(content)
        os.chmod(path, mode)

    def reload(self, run, systemctl, parent, timeout):
        self.reloads += 1
        if self.refusals:
            raise workers.NginxError(self.refusals.pop(0))

    def put(self, content=NEW, requests=()):
        self.before = snapshot.look(self.site.path)
        return self.site.put(content, requests, lambda: None)

    def files(self):
        return sorted(os.listdir(str(self.folder)))


@pytest.fixture
def lab(tmp_path, monkeypatch):
    found = Lab(tmp_path, monkeypatch)
    (tmp_path / "site.conf").write_bytes(OLD)
    os.chmod(str(tmp_path / "site.conf"), 0o604)
    os.utime(str(tmp_path / "site.conf"), (1000, 1000))
    return found


def test_put_and_brought_back_byte_for_byte(lab):
    assert lab.put() is True
    assert lab.site.read() == NEW
    assert lab.files() == ["site.conf"]
    before = lab.before
    assert lab.site.restore(before) is True
    assert (lab.site.read(), stat.S_IMODE(os.stat(lab.site.path).st_mode)) == (OLD, 0o604)
    assert lab.files() == ["site.conf"]
    assert lab.reloads == 2
    assert lab.site.restore(before) is False
    assert lab.reloads == 2


def test_there_was_none_before(lab):
    os.remove(lab.site.path)
    lab.put()
    lab.site.restore(lab.before)
    assert lab.files() == []


def test_nginx_that_does_not_take_it(lab):
    lab.refusals = ["nginx goes on with what it had: bind() failed."]
    with pytest.raises(workers.NginxError, match=r"bind\(\) failed. The former site is back.$"):
        lab.put()
    assert (lab.site.read(), lab.files(), lab.reloads) == (OLD, ["site.conf"], 2)


def test_nginx_that_does_not_take_the_former_one_either(lab):
    lab.refusals = ["no.", "no more."]
    with pytest.raises(workers.NginxError, match="no. The former site is back in its file, but: no more."):
        lab.put()
    assert lab.site.read() == OLD


@pytest.mark.parametrize("status", [None, 404, 503])
def test_reloaded_and_does_not_answer(lab, monkeypatch, status):
    monkeypatch.setattr(site, "ANSWER_TIMEOUT", 0.2)
    error = None if status else "refused"
    answer = {"address": "127.0.0.1", "port": 8181, "path": "/health", "status": status, "error": error}
    monkeypatch.setattr(site.http_request, "look", lambda request: answer)
    cause = "status %s" % status if status else "refused"
    words = "http://127.0.0.1:8181/health .*: %s. The former site is back" % cause
    with pytest.raises(workers.NginxError, match=words):
        lab.put(requests=[{"host": "check.invalid"}])
    assert lab.site.read() == OLD


def test_nginx_that_does_not_run_is_not_reloaded(lab):
    lab.running = False
    assert lab.put(requests=[{"host": "nobody is asked"}]) is False
    lab.site.restore(lab.before)
    assert lab.reloads == 0
