# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Asks a running keepalived for its dumps, and leaves nothing of them behind.

keepalived answers a signal by writing a file: the name appears first and the content after it (1.3.5 to 2.4). But its
VRRP process does one thing at a time. So two dumps are asked for, the second when the first has appeared: once there is
anything of the second, the first is complete. The files hold passwords in clear: they are removed at once.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import errno
import fcntl
import os
import re
import signal
import stat
import tempfile
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock, process

LOCK_FILE = "/run/hotstandby-dump.lock"
LOCK_TIMEOUT = 30.0  # seconds
POLL_INTERVAL = 0.002
KEPT = "hotstandby-"
NEEDS_ROOT = "Reading the state of keepalived needs root: run the task with become."


class DumpError(Exception):
    """No dump could be had. C(reason) is a word for programs: not_permitted, timeout or not_trusted."""

    def __init__(self, reason, message):
        Exception.__init__(self, message)
        self.reason = reason


def places(pid, kind, configuration=None):
    """The paths at which the process may write one kind of dump, through its own mount namespace (PrivateTmp).

    :arg kind: data, stats or json.
    :arg configuration: the running configuration as text, for what moves a dump: C(data_use_instance) (2.2.3) and
        C(state_dump_file) and its like (2.3.3). TMPDIR counts from 2.2 on.
    """
    def configured(keyword):
        found = re.search(r'^%s\s+"?([^\s"]+)' % keyword, configuration or "", re.MULTILINE)
        return [found.group(1)] if found else []

    folders = ["/tmp"]
    chosen = (process.environment(pid) or {}).get("TMPDIR")
    if chosen and chosen != "/tmp":
        folders.insert(0, chosen)
    names = ["keepalived." + kind]
    instance = configured("net_namespace") + configured("instance")
    if instance:
        names.insert(0, "keepalived.%s.%s" % ("_".join(instance), kind))
    paths = configured("%s_dump_file" % {"data": "state"}.get(kind, kind))
    paths += [os.path.join(folder, name) for folder in folders for name in names]
    root = process.root(pid)
    return [root + path for path in paths if path.startswith("/")]


@contextlib.contextmanager
def _alone(lock_file):
    """One dump at a time on this host: two tasks would take each other's file away."""
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        deadline = clock.monotonic() + LOCK_TIMEOUT
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except (IOError, OSError) as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES) or clock.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _held(paths):
    """The paths by descriptors of their directories, which stay right when the daemon, and its /proc, goes meanwhile.

    Yields a list as long as C(paths), less those whose directory there is not.
    """
    descriptors, held = {}, []
    try:
        for path in paths:
            folder, name = os.path.split(path)
            try:
                if folder not in descriptors:
                    descriptors[folder] = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                held.append("/proc/self/fd/%d/%s" % (descriptors[folder], name))
            except OSError as error:
                if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                    raise
        yield held
    finally:
        for descriptor in descriptors.values():
            os.close(descriptor)


@contextlib.contextmanager
def _set_aside(paths):
    """Keeps an administrator's own earlier dumps: moved away before, put back after. Ours are removed.

    Each goes into a folder of its own that nobody else can have made, beside it, so that a rename does it.
    """
    kept, folders, ours = [], [], False
    try:
        for path in paths:
            if not os.path.lexists(path):
                continue
            folders.append(tempfile.mkdtemp(prefix=KEPT, dir=os.path.dirname(path)))
            aside = os.path.join(folders[-1], os.path.basename(path))
            try:
                os.rename(path, aside)
                kept.append((aside, path))
            except OSError as error:
                if error.errno != errno.ENOENT:
                    raise
        ours = True
        yield
    finally:
        # What is there now has come since. Each by itself: one that resists must not keep the others.
        for path in paths if ours else []:
            _try(os.unlink, path)
        for aside, path in kept:
            _try(os.rename, aside, path)
        for folder in folders:
            _try(os.rmdir, folder)


def _try(function, *arguments):
    """Calls it, and goes on whether it could be done or not."""
    try:
        function(*arguments)
    except OSError:
        pass


