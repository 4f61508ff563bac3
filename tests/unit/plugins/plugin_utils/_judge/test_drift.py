# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each difference from the plan is a finding, and what is as planned is none."""

from __future__ import annotations

import pytest
from builders import firewall, instance, inventory, plan
from judged import codes, healthy, verdict

CONF = "/etc/keepalived/keepalived.conf"

MAINTENANCE = "/etc/keepalived/maintenance"

DROP_INS = "/etc/systemd/system/keepalived.service.d"


def guarded():
    """A group behind firewalld, and what its zone lets in."""
    hosts = inventory(instance())
    for host in hosts.values():
        host["observed"]["firewall"] = firewall(running=True, backend="nftables")
    planned, seen = plan(hosts), healthy()[1]
    for facts in seen.values():
        zone = {"target": "default", "services": ["http"], "protocols": ["vrrp"], "ports": [], "rich_rules": []}
        facts["firewall"] = {**firewall(running=True, backend="nftables"), "entries": {"runtime": {"public": zone}}}
    return planned, seen


def directed(families):
    """The same, with direct rules that are written; FAMILIES are those of which firewalld takes rules."""
    seen_of = {**firewall(running=True, backend="nftables"), "direct_families": families}
    hosts = inventory(instance(), keepalived_firewall="direct")
    for host in hosts.values():
        host["observed"]["firewall"] = seen_of
    planned, seen = plan(hosts), guarded()[1]
    for member, facts in seen.items():
        rules = planned["members"][member]["keepalived"]["firewall"]["direct"]
        assert rules
        runtime = rules if "ipv4" in families else []
        facts["firewall"] = {**facts["firewall"], "direct_rules": {"runtime": runtime, "permanent": list(rules)}}
        facts["programs"] = {**facts["programs"], "iptables": "/usr/sbin/iptables"}
    return planned, seen


def test_direct_rules_that_wait_for_the_next_start_are_told_and_not_missed():
    planned, seen = directed(["ipv4"])
    assert codes(planned, seen) == []
    planned, seen = directed([])
    assert codes(planned, seen) == [("info", "direct_later", "app1"), ("info", "direct_later", "app2")]
    seen["app2"]["firewall"]["direct_rules"]["permanent"] = []
    assert codes(planned, seen) == [("warning", "firewall", "app2"), ("info", "direct_later", "app1")]


def test_iptables_is_for_direct_rules_alone():
    for planned, seen, expected in (
        (*guarded(), []),
        (*directed(["ipv4"]), [("warning", "not_installed", "app2")]),
    ):
        seen["app2"]["programs"]["iptables"] = None
        assert codes(planned, seen) == expected


def test_firewall():
    planned, seen = guarded()
    assert codes(planned, seen) == []
    zone = seen["app2"]["firewall"]["entries"]["runtime"]["public"]
    zone["protocols"] = []
    assert codes(planned, seen) == [("error", "firewall", "app2")]
    zone["target"] = "ACCEPT"
    assert codes(planned, seen) == []
    seen["app2"]["firewall"]["entries"]["runtime"]["public"] = None
    assert codes(planned, seen) == [("error", "firewall", "app2")]


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        ("80/tcp", []), ("79-81/tcp", []), ("80-80/tcp", []), ("80/udp", ["firewall"]), ("81-90/tcp", ["firewall"]),
        ("8080/tcp", ["firewall"]),
    ],
)  # fmt: skip
def test_firewall_with_a_range_of_ports(opened, expected):
    planned, seen = guarded()
    entry = {"zone": "public", "port": "80/tcp"}
    for member, facts in seen.items():
        firewall_of = planned["members"][member]["keepalived"]["firewall"]
        firewall_of["zone"] = [one for one in firewall_of["zone"] if "service" not in one] + [entry]
        facts["firewall"]["entries"]["runtime"]["public"].update(services=[], ports=[opened])
    assert [code for _severity, code, _host in codes(planned, seen)] == expected * 2


def test_configuration_behind_a_link_is_not_judged():
    planned, seen = healthy()
    seen["app2"]["files"][CONF].update(kind="link", mode="0777", digest=None)
    assert codes(planned, seen) == []


def test_protocols_have_to_be_there_for_the_zone():
    planned, seen = guarded()
    seen["app2"]["files"]["/etc/protocols"] = {"exists": False}
    assert codes(planned, seen) == [("warning", "drift", "app2")]
    seen["app2"]["files"]["/etc/protocols"] = {"exists": True, "kind": "link", "mode": "0777"}
    assert codes(planned, seen) == []


def test_protocols_have_to_be_there_for_direct_rules():
    hosts = inventory(instance(), keepalived_firewall="direct", keepalived_firewall_services=[])
    for host in hosts.values():
        host["observed"]["firewall"] = firewall(running=True, backend="iptables")
    model = plan(hosts)["members"]["app1"]["keepalived"]
    assert model["firewall"]["zone"] == []
    assert "/etc/protocols" in model["files"]


def test_firewall_at_its_next_start():
    planned, seen = guarded()
    entries = seen["app2"]["firewall"]["entries"]
    entries["permanent"] = {"public": {**entries["runtime"]["public"], "protocols": []}}
    assert codes(planned, seen) == [("warning", "firewall", "app2")]


def test_firewall_lets_in_what_is_planned_no_more():
    planned, seen = guarded()
    stale = {"zone": "public", "port": "8080/tcp"}
    entries = planned["members"]["app2"]["keepalived"]["firewall"]["zone"]
    seen["app2"]["manifest"]["firewall"]["zone"] = [stale, *entries]
    assert codes(planned, seen) == [("warning", "drift", "app2")]


def test_selinux_allows_what_is_planned_no_more():
    planned, seen = healthy()
    entry = {"port": 8085, "setype": "http_port_t"}
    seen["app2"]["manifest"]["selinux"] = [entry]
    assert codes(planned, seen) == [("warning", "drift", "app2")]
    planned["members"]["app2"]["keepalived"]["selinux"] = [entry]
    assert codes(planned, seen) == []


def test_file_that_is_planned_no_more():
    planned, seen = healthy(keepalived_unit_drop_in=False)
    path = "/etc/systemd/system/keepalived.service.d/50-hot-standby.conf"
    assert codes(planned, seen) == []
    seen["app1"]["files"][path] = {"exists": True}
    assert codes(planned, seen) == [("warning", "drift", "app1")]


@pytest.mark.parametrize("name", ["keepalived", "nginx", "rsyslog"])
@pytest.mark.parametrize("state", ["masked", "masked-runtime"])
def test_unit_that_was_masked_is_for_who_did_it(name, state):
    """site cannot start it, and systemd says for ever that its unit is to be read again."""
    planned, seen = healthy()
    masked = {"active_state": "inactive", "unit_file_state": state, "need_daemon_reload": True}
    seen["app2"]["services"][name].update(masked)
    found = [one for one in verdict(planned, seen)["findings"] if one["code"] in ("service", "not_enabled", "drift")]
    assert {one["code"] for one in found} == {"not_enabled", *(["service"] if name != "keepalived" else [])}
    assert all(f"systemctl unmask {name} there" in one["remedy"] for one in found)
