# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import direct, direct_entry
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall.direct_entry import Entry
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall.firewall_cmd import FirewalldError

RULE = "ipv4 filter INPUT 0 --in-interface eth0 --destination 224.0.0.18 --protocol vrrp -j ACCEPT"
VRRP_IN = ("--in-interface", "eth0", "--destination", "224.0.0.18", "--protocol", "vrrp", "-j", "ACCEPT")


def rule(args, ipv="ipv4", table="filter", chain="INPUT", priority=0):
    """A rule Entry; ARGS as one string without quotation, or a tuple."""
    words = args if isinstance(args, tuple) else tuple(args.split())
    return Entry("rule", ipv, table, chain, priority, words)


def chain(name, ipv="ipv4", table="filter"):
    """A chain Entry."""
    return Entry("chain", ipv, table, name, None, ())


def passthrough(args, ipv="ipv4"):
    """A passthrough Entry."""
    return Entry("passthrough", ipv, None, None, None, tuple(args.split()))


class Firewalld:
    """A run() that behaves as firewalld: both configurations, and the faults it was seen to have."""

    def __init__(self, runtime="", permanent="", state="running", fault=None):
        self.scopes = {"runtime": direct_entry.parse("rule", runtime)}
        self.scopes["permanent"] = direct_entry.parse("rule", permanent)
        self.state = state
        self.fault = fault
        self.changed = []

    def __call__(self, argv):
        assert argv[:2] == ["env", "LC_ALL=C"]
        words = argv[2:]
        if words[1] == "--state":
            return {"running": (0, "running\n", ""), "failed": (251, "", "failed\n")}.get(
                self.state, (252, "", "not running\n")
            )
        scope = "permanent" if words[0] == "firewall-offline-cmd" or "--permanent" in words else "runtime"
        if words[0] == "firewall-cmd" and self.state != "running":
            return 252, "", "FirewallD is not running\n"
        words = words[words.index("--direct") + 1 :]
        if words[0].startswith("--get-all-"):
            kind = words[0][len("--get-all-") : -1]
            lines = [
                direct_entry.line_of(item)[len(kind) + 1 :] for item in self.scopes[scope] if item.kind == kind
            ]
            return 0, "".join(line + "\n" for line in lines), ""
        return self.change(scope, words)

    def change(self, scope, words):
        """Answer --add-... and --remove-... ."""
        verb, kind = words[0][2:].split("-")
        entry = {
            "chain": lambda: chain(words[3], words[1], words[2]),
            "rule": lambda: rule(tuple(words[5:]), words[1], words[2], words[3], int(words[4])),
            "passthrough": lambda: Entry(kind, words[1], None, None, None, tuple(words[2:])),
        }[kind]()
        if "--nonsense" in words and scope == "runtime":
            return 13, "", "Error: COMMAND_FAILED: unknown option\n"
        self.changed.append((scope, verb, kind))
        if self.fault == "dies":
            self.state = "not running"
        elif self.fault != "forgets":
            if verb == "add":
                self.scopes[scope].append(entry)
            else:
                self.scopes[scope].remove(entry)
        return 0, "success\n", ""


