# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of which firewall entries a member gets: for each mode and what is on the host."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.firewall import derive
from builders import derived, firewall, instance, inventory, plan, told

NFTABLES = firewall(running=True, backend="nftables")
IPTABLES = firewall(running=True, backend="iptables")
HTTP = {"zone": "public", "service": "http"}
VRRP = {"zone": "public", "protocol": "vrrp"}
OFF = {"zone": [], "direct": [], "direct_later": [], "ufw": []}


def rule(chain, *match, ipv="ipv4"):
    args = [*match, "--protocol", "vrrp", "-j", "ACCEPT"]
    return {"ipv": ipv, "table": "filter", "chain": chain, "priority": 0, "args": args}


DIRECT = [
    rule("INPUT", "--in-interface", "eth0", "--destination", "224.0.0.18"),
    rule("OUTPUT", "--out-interface", "eth0", "--destination", "224.0.0.18"),
]


def derive_for(mode, observed, *instances, ports=("80/tcp",), count=2):
    found, _problems = derived(*(instances or (instance(),)), count=count)
    problems = Problems()
    return derive("app1", mode, observed, found, list(ports), problems), problems


@pytest.mark.parametrize(
    ("mode", "observed", "zone", "direct", "warnings"),
    [
        pytest.param("auto", NFTABLES, [HTTP, VRRP], [], 0, id="auto on nftables opens the zone"),
        pytest.param("auto", IPTABLES, [HTTP], DIRECT, 0, id="auto on iptables writes direct rules"),
        pytest.param("direct", NFTABLES, [HTTP, VRRP], DIRECT, 1, id="direct on nftables needs the zone too"),
        pytest.param("direct", IPTABLES, [HTTP], DIRECT, 0, id="direct on iptables"),
        pytest.param("zone", NFTABLES, [HTTP, VRRP], [], 0, id="zone on nftables"),
        pytest.param("zone", IPTABLES, [HTTP, VRRP], [], 0, id="zone on iptables"),
        pytest.param("none", NFTABLES, [], [], 0, id="none"),
        pytest.param("auto", firewall(backend="nftables"), [], [], 0, id="auto starts nothing"),
        pytest.param("auto", firewall(), [], [], 0, id="auto installs nothing"),
    ],
)
def test_modes(mode, observed, zone, direct, warnings):
    result, problems = derive_for(mode, observed)
    state = {"installed": observed["installed"], "running": observed["running"]}
    assert result == {"zone": zone, "direct": direct, "direct_later": [], "ufw": [], **state}
    assert problems.errors == []
    assert len(problems.warnings) == warnings


@pytest.mark.parametrize(
    ("mode", "observed", "words"),
    [
        ("direct", firewall(), "firewalld is not installed on app1, and direct needs it"),
        ("zone", dict(firewall(), problem="Not authorized."), "firewalld on app1 could not be asked. Not authorized."),
        ("zone", firewall(backend="nftables"), "firewalld is not running on app1, and zone needs it"),
        ("maybe", NFTABLES, "'maybe' is not known"),
    ],
    ids=["not installed", "not to be asked", "not running", "unknown mode"],
)
def test_refused(mode, observed, words):
    result, problems = derive_for(mode, observed)
    assert {kind: result[kind] for kind in OFF} == OFF
    (error,) = problems.errors
    assert (error["host"], error["variable"]) == ("app1", "keepalived_firewall")
    assert words in error["problem"]
    assert "keepalived_firewall" in error["fix"] or "auto" in error["fix"]


@pytest.mark.parametrize(
    ("mode", "backend", "families", "zone", "later"),
    [
        ("auto", "iptables", [], [HTTP, VRRP], DIRECT),
        ("direct", "iptables", ["ipv6"], [HTTP, VRRP], DIRECT),
        ("direct", "nftables", [], [HTTP, VRRP], DIRECT),
        ("auto", "iptables", ["ipv4"], [HTTP], []),
        ("direct", "nftables", ["ipv4", "ipv6"], [HTTP, VRRP], []),
        ("direct", "iptables", None, [HTTP], []),
        ("zone", "iptables", [], [HTTP, VRRP], []),
    ],
)
def test_direct_rules_wait_where_firewalld_takes_none_yet_and_the_zone_is_open(mode, backend, families, zone, later):
    """It looked for iptables when it started; C(None): it was not asked."""
    observed = {**firewall(running=True, backend=backend), "direct_families": families}
    result, problems = derive_for(mode, observed)
    assert (result["zone"], result["direct_later"]) == (zone, later)
    assert result["direct"] == ([] if mode == "zone" else DIRECT)
    assert problems.errors == []
    told = [one["text"] for one in problems.warnings if "iptables when it started" in one["text"]]
    assert len(told) == bool(later)
    for text in told:
        assert "Set keepalived_firewall of app1 to zone" in text


def test_unicast_peers_in_the_zone():
    result, _problems = derive_for("auto", NFTABLES, instance(unicast=True), count=3)
    assert result["zone"] == [
        HTTP,
        {"zone": "public", "rich_rule": 'rule family="ipv4" source address="192.0.2.102" protocol value="vrrp" accept'},
        {"zone": "public", "rich_rule": 'rule family="ipv4" source address="192.0.2.103" protocol value="vrrp" accept'},
    ]


