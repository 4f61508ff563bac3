# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Whether what a group is about to take from the wire is somebody's: its virtual router ids and its addresses.

A stranger who speaks unicast, or to a network that no member is in, cannot be heard.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import host_address
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge import wire
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import Case


def refusals(case: Case, elsewhere: t.Mapping[str, str] | None = None) -> list[str]:
    """Why nothing may be loaded, as texts; empty if nothing is taken.

    :arg elsewhere: by MAC address the hosts of other groups of this play.
    """
    wire.judge(case)
    # Where a member was not looked at, an unknown answer may be its own.
    if len(case.seen) == len(case.group["members"]):
        _answers(case, elsewhere or {})
    return [finding["text"] for finding in case.findings if finding["code"] in {"stranger", "taken"}]


def _answers(case: Case, elsewhere: t.Mapping[str, str]) -> None:
    members = {interface.get("mac") for seen in case.seen.values() for interface in seen["interfaces"]}
    names = {
        host_address(text): one["name"]
        for one in case.group["instances"]
        for text in [*one["addresses"], *one["excluded"]]
    }
    told = set()
    for member, seen in case.seen.items():
        for one in seen.get("addresses") or []:
            for answer in (one["probe"] or {}).get("answers", []):
                # An earlier run may have noted addresses that are nobody's business any more.
                if answer["mac"] in members or one["address"] in told or one["address"] not in names:
                    continue
                told.add(one["address"])
                other = elsewhere.get(answer["mac"])
                if other:
                    case.find(
                        "error", "taken", member, f"{one['address']} is still held by {other}, of another group.",
                        f"{answer['mac']} answers for it", f"Run site again once the group of {other} has given it up.",
                    )  # fmt: skip
                    continue
                case.find(
                    "error", "taken", member, f"{one['address']} is another host's, which is no member.",
                    f"{answer['mac']} answers for it",
                    "Take it from the host with that MAC address, or give the group another one in virtual_ipaddress "
                    f"of {names[one['address']]}.",
                )  # fmt: skip
