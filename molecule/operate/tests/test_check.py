# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that is slow keeps its address, and a nginx that hangs loses it in time. The long form is `nox -s busy`."""

from __future__ import annotations

import time

from labhosts import wait_for

MEMBERS = ("app1", "app2")
#: (timeout + interval) x fall of the inventory, a takeover after a clean end, and half a second as the drill has it.
BOUND = (4 + 1) * 2 + 0.3 + 0.5
#: Seconds: two checks that were ended after one would be two failures.
SHORT = 3.2


def now(lab) -> str:
    """The instant from which on transitions count."""
    return lab.hosts["app1"].check_output("date +%s.%N")


def moves(lab, since: str) -> dict[str, list[str]]:
    """The transitions of both members."""
    return {name: lab.transitions(name, since) for name in MEMBERS}


def test_busy_hosts_that_stand_still_now_and_then_move_nothing(lab):
    lab.wait_for_owner("app1")
    since = now(lab)
    with lab.busy(MEMBERS):
        time.sleep(3)
        lab.stand_still("app1", 1.5)
        time.sleep(2)
    with lab.busy(MEMBERS, share=60):
        time.sleep(5)
        lab.stand_still("app2", 1.5)
        time.sleep(8)
    assert moves(lab, since) == {"app1": [], "app2": []}
    assert lab.holders() == ["app1"]


def test_nginx_that_is_silent_for_a_moment_on_both_members_moves_nothing(lab):
    lab.wait_for_owner("app1")
    since = now(lab)
    commands = [f"pkill -STOP -x nginx; sleep {SHORT}; pkill -CONT -x nginx"] * len(MEMBERS)
    for name, command in zip(MEMBERS, commands, strict=True):
        lab.docker("exec", "--detach", lab.hostvars[name]["ansible_host"], "sh", "-c", command)
    time.sleep(SHORT + 1)
    stopped = "ps -C nginx -o state= | grep -c T"
    wait_for("nginx goes on", lambda: [lab.hosts[name].run(stopped).stdout.strip() for name in MEMBERS] == ["0", "0"])
    assert moves(lab, since) == {"app1": [], "app2": []}
    assert lab.holders() == ["app1"]


def test_nginx_that_hangs_is_given_up_within_its_bound(lab):
    """It takes connections all the while, and answers none."""
    app1 = lab.hosts["app1"]
    since = now(lab)
    began = time.monotonic()
    app1.check_output("pkill -STOP -x nginx")
    try:
        wait_for("app2 has taken over", lambda: lab.holders() == ["app2"])
        took = time.monotonic() - began
        skipped = f"journalctl --unit=keepalived --output=cat --since=@{since} | grep -c 'skipping run'"
        assert int(app1.run(skipped).stdout) <= took
        # No check is left behind that waits for it.
        assert int(app1.run("pgrep -c check_nginx").stdout) <= 4
    finally:
        app1.check_output("pkill -CONT -x nginx")
    assert took <= BOUND
    assert "FAULT" in lab.transitions("app1", since)
    lab.wait_for_owner("app1")