def test_normalise_keeps_each_entry_once():
    asked = {"ipv": "ipv4", "table": "filter", "chain": "INPUT", "priority": 0, "args": list(VRRP_IN)}
    assert direct.normalise(
        rules=[asked, dict(asked, priority=1), dict(asked)],
        chains=[{"ipv": "ipv6", "table": "nat", "chain": "vrrp_in"}],
        passthroughs=[{"ipv": "eb", "args": ["-L"]}],
    ) == [chain("vrrp_in", "ipv6", "nat"), rule(VRRP_IN), rule(VRRP_IN, priority=1), passthrough("-L", "eb")]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"table": "nosuch"}, "no table nosuch for ipv4, only: filter, mangle, nat, raw, security"),
        ({"ipv": "eb", "table": "raw"}, "no table raw for eb, only: broute, filter, nat"),
        ({"args": []}, "args is empty"),
        ({"args": ["-p vrrp -j ACCEPT"]}, "args must be a list"),
        ({"args": ["-p", ""]}, "empty"),
        ({"args": ["-p", "a\nb"]}, "control character"),
        ({"chain": ""}, "1 to 28 characters"),
        ({"chain": "x" * 29}, "1 to 28 characters"),
        ({"chain": "a b"}, "1 to 28 characters"),
        ({"chain": "-a"}, "1 to 28 characters"),
        ({"priority": 2**31}, "32-bit"),
        ({"priority": -(2**31) - 1}, "32-bit"),
    ],
)
def test_normalise_refuses(change, words):
    asked = {"ipv": "ipv4", "table": "filter", "chain": "INPUT", "priority": 0, "args": ["-j", "DROP"]}
    assert len(direct.normalise(rules=[asked])) == 1
    with pytest.raises(FirewalldError) as caught:
        direct.normalise(rules=[dict(asked, **change)])
    assert caught.value.kind == "invalid"
    assert words in str(caught.value)


def test_normalise_refuses_a_built_in_chain():
    with pytest.raises(FirewalldError) as caught:
        direct.normalise(chains=[{"ipv": "ipv4", "table": "filter", "chain": "OUTPUT"}])
    assert "OUTPUT is built in" in str(caught.value)


WANTED = [rule("-j vrrp_in"), chain("vrrp_in"), passthrough("-A INPUT -j DROP")]


@pytest.mark.parametrize(
    "existing, state, kinds",
    [
        ([], "present", ["chain", "rule", "passthrough"]),
        (WANTED[:1], "present", ["chain", "passthrough"]),
        (WANTED, "present", []),
        (WANTED, "absent", ["passthrough", "rule", "chain"]),
        ([], "absent", []),
        ([rule("-j vrrp_in", priority=1)], "absent", []),
    ],
)
def test_changes(existing, state, kinds):
    assert [entry.kind for entry in direct.changes(WANTED, existing, state)] == kinds


NFTABLES = [
    (rule(VRRP_IN), False, "does not override"),
    (rule("-p vrrp -jACCEPT", "ipv6"), False, "does not override"),
    (rule("-p vrrp --jump=ACCEPT", chain="FORWARD"), False, "does not override"),
    (rule("-p vrrp -j ACCEPT", chain="OUTPUT"), False, "lets them out by itself"),
    (rule("-p vrrp -j DROP"), True, None),
    (rule("-p vrrp --jump REJECT --reject-with icmp-port-unreachable"), True, None),
    (rule("-p vrrp -j LOG"), True, None),
    (rule("-p vrrp"), None, "cannot be told"),
    (rule("-p vrrp -j"), None, "cannot be told"),
    (rule("-p vrrp -g vrrp_in"), None, "cannot be told"),
    (rule("-p vrrp -j ACCEPT", table="nat", chain="PREROUTING"), None, "cannot be told"),
    (rule("-p vrrp -j DROP", chain="vrrp_in"), None, "sends to the chain vrrp_in"),
    (rule("-p IPv4 -j ACCEPT", "eb"), True, None),
    (chain("vrrp_in"), None, "A chain decides nothing"),
    (passthrough("-I INPUT -p vrrp -j DROP"), True, None),
    (passthrough("-t filter -A INPUT -p vrrp -j ACCEPT", "ipv6"), False, "does not override"),
    (passthrough("-N vrrp_in"), None, "does not add a rule"),
    (passthrough("--table nosuch -A INPUT -j DROP"), None, "sends to the chain INPUT"),
]
IPTABLES = [
    (rule(VRRP_IN), True, None),
    (rule("-p vrrp"), True, None),
    (rule("-p IPv4 -j ACCEPT", "eb"), True, None),
    (rule("-p vrrp -j DROP", chain="vrrp_in"), None, "sends to the chain vrrp_in"),
    (passthrough("-A INPUT -p vrrp -j ACCEPT"), None, "place of a passthrough"),
    (chain("vrrp_in"), None, "A chain decides nothing"),
]


