# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transaction on real daemons of three versions: what it refuses, what it takes back, and what interrupts it."""

from __future__ import annotations

import json
import time
import typing as t

import pytest
from labhosts import wait_for
from observed import GLOBAL, RELEASES, Lab, instance

PATH = "/etc/keepalived/keepalived.conf"
LISTING = "ls -A /etc/keepalived /etc/systemd/system /etc/systemd/system/multi-user.target.wants"
MASTER = 150


def conf(lab: Lab, *numbers: int, priority: int = MASTER, body: str = "", advert_int: int = 1) -> str:
    """A configuration with the addresses of these numbers."""
    addresses = [f"{lab.address(number)}/27" for number in numbers]
    text = GLOBAL + instance("VI_1", 21, priority, *addresses, body=body)
    return text.replace("advert_int 1\n", f"advert_int {advert_int}\n")


class Member:
    """One host whose keepalived owns an address."""

    def __init__(self, lab: Lab, host: str) -> None:
        self.lab, self.host = lab, host

    def module(self, check: bool = True, **options: t.Any) -> dict[str, t.Any]:
        """The module."""
        return self.lab.modules([self.host], "keepalived_config", check, **options)[self.host]

    def stage(self, content: str, check: bool = True) -> dict[str, t.Any]:
        """The step stage."""
        return self.module(check, step="stage", content=content)

    def load(self, content: str, **options: t.Any) -> str:
        """The steps stage and load. Returns the transaction."""
        transaction = self.stage(content)["transaction"]
        self.module(step="load", transaction=transaction, **options)
        return str(transaction)

    def live(self) -> str:
        """What is in place."""
        return self.lab.sh(self.host, f"cat {PATH}")

    def holds(self, number: int) -> bool:
        """Whether the host has the address of that number."""
        return f" {self.lab.address(number)}/" in self.lab.sh(self.host, "ip -oneline address show")

    def pid(self) -> str:
        """The daemon's."""
        return self.lab.sh(self.host, "systemctl show keepalived --property=MainPID").strip()

    def listing(self) -> str:
        """What is in the directories that a load uses, but for the backups."""
        names = self.lab.sh(self.host, LISTING, check=False).splitlines()
        return "\n".join(name for name in names if not name.endswith("Z~"))


@pytest.fixture
def member(request: pytest.FixtureRequest, daemons: Lab) -> t.Iterator[Member]:
    """A member that is MASTER and owns address 21; on Debian 12 unless a test asks for others (C(everywhere))."""
    found = Member(daemons, f"{getattr(request, 'param', 'deb12')}a")
    daemons.write(found.host, PATH, conf(daemons, 21), "0640")
    daemons.systemctl("start", found.host)
    daemons.wait_for_address(found.host, daemons.address(21))
    yield found
    daemons.sh(
        found.host,
        "systemctl stop hot-standby-load 2>/dev/null;"
        " rm -rf /etc/keepalived/.keepalived.conf.* /etc/keepalived/*~ /etc/systemd/system/hot-standby-revert.service"
        " /etc/systemd/system/multi-user.target.wants/hot-standby-revert.service /run/hot-standby; true",
    )


everywhere = pytest.mark.parametrize("member", RELEASES, indirect=True)


@everywhere
def test_change_is_loaded_verified_and_confirmed(member, daemons):
    before, pid = member.listing(), member.pid()
    transaction = member.load(conf(daemons, 21, 22))
    seen = member.module(step="verify", transaction=transaction)
    assert seen["instances"] == {"VI_1": "MASTER"}
    assert seen["late"] < 0.5
    assert member.holds(22)
    assert ".keepalived.conf.previous" in member.listing()
    result = member.module(step="confirm", transaction=transaction)
    assert daemons.sh(member.host, f"stat -c %a {result['backup_file']}").strip() == "600"
    assert daemons.sh(member.host, f"cat {result['backup_file']}") == conf(daemons, 21)
    assert member.live() == conf(daemons, 21, 22)
    assert (member.listing(), member.pid()) == (before, pid)
    wait_for("the keeper has gone", lambda: "hot-standby-load" not in daemons.sh(member.host, "systemctl list-units"))
    assert member.module(step="confirm", transaction=transaction)["changed"] is False
    assert member.stage(conf(daemons, 21, 22))["transaction"] == ""


