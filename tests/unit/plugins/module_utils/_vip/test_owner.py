# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the module's logic: choices on described interfaces, and the whole on the real loopback interface."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._vip import owner
from hypothesis import given, strategies as st


def held(address, prefixlen, flags=("permanent",), scope="global", secondary=False, label=None):
    """An address as netlink tells it."""
    family = "ipv6" if ":" in address else "ipv4"
    return {
        "address": address, "prefixlen": prefixlen, "family": family, "scope": scope, "label": label,
        "broadcast": None, "secondary": secondary, "flags": list(flags),
    }


def interface(name, index, addresses, mac="02:00:5e:00:53:01", up=True, running=True, loopback=False):
    """An interface as netlink tells it."""
    return {
        "name": name, "index": index, "mac": mac, "mtu": 1500, "up": up, "running": running, "loopback": loopback,
        "kind": None, "parent": None, "addresses": addresses,
    }


def native(text):
    """Text as options arrive: str, which is bytes for Python 2."""
    return text if isinstance(text, str) else text.encode("utf-8")


LO = interface("lo", 1, [held("127.0.0.1", 8, scope="host"), held("192.0.2.10", 32)], mac=None, loopback=True)
ETH0 = interface(
    "eth0",
    2,
    [
        held("192.0.2.1", 24),
        held("192.0.2.20", 24, ["secondary", "permanent"], secondary=True, label="eth0:vip"),
        held("2001:db8::1", 64),
        held("2001:db8::20", 64, ["dadfailed", "tentative"]),
        held("2001:db8::21", 64, ["tentative"]),
        held("fe80::1", 64, scope="link"),
    ],
)
ETH1 = interface("eth1", 3, [held("192.0.2.129", 25), held("198.51.100.1", 24)], mac="02:00:5e:00:53:02")
VRRP = interface("vrrp.51", 4, [held("198.51.100.10", 25)], mac="00:00:5e:00:01:33")
DOWN = interface("eth2", 5, [held("203.0.113.1", 24)], up=False)
TUNNEL = interface("tun0", 6, [held("203.0.113.2", 24)], mac=None)
DUMMY = interface("dummy0", 7, [held("198.51.100.20", 32)])
INTERFACES = [LO, ETH0, ETH1, VRRP, DOWN, TUNNEL, DUMMY]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.10", "192.0.2.10"),
        ("192.0.2.10/24", "192.0.2.10"),
        ("192.0.2.10/0", "192.0.2.10"),
        ("2001:DB8:0:0::10", "2001:db8::10"),
        ("2001:db8::10/128", "2001:db8::10"),
    ],
)
def test_parse_address(text, expected):
    assert owner.parse_address(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("192.0.2", "no IPv4 or IPv6 address"),
        ("192.0.2.010", "no IPv4 or IPv6 address"),
        ("app1", "no IPv4 or IPv6 address"),
        ("", "no IPv4 or IPv6 address"),
        ("192.0.2.1\0", "no IPv4 or IPv6 address"),
        (" 192.0.2.1", "no IPv4 or IPv6 address"),
        (u"192.0.2.\u0661", "no IPv4 or IPv6 address"),
        ("fe80::1%eth0", "in the option interface"),
        ("192.0.2.1/33", "from 0 to 32"),
        ("192.0.2.1/", "from 0 to 32"),
        ("192.0.2.1/255.255.255.0", "from 0 to 32"),
        ("192.0.2.1/24\n", "from 0 to 32"),
        ("192.0.2.1/24/24", "from 0 to 32"),
        ("2001:db8::1/129", "from 0 to 128"),
    ],
)
def test_parse_address_refuses(text, words):
    with pytest.raises(owner.VipError, match=words):
        owner.parse_address(native(text))


@given(st.text(max_size=20))
def test_arbitrary_text(text):
    text = native(text)
    try:
        assert owner.parse_address(owner.parse_address(text)) == owner.parse_address(text)
    except owner.VipError:
        pass


@pytest.mark.parametrize(
    ("address", "places", "usable"),
    [
        ("192.0.2.1", ["eth0"], True),
        ("192.0.2.10", ["lo"], True),
        ("192.0.2.99", [], False),
        ("2001:db8::20", ["eth0"], False),
        ("2001:db8::21", ["eth0"], False),
        ("2001:db8::1", ["eth0"], True),
    ],
)
def test_holdings(address, places, usable):
    found = owner.holdings(address, INTERFACES)
    assert [place["interface"] for place in found["interfaces"]] == places
    assert (found["address"], found["held"], found["usable"], found["probe"]) == (address, bool(places), usable, None)


def test_holdings_entry():
    assert owner.holdings("192.0.2.20", INTERFACES)["interfaces"] == [
        {
            "interface": "eth0", "prefixlen": 24, "label": "eth0:vip", "secondary": True, "scope": "global",
            "flags": ["secondary", "permanent"],
        }
    ]