def test_unicast_peers_as_direct_rules():
    result, _problems = derive_for("direct", IPTABLES, instance(unicast=True))
    assert result["direct"] == [
        *DIRECT,
        rule("INPUT", "--in-interface", "eth0", "--source", "192.0.2.102"),
        rule("OUTPUT", "--out-interface", "eth0", "--destination", "192.0.2.102"),
    ]


def test_ipv6():
    v6 = instance(virtual_ipaddress=["2001:db8::10/64"], unicast=True)
    direct = derive_for("direct", IPTABLES, v6)[0]["direct"]
    assert direct[0] == rule("INPUT", "--in-interface", "eth0", "--destination", "ff02:0:0:0:0:0:0:12", ipv="ipv6")
    assert (
        'rule family="ipv6" source address="2001:db8::102"'
        in derive_for("auto", NFTABLES, v6)[0]["zone"][1]["rich_rule"]
    )


def test_zone_is_the_one_the_interface_is_in():
    observed = firewall(running=True, backend="nftables", eth1="dmz")
    result, _problems = derive_for(
        "auto", observed, instance(), instance(virtual_ipaddress=["198.51.100.10/24"], virtual_router_id=9)
    )
    assert result["zone"] == [{"zone": "dmz", "service": "http"}, HTTP, VRRP, {"zone": "dmz", "protocol": "vrrp"}]


def test_two_instances_on_one_interface_need_one_entry():
    second = instance(virtual_ipaddress=["192.0.2.11/24"])
    assert derive_for("auto", NFTABLES, instance(), second)[0]["zone"] == [HTTP, VRRP]
    assert derive_for("direct", IPTABLES, instance(), second)[0]["direct"] == DIRECT


@pytest.mark.parametrize(
    ("port", "entry"),
    [("443/tcp", {"service": "https"}), ("8080/tcp", {"port": "8080/tcp"}), ("53/udp", {"port": "53/udp"})],
)
def test_what_is_served(port, entry):
    assert derive_for("auto", NFTABLES, ports=[port])[0]["zone"] == [{"zone": "public", **entry}, VRRP]
    assert derive_for("auto", NFTABLES, ports=[])[0]["zone"] == [VRRP]


@pytest.mark.parametrize(
    ("other", "changes", "words"),
    [
        ("ufw", {}, "-A ufw-before-input -p vrrp -j ACCEPT in /etc/ufw/before.rules; ufw allow 80/tcp."),
        ("ufw", {"unicast": True}, "-A ufw-before-input -p vrrp -s 192.0.2.102 -j ACCEPT in /etc/ufw/before.rules;"),
        ("nftables", {}, "ip protocol vrrp accept in the chain input of /etc/nftables.conf; tcp dport 80 accept."),
        ("nftables", {"unicast": True}, "ip saddr 192.0.2.102 ip protocol vrrp accept in the chain input"),
        ("iptables", {}, "-A INPUT -p vrrp -j ACCEPT; -A INPUT -p tcp --dport 80 -j ACCEPT."),
    ],
)
def test_other_packet_filter_is_told_of_with_the_rules(other, changes, words):
    result, problems = derive_for("auto", {**firewall(), "others": [other]}, instance(**changes))
    assert (result["zone"], problems.errors) == ([], [])
    (warning,) = problems.warnings
    assert f"{other} filters packets on app1" in warning["problem"]
    assert words in warning["fix"]


def test_what_the_user_says_is_served():
    hosts = inventory(keepalived_firewall_services=["https", "8443/tcp", "443/tcp"])
    for host in hosts.values():
        host["observed"]["firewall"] = NFTABLES
    model = plan(hosts)["members"]["app1"]
    assert model["keepalived"]["firewall"]["zone"][:2] == [
        {"zone": "public", "service": "https"},
        {"zone": "public", "port": "8443/tcp"},
    ]
    assert {"zone": "public", "service": "http"} not in model["keepalived"]["firewall"]["zone"]


@pytest.mark.parametrize("entry", ["8443", "80/icmp", "HTTP", "a b", "", "1/tcp; x"])
def test_what_cannot_be_served(entry):
    assert ("app1", "keepalived_firewall_services") in told(plan(inventory(keepalived_firewall_services=[entry])))


UFW = {"version": "0.36.2", "rules": []}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [{"proto": "vrrp", "to_ip": "224.0.0.18"}, {"proto": "tcp", "to_port": "80"}]),
        ({"unicast": True}, [{"proto": "vrrp", "from_ip": "192.0.2.102"}, {"proto": "tcp", "to_port": "80"}]),
        (
            {"virtual_ipaddress": ["2001:db8::10/64"]},
            [{"proto": "vrrp", "to_ip": "ff02::12"}, {"proto": "tcp", "to_port": "80"}],
        ),
    ],
)
def test_ufw_is_opened(changes, expected):
    result, problems = derive_for("auto", {**firewall(), "others": ["ufw"], "ufw": UFW}, instance(**changes))
    assert result["ufw"] == expected
    assert problems.warnings == []
    assert result["zone"] == result["direct"] == []


@pytest.mark.parametrize("ufw", [None, {**UFW, "version": "0.36.1"}, {**UFW, "version": None}])
def test_ufw_that_does_not_know_vrrp_is_told_of(ufw):
    result, problems = derive_for("auto", {**firewall(), "others": ["ufw"], "ufw": ufw})
    assert result["ufw"] == []
    assert "ufw filters packets on app1" in problems.warnings[0]["problem"]
