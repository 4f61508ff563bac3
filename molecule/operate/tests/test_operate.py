# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a pair is told as it is, well or not; its address is moved on request without losing a request."""

from __future__ import annotations

import contextlib
import json
import typing as t

import pytest
from labhosts import lost, wait_for

MEMBERS = ("app1", "app2")
INTERVAL = 0.01
#: What a firewall does that lets VRRP out and not in.
DROP = "iptables --{} INPUT --protocol vrrp -j DROP"


class State(t.NamedTuple):
    """What the playbook status returned and printed."""

    rc: int
    output: str
    data: dict[str, t.Any]

    def codes(self) -> list[tuple[str, str, str]]:
        """Severity, code and host of each finding."""
        return [(one["severity"], one["code"], one["host"]) for one in self.data["groups"]["web"]["findings"]]


def status(lab, *arguments) -> State:
    """The state as JSON."""
    done = lab.ansible("ansible-playbook", "playbooks/status.yml", "-e", "hot_standby_format=json", *arguments)
    output = done.stdout + done.stderr
    assert "\n{\n" in output, output
    return State(done.returncode, output, json.JSONDecoder().raw_decode(output, output.index("\n{\n") + 1)[0])


def handover(lab, **variables):
    """The playbook handover."""
    extra = {f"hot_standby_handover_{name}": value for name, value in variables.items()}
    return lab.ansible("ansible-playbook", "playbooks/handover.yml", "-e", json.dumps(extra))


def test_a_healthy_pair(lab):
    lab.wait_for_owner("app1")
    state = status(lab, "-e", "hot_standby_fail_on=warning")
    assert state.codes() == []
    assert state.rc == 0
    group = state.data["groups"]["web"]
    assert group["instances"][0]["owner"] == "app1"
    assert [facts["nginx"] for facts in group["members"].values()] == ["answers", "answers"]
    assert group["members"]["app2"]["instances"]["VI_1"]["state"] == "BACKUP"
    assert "Tq4vWn8s" not in state.output


