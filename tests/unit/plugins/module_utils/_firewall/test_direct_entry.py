# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import direct_entry
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall.direct_entry import Entry
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall.firewall_cmd import FirewalldError

# Printed by firewall-cmd of firewalld 1.3.3 with --direct --get-all-rules, -chains, -passthroughs.
RULES = """\
ipv4 filter INPUT 0 --in-interface eth0 --destination 224.0.0.18 --protocol vrrp -j ACCEPT
ipv4 filter INPUT 1 -p tcp -m comment --comment 'it'"'"'s a "test" \xc3\xa9 $x' -j DROP
ipv6 filter INPUT -5 -p 112 -m comment --comment '' -j ACCEPT
eb filter INPUT 0 -p IPv4 -j ACCEPT
"""
CHAINS = "ipv4 filter mychain\n"
PASSTHROUGHS = "ipv4 -t filter -A INPUT -p vrrp -m comment --comment 'a b' -j ACCEPT\n"

VRRP_IN = ("--in-interface", "eth0", "--destination", "224.0.0.18", "--protocol", "vrrp", "-j", "ACCEPT")


def rule(args, ipv="ipv4", table="filter", chain="INPUT", priority=0):
    """A rule Entry; ARGS as one string without quotation, or a tuple."""
    words = args if isinstance(args, tuple) else tuple(args.split())
    return Entry("rule", ipv, table, chain, priority, words)


def chain(name, ipv="ipv4", table="filter"):
    """A chain Entry."""
    return Entry("chain", ipv, table, name, None, ())


def bytes_or_text(text):
    """TEXT, written above as the bytes of UTF-8, as the interpreter's str of it."""
    return text if str is bytes else text.encode("latin-1").decode("utf-8")


def test_parse_rules():
    assert direct_entry.parse("rule", bytes_or_text(RULES)) == [
        rule(VRRP_IN),
        rule(
            ("-p", "tcp", "-m", "comment", "--comment", bytes_or_text('it\'s a "test" \xc3\xa9 $x'), "-j", "DROP"),
            priority=1,
        ),
        rule(("-p", "112", "-m", "comment", "--comment", "", "-j", "ACCEPT"), ipv="ipv6", priority=-5),
        rule("-p IPv4 -j ACCEPT", ipv="eb"),
    ]


def test_parse_bytes_of_utf_8():
    assert direct_entry.parse("rule", RULES if str is bytes else RULES.encode("latin-1")) == (
        direct_entry.parse("rule", bytes_or_text(RULES))
    )


def test_parse_chains_and_passthroughs():
    assert direct_entry.parse("chain", CHAINS) == [chain("mychain")]
    words = ("-t", "filter", "-A", "INPUT", "-p", "vrrp", "-m", "comment", "--comment", "a b", "-j", "ACCEPT")
    assert direct_entry.parse("passthrough", PASSTHROUGHS) == [
        Entry("passthrough", "ipv4", None, None, None, words)
    ]


def test_parse_nothing():
    assert direct_entry.parse("rule", "\n") == []


def test_parse_an_argument_over_two_lines():
    entries = direct_entry.parse("passthrough", "ipv4 --comment 'a\nb'\nipv6 -x\n")
    assert [entry.args for entry in entries] == [("--comment", "a\nb"), ("-x",)]


@pytest.mark.parametrize(
    "kind, text",
    [
        ("rule", "ipv4 filter\n"),
        ("rule", "ipv4 filter INPUT x -j DROP\n"),
        ("chain", "ipv4 filter\n"),
        ("rule", "'a\n"),
    ],
)
def test_parse_what_is_no_listing(kind, text):
    with pytest.raises(FirewalldError) as caught:
        direct_entry.parse(kind, text)
    assert caught.value.kind == "unverified"
    assert "--get-all-%ss" % kind in str(caught.value)


@pytest.mark.parametrize("text", RULES.splitlines(), ids=["plain", "quotes", "empty", "eb"])
def test_line_is_what_firewall_cmd_prints(text):
    text = bytes_or_text(text)
    (entry,) = direct_entry.parse("rule", text)
    assert direct_entry.line_of(entry) == "rule " + text
