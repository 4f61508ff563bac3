# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What systemd says of named units, in one call of systemctl(1)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

NAME = re.compile(r"[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*\Z")  # no pattern, and no option
PROPERTIES = (
    ("load_state", "LoadState"),
    ("active_state", "ActiveState"),
    ("sub_state", "SubState"),
    ("unit_file_state", "UnitFileState"),
    ("result", "Result"),
    ("main_pid", "MainPID"),
    ("restarts", "NRestarts"),
    ("need_daemon_reload", "NeedDaemonReload"),
)

#: States of a unit file with which the unit starts with the host.
ENABLED = ("enabled", "enabled-runtime", "alias", "static", "indirect", "generated")


class UnitError(Exception):
    """This is no name of a unit. The text is for the user."""


def command(systemctl, names):
    """The argument vector that asks for the units.

    :raises UnitError: a name is none.
    """
    for name in names:
        if not NAME.match(name) or name.endswith(("@", "@.service")):
            raise UnitError('services: "%s" is no name of a unit. Write it like keepalived or nginx.service.' % name)
    properties = "--property=" + ",".join(["Id"] + [theirs for unused, theirs in PROPERTIES])
    return [systemctl, "show", "--no-pager", properties, "--"] + list(names)


def parse(names, text):
    """What the command prints: a block of properties for each unit, in the order asked for, parted by empty lines.

    :returns: dict by the names as they were asked for; C(None) of all where it did not tell of each.
    """
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block]
    if len(blocks) != len(names):
        return dict.fromkeys(names)
    return dict((name, _unit(block)) for name, block in zip(names, blocks))


def _unit(block):
    """One unit."""
    values = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
    told = dict((ours, values.get(theirs) or None) for ours, theirs in PROPERTIES)
    told["unit"] = values.get("Id")
    told["main_pid"] = int(told["main_pid"] or 0) or None
    # systemd has it from 235 on.
    told["restarts"] = int(told["restarts"]) if (told["restarts"] or "").isdigit() else None
    told["need_daemon_reload"] = told["need_daemon_reload"] == "yes"
    return told
