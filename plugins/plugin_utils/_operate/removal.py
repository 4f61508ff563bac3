# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""In which order hosts stop being members, so that an address stays with its owner for as long as it can."""

from __future__ import annotations

import typing as t


def turns(looks: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, int]:
    """By host its turn, from 0: within each group one after the other, those that own least first.

    There is no plan of a group that is to go: hosts with a virtual address in common are one.

    :arg looks: what keepalived_info returned, by host; without instances where it does not run.
    """
    found: dict[str, int] = {}
    for group in _groups({host: _addresses(look) for host, look in looks.items()}):
        order = sorted(group, key=lambda host: (_owned(looks[host]), host))
        found.update({host: number for number, host in enumerate(order)})
    return found


def _addresses(look: t.Mapping[str, t.Any]) -> set[str]:
    """The virtual addresses of a host's instances, without prefix length."""
    instances = look.get("instances") or []
    keys = ("virtual_ipaddress", "virtual_ipaddress_excluded")
    texts = [text for one in instances for key in keys for text in one.get(key) or []]
    return {str(text).split("/", maxsplit=1)[0] for text in texts}


def _owned(look: t.Mapping[str, t.Any]) -> int:
    """How many instances a host is MASTER of."""
    return sum(one.get("state") == "MASTER" for one in look.get("instances") or [])


def _groups(addresses: t.Mapping[str, set[str]]) -> list[list[str]]:
    """The hosts, those together that have an address in common, if only by way of others."""
    groups: list[tuple[list[str], set[str]]] = []
    for host, own in addresses.items():
        joined = [group for group in groups if group[1] & own]
        groups = [group for group in groups if group not in joined]
        hosts = [one for group in joined for one in group[0]]
        groups.append(([*hosts, host], own.union(*(group[1] for group in joined))))
    return [hosts for hosts, _own in groups]