def test_one_usable_place_is_enough():
    failed = interface("eth9", 9, [held("2001:db8::1", 64, ["dadfailed"])])
    assert owner.holdings("2001:db8::1", [failed])["usable"] is False
    assert owner.holdings("2001:db8::1", [failed, ETH0])["usable"] is True


@pytest.mark.parametrize(
    ("address", "name", "expected"),
    [
        ("192.0.2.30", None, "eth0"),
        ("192.0.2.200", None, "eth1"),  # the longer prefix
        ("192.0.2.10", None, "eth0"),  # not lo, which holds it
        ("198.51.100.30", None, "eth1"),  # not the virtual MAC's
        ("198.51.100.20", None, "eth1"),  # held with /32 elsewhere
        ("2001:db8::99", None, "eth0"),
        ("2001:db8:1::99", None, None),
        ("203.0.113.30", None, None),  # down, or without a MAC
        ("127.0.0.2", None, None),
        ("192.0.2.30", "eth1", "eth1"),
        ("198.51.100.30", "vrrp.51", "vrrp.51"),
        ("192.0.2.30", "eth2", None),
        ("192.0.2.30", "tun0", None),
        ("192.0.2.30", "lo", None),
        ("192.0.2.30", "absent", None),
    ],
)
def test_probe_interface(address, name, expected):
    chosen = owner.probe_interface(address, INTERFACES, name)
    assert (chosen and chosen["name"]) == expected


@pytest.mark.parametrize(
    ("interfaces", "expected"),
    [
        ([DUMMY], "dummy0"),  # what the address itself brings is better than nothing
        ([interface("a", 3, [held("198.51.100.1", 24)]), interface("b", 2, [held("198.51.100.2", 24)])], "b"),
        (
            [
                interface("a", 2, [held("198.51.100.1", 24)], running=False),
                interface("b", 3, [held("198.51.100.2", 24)]),
            ],
            "b",
        ),
    ],
    ids=["only itself", "lowest index", "running"],
)
def test_probe_interface_of_equals(interfaces, expected):
    assert owner.probe_interface("198.51.100.20", interfaces)["name"] == expected


@pytest.mark.parametrize(
    ("address", "asked", "chosen", "expected"),
    [
        ("192.0.2.30", [], ETH0, "192.0.2.1"),
        ("192.0.2.1", ["192.0.2.1"], ETH0, "192.0.2.20"),
        ("192.0.2.20", ["192.0.2.20", "192.0.2.1"], ETH0, None),
        ("192.0.2.30", [], interface("x", 9, list(reversed(ETH0["addresses"]))), "192.0.2.1"),  # the primary
        ("198.51.100.20", [], DUMMY, "198.51.100.20"),
        ("198.51.100.30", [], DUMMY, None),
        ("198.51.100.30", [], ETH0, None),
        ("2001:db8::99", [], ETH0, "fe80::1"),
        ("2001:db8::99", ["fe80::1"], ETH0, None),
        ("2001:db8::99", [], ETH1, None),
        ("2001:db8::99", [], interface("x", 9, [held("fe80::2", 64, ["tentative"], "link")]), None),
    ],
)
def test_probe_source(address, asked, chosen, expected):
    assert owner.probe_source(address, asked, chosen) == expected


@pytest.mark.parametrize(
    ("address", "network", "expected"),
    [
        ("192.0.2.127", held("192.0.2.1", 25), True),
        ("192.0.2.128", held("192.0.2.1", 25), False),
        ("192.0.2.1", held("192.0.2.1", 32), True),
        ("203.0.113.1", held("192.0.2.1", 0), True),
        ("2001:db8::1:0:0:1", held("2001:db8::1", 64), True),
        ("2001:db8:0:1::1", held("2001:db8::1", 64), False),
        ("192.0.2.1", held("2001:db8::1", 0), False),
    ],
)
def test_in_network(address, network, expected):
    assert owner.in_network(address, network) is expected


def looks(*states):
    """A function that looks: each time the next list of addresses is what eth0 holds; the last one stays."""
    remaining = list(states)

    def look():
        current = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        return [interface("eth0", 2, [held(address, 24) for address in current])]

    return look


@pytest.mark.parametrize(
    ("state", "states", "pauses"),
    [
        ("held", [["192.0.2.1", "192.0.2.2"]], 0),
        ("held", [[], ["192.0.2.1"], ["192.0.2.2"], ["192.0.2.1", "192.0.2.2"]], 3),
        ("not_held", [[]], 0),
        ("not_held", [["192.0.2.1", "192.0.2.2"], ["192.0.2.2"], ["192.0.2.9"]], 2),
    ],
)
def test_wait_for(state, states, pauses):
    paused = []
    result = owner.wait_for(["192.0.2.1", "192.0.2.2"], state, 60, looks(*states), paused.append)
    assert [entry["address"] for entry in result[0][0]["addresses"]] == states[-1]
    assert result[1] == []
    assert len(paused) == pauses
    assert all(0 < seconds <= 1 for seconds in paused)