def test_table_answers_who_has_it_and_what_if(lab):
    done = lab.ansible("ansible-playbook", "playbooks/status.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nweb: well\n" in done.stdout
    assert f"  app1    VI_1      MASTER  200       {lab.vip}" in done.stdout
    assert "if app1 dies now, app2 takes over after 3.297 s at most" in done.stdout


@contextlib.contextmanager
def broken(lab, member: str, breaks: str, mends: str):
    """A member that is not well within the block."""
    lab.hosts[member].check_output(breaks)
    try:
        yield
    finally:
        lab.hosts[member].check_output(mends)


CONF = "/etc/keepalived/keepalived.conf"
FAULTS = {
    "what was changed by hand": (
        f"cp -a {CONF} /run/kept && echo '# mine' >>{CONF}; sysctl -q net.ipv4.ip_forward=0;"
        " systemctl disable -q keepalived; systemctl stop syslog.socket rsyslog",
        f"cp -a /run/kept {CONF}; sysctl -q net.ipv4.ip_forward=1;"
        " systemctl enable -q keepalived; systemctl start rsyslog",
        {"drift", "sysctl", "not_enabled", "service"},
    ),
    "keepalived down": ("systemctl stop keepalived", "systemctl start keepalived", {"daemon", "no_redundancy"}),
    "keepalived frozen": (
        "systemctl kill --signal=SIGSTOP keepalived",
        "systemctl kill --signal=SIGCONT keepalived",
        {"daemon", "no_redundancy"},
    ),
    "address by hand": (
        "ip address add {vip}/27 dev eth0",
        "ip address del {vip}/27 dev eth0",
        {"address_without_master", "two_answers"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_of_the_standby_is_called_by_name(lab, fault):
    breaks, mends, expected = FAULTS[fault]
    with broken(lab, "app2", breaks.format(vip=lab.vip), mends.format(vip=lab.vip)):
        found = status(lab)
    codes = {code for _severity, code, _host in found.codes()}
    assert codes >= expected and codes <= expected | {"wrong_server", "not_answering"}, found.output
    assert found.rc == (2 if "error" in [severity for severity, _code, _host in found.codes()] else 0)
    wait_for("it is well again", lambda: status(lab).codes() == [])


def test_nginx_down_on_the_owner(lab):
    with broken(lab, "app1", "systemctl stop nginx", "systemctl start nginx"):
        wait_for("app2 has taken over", lambda: lab.holders() == ["app2"])
        found = status(lab)
    assert ("error", "service", "app1") in found.codes()
    assert ("error", "fault", "app1") in found.codes()
    assert "check_nginx" in found.output
    assert found.data["groups"]["web"]["instances"][0]["owner"] == "app2"
    lab.wait_for_owner("app1")


def test_member_that_does_not_answer_is_judged_and_not_fatal(lab):
    container = lab.hostvars["app2"]["ansible_host"]
    lab.docker("stop", "--time", "2", container)
    try:
        found = status(lab, "-e", "hot_standby_fail_on=never")
    finally:
        lab.docker("start", container)
    assert ("error", "unreachable", "app2") in found.codes()
    assert found.data["groups"]["web"]["instances"][0]["owner"] == "app1"
    assert found.rc in (0, 4)
    wait_for("app2 is back", lambda: status(lab).codes() == [])


def test_split_is_told_on_both_sides_by_status_and_site(lab):
    """What a firewall that drops VRRP makes: both own the address, and the wire tells why."""
    for name in MEMBERS:
        lab.hosts[name].check_output("apt-get install -qq -y iptables >/dev/null && " + DROP.format("insert"))
    try:
        wait_for("both own the address", lambda: lab.holders() == list(MEMBERS))
        found = status(lab)
        site = lab.site()
    finally:
        for name in MEMBERS:
            lab.hosts[name].check_output(DROP.format("delete"))
    assert [one for one in found.codes() if one[1] == "blocked"] == [("error", "blocked", name) for name in MEMBERS]
    assert [one for one in found.codes() if one[1] == "split"] == [("error", "split", name) for name in MEMBERS]
    assert found.rc == 2
    assert site.returncode == 2
    assert f"{lab.vip} has 2 owners" in site.stdout + site.stderr
    wait_for("the split is gone", lambda: status(lab).codes() == [])


def test_handover_and_back_lose_no_request(lab):
    """One of the moves may cut the request that is under way in that very moment."""
    with lab.probing(lab.vip, INTERVAL) as measured:
        there = handover(lab, to="app2")
        assert there.returncode == 0, there.stdout + there.stderr
        assert lab.holders() == ["app2"]
        again = handover(lab, to="app2")
        back = handover(lab, end="web")
    assert "moves from app1 to app2" in there.stdout
    assert again.returncode == 0
    assert "changed=0" in again.stdout and "stays on app2" in again.stdout
    assert back.returncode == 0, back.stdout + back.stderr
    assert lab.holders() == ["app1"]
    assert measured["requests"]["failed"] <= 2, lost(measured)
    assert measured["outage_longest"] < 0.1, lost(measured)


def test_maintenance_survives_site_and_a_reboot(lab):
    done = handover(lab, **{"from": "app1"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert lab.holders() == ["app2"]
    site = lab.site()
    assert site.returncode == 0, site.stdout + site.stderr
    assert site.stdout.count("changed=0") == 2
    lab.docker("restart", "--time", "5", lab.hostvars["app1"]["ansible_host"])

    def told():
        return status(lab).codes() == [("info", "maintenance", "app1")]

    wait_for("app1 is back, and owns nothing", told)
    # It follows all the same if need be, but as late as the lowest priority is.
    (instance,) = status(lab).data["groups"]["web"]["instances"]
    assert instance["takeover"] == {"by": "app1", "graceful": 0.996, "crash": 3.996}
    assert lab.holders() == ["app2"]
    refused = handover(lab, **{"from": "app2"})
    assert refused.returncode == 2
    assert "Nothing has changed. No member is left that could own VI_1" in refused.stdout + refused.stderr
    assert handover(lab, end="app1").returncode == 0
    assert lab.holders() == ["app1"]


def test_check_mode_tells_and_moves_nothing(lab):
    done = lab.ansible("ansible-playbook", "playbooks/handover.yml", "--check", "-e", "hot_standby_handover_to=app2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "moves from app1 to app2" in done.stdout
    assert lab.holders() == ["app1"]


def test_handover_to_a_member_that_is_not_fit(lab):
    with broken(lab, "app2", "systemctl stop nginx", "systemctl start nginx"):
        done = handover(lab, to="app2")
    assert done.returncode == 2
    assert "Nothing has changed." in done.stdout + done.stderr
    assert lab.holders() == ["app1"]
    wait_for("it is well again", lambda: status(lab).codes() == [])


TELL = "printf '#!/bin/sh\\necho \"$@\" >>/tmp/told\\nsleep 600\\n' >/usr/local/bin/tell"


def test_transitions_are_logged_and_told_to_a_command_that_hangs(lab):
    """keepalived does not wait for it: the address moves all the same, and the second transition is logged too."""
    app2 = lab.hosts["app2"]
    app2.check_output(TELL + "; chmod 755 /usr/local/bin/tell; rm -f /tmp/told")
    try:
        assert handover(lab, to="app2").returncode == 0
        assert handover(lab, end="web").returncode == 0
        journal = app2.check_output("journalctl --output=cat --identifier=keepalived-transition").splitlines()
        told = app2.check_output("cat /tmp/told").splitlines()
    finally:
        app2.run("pkill -x tell; rm -f /tmp/told /usr/local/bin/tell")
    assert [line.rpartition(" ")[0] for line in journal[-2:]] == [
        "kind=instance name=VI_1 state=MASTER",
        "kind=instance name=VI_1 state=BACKUP",
    ]
    assert [line.rpartition(" ")[0] for line in told] == ["ops INSTANCE VI_1 MASTER", "ops INSTANCE VI_1 BACKUP"]
