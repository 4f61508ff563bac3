# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what is told of firewalld. The daemon itself is asked in tests/integration/test_hot_standby_info.py."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import firewalld

ACTIVE = {"dmz": {"interfaces": ["eth1", "eth2"]}, "internal": {"sources": ["192.0.2.0/24"]}}
RUNS = {"state": "RUNNING", "default_zone": "internal", "active_zones": ACTIVE, "families": []}


def find(name):
    """A host that has every program."""
    return "/usr/bin/" + name


def offline(table):
    """A run() that answers by the last words of the command line; any other command is an error of the test."""

    def run(argv):
        return table[" ".join(argv[2:])]

    return run


@pytest.fixture
def told(monkeypatch):
    """What firewalld is to tell, as a dict to be filled in; under C(asked) is what it was asked for."""
    answer = {}

    def ask(run, program, zones, direct_rules, families):
        answer["asked"] = (program, zones, direct_rules, families)
        return answer

    monkeypatch.setattr(firewalld.firewalld_client, "ask", ask)
    return answer


def test_firewall_that_runs(told):
    told.update(RUNS)
    facts = firewalld.look(None, find)
    assert (facts["installed"], facts["running"], facts["default_zone"]) == (True, True, "internal")
    assert facts["zones"] == {"eth1": "dmz", "eth2": "dmz"}
    assert told["asked"][:3] == ("/usr/bin/firewall-cmd", (), False)
    assert (facts["entries"], facts["direct_rules"]) == ({}, {})


def test_firewall_that_could_not_load_its_configuration_runs(told):
    told.update(RUNS, state="FAILED")
    assert firewalld.look(None, find)["running"] is True


def test_firewall_that_is_off_is_asked_nothing_more(told):
    told.update(state="NOT RUNNING")
    facts = firewalld.look(None, find)
    assert (facts["installed"], facts["running"], facts["default_zone"], facts["zones"]) == (True, False, None, {})


def test_no_firewall():
    facts = firewalld.look(None, lambda name: None)
    assert facts == {
        "installed": False, "running": False, "backend": None, "default_zone": None, "zones": {}, "problem": None,
        "entries": {}, "direct_rules": {}, "direct_families": None,
    }  # fmt: skip


def test_firewall_that_may_not_be_asked():
    denied = "org.fedoraproject.FirewallD1.NotAuthorizedException: Not Authorized(polkit): info\n"
    facts = firewalld.look(lambda argv: (1, "", denied), find)
    assert (facts["installed"], facts["running"]) == (True, False)
    assert "become: true" in facts["problem"]


# firewall-offline-cmd --list-all-zones of firewalld 0.9 (Debian 11) and of 2.3 (Debian 13), shortened. ~ ends a space.
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
RULES = 'ipv4 filter INPUT 0 -p vrrp -m comment --comment "two words" -j ACCEPT\n'


def test_parse_zones():
    found = firewalld.parse_zones(LISTING, ["public", "dmz"])
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
    found = firewalld.parse_zones(MARKED_LISTING, ["public"])["public"]
    assert (found["services"], found["rich_rules"]) == (["ssh"], [])


def test_entries_of_both_configurations(told):
    entries, rules = {"runtime": {"public": None}, "permanent": {}}, {"runtime": [], "permanent": []}
    told.update(RUNS, entries=entries, direct_rules=rules, families=["ipv4"])
    facts = firewalld.look(None, find, ["public"], True)
    assert told["asked"][1:] == (["public"], True, ("ipv4", "ipv6"))
    assert (facts["entries"], facts["direct_rules"], facts["direct_families"]) == (entries, rules, ["ipv4"])


@pytest.mark.parametrize(("backend", "expected"), [("iptables", []), ("nftables", None)])
def test_families_of_direct_rules_matter_with_the_iptables_backend(monkeypatch, told, backend, expected):
    """Nobody else has them unless he asks for them."""
    monkeypatch.setattr(firewalld.firewall_cmd, "configured_backend", lambda: backend)
    told.update(RUNS)
    facts = firewalld.look(None, find)
    assert told["asked"][3] == (("ipv4", "ipv6") if backend == "iptables" else ())
    assert (facts["direct_families"], facts["problem"]) == (expected, None)


def test_entries_where_firewalld_does_not_run(told):
    told.update(state="NOT RUNNING")
    run = offline(
        {
            "firewall-offline-cmd --list-all-zones": (0, LISTING, ""),
            "firewall-offline-cmd --direct --get-all-rules": (0, RULES, ""),
        }
    )
    facts = firewalld.look(run, find, ["public"], True)
    assert list(facts["entries"]) == list(facts["direct_rules"]) == ["permanent"]
    assert facts["entries"]["permanent"]["public"]["ports"] == ["8080/tcp", "53/udp"]
    args = ["-p", "vrrp", "-m", "comment", "--comment", "two words", "-j", "ACCEPT"]
    rule = {"ipv": "ipv4", "table": "filter", "chain": "INPUT", "priority": 0, "args": args}
    assert facts["direct_rules"]["permanent"] == [rule]
