# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Where a member speaks VRRP and holds the addresses: interfaces, by the user's word or by the networks they are in."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}", re.IGNORECASE)


class NoInterface(Exception):
    """There is none to choose. C(problem) and C(fix) are for the user."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


class Choice(t.NamedTuple):
    """An interface, and why it is this one."""

    name: str
    why: str


def choose(member: Member, wanted: t.Any, address: t.Any, virtual: t.Collection[str], unicast: bool) -> Choice:
    """The interface on which a member speaks for a virtual address.

    :arg wanted: what the user wrote: the name or the MAC address of an interface, or C(None).
    :arg address: the first virtual address.
    :arg virtual: all virtual addresses of the group, bare and normalised: these come and go, and are nobody's own.
    :arg unicast: whether adverts go to the members' own addresses: then the network need not be the same.
    :raises NoInterface: there is none, or more than one.
    """
    interfaces = member.interfaces or ()
    if isinstance(wanted, str) and _MAC.fullmatch(wanted):
        return _by_mac(member, wanted, interfaces)
    if wanted is not None:
        if wanted not in [interface["name"] for interface in interfaces]:
            present = ", ".join(interface["name"] for interface in interfaces if not interface["loopback"])
            raise NoInterface(
                f"{member.name} has no interface {shown(wanted, '')}; it has {present or 'none'}.",
                f"Set it for {member.name} to one of these.",
            )
        return Choice(wanted, "as set")
    fitting = sorted({name for name, _network in addresses.fitting_interfaces(interfaces, address, virtual)})
    if len(fitting) == 1:
        return Choice(fitting[0], f"the one interface of {member.name} in the network of {address.ip}")
    if not fitting and unicast:
        found = _of_its_own(member, address, virtual)
        if found:
            return found
    raise NoInterface(
        _why_not_one(member, fitting, address, virtual),
        f"Set interface for {member.name}, or correct virtual_ipaddress.",
    )


def _by_mac(member: Member, wanted: str, interfaces: t.Sequence[t.Mapping[str, t.Any]]) -> Choice:
    names = [one["name"] for one in interfaces if (one.get("mac") or "").lower() == wanted.lower()]
    if len(names) == 1:
        return Choice(names[0], f"the one interface of {member.name} with the MAC address {wanted}")
    if names:
        raise NoInterface(
            f"{member.name} has several interfaces with the MAC address {wanted}: {', '.join(names)}.",
            f"Set it for {member.name} to the name of one of these.",
        )
    present = ", ".join(f"{one['name']} {one['mac']}" for one in interfaces if one.get("mac") and not one["loopback"])
    raise NoInterface(
        f"{member.name} has no interface with the MAC address {wanted}; it has {present or 'none'}.",
        f"Set it for {member.name} to one of these.",
    )


def _of_its_own(member: Member, address: t.Any, virtual: t.Collection[str]) -> Choice | None:
    """The interface with the address that Ansible reaches the member at, or the only one that has an address."""
    own = {
        str(network.ip): interface["name"]
        for interface in member.interfaces or ()
        if not interface["loopback"]
        for network in addresses.own_addresses(interface, virtual)
        if network.version == address.version and not network.ip.is_link_local()
    }
    reached = addresses.parse(member.address)
    if reached is not None and str(reached.ip) in own:
        return Choice(own[str(reached.ip)], f"the interface with {reached.ip}, the ansible_host of {member.name}")
    names = set(own.values())
    return Choice(names.pop(), f"the only interface of {member.name} with an address") if len(names) == 1 else None


def networks(member: Member, name: str, address: t.Any, virtual: t.Collection[str]) -> dict[str, int]:
    """Prefix length of each network of an interface that the address lies in."""
    fitting = addresses.fitting_interfaces(member.interfaces or (), address, virtual)
    return {str(network.cidr): network.prefixlen for interface, network in fitting if interface == name}


def elsewhere(member: Member, name: str, address: t.Any, virtual: t.Collection[str]) -> str | None:
    """The one other interface in whose network an address lies, where that of the adverts is not in it."""
    fitting = {one for one, _network in addresses.fitting_interfaces(member.interfaces or (), address, virtual)}
    return fitting.pop() if len(fitting) == 1 and name not in fitting else None


def _why_not_one(member: Member, fitting: t.Sequence[str], address: t.Any, virtual: t.Collection[str]) -> str:
    if fitting:
        return f"{member.name} has several interfaces in the network of {address.ip}: {', '.join(fitting)}."
    present = [
        f"{interface['name']} {own}"
        for interface in member.interfaces or ()
        if not interface["loopback"]
        for own in addresses.own_addresses(interface, virtual)
        if own.version == address.version
    ]
    return f"{address.ip} is in no network of {member.name}, which has {', '.join(present) or 'none of its family'}."
