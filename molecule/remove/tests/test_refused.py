# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change that is refused, at whatever point, leaves the hosts as they were: held against all that there is."""

from __future__ import annotations

import contextlib
import json
import signal
import typing as t

import pytest
from labhosts import PICKY, wait_for

#: All of it beside the configuration: files, scripts, kernel, log, firewall, the site of nginx, the daemon's flags.
BESIDES = {
    "keepalived_sysctl": {"net.ipv4.ip_forward": 1, "net.ipv4.conf.all.arp_notify": 0},
    "keepalived_log_transitions": True,
    "keepalived_log_target": "journald",
    "keepalived_firewall": "zone",
    "nginx_port": 8181,
    "nginx_health_path": "/up",
}
PLACE = "/usr/libexec/keepalived/picky"
LISTEN = "import socket, time; s = socket.create_server(('0.0.0.0', 8181)); time.sleep(600)"


def instance(lab, **changes) -> dict[str, t.Any]:
    """The instance with a second address."""
    addresses = [f"{address}/{lab.vars['lab_prefixlen']}" for address in lab.vars["lab_vips"][:2]]
    return {"virtual_ipaddress": addresses, "unicast": True, **changes}


@contextlib.contextmanager
def nothing(_lab) -> t.Iterator[None]:
    """The hosts are as they are."""
    yield


@contextlib.contextmanager
def picky(lab) -> t.Iterator[None]:
    """A check that app2 alone does not pass: its member goes to FAULT when the new configuration is loaded."""
    for name in ("app1", "app2"):
        lab.script(name, PLACE, PICKY)
    try:
        yield
    finally:
        for name in ("app1", "app2"):
            lab.hosts[name].check_output(f"rm {PLACE}")


@contextlib.contextmanager
def taken(lab) -> t.Iterator[None]:
    """Another process has the new port of nginx on app2."""
    lab.hosts["app2"].check_output(f'systemd-run --quiet --unit=lab-taken python3 -c "{LISTEN}"')
    try:
        yield
    finally:
        lab.hosts["app2"].check_output("systemctl stop lab-taken")


@contextlib.contextmanager
def away(lab) -> t.Iterator[None]:
    """app2 has not what is to keep the load."""
    lab.hosts["app2"].check_output("mv /usr/bin/systemd-run /usr/bin/systemd-run.away")
    try:
        yield
    finally:
        lab.hosts["app2"].check_output("mv /usr/bin/systemd-run.away /usr/bin/systemd-run")


CHECKED = {"keepalived_vrrp_scripts": [{"name": "picky", "script": PLACE, "interval": 1, "fall": 1}]}
#: How the hosts are, the instance, what else is changed, and what the run says.
REFUSED = {
    "keepalived refuses it": (nothing, {"raw": "nonsense yes"}, {}, "keepalived refuses the configuration"),
    "a script is missing on all": (nothing, {"track_script": ["picky"]}, CHECKED, "picky"),
    "a member is not well with it": (picky, {"track_script": ["picky"]}, CHECKED, "script picky is"),
    "a port is taken on one member": (taken, {}, {}, "Another process has the port"),
    "it cannot be loaded on one member": (away, {}, {}, "app2 of the group web failed"),
}


def listing(lab, name: str) -> set[str]:
    """All that there is of a host, less what was there before the first run: of that more may be noted than before."""
    return {line for line in lab.listing(name) if not line.startswith("/var/lib/hot-standby/manifest.json ")}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_change_leaves_all_as_it_was(lab, what):
    state, changes, besides, words = REFUSED[what]
    with state(lab):
        before = {name: listing(lab, name) for name in ("app1", "app2")}
        done = lab.site(keepalived_vrrp_instances=[instance(lab, **changes)], **BESIDES, **besides)
        after = {name: listing(lab, name) for name in before}
    output = done.stdout + done.stderr
    assert done.returncode == 2, output
    assert words in output
    for name, lines in before.items():
        assert sorted(after[name] ^ lines) == [], f"{name}\n{output}"
    assert lab.holders() == ["app1"]
    assert lab.fetch(f"http://{lab.vip}/health")[0] == 200


def test_what_an_earlier_run_has_left_is_not_what_a_refused_one_goes_back_to(lab):
    """Its controller was gone before it could forget: the host has been changed since."""
    stale = {"format": 1, "sysctl": {}, "firewall": {}, "files": {"/etc/sysctl.d/60-hot-standby.conf": None}}
    before = {name: listing(lab, name) for name in ("app1", "app2")}
    for name in before:
        lab.hosts[name].check_output(f"echo '{json.dumps(stale)}' >/var/lib/hot-standby/change.json")
    done = lab.site(keepalived_vrrp_instances=[instance(lab, raw="nonsense yes")], **BESIDES)
    assert done.returncode == 2, done.stdout + done.stderr
    assert {name: listing(lab, name) for name in before} == before


