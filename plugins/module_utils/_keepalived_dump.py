# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Asks a running keepalived for its JSON dump, and leaves nothing of it behind.

keepalived answers a signal by writing a file: the name appears first and the content after it (2.2.7), so the file is
read until it parses. It holds passwords in clear: it is removed at once, and only what the callers pick gets out.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import errno
import fcntl
import json
import os
import stat
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils import _process

LOCK_FILE = "/run/hotstandby-dump.lock"
POLL_INTERVAL = 0.005


class DumpError(Exception):
    """No dump could be had. C(reason) is a word for programs: not_permitted, timeout or not_trusted."""

    def __init__(self, reason, message):
        Exception.__init__(self, message)
        self.reason = reason


def directory_of(pid):
    """Where the process writes its dumps, seen through its own mount namespace (PrivateTmp) and its TMPDIR."""
    chosen = (_process.environment(pid) or {}).get("TMPDIR") or "/tmp"
    return "/proc/%d/root%s" % (pid, chosen)


@contextlib.contextmanager
def _alone(lock_file):
    """One dump at a time on this host: two tasks would take each other's file away."""
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _set_aside(path):
    """Keeps an administrator's own earlier dump: moved away before, put back after."""
    kept = "%s.hotstandby-%d" % (path, os.getpid())
    try:
        os.rename(path, kept)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise
        kept = None
    try:
        yield
    finally:
        try:
            os.unlink(path)
        except OSError:
            pass
        if kept is not None:
            os.rename(kept, path)


def _read_own(path):
    """Bytes of the dump, or None if it is not there yet. Anybody can plant a file in /tmp: only root's counts."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENOENT:
            return None
        if error.errno == errno.ELOOP:
            raise DumpError("not_trusted", "%s is a symbolic link that somebody planted; remove it." % path)
        raise
    with os.fdopen(descriptor, "rb") as stream:
        facts = os.fstat(stream.fileno())
        if facts.st_uid != 0 or not stat.S_ISREG(facts.st_mode):
            raise DumpError("not_trusted", "%s is not a file of root's; remove it." % path)
        return stream.read()


def _parsed(raw):
    """The dump as data, or None while it is incomplete."""
    try:
        return json.loads(raw.decode("utf-8", "replace"))
    except ValueError:
        return None


def json_dump(pid, signal_number, timeout, lock_file=LOCK_FILE):
    """Signals the process and returns what it dumps.

    :arg pid: the parent process of keepalived, running and not stopped (a stopped one would write the dump, password
        and all, after we have gone).
    :arg signal_number: what C(keepalived --signum=JSON) printed.
    :arg timeout: seconds to wait for a complete dump.
    :returns: the parsed JSON.
    :raises DumpError: not permitted, not complete in time, or not to be trusted.
    """
    path = os.path.join(directory_of(pid), "keepalived.json")
    try:
        with _alone(lock_file), _set_aside(path):
            os.kill(pid, signal_number)
            deadline = time.time() + timeout
            while time.time() < deadline:
                raw = _read_own(path)
                data = _parsed(raw) if raw else None
                if data is not None:
                    return data
                time.sleep(POLL_INTERVAL)
    except (IOError, OSError) as error:
        if error.errno in (errno.EPERM, errno.EACCES):
            raise DumpError("not_permitted", "Reading the state of keepalived needs root: run the task with become.")
        raise DumpError("timeout", "The dump of keepalived could not be read: %s" % error)
    raise DumpError("timeout", "keepalived (pid %d) wrote no complete dump within %s s: it hangs." % (pid, timeout))
