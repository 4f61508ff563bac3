# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which network a lab takes: none that somebody else has."""

from __future__ import annotations

import ipaddress

import hypothesis
import inventory
import pytest
from hypothesis import strategies as st

# ip -json -4 route show table all, of a machine whose own network is one of the documentation ranges.
ROUTES = [
    {"dst": "default", "gateway": "192.0.2.1", "dev": "eth0", "flags": []},
    {"dst": "default", "nexthops": [{"gateway": "198.51.100.9", "dev": "eth1"}]},
    {"dst": "192.0.2.0/24", "dev": "eth0", "protocol": "kernel", "scope": "link", "prefsrc": "192.0.2.2"},
    {"dst": "203.0.113.96/27", "dev": "br-f44056bb4ea3", "protocol": "kernel", "prefsrc": "203.0.113.97"},
    {"type": "local", "dst": "192.0.2.2", "dev": "eth0", "table": "local", "scope": "host"},
    {"type": "unreachable", "dst": "10.9.0.0/16"},
    {"dst": "0.0.0.0/1", "dev": "tun0"},
    {"dst": "128.0.0.0/1", "dev": "tun0"},
]


@pytest.fixture
def taken(monkeypatch, tmp_path):
    """The networks that are in use, to be filled in; no server is to be kept reachable."""
    found: list[ipaddress.IPv4Network] = []
    monkeypatch.setattr(inventory, "subnets_in_use", lambda _own: found)
    monkeypatch.setattr(inventory, "servers", list)
    monkeypatch.setattr(inventory, "CHECKOUT", tmp_path)
    monkeypatch.delenv(inventory.RANGE, raising=False)
    (tmp_path / ".cache/lab").mkdir(parents=True)
    return found


def test_what_the_machine_has():
    found = inventory.of_the_machine(ROUTES, {"br-f44056bb4ea3"})
    assert [str(one) for one in found] == [
        "192.0.2.1/32", "198.51.100.9/32", "192.0.2.0/24", "192.0.2.2/32", "10.9.0.0/16"
    ]  # fmt: skip


def test_a_lab_keeps_away_from_it(taken):
    taken += inventory.of_the_machine(ROUTES, {"br-f44056bb4ea3"})
    chosen = {inventory.subnet_of(f"lab{number}", "own") for number in range(20)}
    assert not [one for one in chosen if one.overlaps(ipaddress.ip_network("192.0.2.0/24"))]
    assert ipaddress.ip_network("198.51.100.0/27") not in chosen


NETWORKS = st.lists(
    st.builds(
        lambda network, number, length: ipaddress.ip_network((network[number], length), strict=False),
        st.sampled_from([ipaddress.ip_network(text) for text in inventory.DOCUMENTATION_RANGES]),
        st.integers(0, 255), st.integers(20, 32),
    ),
    max_size=12,
)  # fmt: skip


@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(networks=NETWORKS, name=st.sampled_from(["default", "change", "demo"]))
def test_it_overlaps_nothing_and_is_kept(taken, networks, name):
    taken[:] = networks
    try:
        chosen = inventory.subnet_of(name, "own")
    except SystemExit as error:
        assert "LAB_SUBNET" in str(error)
        free = [one for network in inventory.ranges() for one in network.subnets(new_prefix=27)]
        assert all(any(one.overlaps(other) for other in networks) for one in free)
        return
    assert chosen.prefixlen == 27
    assert not any(chosen.overlaps(other) for other in networks)
    assert inventory.subnet_of(name, "own") == chosen


def test_another_range(taken, monkeypatch):
    kept = inventory.subnet_of("default", "own")
    monkeypatch.setenv(inventory.RANGE, "10.99.0.0/26")
    chosen = inventory.subnet_of("default", "own")
    assert chosen != kept and chosen.subnet_of(ipaddress.ip_network("10.99.0.0/26"))


@pytest.mark.parametrize("text", ["10.99.0.0/28", "10.99.0.1/24", "2001:db8::/32", "lab"])
def test_a_range_that_is_none(monkeypatch, text):
    monkeypatch.setenv(inventory.RANGE, text)
    with pytest.raises(SystemExit, match="LAB_SUBNET is no IPv4 network for a lab: .* Set it to one like 10.99.0.0/24"):
        inventory.ranges()
