# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What keepalived is doing on this host, from its program, its processes and its own dump."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils import (
    _keepalived_daemon,
    _keepalived_dump,
    _keepalived_json,
)

DUMP_TIMEOUT = 5.0
POLL_INTERVAL = 0.5


def is_settled(instance):
    """Whether no transition of this instance is due by VRRP's own rules (RFC 5798 section 6.4).

    A MASTER stays, and so does a FAULT until its cause ends. A BACKUP stays while it hears a master that it will not
    preempt; one that hears nobody yet, or a master of lower priority, is about to become MASTER.
    """
    if instance["state"] in ("MASTER", "FAULT"):
        return True
    heard = instance["master_priority"]
    if instance["state"] != "BACKUP" or not heard:
        return False
    return bool(instance["nopreempt"]) or heard >= instance["effective_priority"]


def _answer(status, message=None, **facts):
    """A result with every key, whatever could be found out."""
    result = {
        "status": status,
        "message": message,
        "installed": True,
        "running": False,
        "version": None,
        "compiled": [],
        "pid": None,
        "started": None,
        "arguments": [],
        "config_file": _keepalived_daemon.DEFAULT_CONFIG_FILE,
        "instances": [],
        "settled": False,
    }
    result.update(facts)
    return result


def collect(run, program):
    """One look.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg program: path of keepalived, or None if it is not installed.
    :returns: the dict that the module keepalived_info documents, less C(elapsed).
    """
    if program is None:
        return _answer("not_installed", "keepalived is not installed.", installed=False)
    facts = _keepalived_daemon.parse_version("".join(run([program, "-v"])[1:]))
    process = _keepalived_daemon.find()
    if process is None:
        return _answer("not_running", "keepalived is not running.", **facts)
    facts.update(
        running=True,
        pid=process["pid"],
        started=process["started"],
        arguments=process["arguments"],
        config_file=_keepalived_daemon.config_file(process),
    )
    if process["frozen"]:
        return _answer("frozen", "keepalived is stopped by a signal (SIGSTOP) and does nothing until SIGCONT.", **facts)
    rc, signal_number = run([program, "--signum=JSON"])[:2]
    if rc != 0 or not signal_number.strip().isdigit():
        return _answer("no_json", "This keepalived was built without JSON: its state cannot be read yet.", **facts)
    try:
        dump = _keepalived_dump.json_dump(process["pid"], int(signal_number), DUMP_TIMEOUT)
        instances = _keepalived_json.instances(dump)
    except _keepalived_dump.DumpError as error:
        return _answer(error.reason, str(error), **facts)
    except _keepalived_json.FormatError as error:
        return _answer("unknown_format", str(error), **facts)
    settled = bool(instances) and all(is_settled(instance) for instance in instances)
    return _answer("ok", instances=instances, settled=settled, **facts)


def collect_settled(run, program, timeout):
    """Looks until no transition is due, or the time is over: see C(is_settled).

    :arg timeout: seconds.
    :returns: C((result, elapsed seconds)); C(result["settled"]) says which of the two it was.
    """
    begin = time.time()
    while True:
        result = collect(run, program)
        elapsed = time.time() - begin
        if result["settled"] or elapsed >= timeout or result["status"] in ("not_installed", "not_permitted", "no_json"):
            return result, elapsed
        time.sleep(POLL_INTERVAL)