@contextlib.contextmanager
def _orderly_end():
    """A signal that ends this process, as of a task that takes too long, must not leave a dump behind."""
    def end(number, frame):
        raise SystemExit(128 + number)

    before = {}
    try:
        for number in (signal.SIGTERM, signal.SIGHUP):
            before[number] = signal.signal(number, end)
    except ValueError:
        pass  # not the main thread, which alone may say so
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _create(paths):
    """Makes the files for a keepalived before 2.0: it writes into what is there, or makes it for all to read."""
    for path in paths:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))


def _shown(path):
    """A path as people know it."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)


def _read_own(path):
    """Text of a dump, None if it is not there yet. Anybody can plant a file in /tmp: only one of root's own counts.

    :raises DumpError: not_trusted.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENOENT:
            return None
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise DumpError("not_trusted", "%s is a link or a socket that somebody planted; remove it." % _shown(path))
        raise
    with os.fdopen(descriptor, "rb") as stream:
        facts = os.fstat(stream.fileno())
        # A second link: somebody has another file of root's stand in for the dump.
        if facts.st_uid != 0 or facts.st_nlink > 1 or not stat.S_ISREG(facts.st_mode):
            raise DumpError("not_trusted", "%s is not a file of root's own; remove it." % _shown(path))
        return stream.read().decode("utf-8", "replace")


def _first(paths):
    """Text of the first dump that has any, C(None) where none has.

    :raises DumpError: there is none to be trusted, but something else. It may be replaced yet: keepalived from 2.0 on
        renames its own file over what was planted.
    """
    planted = None
    for path in paths:
        try:
            text = _read_own(path)
        except DumpError as error:
            planted = error
            continue
        # The name comes first, and the content later.
        if text:
            return text
    if planted:
        raise planted
    return None


def _wait(look, deadline, message):
    """Looks until there is something, and returns it.

    :raises DumpError: timeout, or not_trusted where only a planted file was seen.
    """
    while True:
        problem = DumpError("timeout", message)
        try:
            seen = look()
            if seen is not None:
                return seen
        except DumpError as error:
            problem = error
        if clock.monotonic() > deadline:
            raise problem
        time.sleep(POLL_INTERVAL)


def take(pid, requests, complete, timeout, configuration=None, lock_file=LOCK_FILE, create=False):
    """Has the process write two dumps, and reads them.

    :arg pid: the VRRP process of keepalived, running and not stopped (a stopped one would write the dump, password
        and all, after we have gone).
    :arg requests: two pairs of kind (data, stats, json) and number of the signal that asks for it.
    :arg complete: called with the two texts; returns what is made of them, None while the second is not complete.
    :arg timeout: seconds, for everything but the wait for other tasks that take dumps.
    :arg configuration: see C(places).
    :arg create: whether to make the files beforehand, see C(_create).
    :returns: what C(complete) returned.
    :raises DumpError: not permitted, not complete in time, or not to be trusted.
    """
    (first, first_signal), (second, second_signal) = requests
    message = "keepalived (pid %d) wrote no complete dump within %g s: it hangs, or was stopped." % (pid, timeout)
    if not process.root(pid):
        message += " Or its files are elsewhere (PrivateTmp), where root without CAP_SYS_PTRACE may not look."
    try:
        with _orderly_end(), _alone(lock_file), _held(places(pid, first, configuration)) as early, _held(
            places(pid, second, configuration)
        ) as late, _set_aside(early + late):
            deadline = clock.monotonic() + timeout
            if create:
                _create(early + late)

            def result():
                """What is made of both, once there is anything of the second."""
                text = _first(late)
                return None if text is None else complete(_first(early) or "", text)

            _wait(lambda: process.takes(pid, first_signal) or None, deadline, message)
            os.kill(pid, first_signal)
            _wait(lambda: _first(early), deadline, message)
            os.kill(pid, second_signal)
            return _wait(result, deadline, message)
    except (IOError, OSError) as error:
        if error.errno in (errno.EPERM, errno.EACCES):
            raise DumpError("not_permitted", NEEDS_ROOT)
        raise DumpError("timeout", "The dump of keepalived could not be read: %s" % error)