def test_wait_for_names_who_is_late():
    paused = []
    asked = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    _interfaces, late, elapsed = owner.wait_for(asked, "held", 0.02, looks(["192.0.2.2"]), paused.append)
    assert late == ["192.0.2.1", "192.0.2.3"]
    assert 0.02 <= elapsed < 30
    assert paused
    assert max(paused) <= 0.02


def test_wait_for_looks_once_more_at_the_deadline():
    assert owner.wait_for(["192.0.2.1"], "held", 0, looks(["192.0.2.1"]), None)[1] == []


def options(**changes):
    """The module's parameters with their defaults."""
    defaults = {
        "addresses": ["127.0.0.1"], "probe": False, "probe_timeout": 1.0, "interface": None, "wait": False,
        "wait_state": "held", "wait_timeout": 30.0,
    }
    return dict(defaults, **changes)


def test_observe_the_real_host():
    data = owner.observe(options(addresses=["192.0.2.254", "127.0.0.1/24", "127.0.0.1"]))
    assert [(entry["address"], entry["held"]) for entry in data["addresses"]] == [
        ("192.0.2.254", False), ("127.0.0.1", True), ("127.0.0.1", True),
    ]
    assert [place["interface"] for place in data["addresses"][1]["interfaces"]] == ["lo"]
    assert data["interfaces"][0]["name"] == "lo"
    assert data["elapsed"] == 0.0


def test_observe_waits():
    assert owner.observe(options(wait=True))["addresses"][0]["held"] is True
    with pytest.raises(owner.VipError, match=r"After 0\.05 s these addresses are not held on this host: 192") as caught:
        owner.observe(options(addresses=["127.0.0.1", "192.0.2.254"], wait=True, wait_timeout=0.05))
    assert [entry["held"] for entry in caught.value.data["addresses"]] == [True, False]
    assert caught.value.data["elapsed"] >= 0.05
    with pytest.raises(owner.VipError, match=r"After 0 s these addresses are still held on this host: 127\.0\.0\.1\."):
        owner.observe(options(wait=True, wait_state="not_held", wait_timeout=0.0))


def test_observe_probes():
    outcome = owner.observe(options(probe=True))["addresses"][0]["probe"]
    assert outcome == {"status": "no_interface", "interface": None, "answers": [], "duration_s": 0.0}
    outcome = owner.observe(options(probe=True, interface="absent0"))["addresses"][0]["probe"]
    assert outcome["interface"] == "absent0"


def test_probe_puts_answers_to_their_addresses(monkeypatch):
    """What the wire says is tested with real sockets in test__neighbours; here, how it is asked and handed on."""
    asked = []

    def wire(targets, window):
        asked.append((targets, window))
        macs = ["00:00:5e:00:01:33", "02:00:5e:00:53:99"]
        silent = {"status": "silent", "macs": [], "duration": 0.5}
        return [{"status": "answered", "macs": macs, "duration": 0.50049}, silent]

    monkeypatch.setattr(owner.neighbours, "probe", wire)
    outcomes = owner.probe(["192.0.2.20", "203.0.113.30", "2001:db8::99"], INTERFACES, None, 0.5)
    eth0 = {"interface": "eth0", "index": 2, "mac": "02:00:5e:00:53:01"}
    assert asked == [
        (
            [
                dict(eth0, address="192.0.2.20", source="192.0.2.1"),
                dict(eth0, address="2001:db8::99", source="fe80::1"),
            ],
            0.5,
        )
    ]
    answers = [{"mac": "00:00:5e:00:01:33", "own": True}, {"mac": "02:00:5e:00:53:99", "own": False}]
    assert outcomes == [
        {"status": "answered", "interface": "eth0", "answers": answers, "duration_s": 0.5},
        {"status": "no_interface", "interface": None, "answers": [], "duration_s": 0.0},
        {"status": "silent", "interface": "eth0", "answers": [], "duration_s": 0.5},
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"probe_timeout": 0.0}, "probe_timeout: 0.0"),
        ({"probe_timeout": -1.0}, "probe_timeout: -1.0"),
        ({"probe_timeout": float("inf")}, "probe_timeout: inf"),
        ({"wait_timeout": -0.1}, "wait_timeout: -0.1"),
        ({"wait_timeout": float("nan")}, "wait_timeout: nan"),
        ({"addresses": ["127.0.0.1", "app1"]}, '"app1"'),
    ],
)
def test_observe_refuses(changes, words):
    with pytest.raises(owner.VipError, match=words) as caught:
        owner.observe(options(**changes))
    assert caught.value.data == {}
