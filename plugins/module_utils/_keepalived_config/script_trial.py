# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Runs the new checks of a configuration (vrrp_script), each as keepalived would, before it is loaded.

One that fails takes the address off the member as soon as it is loaded, and where it fails on all members nobody has
the address until the load is taken back.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import grp
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import script_access

# A check has more time than keepalived gives it: the host has more to do now than otherwise.
LEAST_TIMEOUT = 10  # seconds
TRIES, PAUSE = 2, 0.5  # a second one after so many seconds, since most checks may fail once
TIMED_OUT = (124, 137)  # what timeout(1) ends with


class Runner(object):
    """Runs a command as a user.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg find: callable C(find(name)) -> path of a program, C(None) without one.
    """

    def __init__(self, run, find):
        self._run = run
        self._programs = dict((name, find(name)) for name in ("timeout", "runuser"))

    def run(self, argv, user, timeout):
        """Returns its status, and what it has said; C(None) where it cannot be run so here.

        :arg user: list of its name, and perhaps a group.
        :arg timeout: seconds.
        """
        if not all(self._programs.values()):
            return None
        command = [self._programs["timeout"], "--kill-after=1", str(timeout)]
        if user != [script_access.ROOT]:
            # keepalived leaves a script no group but this one.
            who = script_access.Account(*user[:2])
            if who.uid is None:
                return None
            command += [self._programs["runuser"], "-u", who.name, "-g", grp.getgrgid(who.gid).gr_name, "--"]
        rc, out, err = self._run(command + argv)
        return rc, (err.strip() or out.strip())


def problems(statements, live, names, runner, default=script_access.usual, sleep=time.sleep):
    """What is wrong: a list of C((problem, word)), as from C(extra_checks.problems).

    Left to keepalived is a command with a definition, a quote or a backslash in it, or without a whole path.

    :arg statements: of the whole configuration.
    :arg live: those of the configuration that the daemon runs: what is the same there has been tried.
    :arg names: of the scripts that put an instance in FAULT when they fail.
    :arg runner: a C(Runner).
    """
    tried = _checks(live, default)
    found = []
    for name, check in sorted(_checks(statements, default).items()):
        argv = check["command"].split()
        if name not in names or check == tried.get(name) or not _is_plain(check["command"]):
            continue
        trouble = _trouble(argv, check, runner, sleep)
        if trouble:
            found.append((
                "vrrp_script %s: %s, run by the user %s, %s. It would put the instances that track it in FAULT on this "
                "host. Mend what it asks for, or the script, or give it a weight."
                % (name, argv[0], check["user"][0], trouble), argv[0],
            ))  # fmt: skip
    return found


def _checks(statements, default):
    """By name the command, the user and the timeout of each check."""
    named, found = script_access.named_user(statements) or [default()], {}
    for name, block in conf_parser.blocks(statements, "vrrp_script"):
        said = dict((words[0], words[1:]) for words, inner in block if inner is None and len(words) > 1)
        found[name] = {
            "command": " ".join(said.get("script", [])), "user": said.get("user", named),
            "timeout": _seconds(said.get("timeout") or said.get("interval") or ["1"]),
        }  # fmt: skip
    return found


def _seconds(words):
    try:
        return float(words[0])
    except ValueError:
        return 0.0


def _is_plain(command):
    return command.startswith("/") and not set(command).intersection("'\"\\$~")


def _trouble(argv, check, runner, sleep):
    """How it fails, in words; empty where it does not, or where that cannot be known."""
    timeout = max(LEAST_TIMEOUT, int(check["timeout"]) + 1)
    for attempt in range(TRIES):
        if attempt:
            sleep(PAUSE)
        answer = runner.run(argv, check["user"], timeout)
        if answer is None or answer[0] == 0:
            return ""
    rc, said = answer
    if rc in TIMED_OUT:
        return "does not end within %d s" % timeout
    return "ends with status %d%s" % (rc, ": " + said.splitlines()[0].strip() if said else "")
