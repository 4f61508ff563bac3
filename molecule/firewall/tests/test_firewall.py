# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adverts arrive, and the address answers, through a firewall that drops, however it is opened; it is closed again.

What somebody else has opened or banned at runtime only survives that.
"""

from __future__ import annotations

import pytest
from labhosts import wait_for

MEMBERS = ("app1", "app2")
PREPARE = (
    "sed --in-place 's/^FirewallBackend=.*/FirewallBackend={backend}/' /etc/firewalld/firewalld.conf"
    " && firewall-cmd --quiet --set-default-zone=drop && systemctl restart firewalld"
)
# Somebody else's, at runtime only, as a ban or a container's port is: a reload or restart of firewalld drops it.
FOREIGN = ("--zone=work {}port=9999/tcp", "--zone=work {}rich-rule='rule family=ipv4 source address=198.18.8.9 drop'")
FOREIGN_RULE = "ipv4 filter INPUT 0 -s 198.18.8.9 -j DROP"


def instance(lab, **changes):
    """What the inventory has, with changes."""
    address = f"{lab.vip}/{lab.vars['lab_prefixlen']}"
    return {"name": "VI_1", "virtual_router_id": 51, "virtual_ipaddress": [address], **changes}


def run(lab, mode, *arguments, **changes):
    """Runs site.yml, which judges the group."""
    done = lab.site(
        *arguments, keepalived_firewall=mode, keepalived_vrrp_instances=[instance(lab, **changes)],
        keepalived_allow_disruption=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def answers(lab):
    """Whether the client gets the health page through the address."""
    try:
        return lab.fetch(f"http://{lab.vip}/health")[0] == 200
    except AssertionError:
        return False


def zone(lab, name, what, zone="drop"):
    """What the zone has, at runtime and for good: the same."""
    told = [
        lab.hosts[name].check_output(f"firewall-cmd {scope} --zone={zone} --list-{what}")
        for scope in ("", "--permanent")
    ]
    assert sorted(told[0].splitlines()) == sorted(told[1].splitlines())
    return sorted(told[0].splitlines() if what == "rich-rules" else told[0].split())


def direct(lab, name):
    """The direct rules but for somebody else's, at runtime and for good: two lists."""
    ask = "firewall-cmd {} --direct --get-all-rules"
    told = [lab.hosts[name].check_output(ask.format(scope)).splitlines() for scope in ("", "--permanent")]
    return [sorted(rule for rule in rules if rule != FOREIGN_RULE) for rules in told]


def prepare(lab, name, backend):
    """A host in use before its first run: firewalld lacks what the role installs, and has entries of somebody else's.

    With nftables it has not found iptables when it started, and takes no direct rules. With iptables it would not start
    without.
    """
    host = lab.hosts[name]
    configured = f"FirewallBackend={backend}" in host.file("/etc/firewalld/firewalld.conf").content_string
    if backend == "nftables" and host.package("iptables").is_installed:
        host.check_output("apt-get purge -qq -y iptables >/dev/null")
        configured = False
    if not configured:
        host.check_output(PREPARE.format(backend=backend))
    for entry in foreign(backend, "--add-"):
        host.check_output(f"firewall-cmd {entry}")
    # By force: iptables, which the backend of that name works with, depends on it, and apt would remove that too.
    host.check_output("dpkg --force-depends --purge netbase && test ! -e /etc/protocols && firewall-cmd --state")


def foreign(backend, verb):
    """Somebody else's entries, as options of firewall-cmd."""
    rules = [f"--direct {verb}rule {FOREIGN_RULE}"] if backend == "iptables" else []
    return [*(entry.format(verb) for entry in FOREIGN), *rules]


def test_closed_firewall_lets_nothing_in(lab):
    """Otherwise the rest would prove nothing: without an entry in the zone the client is not answered."""
    for name in MEMBERS:
        lab.hosts[name].check_output(PREPARE.format(backend="nftables"))
    with pytest.raises(AssertionError, match="timed out"):
        lab.fetch(f"http://{lab.vip}/")
    assert zone(lab, "app1", "protocols") == []


