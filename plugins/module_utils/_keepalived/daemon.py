# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The keepalived program and its processes: which version, running or not, started how; see keepalived(8)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import errno
import os
import re
import signal

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import process as _process

DEFAULT_CONFIG_FILE = "/etc/keepalived/keepalived.conf"
PID_FILE = "/run/keepalived.pid"
NAME = "keepalived"
VRRP = 112  # IP protocol number
OTHER_CHILDREN = [
    folder + name for folder in ("/run/", "/run/keepalived/", "/var/run/") for name in ("checkers.pid", "bfd.pid")
]
# Short options of keepalived(8) without a value: others may stand behind them in one word, as in -Df FILE.
FLAGS = "ndlDRPCVIGxm"
MEMFD = "/memfd:/keepalived/consolidated_configuration"
RELOAD_CHECK = "reload_check_config"
# From here on the test that RELOAD_CHECK asks for closes all descriptors before it runs, the one of the new text too:
# every reload is then a reload of nothing, and the log says "Reload complete". Seen on 2.3.4 and 2.4.3.
RELOAD_CHECK_LOSES = (2, 3, 4)


def parse_version(text):
    """Version and compiled options out of C(keepalived -v), which writes them to stderr.

    :returns: dict C(version) (str such as 2.2.7, or None) and C(compiled) (list of str, such as JSON and BFD).
    """
    version = re.search(r"^Keepalived v(\d[\w.]*)", text, re.MULTILINE)
    options = re.search(r"^Config options:\s*(.*)$", text, re.MULTILINE)
    return {
        "version": version.group(1) if version else None,
        "compiled": options.group(1).split() if options else [],
    }


def number(version):
    """(2, 3, 4) for 2.3.4; C(()) for anything else, such as C(None)."""
    found = re.match(r"\d+(\.\d+)*", version or "")
    return tuple(int(part) for part in found.group(0).split(".")) if found else ()


def takes_reload(version, checked):
    """Whether a daemon takes a reload at all.

    :arg version: that of the program that runs, as C(parse_version) has it.
    :arg checked: whether it runs with C(reload_check_config).
    :returns: C(None) where that is not known.
    """
    if checked is None or not number(version):
        return None
    return not (checked and number(version) >= RELOAD_CHECK_LOSES)


def option_value(arguments, short, long_name):
    """Value of a command line option given as C(-f FILE), C(-fFILE), C(--use-file=FILE) or C(--use-file FILE)."""
    for position, argument in enumerate(arguments):
        following = arguments[position + 1] if position + 1 < len(arguments) else None
        if argument == "--" + long_name:
            return following
        if argument.startswith("--" + long_name + "="):
            return argument.split("=", 1)[1]
        joined = re.match("-[%s]*%s(.*)" % (FLAGS, short), argument)
        if joined:
            return joined.group(1) or following
    return None


def _pid_from(path):
    """The number in a pid file, or None."""
    try:
        with open(path) as stream:
            return int(stream.read().strip())
    except (IOError, OSError, ValueError):
        return None


def find(pid_file=None):
    """The running parent process and the VRRP process that it has started.

    The processes tell: a pid file outlives its process after a kill -9, and lies elsewhere with C(instance),
    C(net_namespace) or C(-p). Where several keepalived run, the pid file chooses.

    :arg pid_file: consider only the process that this file names.
    :returns: C(None), or a dict as from C(process.status) with C(vrrp) (pid of the process that speaks VRRP, None if
        there is none), C(frozen) (bool: it, or a child, is stopped and would answer only after it is continued) and
        C(others) (pids of other keepalived parents).
    """
    # Anybody can give a program that name: what another user's says of itself must move no file of root's.
    trusted = (0, os.geteuid())
    family = [process for process in _process.running(NAME) if _process.user(process["pid"]) in trusted]
    pids = set(process["pid"] for process in family)
    parents = [process for process in family if process["parent"] not in pids]
    named = _pid_from(pid_file or PID_FILE)
    chosen = [process for process in parents if process["pid"] == named] or ([] if pid_file else parents[:1])
    if not chosen:
        return None
    parent = chosen[0]
    children = [process for process in family if process["parent"] == parent["pid"]]
    parent["vrrp"] = _vrrp_child(parent, children)
    parent["frozen"] = any(_process.is_frozen(process) for process in [parent] + children)
    parent["others"] = [process["pid"] for process in parents if process is not parent]
    return parent


