# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What /proc says of processes; see proc(5)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import time

STOPPED_STATES = ("T", "t")
DEAD_STATES = ("Z", "X")
DELETED = " (deleted)"
CLOCK_BOOTTIME = 7  # linux/time.h; the clock of a process's start, as Python names it from 3.7 on


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
        C(parent) (pid), C(started) (epoch seconds, see C(boot_time)), C(arguments) (list of str, without the program).
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


def user(pid, proc="/proc"):
    """Real user id of the process, C(None) if it is gone. The owner of its /proc says less: it is root's at times."""
    for line in (_read("%s/%d/status" % (proc, pid)) or b"").splitlines():
        if line.startswith(b"Uid:"):
            return int(line.split()[1])
    return None


def boot_time(proc="/proc"):
    """Epoch seconds of the kernel's start, to 10 ms for Python 2.7, which cannot ask for the clock."""
    if proc == "/proc" and hasattr(time, "clock_gettime"):
        return time.time() - time.clock_gettime(CLOCK_BOOTTIME)
    if proc == "/proc":
        return time.time() - float((_read("/proc/uptime") or b"0").split()[0])
    for line in (_read("%s/stat" % proc) or b"").splitlines():
        if line.startswith(b"btime "):
            return float(line.split()[1])
    return 0.0


def program(pid, proc="/proc"):
    """Base name of the program that the process runs, whatever it calls itself.

    Only root may look at the programs of others; their first argument tells the same unless it was changed.
    """
    try:
        path = os.readlink("%s/%d/exe" % (proc, pid))
    except OSError:
        path = _text((_read("%s/%d/cmdline" % (proc, pid)) or b"").split(b"\0")[0])
    # The kernel writes so of a program that was replaced or removed while it runs.
    return os.path.basename(path[: -len(DELETED)] if path.endswith(DELETED) else path)


def is_replaced(pid, proc="/proc"):
    """Whether the program's file was replaced or removed since it was started, None where that is not ours to see."""
    try:
        return os.readlink("%s/%d/exe" % (proc, pid)).endswith(DELETED)
    except OSError:
        return None


def namespace(pid, kind, proc="/proc"):
    """Identity of one of the process's namespaces (net, mnt, pid ...), None where that is not ours to see."""
    try:
        return os.readlink("%s/%s/ns/%s" % (proc, pid, kind))
    except OSError:
        return None


def root(pid, proc="/proc"):
    """Where the process's own file system is, which differs from ours with PrivateTmp: to be put before its paths.

    A process that has changed its user for a while is closed to root without CAP_SYS_PTRACE, as in many containers.
    Then it is taken to see what we see: empty text.
    """
    path = "%s/%d/root" % (proc, pid)
    try:
        os.readlink(path)
    except OSError:
        return ""
    return path


def running(name, proc="/proc"):
    """All processes of our own PID namespace that run a program of that name: dicts as from C(status), by pid.

    The PID namespace matters on a host of containers: it sees their processes too.
    """
    own, found = namespace("self", "pid", proc), []
    for pid in sorted(int(entry) for entry in os.listdir(proc) if entry.isdigit()):
        if program(pid, proc) == name and namespace(pid, "pid", proc) in (own, None):
            process = status(pid, proc)
            if process is not None and process["state"] not in DEAD_STATES:
                found.append(process)
    return found


def takes(pid, number, proc="/proc"):
    """Whether a signal has been provided for by the process (caught, or blocked for a signalfd(2)).

    Before a daemon has done that, just after its start, the signal would end it.
    """
    masks = 0
    for line in (_read("%s/%d/status" % (proc, pid)) or b"").splitlines():
        if line.startswith((b"SigBlk:", b"SigCgt:")):
            masks |= int(line.split()[1], 16)
    return bool(masks >> (number - 1) & 1)


def is_frozen(process, proc="/proc", cgroups="/sys/fs/cgroup"):
    """Whether the process (as from C(status)) is stopped by a signal, or by its control group (C(systemctl freeze))."""
    if process["state"] in STOPPED_STATES:
        return True
    for line in _text(_read("%s/%d/cgroup" % (proc, process["pid"])) or b"").splitlines():
        hierarchy, controllers, path = line.split(":", 2)
        if hierarchy == "0":
            events = _read(cgroups + path + "/cgroup.events") or b""
            if b"frozen 1" in events:
                return True
        elif "freezer" in controllers.split(","):
            state = _read("%s/freezer%s/freezer.state" % (cgroups, path)) or b"THAWED"
            if state.strip() != b"THAWED":
                return True
    return False


def environment(pid, proc="/proc"):
    """The environment the process was started with: dict of str, or C(None) where that is not ours to read."""
    raw = _read("%s/%d/environ" % (proc, pid))
    if raw is None:
        return None
    pairs = [_text(item).split("=", 1) for item in raw.split(b"\0") if b"=" in item]
    return dict((name, value) for name, value in pairs)
