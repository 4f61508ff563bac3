# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What /proc says of one process; see proc(5)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os

STOPPED_STATES = ("T", "t")
DEAD_STATES = ("Z", "X")


def _read(path):
    """Bytes of a file of /proc, or None where it is gone or not ours to read."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except (IOError, OSError):
        return None


def _text(raw):
    """Text from bytes of /proc, whatever they hold."""
    return raw.decode("utf-8", "replace")


def status(pid, proc="/proc"):
    """State of one process.

    :arg pid: its number in our PID namespace.
    :returns: C(None) if there is none, else a dict: C(pid), C(name) (comm), C(state) (one letter, see proc(5)),
        C(parent) (pid), C(started) (epoch seconds, to a clock tick), C(arguments) (list of str, without the program).
    """
    stat = _read("%s/%d/stat" % (proc, pid))
    if stat is None:
        return None
    # The name stands in parentheses and may hold spaces and parentheses itself.
    name, rest = stat[stat.index(b"(") + 1:].rsplit(b")", 1)
    fields = rest.split()
    ticks = float(os.sysconf("SC_CLK_TCK"))
    cmdline = _read("%s/%d/cmdline" % (proc, pid)) or b""
    return {
        "pid": pid,
        "name": _text(name),
        "state": _text(fields[0]),
        "parent": int(fields[1]),
        "started": boot_time(proc) + int(fields[19]) / ticks,
        "arguments": [_text(argument) for argument in cmdline.split(b"\0")[1:] if argument],
    }


def boot_time(proc="/proc"):
    """Epoch seconds of the kernel's start."""
    for line in (_read("%s/stat" % proc) or b"").splitlines():
        if line.startswith(b"btime "):
            return float(line.split()[1])
    return 0.0


def children(pid, proc="/proc"):
    """The processes whose parent is C(pid): a list of dicts as from C(status), by pid."""
    found = []
    for entry in sorted(int(name) for name in os.listdir(proc) if name.isdigit()):
        process = status(entry, proc)
        if process is not None and process["parent"] == pid:
            found.append(process)
    return found


def environment(pid, proc="/proc"):
    """The environment the process was started with: dict of str, or C(None) where that is not ours to read."""
    raw = _read("%s/%d/environ" % (proc, pid))
    if raw is None:
        return None
    pairs = [_text(item).split("=", 1) for item in raw.split(b"\0") if b"=" in item]
    return dict((name, value) for name, value in pairs)
