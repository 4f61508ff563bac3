# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Whether the scripts of a configuration may be executed by the users that keepalived runs them as.

One that may not be is left out with a line in the log, and keepalived goes on without: C(-t) lets it through.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import grp
import os
import pwd
import stat

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser

# The user of the first is a statement beside them, that of the others stands behind the command.
CHECKS = ("script", "misc_path")
NOTIFIES = (
    "notify", "notify_master", "notify_backup", "notify_fault", "notify_stop", "notify_deleted",
    "notify_master_rx_lower_pri", "notify_up", "notify_down", "quorum_up", "quorum_down", "notify_fifo_script",
    "vrrp_notify_fifo_script", "lvs_notify_fifo_script", "startup_script", "shutdown_script",
)  # fmt: skip
# Whom keepalived takes where nothing says another: the account of that name, else root.
USUAL, ROOT = "keepalived_script", "root"


class Account(object):
    """A user that scripts are run as.

    :arg name: its name; unknown to this host, C(uid) is C(None).
    :arg group: a group to have instead of its own, or C(None).
    """

    def __init__(self, name, group=None):
        self.name, self.uid, self.gid = name, None, None
        try:
            entry = pwd.getpwnam(name)
            self.gid = grp.getgrnam(group).gr_gid if group else entry.pw_gid
        except KeyError:
            return
        self.uid = entry.pw_uid


def usual():
    """Name of the account that keepalived takes where no script_user is written."""
    try:
        return pwd.getpwnam(USUAL).pw_name
    except KeyError:
        return ROOT


def problems(statements, barrier=None, account=Account, default=usual):
    """What is wrong: a list of C((problem, word)), as from C(extra_checks.problems).

    A command with a definition in it, or without a whole path, is left to keepalived.

    :arg statements: of the whole configuration.
    :arg barrier, account, default: C(barrier), C(Account) and C(usual), or what stands in for them.
    """
    named = named_user(statements) or [default()]
    found, seen = [], set()
    for place, program, user in _commands(statements, ""):
        user = user or named
        key = (program, tuple(user))
        if key in seen or not program.startswith("/") or "$" in " ".join([program] + user):
            continue
        seen.add(key)
        who = account(*user[:2])
        if who.uid is None:
            found.append(("%s: this host has no user %s to run %s as. Make it, or name another (script_user, or the "
                          "script's own user)." % (place, " ".join(user), program), program))  # fmt: skip
            continue
        closed = (barrier or first_barrier)(program, who)
        if closed is not None:
            found.append((_closed(place, program, who, closed), program))
    return found


def named_user(statements):
    """What script_user names, on the top level or in global_defs; the last counts. C(None) where it is not there."""
    blocks = [block for unused, block in conf_parser.blocks(statements, "global_defs")]
    found = [words[1:] for block in [statements] + blocks for words, inner in block
             if inner is None and words[:1] == ["script_user"] and len(words) > 1]  # fmt: skip
    return found[-1] if found else None


def _commands(statements, place):
    """Each command: a list of C((place, program, [user, group] or None))."""
    beside = [words[1:] for words, inner in statements if inner is None and words[:1] == ["user"] and len(words) > 1]
    found = []
    for words, inner in statements:
        if inner is not None:
            found += _commands(inner, " ".join(words[:2]))
        elif len(words) > 1 and words[0] in CHECKS:
            found.append((place, _program(words[1]), beside[-1] if beside else None))
        elif len(words) > 1 and words[0] in NOTIFIES:
            found.append((place + (": " if place else "") + words[0], _program(words[1]), words[2:] or None))
    return found


def _program(command):
    """The path out of a command line; empty where it is quoted within."""
    first = (command.split() or [""])[0]
    return "" if set(first).intersection("'\\\"") else first


def _closed(place, program, who, closed):
    """The sentence for what keeps a user out."""
    path, facts = closed
    if facts is None:
        return "%s: there is no %s. Put it there, or name the right one." % (place, path)
    seen = "%s %s" % (oct(stat.S_IMODE(facts.st_mode)).replace("o", ""), _owner(facts))
    if path == program and not stat.S_ISREG(facts.st_mode):
        return "%s: %s is not a file that can be run." % (place, program)
    return (
        "%s: the user %s may not run %s, and keepalived would go on without it: %s is %s. Open that (chmod o+x %s), or "
        "have another user run it (script_user, or the script's own user)."
    ) % (place, who.name, program, path, seen, path)


def _owner(facts):
    """Owner and group in words."""
    names = []
    for look, number in ((pwd.getpwuid, facts.st_uid), (grp.getgrgid, facts.st_gid)):
        try:
            names.append(look(number)[0])
        except KeyError:
            names.append(str(number))
    return " ".join(names)


def first_barrier(program, who):
    """The first of a program's directories, or itself, that a user cannot pass or run.

    The kernel is asked, by a process that is that user for the moment: it knows of access lists, and of file systems
    that let nothing run.

    :arg who: an C(Account).
    :returns: C(None), or C((path, its os.stat result, or None where there is none)).
    """
    paths = _ancestors(program) + [program]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(paths, who, writer)
    os.close(writer)
    with os.fdopen(reader) as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    if not answer.isdigit() or int(answer) >= len(paths):
        return None
    path = paths[int(answer)]
    try:
        return path, os.stat(path)
    except OSError:
        return path, None


def _ancestors(program):
    """The directories above a path, from the root on."""
    found, folder = [], os.path.dirname(program)
    while folder not in found:
        found.append(folder)
        folder = os.path.dirname(folder)
    return found[::-1]


def _answer(paths, who, writer):
    """In the child: writes the number of the first path that is closed, of none if there is none, and ends."""
    text = ""
    try:
        if os.geteuid() == 0:
            # keepalived leaves a script no other group.
            os.setgroups([who.gid])
            os.setgid(who.gid)
        os.setuid(who.uid)
        closed = [number for number, path in enumerate(paths) if not os.access(path, os.X_OK)]
        text = str((closed + [len(paths)])[0])
        if not closed and not os.path.isfile(paths[-1]):
            text = str(len(paths) - 1)
    except (IOError, OSError):
        # It cannot be that user: nothing is known.
        pass
    finally:
        os.write(writer, text.encode("ascii"))
        os._exit(0)
