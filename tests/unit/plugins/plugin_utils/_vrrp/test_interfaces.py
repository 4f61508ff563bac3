# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of which interface is chosen, and why none is."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import interfaces
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.interfaces import NoInterface, choose
from builders import interface

MACS = {"eth0": "52:54:00:00:00:01", "eth1": "52:54:00:00:00:02", "eth1.5": "52:54:00:00:00:02"}
SEEN = [
    {**one, "mac": MACS.get(one["name"])}
    for one in (
        interface("lo", "127.0.0.1/8", loopback=True),
        interface("eth0", "192.0.2.101/24", "192.0.2.10/24"),
        interface("eth1", "198.51.100.101/24"),
        interface("eth1.5", "203.0.113.1/25"),
    )
]
VIRTUAL = frozenset({"192.0.2.10"})


def member(seen=SEEN, address=None):
    return Member("app1", {}, seen, address)


@pytest.mark.parametrize(
    ("wanted", "address", "unicast", "name", "why"),
    [
        pytest.param(None, "192.0.2.10", False, "eth0", "in the network of 192.0.2.10", id="network"),
        pytest.param("eth1", "192.0.2.10", False, "eth1", "as set", id="name"),
        pytest.param("52:54:00:00:00:01", "203.0.113.200", False, "eth0", "MAC address", id="MAC address"),
        pytest.param("52:54:00:00:00:01".upper(), "192.0.2.10", False, "eth0", "MAC address", id="MAC in capitals"),
        pytest.param(None, "203.0.113.200", True, "eth1", "198.51.100.101, the ansible_host", id="ansible_host"),
    ],
)
def test_chosen(wanted, address, unicast, name, why):
    found = choose(member(address="198.51.100.101"), wanted, addresses.parse(address), VIRTUAL, unicast)
    assert found.name == name
    assert why in found.why


def test_the_only_interface_with_an_address_speaks_unicast():
    seen = [SEEN[0], SEEN[1]]
    assert choose(member(seen), None, addresses.parse("203.0.113.9"), VIRTUAL, True).name == "eth0"
    with pytest.raises(NoInterface):
        choose(member(seen), None, addresses.parse("203.0.113.9"), VIRTUAL, False)


@pytest.mark.parametrize(
    ("wanted", "address", "unicast", "problem"),
    [
        pytest.param("eth9", "192.0.2.10", False, "no interface 'eth9'; it has eth0, eth1, eth1.5", id="no such name"),
        pytest.param(
            "52:54:00:00:00:09", "192.0.2.10", False, "MAC address 52:54:00:00:00:09; it has", id="no such MAC"
        ),
        pytest.param("52:54:00:00:00:02", "192.0.2.10", False, "several interfaces with the MAC", id="MAC of two"),
        pytest.param(None, "203.0.113.200", False, "in no network of app1", id="no network"),
        pytest.param(None, "203.0.113.200", True, "in no network of app1", id="not clear with unicast"),
        pytest.param(None, "2001:db8::1", True, "none of its family", id="no address of the family"),
    ],
)
def test_none(wanted, address, unicast, problem):
    with pytest.raises(NoInterface) as caught:
        choose(member(), wanted, addresses.parse(address), VIRTUAL, unicast)
    assert problem in caught.value.problem
    assert "app1" in caught.value.fix


def test_two_in_one_network():
    seen = [*SEEN, interface("eth2", "192.0.2.102/24")]
    with pytest.raises(NoInterface) as caught:
        choose(member(seen), None, addresses.parse("192.0.2.10"), VIRTUAL, False)
    assert "several interfaces in the network of 192.0.2.10: eth0, eth2" in caught.value.problem


@pytest.mark.parametrize(
    ("speaks", "address", "other"),
    [("eth0", "192.0.2.20", None), ("eth1", "192.0.2.20", "eth0"), ("eth1", "203.0.113.200", None)],
)
def test_an_address_of_another_network(speaks, address, other):
    assert interfaces.elsewhere(member(), speaks, addresses.parse(address), VIRTUAL) == other


def test_networks():
    assert interfaces.networks(member(), "eth0", addresses.parse("192.0.2.10"), VIRTUAL) == {"192.0.2.0/24": 24}
    assert interfaces.networks(member(), "eth1", addresses.parse("192.0.2.10"), VIRTUAL) == {}