@pytest.mark.parametrize(
    "backend, entry, effective, words",
    [("nftables",) + row for row in NFTABLES]
    + [("iptables",) + row for row in IPTABLES]
    + [(None, rule(VRRP_IN), None, "backend is not known")],
)
def test_effect(backend, entry, effective, words):
    found, reason = direct.effect(entry, backend, lambda name: True)
    assert found is effective
    assert (reason is None) if words is None else (words in reason)


@pytest.mark.parametrize("ipv, command", [("ipv4", "iptables"), ("ipv6", "ip6tables"), ("eb", "ebtables")])
def test_effect_without_the_command(ipv, command):
    entry = rule("-j DROP", ipv)
    effective, reason = direct.effect(entry, "iptables", lambda name: name != command)
    assert effective is False
    assert "no such command" in reason
    assert command in reason


def test_diff_text():
    scopes = {"runtime": [], "permanent": [rule(VRRP_IN), rule(("--comment", "a b"))]}
    assert direct.diff_text(scopes) == (
        "permanent:\n"
        "  rule ipv4 filter INPUT 0 --in-interface eth0 --destination 224.0.0.18 --protocol vrrp -j ACCEPT\n"
        "  rule ipv4 filter INPUT 0 --comment 'a b'\n"
        "runtime:\n"
    )


def test_report():
    scopes = {"permanent": [rule(VRRP_IN)]}
    before = {"permanent": []}
    stored, missing = direct.report(
        [rule(VRRP_IN), chain("x")], before, scopes, "iptables", lambda name: True
    )
    assert stored == {
        "kind": "rule",
        "ipv": "ipv4",
        "table": "filter",
        "chain": "INPUT",
        "priority": 0,
        "args": list(VRRP_IN),
        "permanent": True,
        "runtime": None,
        "permanent_before": False,
        "effective": True,
        "reason": None,
    }
    assert (missing["args"], missing["permanent"], missing["effective"]) == ([], False, None)
    assert missing["reason"] == "The entry is absent."


def ensure(firewalld, wanted, state="present", permanent=True, immediate=True, check_mode=False):
    """ensure() with the module's defaults."""
    return direct.ensure(firewalld, wanted, state, permanent, immediate, check_mode)


FOREIGN = "ipv4 filter INPUT 5 -s 192.0.2.99 -m comment --comment 'foreign rule' -j DROP\n"


def test_ensure_adds_at_runtime_first_and_leaves_foreign_rules():
    firewalld = Firewalld(FOREIGN, FOREIGN)
    foreign = list(firewalld.scopes["runtime"])
    outcome = ensure(firewalld, WANTED)
    kinds = ["chain", "rule", "passthrough"]
    assert firewalld.changed == [(scope, "add", kind) for scope in ("runtime", "permanent") for kind in kinds]
    for scope in ("runtime", "permanent"):
        assert outcome["before"][scope] == foreign
        assert sorted(outcome["after"][scope], key=str) == sorted(foreign + WANTED, key=str)
        assert sorted(firewalld.scopes[scope], key=str) == sorted(foreign + WANTED, key=str)
    again = ensure(firewalld, WANTED)
    assert again["before"] == again["after"]
    assert len(firewalld.changed) == 6

    ensure(firewalld, WANTED, "absent")
    assert firewalld.changed[6:9] == [("runtime", "remove", kind) for kind in reversed(kinds)]
    assert firewalld.scopes == {"runtime": foreign, "permanent": foreign}


def test_ensure_in_check_mode_predicts_and_changes_nothing():
    firewalld = Firewalld(FOREIGN, RULE)
    outcome = ensure(firewalld, [rule(VRRP_IN)], check_mode=True)
    assert firewalld.changed == []
    assert outcome["after"]["runtime"] == outcome["before"]["runtime"] + [rule(VRRP_IN)]
    assert outcome["after"]["permanent"] == outcome["before"]["permanent"] == [rule(VRRP_IN)]


