# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Who owns which address, by what was observed."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import host_address
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import MASTER

Observed = t.Mapping[str, t.Any]


def owners(observed: t.Mapping[str, Observed | None]) -> dict[str, list[str]]:
    """By address of the running instances the members that own it: that are MASTER and hold it.

    :arg observed: by member what hot_standby_info returned, C(None) if not reached.
    """
    found: dict[str, list[str]] = {}
    for member, seen in observed.items():
        held = held_addresses(seen or {})
        for one in (seen or {}).get("keepalived", {}).get("instances", []):
            for text in [*(one.get("virtual_ipaddress") or []), *(one.get("virtual_ipaddress_excluded") or [])]:
                address = host_address(text)
                owned = found.setdefault(address, [])
                if one["state"] == MASTER and address in held and member not in owned:
                    owned.append(member)
    return found


def held_addresses(seen: Observed) -> set[str]:
    """All addresses that a member has, of all its interfaces."""
    return {entry["address"] for interface in seen.get("interfaces", []) for entry in interface["addresses"]}
