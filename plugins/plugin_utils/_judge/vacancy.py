# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Whether what a group is about to take from the wire is somebody's: its virtual router ids and its addresses.

A stranger who speaks unicast, or to a network that no member is in, cannot be heard.
"""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import host_address
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge import wire
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import Case


def refusals(case: Case) -> list[str]:
    """Why nothing may be loaded, as texts; empty if nothing is taken."""
    wire.judge(case)
    # Where a member was not looked at, an unknown answer may be its own.
    if len(case.seen) == len(case.group["members"]):
        _answers(case)
    return [finding["text"] for finding in case.findings if finding["code"] in {"stranger", "taken"}]


def _answers(case: Case) -> None:
    members = {interface.get("mac") for seen in case.seen.values() for interface in seen["interfaces"]}
    names = {host_address(text): one["name"] for one in case.group["instances"] for text in one["addresses"]}
    told = set()
    for member, seen in case.seen.items():
        for one in seen.get("addresses") or []:
            for answer in (one["probe"] or {}).get("answers", []):
                if answer["mac"] in members or one["address"] in told:
                    continue
                told.add(one["address"])
                name = names.get(one["address"])
                case.find(
                    "error", "taken", member, f"{one['address']} is another host's, which is no member.",
                    f"{answer['mac']} answers for it",
                    "Take it from the host with that MAC address, or give the group another one"
                    f"{f' in virtual_ipaddress of {name}' if name else ''}.",
                )  # fmt: skip