def phase(lab, name: str) -> str | None:
    """How far a member's load has come."""
    state = lab.hosts[name].run("cat /run/hot-standby/load.json").stdout
    return json.loads(state)["phase"] if state else None


#: Looks for a module at work: pipelined, it is an interpreter without arguments.
MODULE = "pgrep --full '^/usr/bin/python3$'"
#: How far a change has come, by what both members show.
POINTS: dict[str, t.Callable[..., bool]] = {
    "touched": lambda lab, name: lab.hosts[name].file("/var/lib/hot-standby/change.json").exists,
    "waiting": lambda lab, name: phase(lab, name) == "waiting",
    "loaded": lambda lab, name: phase(lab, name) == "loaded",
}


@pytest.mark.parametrize("point", POINTS)
def test_all_goes_back_by_itself_when_the_controller_and_a_member_are_gone(lab, tmp_path, point):
    """Power is lost on app2, and on the controller, before the change is final. What firewalls let in stays."""
    variables = {name: value for name, value in BESIDES.items() if name not in ("keepalived_firewall", "nginx_port")}
    variables["keepalived_vrrp_instances"] = [instance(lab)]
    overlay = tmp_path / "overlay.yml"
    overlay.write_text(json.dumps({"web": {"vars": variables}}))
    before = {name: listing(lab, name) for name in ("app1", "app2")}
    process = lab.start("ansible-playbook", "site.yml", f"--inventory={overlay}")
    try:
        wait_for(f"it is {point}", lambda: all(POINTS[point](lab, name) for name in before), timeout=120)
    finally:
        process.kill()
    lab.docker("restart", "--time=0", lab.hostvars["app2"]["ansible_host"])
    if point == "touched":
        # What the timer does in an hour. No module is at work then.
        wait_for("no module is at work", lambda: lab.hosts["app1"].run(MODULE).rc != 0)
        lab.hosts["app1"].check_output("systemctl start hot-standby-change.service")
    wait_for("app1 is as it was", lambda: listing(lab, "app1") == before["app1"], timeout=180)
    wait_for("app2 is as it was", lambda: listing(lab, "app2") == before["app2"], timeout=60)
    lab.wait_for_owner("app1")
    assert lab.fetch(f"http://{lab.vip}/health")[0] == 200
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("changed=0") == 2, done.stdout


#: Whatever moves an address, or changes what serves it.
MOVES = (
    ("site.yml",), ("playbooks/handover.yml", "-e", "hot_standby_handover_from=app1"), ("playbooks/update.yml",),
    ("playbooks/drill.yml", "-e", "hot_standby_drill_confirm=web", "-e", "hot_standby_drill_from=client"),
    ("playbooks/remove.yml", "-e", "hot_standby_hosts=web"),
)  # fmt: skip


def test_the_same_change_is_made_where_nothing_refuses_it(lab, tmp_path):
    """Otherwise the tests before would say nothing. Another controller comes in between, and leaves it alone."""
    before = {name: listing(lab, name) for name in ("app1", "app2")}
    overlay = tmp_path / "overlay.yml"
    overlay.write_text(json.dumps({"web": {"vars": {"keepalived_vrrp_instances": [instance(lab)], **BESIDES}}}))
    process = lab.start("ansible-playbook", "site.yml", f"--inventory={overlay}")
    wait_for("it is loaded", lambda: [phase(lab, name) for name in before] == ["loaded"] * 2, timeout=120)
    process.send_signal(signal.SIGSTOP)
    # Where the load is asked back, and who has asked is lost, the rest comes back with it.
    assert lab.hosts["app1"].run("systemctl is-active hot-standby-change.timer").stdout == "active\n"
    try:
        others = [lab.start("ansible-playbook", *arguments) for arguments in MOVES]
        said = ["".join(other.communicate()) for other in others]
    finally:
        process.send_signal(signal.SIGCONT)
    output = "".join(process.communicate())
    for other, told in zip(others, said, strict=True):
        assert other.returncode == 2, told
        assert told.count("Another run loads a configuration, which is not confirmed yet") >= 2, told
    assert process.returncode == 0, output
    assert all(listing(lab, name) != lines for name, lines in before.items())
    assert lab.fetch(f"http://{lab.vip}:8181/up")[0] == 200
    for name in before:
        assert not lab.hosts[name].file("/var/lib/hot-standby/change.json").exists
        assert lab.hosts[name].run("systemctl is-active hot-standby-change.timer").stdout == "inactive\n"
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lab.fetch(f"http://{lab.vip}/health")[0] == 200