def _vrrp_child(parent, children):
    """Pid of the child that speaks VRRP: others check real servers, or speak BFD. None if there is none.

    It names itself keepalived_vrrp with C(process_names), else its pid file names it, else its raw sockets tell.
    """
    root = _process.root(parent["pid"])
    given = option_value(parent["arguments"], "r", "vrrp_pid")
    files = [given] if given else ["/run/vrrp.pid", "/run/keepalived/vrrp.pid", "/var/run/vrrp.pid"]
    named = [_pid_from(root + path) for path in files]
    for test in (
        lambda child: child["name"] == "keepalived_vrrp",
        lambda child: child["pid"] in named,
        lambda child: _has_vrrp_socket(child["pid"]),
    ):
        for child in children:
            if test(child):
                return child["pid"]
    # A daemon that is closed to us does not show its sockets. The one child of another kind names itself, or its pid
    # file names it.
    others = [_pid_from(root + path) for path in OTHER_CHILDREN]
    unknown = [child["pid"] for child in children if child["name"] in (NAME, parent["name"])
               and child["pid"] not in others and _has_vrrp_socket(child["pid"]) is None]  # fmt: skip
    return unknown[0] if len(unknown) == len(children) == 1 else None


def _has_vrrp_socket(pid):
    """Whether the process holds a raw IP socket for VRRP, C(None) where that may not be seen."""
    sockets = set()
    for name in ("raw", "raw6"):
        try:
            with open("/proc/%d/net/%s" % (pid, name)) as stream:
                rows = [line.split() for line in stream][1:]
        except (IOError, OSError):
            continue
        sockets.update("socket:[%s]" % row[9] for row in rows if int(row[1].rsplit(":", 1)[1], 16) == VRRP)
    folder = "/proc/%d/fd" % pid
    try:
        entries = os.listdir(folder)
    except OSError:
        return None
    for entry in entries:
        try:
            if os.readlink(os.path.join(folder, entry)) in sockets:
                return True
        except OSError as error:
            # Closed meanwhile: the process goes on while it is looked at.
            if error.errno != errno.ENOENT:
                return None
    return False


def reload(pid_file=None):
    """Has a running daemon read its configuration again (SIGHUP, as its unit does). Returns whether one runs."""
    process = find(pid_file)
    if process is None:
        return False
    os.kill(process["pid"], signal.SIGHUP)
    return True


def config_file(process):
    """The configuration file a process was started with (C(-f), C(--use-file)), else the default."""
    chosen = option_value(process["arguments"], "f", "use-file") if process else None
    return chosen or DEFAULT_CONFIG_FILE


def running_configuration(pid, parent=None):
    """The configuration as the VRRP process was given it, includes and all: from 2.2 on that is kept in a memfd.

    The parent has the same file, and can be looked at where the VRRP process is closed to root (one that has looked at
    its scripts as another user, without CAP_SYS_PTRACE, as in many containers).

    :arg pid: the VRRP process.
    :arg parent: the parent process.
    :returns: None where there is none, else a dict: C(text) (without comments and indentation; passwords in clear, not
        to be returned), C(read_at) (epoch seconds of the last start or reload) and C(applied) (bool: the process has
        read it to its end; it does not when a reload is refused, see C(reload_check_config). C(None) where only the
        parent could be asked, whose own place in the file says nothing of that).
    """
    found = _kept_text(pid)
    if found is None and parent is not None:
        found = _kept_text(parent)
        found = found and dict(found, applied=None)
    return found


def _kept_text(pid):
    """As C(running_configuration), of one process."""
    folder = "/proc/%d/fd" % pid
    try:
        for entry in os.listdir(folder):
            path = os.path.join(folder, entry)
            if os.readlink(path).startswith(MEMFD):
                with open(path, "rb") as stream:
                    raw, facts = stream.read(), os.fstat(stream.fileno())
                with open("/proc/%d/fdinfo/%s" % (pid, entry)) as stream:
                    position = int(stream.readline().split()[1])
                text = raw.decode("utf-8", "replace")
                return {"text": text, "read_at": facts.st_mtime, "applied": position == facts.st_size}
    except (IOError, OSError):
        pass
    return None


def without_reload_check(text):
    """A configuration less C(reload_check_config), which has a line to itself."""
    kept = [line for line in text.splitlines() if line.split()[:1] != [RELOAD_CHECK]]
    return "\n".join(kept) + "\n"


def parse_unit(text):
    """What C(systemctl show) says of the unit of a daemon that does not run.

    :arg text: its output for the properties ActiveState, Result and ExecMainStatus.
    :returns: the result in words if it has failed (such as C(signal 9)), else None.
    """
    properties = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    if properties.get("ActiveState") != "failed":
        return None
    return "%s %s" % (properties.get("Result"), properties.get("ExecMainStatus"))
