# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the address arithmetic."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses as _addresses
from builders import interface, interfaces
from hypothesis import given, strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.10/24", "192.0.2.10/24"),
        ("192.0.2.10", "192.0.2.10/32"),
        (" 192.0.2.10/24 ", "192.0.2.10/24"),
        ("2001:DB8::0010/64", "2001:db8::10/64"),
        ("2001:db8::10", "2001:db8::10/128"),
    ],
)
def test_parsed(text, expected):
    assert str(_addresses.parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "10.0.1",
        "10",
        "0x0a000001",
        "010.0.0.1",
        "192.0.2.256",
        "192.0.2.10/33",
        "192.0.2.10/",
        "192.0.2.10/-1",
        "192.0.2.10/255.255.255.0",
        "192.0.2.10/0.0.0.255",
        "192.0.2.10/ 24",
        "192.0.2.10/\uff12\uff14",
        "192.0.2.10/24/24",
        "2001:db8::10/129",
        "fe80::1%eth0",
        "app1",
        "",
        " ",
        None,
        5,
        1.5,
        True,
        ["192.0.2.10"],
        {"address": "192.0.2.10"},
    ],
)
def test_not_an_address(text):
    assert _addresses.parse(text) is None


@given(st.one_of(st.text(), st.text("0123456789./:abcdef%", max_size=20)))
def test_any_text_is_an_address_or_not(text):
    network = _addresses.parse(text)
    assert network is None or _addresses.parse(str(network)) == network


@pytest.mark.parametrize(("text", "expected"), [("192.0.2.10", "ipv4"), ("2001:db8::10", "ipv6")])
def test_family(text, expected):
    assert _addresses.family(_addresses.parse(text)) == expected


SEEN = [
    interface("lo", "127.0.0.1/8", "192.0.2.1/24", loopback=True),
    interface("eth0", "192.0.2.101/24", "192.0.2.10/24", "2001:db8::1/64"),
    interface("eth1", "198.51.100.1/25"),
    interface("ppp0", "198.51.100.200/32"),
    interface("ptp0", "203.0.113.0/31"),
]


@pytest.mark.parametrize(
    ("address", "virtual", "expected"),
    [
        pytest.param(
            "192.0.2.10/24", ["192.0.2.10"], [("eth0", "192.0.2.101/24")], id="not the loopback, not the held VIP"
        ),
        pytest.param("192.0.2.10", ["192.0.2.10"], [("eth0", "192.0.2.101/24")], id="no prefix length"),
        pytest.param("198.51.100.127", [], [("eth1", "198.51.100.1/25")], id="last of the network"),
        pytest.param("198.51.100.128", [], [], id="just outside"),
        pytest.param("203.0.113.1", [], [("ptp0", "203.0.113.0/31")], id="a network of two"),
        pytest.param("198.51.100.200", [], [], id="a single address is no network"),
        pytest.param("2001:db8::10/64", [], [("eth0", "2001:db8::1/64")], id="IPv6"),
        pytest.param(
            "192.0.2.10", ["192.0.2.10", "192.0.2.101"], [], id="an address of the group is not the host's own"
        ),
    ],
)
def test_fitting_interfaces(address, virtual, expected):
    found = _addresses.fitting_interfaces(SEEN, _addresses.parse(address), virtual)
    assert [(name, str(network)) for name, network in found] == expected


@pytest.mark.parametrize(
    ("addresses", "virtual_address", "expected"),
    [
        pytest.param(["198.51.100.1/24", "192.0.2.101/24"], "192.0.2.10", "192.0.2.101", id="of the network"),
        pytest.param(["198.51.100.1/24", "198.51.100.2/24"], "192.0.2.10", "198.51.100.1", id="else the first"),
        pytest.param(["fe80::1/64", "2001:db8::1/64"], "2001:db8:1::10", "2001:db8::1", id="rather not link-local"),
        pytest.param(["fe80::1/64"], "2001:db8::10", "fe80::1", id="link-local if nothing else"),
        pytest.param(["192.0.2.10/24", "192.0.2.101/24"], "192.0.2.10", "192.0.2.101", id="never the VIP itself"),
        pytest.param(["2001:db8::1/64"], "192.0.2.10", None, id="none of the family"),
    ],
)
def test_source_address(addresses, virtual_address, expected):
    found = _addresses.source_address(
        interface("eth0", *addresses), _addresses.parse(virtual_address), {virtual_address}
    )
    assert found == expected


def test_own_addresses_of_the_builders_member():
    assert [str(own) for own in _addresses.own_addresses(interfaces(1)[1], {"2001:db8::101"})] == [
        "192.0.2.101/24",
        "fe80::1/64",
    ]