@everywhere
def test_load_that_nobody_confirms_is_taken_back(member, daemons):
    before = member.listing()
    transaction = member.load(conf(daemons, 22), confirm_timeout=3)
    wait_for("the new address", lambda: member.holds(22) and not member.holds(21))
    wait_for("the former address", lambda: member.holds(21) and not member.holds(22))
    assert member.live() == conf(daemons, 21)
    wait_for("nothing is left", lambda: member.listing() == before)
    result = member.module(False, step="confirm", transaction=transaction)
    assert result["msg"] == "The former configuration is back: nobody has confirmed it within 3 s."


def test_all_load_at_one_instant_and_revert_at_another(member, daemons):
    began = time.time()
    transaction = member.stage(conf(daemons, 21, 22))["transaction"]
    # As late as several such calls take here.
    result = member.module(step="load", transaction=transaction, at=time.time() + 2 + 3 * (time.time() - began))
    assert abs(result["clock_offset"]) < 0.5
    assert not member.holds(22)
    seen = member.module(step="verify", transaction=transaction)
    assert seen["late"] < 0.1
    assert member.holds(22)
    asked = time.time() + 3
    result = member.module(step="revert", transaction=transaction, at=asked)
    assert result["instances"] == {"VI_1": "MASTER"}
    assert time.time() > asked
    assert not member.holds(22)
    assert member.live() == conf(daemons, 21)


def test_load_is_called_off_before_its_instant(member, daemons):
    before = member.listing()
    transaction = member.stage(conf(daemons, 22))["transaction"]
    member.module(step="load", transaction=transaction, at=time.time() + 60)
    assert member.module(step="revert", transaction=transaction)["changed"] is True
    assert member.listing() == before
    assert member.live() == conf(daemons, 21)
    assert member.holds(21)


def test_instant_that_is_over(member, daemons):
    transaction = member.stage(conf(daemons, 22))["transaction"]
    result = member.module(False, step="load", transaction=transaction, at=time.time() - 1)
    assert "nothing was loaded" in result["msg"]
    assert member.live() == conf(daemons, 21)


BROKEN = {
    "unknown keyword": ("  nonsense yes\n", "nonsense"),
    "missing interface": ("  interface eth7\n", "eth7"),
    "undefined script": ("  track_script {\n    nobody\n  }\n", "nobody"),
    "priority": ("  priority 300\n", "300"),
    "virtual router id": ("  virtual_router_id 256\n", "256"),
    "password": ("  authentication {\n    auth_type PASS\n    auth_pass\n  }\n", "auth_pass"),
}
OWN_CHECKS = {
    "no prefix": ("  virtual_ipaddress_excluded {\n    198.18.0.1\n  }\n", "198.18.0.1/24"),
    "foreign source": ("  unicast_src_ip 198.18.0.1\n", "198.18.0.1 is no address of this host"),
    "own address as peer": ("  unicast_peer {\n    {own}\n  }\n", "is this host itself"),
    "include of nothing": ("  include /etc/keepalived/none/*.conf\n", "names nothing"),
}


@everywhere
def test_broken_configurations_are_refused_and_nothing_moves(member, daemons):
    before, pid = member.listing(), member.pid()
    own = daemons.addresses[member.host]
    cases = {
        name: (conf(daemons, 21, body=body.replace("{own}", own)), cause)
        for name, (body, cause) in {**BROKEN, **OWN_CHECKS}.items()
    }
    cases["empty"] = ("! nothing\n", "The configuration is empty")
    cases["unterminated"] = (conf(daemons, 21).rstrip().removesuffix("}"), "")
    for name, (content, cause) in cases.items():
        # Check mode refuses it too.
        for arguments in ([], ["--check"])[: 2 if name in ("priority", "foreign source") else 1]:
            result = daemons.modules(
                [member.host], "keepalived_config", False, arguments, step="stage", content=content
            )[member.host]
            assert result.get("failed"), (name, result)
            assert cause in result["msg"], (name, result["msg"])
    assert (member.listing(), member.pid(), member.holds(21)) == (before, pid, True)


