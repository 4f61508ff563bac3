# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Addresses: what the user wrote against what the hosts have. netaddr does the arithmetic."""

from __future__ import annotations

import typing as t

try:
    import netaddr
except ImportError as error:
    NETADDR_ERROR: ImportError | None = error
else:
    NETADDR_ERROR = None


def parse(text: t.Any) -> netaddr.IPNetwork | None:
    """An address with or without prefix length, else C(None). C(10.0.1) is none: netaddr would fill it up."""
    if not isinstance(text, str) or not text.strip():
        return None
    bare, slash, prefixlen = text.strip().partition("/")
    if slash and not (prefixlen.isascii() and prefixlen.isdecimal()):
        return None  # netaddr takes a netmask too, keepalived does not
    try:
        netaddr.IPAddress(bare, flags=netaddr.INET_PTON)
        return netaddr.IPNetwork(text.strip())
    except (netaddr.AddrFormatError, ValueError):
        return None


def family(network: netaddr.IPNetwork) -> str:
    """C(ipv4) or C(ipv6)."""
    return f"ipv{network.version}"


def own_addresses(interface: t.Mapping[str, t.Any], virtual: t.Collection[str]) -> list[netaddr.IPNetwork]:
    """The interface's addresses, without those that come and go with VRRP.

    :arg interface: as observed: C(addresses) is a list of dicts with C(address) and C(prefixlen).
    :arg virtual: the group's virtual addresses, bare and normalised.
    """
    entries = [entry for entry in interface["addresses"] if entry["address"] not in virtual]
    return [netaddr.IPNetwork(f"{entry['address']}/{entry['prefixlen']}") for entry in entries]


def fitting_interfaces(
    interfaces: t.Sequence[t.Mapping[str, t.Any]], address: netaddr.IPNetwork, virtual: t.Collection[str]
) -> list[tuple[str, netaddr.IPNetwork]]:
    """The interfaces in whose network an address lies: (name, own address with the network's prefix length)."""
    return [
        (interface["name"], own)
        for interface in interfaces
        if not interface["loopback"]
        for own in own_addresses(interface, virtual)
        if own.version == address.version and own.size > 1 and address.ip in own
    ]


def source_address(
    interface: t.Mapping[str, t.Any], address: netaddr.IPNetwork, virtual: t.Collection[str]
) -> str | None:
    """The own address that speaks for a virtual one: of its network if there is one, else the first of its family."""
    own = [entry for entry in own_addresses(interface, virtual) if entry.version == address.version]
    inside = [entry for entry in own if address.ip in entry]
    usable = inside or [entry for entry in own if not entry.ip.is_link_local()] or own
    return str(usable[0].ip) if usable else None