@pytest.mark.parametrize(
    ("backend", "mode", "unicast"),
    [
        ("nftables", "auto", False),
        ("nftables", "direct", True),
        ("iptables", "auto", True),
        ("iptables", "zone", False),
        ("iptables", "direct", False),
    ],
)
def test_adverts_arrive_and_the_address_answers(lab, backend, mode, unicast):
    for name in MEMBERS:
        prepare(lab, name, backend)
    said = run(lab, mode, unicast=unicast)
    assert lab.holders() == ["app1"]
    # While the firewall was closed both members owned it: the client may know the other's MAC address for some seconds.
    wait_for("the address answers", lambda: answers(lab), 30)
    heard = lab.module("app2", "vrrp_adverts_info", duration=2.5)["virtual_routers"]
    assert [(one["virtual_router_id"], one["masters"]) for one in heard] == [(51, [lab.addresses["app1"]])], heard
    assert [one["blocked"] for one in heard] == [0], heard
    for name in MEMBERS:
        peer = lab.addresses["app2" if name == "app1" else "app1"]
        rich = [f'rule family="ipv4" source address="{peer}" protocol value="vrrp" accept']
        opened = mode == "zone" or backend == "nftables"
        assert zone(lab, name, "services") == ["http"]
        assert zone(lab, name, "protocols") == (["vrrp"] if opened and not unicast else [])
        assert zone(lab, name, "rich-rules") == (rich if opened and unicast else [])
        written = mode == "direct" or (mode == "auto" and backend == "iptables")
        runtime, permanent = direct(lab, name)
        assert len(permanent) == (0 if not written else 4 if unicast else 2)
        waits = written and backend == "nftables"
        assert runtime == ([] if waits else permanent)
        assert (f"firewalld on {name} did not find iptables when it started" in said) is waits
        assert lab.hosts[name].package("iptables").is_installed is (written or backend == "iptables")
        for entry in foreign(backend, "--query-"):
            assert lab.hosts[name].check_output(f"firewall-cmd {entry}") == "yes"
    if mode == "auto" or waits:
        assert run(lab, mode, unicast=unicast).count("changed=0") == 2
    if waits:
        # Not an error, and not a warning: nothing is amiss.
        done = lab.playbook(
            "playbooks/status.yml", "-e", "hot_standby_fail_on=warning",
            keepalived_firewall=mode, keepalived_vrrp_instances=[instance(lab, unicast=unicast)],
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("its direct rules count from firewalld's next start on") == 2, done.stdout
        lab.hosts["app1"].check_output("systemctl restart firewalld")
        runtime, permanent = direct(lab, "app1")
        assert runtime == permanent != []


def test_peer_that_leaves_is_let_in_no_more(lab):
    """A third peer in the configuration, and then none: exactly its entry goes."""
    third = lab.addresses["client"]
    peers = {name: [lab.addresses[other] for other in MEMBERS if other != name] for name in MEMBERS}
    run(lab, "zone", unicast=True, unicast_peer={name: [*known, third] for name, known in peers.items()})
    before = zone(lab, "app1", "rich-rules")
    assert [rule for rule in before if third in rule]
    run(lab, "zone", unicast=True)
    assert zone(lab, "app1", "rich-rules") == [rule for rule in before if third not in rule]


def test_what_the_administrator_opened_stays_open(lab):
    """He opened http himself: when it is not planned any more it is not ours to close."""
    app1, app2 = (lab.hosts[name] for name in MEMBERS)
    app1.check_output("for scope in '' --permanent; do firewall-cmd $scope --zone=drop --add-port=8080/tcp; done")
    run(lab, "zone", unicast=True)
    done = lab.site(
        keepalived_firewall="zone", nginx_port=8080, keepalived_vrrp_instances=[instance(lab, unicast=True)]
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert zone(lab, "app1", "ports") == zone(lab, "app2", "ports") == ["8080/tcp"]
    run(lab, "zone", unicast=True)
    assert zone(lab, "app1", "ports") == ["8080/tcp"]
    assert zone(lab, "app2", "ports") == []
    assert app2.check_output("firewall-cmd --state 2>&1") == "running"


def test_none_leaves_the_firewall_alone(lab):
    for name in MEMBERS:
        for entry in ("protocol=vrrp", "service=https"):
            lab.hosts[name].check_output(f"firewall-cmd --quiet --zone=drop --add-{entry}")
    run(lab, "none", unicast=True)
    for name in MEMBERS:
        assert zone(lab, name, "rich-rules") == []
        told = lab.hosts[name].check_output("firewall-cmd --zone=drop --list-services")
        assert told.split() == ["https"]


def test_firewalld_that_is_stopped_stays_stopped(lab):
    for name in MEMBERS:
        lab.hosts[name].check_output("systemctl stop firewalld")
    run(lab, "auto", unicast=True)
    assert lab.holders() == ["app1"]
    for name in MEMBERS:
        assert not lab.hosts[name].service("firewalld").is_running


def let_in(lab, name):
    """The rules that were added to ufw."""
    return lab.hosts[name].check_output("ufw show added").splitlines()[1:]


def test_ufw_is_opened_and_closed_again(lab):
    """firewalld is stopped by now. Multicast, since unicast gets through by each member's own adverts."""
    run(lab, "none")
    for name in MEMBERS:
        lab.hosts[name].check_output(
            "apt-get install -qq -y ufw >/dev/null && ufw allow 22/tcp && ufw allow 8080/tcp && ufw --force enable"
        )
    try:
        wait_for("both own the address", lambda: lab.holders() == list(MEMBERS))
        run(lab, "auto")
        lab.wait_for_owner("app1")
        wait_for("the address answers", lambda: answers(lab), 30)
        administrators = ["ufw allow 22/tcp", "ufw allow 8080/tcp"]
        for name in MEMBERS:
            assert sorted(let_in(lab, name)) == sorted(
                [*administrators, "ufw allow 80/tcp", "ufw allow to 224.0.0.18 proto vrrp"]
            )
        assert run(lab, "auto").count("changed=0") == 2
        # Taken away by hand, it comes back.
        lab.hosts["app2"].check_output("ufw delete allow 80/tcp")
        run(lab, "auto")
        assert "ufw allow 80/tcp" in let_in(lab, "app2")
        run(lab, "auto", unicast=True)
        for name in MEMBERS:
            peer = lab.addresses["app2" if name == "app1" else "app1"]
            assert sorted(let_in(lab, name)) == sorted(
                [*administrators, "ufw allow 80/tcp", f"ufw allow from {peer} proto vrrp"]
            )
        run(lab, "none", unicast=True)
        for name in MEMBERS:
            assert sorted(let_in(lab, name)) == sorted(administrators)
    finally:
        for name in MEMBERS:
            lab.hosts[name].check_output("ufw disable")