@everywhere
def test_script_that_its_user_may_not_run_is_refused(member, daemons):
    script = "vrrp_script chk {\n  script /usr/local/bin/picky\n  interval 1\n}\n"
    content = conf(daemons, 21, body="  track_script {\n    chk\n  }\n")
    content = content.replace("vrrp_instance", script + "vrrp_instance", 1)
    content = content.replace("script_user root", "script_user nobody")
    daemons.write(member.host, "/usr/local/bin/picky", "#!/bin/sh\nexit 0\n", "0700")
    try:
        result = member.stage(content, check=False)
        assert "the user nobody may not run /usr/local/bin/picky" in result["msg"], result
        assert "0700 root root" in result["msg"] and "script_user" in result["msg"]
        # As root it may be run, and then as anybody.
        assert member.stage(content.replace("script_user nobody", "script_user root"))["transaction"]
        daemons.sh(member.host, "chmod 0755 /usr/local/bin/picky")
        transaction = member.load(content)
        member.module(step="verify", transaction=transaction)
        member.module(step="confirm", transaction=transaction)
        # Where it is closed later, the next load shows it.
        daemons.sh(member.host, "chmod 0700 /usr/local/bin/picky; systemctl reload keepalived")
        seen = wait_for(
            "it is left out", lambda: daemons.modules([member.host], "keepalived_info")[member.host]["not_tracked"]
        )
        assert [one["name"] for one in seen] == ["chk"]
    finally:
        daemons.sh(member.host, "rm /usr/local/bin/picky")


@pytest.mark.parametrize("how", ["killed", "frozen", "interface gone", "script fails"])
def test_daemon_that_is_not_well_afterwards(member, daemons, how):
    """The configuration is accepted, and takes the daemon or the address down: the former one comes back."""
    if how == "frozen":
        transaction = member.stage(conf(daemons, 21, 22))["transaction"]
        daemons.sh(member.host, "pkill -STOP -x keepalived")
        result = member.module(False, step="load", transaction=transaction)
        assert "keepalived is stopped" in result["msg"]
        daemons.sh(member.host, "pkill -CONT -x keepalived")
        assert member.live() == conf(daemons, 21)
        return
    content = conf(daemons, 21, 22)
    if how == "script fails":
        content = (
            GLOBAL
            + "vrrp_script no {\n  script /bin/false\n  interval 1\n  fall 1\n}\n"
            + conf(daemons, 21, body="  track_script {\n    no\n  }\n").removeprefix(GLOBAL)
        )
        content = content.replace("/bin/false", "/usr/bin/false")
    elif how == "interface gone":
        daemons.sh(
            member.host,
            "ip link add dummy7 type veth peer name dummy8 && ip link set dummy7 up && ip link set dummy8 up",
        )
        content = conf(daemons, 21, body="  track_interface {\n    dummy7\n  }\n")
    transaction = member.stage(content)["transaction"]
    if how == "interface gone":
        daemons.sh(member.host, "ip link set dummy7 down")
    try:
        member.module(step="load", transaction=transaction, confirm_timeout=40)
        if how == "killed":
            member.module(step="verify", transaction=transaction)
            daemons.sh(member.host, "systemctl kill --signal=KILL keepalived")
            wait_for("the former configuration", lambda: member.live() == conf(daemons, 21))
            result = member.module(False, step="verify", transaction=transaction)
            assert result["msg"] == "The former configuration is back: keepalived has ended."
        else:
            result = member.module(False, step="verify", transaction=transaction, timeout=5)
            assert result.get("failed"), result
            assert "FAULT" in result["msg"], result["msg"]
            member.module(step="revert", transaction=transaction)
    finally:
        daemons.sh(member.host, "ip link delete dummy7 2>/dev/null; true")
    daemons.wait_for_address(member.host, daemons.address(21))
    assert member.live() == conf(daemons, 21)
    assert daemons.states(member.host) == {member.host: {"VI_1": "MASTER"}}


