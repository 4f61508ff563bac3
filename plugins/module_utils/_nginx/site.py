# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Puts one site of nginx in effect, tested beforehand; what was there before can be brought back byte for byte."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import io
import os
import stat
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock, put_back, snapshot, write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._nginx import workers
from ansible_collections.hotstandby.vrrp.plugins.module_utils._vip import http_request

MODE = 0o644
POLL = 0.1  # seconds
ANSWER_TIMEOUT = 5.0  # seconds that new workers may take to answer


class Site(object):
    """One site's file, and the nginx that reads it.

    :arg path: where the file belongs.
    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg systemctl: path of systemctl(1).
    :arg program: path of nginx, C(None) where it is not installed.
    :arg timeout: seconds for a reload.
    """

    def __init__(self, path, run, systemctl, program, timeout):
        self.path = path
        self._run = run
        self._systemctl = systemctl
        self._program = program
        self._timeout = timeout

    def read(self):
        """What the file holds (bytes), C(None) where there is none."""
        return _read(self.path)

    def test(self, content, scratch):
        """Has nginx test the site; see C(workers.test)."""
        if self._program:
            workers.test(self._run, self._program, self.path, content, scratch)

    def is_as(self, content):
        """Whether the file is as it is to be, and nginx, if it runs, has read it."""
        try:
            facts = os.lstat(self.path)
        except OSError:
            return False
        right = (stat.S_ISREG(facts.st_mode) and stat.S_IMODE(facts.st_mode) == MODE
                 and (facts.st_uid, facts.st_gid) == (0, 0))  # fmt: skip
        parent = workers.master(self._run, self._systemctl)
        return right and self.read() == content and (parent is None or workers.has_read(parent, self.path))

    def put(self, content, requests, finish):
        """Puts the site in its place and has a running nginx read it.

        :arg content: bytes.
        :arg requests: what is to be answered with status 200 then, as C(http_request.look) takes them.
        :arg finish: callable without arguments, for what a new file needs besides.
        :returns: whether nginx was reloaded.
        :raises NginxError: it does not take it; what was there before is back then.
        """
        before = snapshot.look(self.path)
        write.replace(self.path, content, MODE, (0, 0))
        finish()
        write.sync_folder(os.path.dirname(self.path))
        parent = workers.master(self._run, self._systemctl)
        if parent is None:
            return False
        try:
            workers.reload(self._run, self._systemctl, parent, self._timeout)
            self._see_answers(requests)
        except workers.NginxError as error:
            raise workers.NginxError("%s %s" % (error, self._taken_back(before)))
        return True

    def _taken_back(self, before):
        """Brings the former site back after a failure, and says in what state that leaves nginx."""
        try:
            self.restore(before)
        except workers.NginxError as error:
            return "The former site is back in its file, but: %s" % error
        return "The former site is back."

    def _see_answers(self, requests):
        for request in requests:
            deadline = clock.monotonic() + ANSWER_TIMEOUT
            while True:
                answer = http_request.look(request)
                if answer["status"] == 200:
                    break
                if clock.monotonic() > deadline:
                    raise workers.NginxError(
                        "nginx was reloaded, and http://%s:%s%s (Host: %s) does not answer with 200: %s." % (
                            answer["address"], answer["port"], answer["path"], request["host"],
                            answer["error"] or "status %s" % answer["status"],
                        )
                    )  # fmt: skip
                time.sleep(POLL)

    def restore(self, before):
        """Makes the site what it was, and has a running nginx read it. Returns whether it was another one.

        :arg before: as from C(snapshot.look).
        :raises NginxError: nginx does not read it.
        """
        if snapshot.look(self.path) == before:
            return False
        put_back.put_back(self.path, before)
        write.sync_folder(os.path.dirname(self.path))
        parent = workers.master(self._run, self._systemctl)
        if parent is not None:
            workers.reload(self._run, self._systemctl, parent, self._timeout)
        return True


def _read(path):
    try:
        with io.open(path, "rb") as stream:
            return stream.read()
    except (IOError, OSError):
        return None
