# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what is told of firewalld, by what its clients print."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _firewall_look

# firewall-cmd --get-active-zones of firewalld 1.3 (Debian 12) and of 2.x.
ACTIVE = "dmz\n  interfaces: eth1 eth2\ninternal\n  sources: 192.0.2.0/24\npublic\n  interfaces: eth0\n"
MARKED = "docker\n  interfaces: docker0\npublic (default)\n  interfaces: eth0\n  sources: 198.51.100.0/24\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ACTIVE, {"eth0": "public", "eth1": "dmz", "eth2": "dmz"}),
        (MARKED, {"docker0": "docker", "eth0": "public"}),
        ("", {}),
        ("public\n  interfaces: \n", {}),
    ],
    ids=["1.3", "2.x marks the default", "none", "no interface"],
)
def test_parse_active_zones(text, expected):
    assert _firewall_look.parse_active_zones(text) == expected


def answers(table):
    """A run() that answers by the last words of the command line; any other command is an error of the test."""

    def run(argv):
        return table[" ".join(argv[2:])]

    return run


def test_firewall_that_runs():
    facts = _firewall_look.look(
        answers(
            {
                "firewall-cmd --state": (0, "running\n", ""),
                "firewall-cmd --get-default-zone": (0, "internal\n", ""),
                "firewall-cmd --get-active-zones": (0, ACTIVE, ""),
            }
        )
    )
    assert (facts["installed"], facts["running"], facts["default_zone"]) == (True, True, "internal")
    assert facts["zones"] == {"eth0": "public", "eth1": "dmz", "eth2": "dmz"}
    assert "backend" in facts


def test_firewall_that_is_off_is_asked_nothing_more():
    facts = _firewall_look.look(answers({"firewall-cmd --state": (252, "", "not running\n")}))
    assert (facts["installed"], facts["running"], facts["default_zone"], facts["zones"]) == (True, False, None, {})


def test_no_firewall():
    facts = _firewall_look.look(answers({"firewall-cmd --state": (127, "", "env: no such file\n")}))
    assert facts == {
        "installed": False, "running": False, "backend": None, "default_zone": None, "zones": {}, "problem": None,
        "entries": {}, "direct_rules": {}, "direct_families": None,
    }  # fmt: skip


def test_firewall_that_may_not_be_asked():
    facts = _firewall_look.look(answers({"firewall-cmd --state": (253, "", "Authorization failed\n")}))
    assert (facts["installed"], facts["running"]) == (True, False)
    assert "become: true" in facts["problem"]


# firewall-cmd --list-all-zones of firewalld 0.9 (Debian 11) and of 2.3 (Debian 13), shortened. ~ ends a space.
LISTING = """block
  target: %%REJECT%%
  services: ~
  rich rules: ~

public
  target: default
  icmp-block-inversion: no
  interfaces: eth0 eth1
  sources: ~
  services: dhcpv6-client ssh
  ports: 8080/tcp 53/udp
  protocols: vrrp
  forward: no
  rich rules: ~
\trule family="ipv6" source address="2001:db8::9" protocol value="vrrp" accept
\trule family="ipv4" source address="192.0.2.9/32" protocol value="vrrp" accept
""".replace("~", "")
MARKED_LISTING = "public (default, active)\n  target: default\n  ingress-priority: 0\n  services: ssh\n  rich rules: \n"
NOT_FOUND = "Error: COMMAND_FAILED: INVALID_IPV: 'ipv6' is not a valid backend or is unavailable\n"
RULES = 'ipv4 filter INPUT 0 -p vrrp -m comment --comment "two words" -j ACCEPT\n'


def test_parse_zones():
    found = _firewall_look.parse_zones(LISTING, ["public", "dmz"])
    assert found == {
        "dmz": None,
        "public": {
            "target": "default", "interfaces": ["eth0", "eth1"], "sources": [], "services": ["dhcpv6-client", "ssh"],
            "ports": ["8080/tcp", "53/udp"], "protocols": ["vrrp"],
            "rich_rules": [
                'rule family="ipv6" source address="2001:db8::9" protocol value="vrrp" accept',
                'rule family="ipv4" source address="192.0.2.9/32" protocol value="vrrp" accept',
            ],
        },
    }  # fmt: skip
    found = _firewall_look.parse_zones(MARKED_LISTING, ["public"])["public"]
    assert (found["services"], found["rich_rules"]) == (["ssh"], [])


def test_entries_of_both_configurations():
    facts = _firewall_look.look(
        answers(
            {
                "firewall-cmd --state": (0, "running\n", ""),
                "firewall-cmd --get-default-zone": (0, "public\n", ""),
                "firewall-cmd --get-active-zones": (0, ACTIVE, ""),
                "firewall-cmd --list-all-zones": (0, LISTING, ""),
                "firewall-cmd --permanent --list-all-zones": (0, MARKED_LISTING, ""),
                "firewall-cmd --direct --get-all-rules": (0, RULES, ""),
                "firewall-cmd --permanent --direct --get-all-rules": (0, "", ""),
                "firewall-cmd --direct --passthrough ipv4 --version --list": (0, "iptables v1.8.9\n\n", ""),
                "firewall-cmd --direct --passthrough ipv6 --version --list": (13, "", NOT_FOUND),
            }
        ),
        ["public"],
        True,
    )
    assert facts["entries"]["runtime"]["public"]["protocols"] == ["vrrp"]
    assert facts["entries"]["permanent"]["public"]["protocols"] == []
    args = ["-p", "vrrp", "-m", "comment", "--comment", "two words", "-j", "ACCEPT"]
    rule = {"ipv": "ipv4", "table": "filter", "chain": "INPUT", "priority": 0, "args": args}
    assert facts["direct_rules"] == {"runtime": [rule], "permanent": []}
    assert facts["direct_families"] == ["ipv4"]


@pytest.mark.parametrize(("backend", "expected"), [("iptables", []), ("nftables", None)])
def test_families_of_direct_rules_matter_with_the_iptables_backend(monkeypatch, backend, expected):
    """Nobody else has them unless he asks for them, and to ask takes long."""
    monkeypatch.setattr(_firewall_look._firewall_cmd, "configured_backend", lambda: backend)
    table = {
        "firewall-cmd --state": (0, "running\n", ""),
        "firewall-cmd --get-default-zone": (0, "public\n", ""),
        "firewall-cmd --get-active-zones": (0, ACTIVE, ""),
    }
    if backend == "iptables":
        for ipv in ("ipv4", "ipv6"):
            table["firewall-cmd --direct --passthrough %s --version --list" % ipv] = (13, "", NOT_FOUND)
    facts = _firewall_look.look(answers(table))
    assert (facts["direct_families"], facts["problem"]) == (expected, None)


def test_entries_where_firewalld_does_not_run():
    facts = _firewall_look.look(
        answers(
            {
                "firewall-cmd --state": (252, "", "not running\n"),
                "firewall-offline-cmd --list-all-zones": (0, LISTING, ""),
                "firewall-offline-cmd --direct --get-all-rules": (0, RULES, ""),
            }
        ),
        ["public"],
        True,
    )
    assert list(facts["entries"]) == list(facts["direct_rules"]) == ["permanent"]
    assert facts["entries"]["permanent"]["public"]["ports"] == ["8080/tcp", "53/udp"]
