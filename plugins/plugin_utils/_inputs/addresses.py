# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Addresses: what the user wrote against what the hosts have. netaddr does the arithmetic."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import first_word
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses as _addresses

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


def host_address(text: str) -> str:
    """An address without its prefix length."""
    return text.split("/")[0]


def bare_addresses(entries: t.Any) -> t.Any:
    """The addresses of entries without prefix length and other words; anything else as it is."""
    if not isinstance(entries, list):
        return entries
    parsed = [(_addresses.parse(first_word(entry)), entry) for entry in entries]
    return [entry if address is None else str(address.ip) for address, entry in parsed]


def with_prefix(address: t.Any, networks: t.Mapping[str, int]) -> t.Any:
    """The address with the prefix length of the network it lies in, where the user wrote none."""
    if address.size > 1:
        return address
    for cidr, prefixlen in networks.items():
        if address.ip in _addresses.netaddr.IPNetwork(cidr):
            address.prefixlen = prefixlen
    return address


def entry_with_prefix(entry: t.Any, networks: t.Mapping[str, int]) -> t.Any:
    """An entry whose address has a prefix length."""
    written = first_word(entry)
    full = written if "/" in written else str(with_prefix(_addresses.parse(written), networks))
    if isinstance(entry, t.Mapping):
        return {**entry, "address": full}
    return " ".join([full, *entry.split()[1:]])
