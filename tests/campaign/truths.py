# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be true of a group at every moment, and how it is looked at."""

from __future__ import annotations

import typing as t

from group import PASSWORDS, Group
from labhosts import LabHosts, wait_for

#: What serves the address: each file with its content and mode. Backups are the copies of what was replaced.
FILES = """
for folder in /etc/keepalived /etc/nginx/conf.d /etc/default/keepalived /etc/systemd/system /usr/libexec/keepalived \
    /etc/sysctl.d /etc/rsyslog.d /etc/logrotate.d; do
    find $folder -type f -not -name '*Z~' -printf '%p %m ' -exec sha256sum '{}' ';' 2>/dev/null
done | sort
"""
#: Looks for a module at work: pipelined, it is an interpreter without arguments.
MODULE = "pgrep --full '^/usr/bin/python3$'"
UP = "systemctl is-system-running | grep --line-regexp -e running -e degraded"
KEEPS, TIMER = "systemctl is-active hot-standby-load", "hot-standby-change"
#: What a run says of a group that goes on with what it had.
BACK = ("Nothing has changed", "runs its former configuration")


def files(lab: LabHosts, members: t.Iterable[str]) -> dict[str, str]:
    """By member what serves the address."""
    return {name: lab.hosts[name].check_output(FILES) for name in members}


def secrets(text: str) -> list[str]:
    """Passwords in a text."""
    return [one for one in PASSWORDS if one in text]


def settle(lab: LabHosts, members: t.Iterable[str]) -> None:
    """Waits until nothing goes on by itself any more, and does what the timer does in an hour."""
    for name in members:
        host = lab.hosts[name]
        wait_for(f"{name} is up", lambda host=host: host.run(UP).rc == 0, 120)
        wait_for(f"{name} keeps no load", lambda host=host: host.run(KEEPS).rc != 0, 240)
        wait_for(f"no module is at work on {name}", lambda host=host: host.run(MODULE).rc != 0, 60)
        if host.run("test -e /var/lib/hot-standby/change.json").rc == 0:
            host.run(f"systemctl start {TIMER}.service")


def is_told(said: str, back: bool) -> bool:
    """Whether what a run that failed has said of the group's state is so.

    :arg back: whether all members have what they had.
    """
    return back or not any(words in said for words in BACK)


def allowed(fault: str, on: str, group: Group, moves: bool) -> float:
    """The longest outage that VRRP's timers allow in a change that meets a fault, in seconds."""
    interval = max(one.interval for one in group.instances)
    # The master down interval, with the largest skew time there is, and what a request waits for.
    crash = 3 * interval + interval + 1.5
    usual = 0.1 if moves else 0.0
    by_fault = {
        "": usual, "controller killed": usual, "module killed": usual, "disk full": usual,
        # What is asked for while both own the address is answered by one of them.
        "members cut off": crash,
        "host stopped 0.2 s": 0.5, "host stopped 2 s": 3.5, "host stopped 20 s": crash + 2,
        "host restarted": crash + 2,
        "keepalived killed": crash,
        # Two tries of the check, a second each, and the time that it has.
        "nginx killed": 12.0 if group.nginx else 60.0,
        # Hosts that have more to do than they bear: their clocks go on.
        "cores busy": max(usual, 1.0),
    }  # fmt: skip
    # Two instances may have two owners.
    touches = on == "owner" or len(group.instances) > 1 or fault == "cores busy"
    return max(usual, by_fault[fault]) if touches else usual
