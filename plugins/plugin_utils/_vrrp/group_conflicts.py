# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What the groups of one inventory must not share: virtual addresses, and virtual router ids on one network.

One pass over all groups. Networks nest or are apart, so that sorted by their first address those that overlap follow
one another: no group is compared with every other.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses as _addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems


def owned(addresses: t.Mapping[str, t.Any]) -> dict[str, str]:
    """The hosts' own addresses, as far as the inventory tells them: address to whose it is, in words.

    :arg addresses: by host its C(ansible_host), which may be a name, or anything else.
    """
    parsed = {name: _addresses.parse(address) for name, address in addresses.items()}
    return {str(one.ip): f"{name} itself (its ansible_host)" for name, one in parsed.items() if one is not None}


def held(members: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, str]:
    """The members' own addresses, as far as they were seen: address to whose it is, in words.

    keepalived would take such an address off its interface when it starts with it as a virtual one, and cut the member
    off. Other groups may be elsewhere, where the same private addresses are others.

    :arg members: by name what hot_standby_info returned.
    """
    return {
        address: f"{name} itself, on {interface}"
        for name, observed in members.items()
        for address, interface in _held(observed).items()
    }


def _held(observed: t.Mapping[str, t.Any]) -> dict[str, str]:
    """The addresses that a host has without keepalived, by what was seen: address to interface.

    Nothing where it is not known which of them are keepalived's. A loopback interface may have virtual ones on purpose,
    as a real server has.
    """
    keepalived = observed.get("keepalived") or {}
    if keepalived.get("running"):
        if keepalived.get("status") != "ok":
            return {}
        keys = ("virtual_ipaddress", "virtual_ipaddress_excluded", "addresses_held")
        texts = [text for one in keepalived["instances"] for key in keys for text in one.get(key) or []]
    else:
        left = keepalived.get("addresses_left_behind", [])
        if left is None:
            return {}
        texts = left
    theirs = {str(text).split("/", maxsplit=1)[0] for text in texts}
    return {
        entry["address"]: interface["name"]
        for interface in observed.get("interfaces") or []
        if not interface.get("loopback")
        for entry in interface["addresses"]
        if entry["address"] not in theirs
    }


def check(groups: t.Mapping[str, t.Any], problems: Problems) -> None:
    """Tells each address that is given twice, and each virtual router id that is used twice on one network.

    :arg groups: as in the plan.
    """
    _check_addresses(groups, problems)
    _check_routers(groups, problems)


def _check_addresses(groups: t.Mapping[str, t.Any], problems: Problems) -> None:
    """No virtual address twice, whether the adverts carry it or not."""
    seen: dict[str, str] = {}
    for group in groups.values():
        first = group["members"][0]
        for instance in group["instances"]:
            for key, texts in (
                ("virtual_ipaddress", instance["addresses"]),
                ("virtual_ipaddress_excluded", instance["excluded"]),
            ):
                for text in texts:
                    address = _addresses.parse(text)
                    here = f"{instance['variable']}.{key} of {first}"
                    other = seen.setdefault(str(address.ip), here)
                    if other is not here:
                        problems.error(
                            first, f"{instance['variable']}.{key}",
                            f"{address.ip} is given twice, in {other} too.",
                            "Give each virtual address once.",
                        )  # fmt: skip


def _check_routers(groups: t.Mapping[str, t.Any], problems: Problems) -> None:
    """No virtual router id twice on one network (RFC 5798 section 5.2.3), of which members may know different parts."""
    routers: dict[tuple[int, int], list[tuple[int, int, t.Any, str, str]]] = {}
    for group in groups.values():
        first = group["members"][0]
        for instance in group["instances"]:
            lead = _addresses.parse(instance["addresses"][0])
            networks = routers.setdefault((lead.version, instance["virtual_router_id"]), [])
            networks.append((lead.first, -lead.size, lead.cidr, instance["variable"], first))
    for (_version, vrid), networks in routers.items():
        outer = None
        # A stable sort: of equal networks the first in the inventory stays in front.
        for network in sorted(networks, key=lambda entry: entry[:2]):
            if outer is None or network[0] >= outer[0] - outer[1]:
                outer = network
                continue
            _first, _size, cidr, variable, host = network
            where = f"the network {cidr}" if cidr == outer[2] else f"the networks {cidr} and {outer[2]}, which overlap,"
            problems.error(
                host, f"{variable}.virtual_router_id",
                f"{vrid} is used in {where} by {outer[3]} of {outer[4]} too.",
                "Set it to a number from 1 to 255 that no other virtual router of this network has.",
            )  # fmt: skip