@pytest.mark.parametrize("moment", ["waiting", "loaded"])
def test_keeper_that_is_killed_reverts(member, daemons, moment):
    transaction = member.stage(conf(daemons, 22))["transaction"]
    at = {} if moment == "loaded" else {"at": time.time() + 30}
    member.module(step="load", transaction=transaction, **at)
    if moment == "loaded":
        member.module(step="verify", transaction=transaction)
    daemons.sh(member.host, "systemctl kill --signal=KILL hot-standby-load")
    daemons.wait_for_address(member.host, daemons.address(21))
    wait_for("nothing is left", lambda: ".previous" not in member.listing() and "revert" not in member.listing())
    assert member.live() == conf(daemons, 21)
    wait_for("the address", lambda: not member.holds(22))


def test_keeper_that_is_gone_for_good_is_made_up_for_by_the_next_run(member, daemons):
    member.load(conf(daemons, 22))
    wait_for("the new address", lambda: member.holds(22))
    daemons.sh(member.host, "systemctl stop hot-standby-load")
    assert member.live() == conf(daemons, 22)
    member.stage(conf(daemons, 21, 22))
    assert member.live() == conf(daemons, 21)
    daemons.wait_for_address(member.host, daemons.address(21))


def test_two_runs_at_once(member, daemons):
    first = member.stage(conf(daemons, 21, 22))["transaction"]
    second = member.stage(conf(daemons, 21, 23))["transaction"]
    result = member.module(False, step="load", transaction=first)
    assert result["msg"] == "Another run has replaced what this one has staged: run again."
    member.module(step="load", transaction=second)
    result = member.stage(conf(daemons, 21, 22), check=False)
    assert "Another run loads a configuration, which is not confirmed yet." in result["msg"]
    member.module(step="confirm", transaction=second)
    assert member.live() == conf(daemons, 21, 23)


def test_module_killed_at_any_moment(member, daemons):
    """Whenever the module is killed, there is a whole configuration, old or new, and the daemon runs.

    How long the module takes depends on the machine: it is killed later each time until it was too late, and then
    earlier again.
    """
    old, new = conf(daemons, 21), conf(daemons, 21, 22)
    # Pipelined, it has no name of its own.
    kill = (
        "until pgrep --full --exact /usr/bin/python3; do sleep 0.01; done; sleep {delay};"
        " pkill -KILL --full --exact /usr/bin/python3; true"
    )
    killed, delay = [], 0.05
    for _attempt in range(12):
        transaction = member.stage(new)["transaction"]
        options = {"step": "load", "transaction": transaction, "confirm_timeout": 2}
        running = daemons.start(
            "ansible", member.host, "-m", "hotstandby.vrrp.keepalived_config", "-a", json.dumps(options)
        )
        daemons.sh(member.host, kill.format(delay=delay))
        running.communicate()
        if running.returncode:
            killed.append(delay)
        assert member.live() in (old, new)
        assert member.holds(21)

        def settled():
            """Whether the next run would find nothing in its way, which makes good what was left."""
            return not member.stage(new, check=False).get("failed")

        wait_for("the next run can begin", settled)
        assert member.live() == old
        wait_for("the daemon runs it", lambda: member.holds(21) and not member.holds(22))
        assert daemons.sh(member.host, "systemctl is-active keepalived").strip() == "active"
        if len(killed) == 4:
            break
        delay *= 1.6 if running.returncode else 0.4
    assert len(killed) == 4, f"killed in time only after {killed} s"


@pytest.mark.parametrize("how", ["disk full", "read-only"])
def test_file_system_that_takes_nothing(member, daemons, how):
    """/etc/keepalived becomes a file system of its own that is full, or read-only."""
    daemons.sh(
        member.host,
        "cp -a /etc/keepalived /run/kept && mount -t tmpfs -o size=64k tmpfs /etc/keepalived"
        " && cp -a /run/kept/. /etc/keepalived/ && rm -r /run/kept",
    )
    try:
        if how == "disk full":
            daemons.sh(member.host, "dd if=/dev/zero of=/etc/keepalived/ballast bs=4k 2>/dev/null", check=False)
        else:
            daemons.sh(member.host, "mount -o remount,ro /etc/keepalived")
        result = member.stage(conf(daemons, 21, 22), check=False)
        assert result.get("failed"), result
        assert ("No space left" if how == "disk full" else "Read-only file system") in result["msg"]
        assert ".staged" not in member.listing()
        assert member.live() == conf(daemons, 21)
        assert member.holds(21)
    finally:
        daemons.sh(member.host, "umount -l /etc/keepalived")
