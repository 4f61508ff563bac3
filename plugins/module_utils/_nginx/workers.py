# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The running nginx: its workers, a reload that is seen to have taken place, and what its configuration test says.

C(systemctl reload) says that all is well when nginx then cannot bind a port. A reload has taken place when the master
has made new workers.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import io
import os
import re
import shutil
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock, process as _process
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import watchdog

UNIT = "nginx.service"
FOLDER = "/etc/nginx"
ERROR_LOG = "/var/log/nginx/error.log"
POLL = 0.05  # seconds
WORKER, LEAVING = b"nginx: worker process", b"shutting down"
# What keeps nginx from taking a configuration in.
FATAL = re.compile(r"^.*\[(?:emerg|alert)\] [^:]*: (.*)$", re.MULTILINE)
# A port that another process holds it tries five times in 2.5 s, with a line each time, and may get; then it gives up.
TAKEN = " Another process has the port: ss -ltnp names it. Take it from there, or choose another nginx_port."
TRIES, GIVES_UP = re.compile(r"^bind\(\) to .* failed"), "still could not bind()"


class NginxError(Exception):
    """nginx does not take the configuration. The text is for the user."""


def master(run, systemctl):
    """Pid of nginx's master process as systemd knows it, C(None) where the unit is not active.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    """
    told = run([systemctl, "show", UNIT, "--property=ActiveState", "--property=MainPID"])[1]
    facts = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    if facts.get("ActiveState") not in ("active", "reloading"):
        return None
    return int(facts.get("MainPID") or 0) or None


def workers(parent, proc="/proc"):
    """The workers that take requests: dict from C((pid, clock ticks of its start)) to the start in epoch seconds.

    :arg parent: pid of the master process.
    """
    found = {}
    for entry in os.listdir(proc):
        process = _process.status(int(entry), proc) if entry.isdigit() else None
        if process is None or process["parent"] != parent or process["state"] in _process.DEAD_STATES:
            continue
        title = _title(int(entry), proc)
        if title.startswith(WORKER) and LEAVING not in title:
            found[(process["pid"], watchdog.ticks(process["pid"]))] = process["started"]
    return found


def _title(pid, proc):
    """What a process calls itself, C(b"") where it is gone."""
    try:
        with open("%s/%d/cmdline" % (proc, pid), "rb") as stream:
            return stream.read()
    except (IOError, OSError):
        return b""


def has_read(parent, path, proc="/proc"):
    """Whether the workers were all made after a file was last written: then they have what it says.

    The kernel tells a process's start to 10 ms, rounded down: what was made within them counts as made before.
    """
    starts = workers(parent, proc).values()
    try:
        written = os.stat(path).st_mtime
    except OSError:
        return True
    return bool(starts) and min(starts) > written


def reload(run, systemctl, parent, timeout, log=ERROR_LOG):
    """Has nginx read its configuration, and waits until it has made new workers.

    :arg parent: pid of its master process.
    :arg timeout: seconds to wait.
    :raises NginxError: it has not; with nginx's own words, where its log has some.
    """
    before, position = set(workers(parent)), _size(log)
    rc, unused, err = run([systemctl, "reload", UNIT])
    if rc != 0:
        raise NginxError("nginx was not reloaded: %s" % (_fatal(log, position) or err.strip() or "systemctl failed."))
    deadline = clock.monotonic() + timeout
    while not set(workers(parent)) - before:
        words, over = _fatal(log, position), _has_given_up(log, position)
        if over:
            raise NginxError("nginx goes on with what it had: %s.%s" % (words, TAKEN if "in use" in words else ""))
        if not os.path.isdir("/proc/%d" % parent):
            raise NginxError("nginx has ended while it was reloaded: journalctl --unit=nginx says why.")
        if clock.monotonic() > deadline:
            raise NginxError(
                "nginx has made no new workers %g s after its reload, and goes on with what it had; %s"
                % (timeout, words + "." if words else "see its error log.")
            )
        time.sleep(POLL)


def _size(path):
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _fatal(path, position):
    """The first line that nginx has written since, of those that say why it does not go on. Empty if there is none."""
    return (_said(path, position) or [""])[0]


def _has_given_up(path, position):
    """Whether it has written that it goes on without: what it says while it tries again is for the next reload too."""
    said = _said(path, position)
    return GIVES_UP in said or any(not TRIES.match(words) for words in said)


def _said(path, position):
    try:
        with io.open(path, "rb") as stream:
            stream.seek(position if position <= _size(path) else 0)
            return [words.strip() for words in FATAL.findall(stream.read().decode("utf-8", "replace"))]
    except (IOError, OSError):
        return []


def test(run, program, path, content, scratch):
    """Tests a site within a copy of nginx's whole configuration, since it is none by itself.

    :arg program: path of nginx.
    :arg path: where the site belongs, below C(FOLDER).
    :arg content: bytes.
    :arg scratch: a private directory for the copy.
    :raises NginxError: with nginx's own words.
    """
    copy = os.path.join(scratch, "nginx")
    shutil.copytree(FOLDER, copy, symlinks=True)
    try:
        with io.open(os.path.join(copy, os.path.relpath(path, FOLDER)), "wb") as stream:
            stream.write(content)
        for folder, _folders, names in os.walk(copy):
            for name in names:
                _moved(os.path.join(folder, name), copy)
        rc, unused, err = run([program, "-t", "-q", "-c", os.path.join(copy, "nginx.conf")])
    finally:
        shutil.rmtree(copy)
    if rc != 0:
        raise NginxError("nginx refuses its configuration with this site: %s" % err.replace(copy, FOLDER).strip())


def _moved(path, copy):
    """Has a file of the copy name the copy."""
    if not path.endswith(".conf") or os.path.islink(path) or not os.path.isfile(path):
        return
    with io.open(path, "rb") as stream:
        text = stream.read()
    with io.open(path, "wb") as stream:
        stream.write(text.replace(FOLDER.encode() + b"/", copy.encode() + b"/"))
