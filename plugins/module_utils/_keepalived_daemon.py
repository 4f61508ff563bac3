# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The keepalived program and its processes: which version, running or not, started how; see keepalived(8)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import re
import signal

from ansible_collections.hotstandby.vrrp.plugins.module_utils import _process

DEFAULT_CONFIG_FILE = "/etc/keepalived/keepalived.conf"
PID_FILE = "/run/keepalived.pid"
NAME = "keepalived"


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


def option_value(arguments, short, long_name):
    """Value of a command line option given as C(-f FILE), C(-fFILE), C(--use-file=FILE) or C(--use-file FILE)."""
    for position, argument in enumerate(arguments):
        if argument in ("-" + short, "--" + long_name):
            return arguments[position + 1] if position + 1 < len(arguments) else None
        if argument.startswith("--" + long_name + "="):
            return argument.split("=", 1)[1]
        if argument.startswith("-" + short) and not argument.startswith("--"):
            return argument[2:]
    return None


def _pid_from(path):
    """The number in a pid file, or None."""
    try:
        with open(path) as stream:
            return int(stream.read().strip())
    except (IOError, OSError, ValueError):
        return None


def find(pid_file=PID_FILE):
    """The running parent process, which passes signals on to the VRRP process.

    A pid file outlives its process after a kill -9, so the process it names must be a keepalived.

    :returns: C(None), or a dict as from C(_process.status) with C(vrrp_pid) (int or None) and C(frozen) (bool:
        it, or its VRRP process, is stopped by a signal and would answer only after it is continued).
    """
    pid = _pid_from(pid_file)
    process = _process.status(pid) if pid else None
    if process is None or process["name"] != NAME or process["state"] in _process.DEAD_STATES:
        return None
    vrrp_pid = _pid_from(os.path.join(os.path.dirname(pid_file), "vrrp.pid"))
    family = [process] + _process.children(pid)
    process["vrrp_pid"] = vrrp_pid if vrrp_pid in [member["pid"] for member in family] else None
    process["frozen"] = any(member["state"] in _process.STOPPED_STATES for member in family)
    return process


def reload(pid_file=PID_FILE):
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