@pytest.mark.parametrize("permanent, immediate, scope", [(True, False, "permanent"), (False, True, "runtime")])
def test_ensure_changes_only_the_scope_asked_for(permanent, immediate, scope):
    firewalld = Firewalld()
    outcome = ensure(firewalld, [rule("-j DROP")], permanent=permanent, immediate=immediate)
    assert firewalld.changed == [(scope, "add", "rule")]
    assert {name for name in outcome["after"] if outcome["after"][name]} == {scope}


@pytest.mark.parametrize("state", ["not running", "failed"])
def test_ensure_without_a_daemon_works_offline(state):
    firewalld = Firewalld(state=state)
    outcome = ensure(firewalld, [rule("-j DROP")], immediate=False)
    assert firewalld.changed == [("permanent", "add", "rule")]
    assert outcome["after"] == {"permanent": [rule("-j DROP")]}


@pytest.mark.parametrize(
    "arguments, options, kind, changed, words",
    [
        ({}, {"permanent": False, "immediate": False}, "invalid", False, "both false"),
        ({"state": "not running"}, {}, "not_running", False, "start firewalld, or set immediate to false"),
        ({"state": "not running"}, {"check_mode": True}, "not_running", False, "start firewalld"),
        ({"state": "failed"}, {}, "not_running", False, "FAILED state"),
        ({"fault": "dies"}, {}, "unverified", True, "from running to not running"),
        ({"fault": "dies"}, {"immediate": False}, "unverified", True, "from running to not running"),
        ({"fault": "forgets"}, {}, "unverified", True, "-j DROP is missing in its runtime"),
        ({"fault": "forgets"}, {"immediate": False}, "unverified", True, "-j DROP is missing in its permanent"),
    ],
)
def test_ensure_fails(arguments, options, kind, changed, words):
    firewalld = Firewalld(**arguments)
    with pytest.raises(FirewalldError) as caught:
        ensure(firewalld, [rule("-j DROP")], **options)
    assert (caught.value.kind, caught.value.changed) == (kind, changed)
    assert words in str(caught.value)
    assert len(firewalld.changed) == int(changed)


def test_ensure_fails_when_a_rule_stays_that_was_to_go():
    firewalld = Firewalld(FOREIGN, fault="forgets")
    with pytest.raises(FirewalldError) as caught:
        ensure(firewalld, list(firewalld.scopes["runtime"]), "absent")
    assert "is still in its runtime" in str(caught.value)


def test_ensure_does_not_store_what_iptables_refuses():
    firewalld = Firewalld()
    with pytest.raises(FirewalldError) as caught:
        ensure(firewalld, [chain("vrrp_in"), rule("--nonsense -j DROP")])
    assert (caught.value.kind, caught.value.changed) == ("refused", True)
    assert "unknown option" in str(caught.value)
    assert str(caught.value).endswith("Changed before it: runtime chain ipv4 filter vrrp_in.")
    assert firewalld.scopes["permanent"] == []


@pytest.mark.parametrize("remaining", ["vrrp_in 0 -j DROP", "INPUT 0 -p vrrp -j vrrp_in"], ids=["in it", "jumps to it"])
def test_ensure_keeps_a_chain_that_a_foreign_rule_needs(remaining):
    firewalld = Firewalld(permanent="ipv4 filter %s\n" % remaining)
    firewalld.scopes["permanent"].append(chain("vrrp_in"))
    with pytest.raises(FirewalldError) as caught:
        ensure(firewalld, [chain("vrrp_in")], "absent", immediate=False)
    assert remaining in str(caught.value)
    assert firewalld.changed == []
    wanted = list(firewalld.scopes["permanent"])
    ensure(firewalld, wanted, "absent", immediate=False)
    assert firewalld.scopes["permanent"] == []
