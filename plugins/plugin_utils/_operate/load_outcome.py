# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a change that was taken back has left of a group: told by a look at its members after it, and one before."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import host_address
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.owners import Observed, held_addresses, owners
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import MASTER


def text(
    group: str,
    before: t.Mapping[str, t.Sequence[str]],
    seen: t.Mapping[str, Observed | None],
    final: t.Collection[str],
    services: t.Mapping[str, str],
    back_after: float,
) -> str:
    """How the group is now.

    :arg before: what C(owners) returned before the change.
    :arg seen: by member what hot_standby_info returned after it, C(None) where it did not.
    :arg final: the members on which the change is final.
    :arg services: by member why its site of nginx could not be brought back.
    :arg back_after: seconds after which a member goes back by itself.
    """
    others = [member for member in seen if member not in final]
    if final:
        return (
            f"{', '.join(final)} runs the new configuration for good, the other members of the group {group} the "
            f"former one: run site again at once."
        )
    troubles = [trouble for member in others for trouble in _member(member, seen[member], services, back_after)]
    now = owners(seen)
    troubles += [
        f"{address} has {_names(now.get(address, []))} as owner, and had {_names(owned)} before."
        for address, owned in before.items()
        if len(owned) == 1 and len(now.get(address, [])) != 1
    ]
    told = [
        f"{address} is owned by {now[address][0]}{'' if now[address] == list(owned) else f' ({_names(owned)} before)'}"
        for address, owned in before.items()
        if len(now.get(address, [])) == 1
    ]
    if troubles:
        sentences = [*troubles, *(f"{line}." for line in told)]
        return f"The change of the group {group} did not take place, and not all is well now. {' '.join(sentences)}"
    return (
        f"Nothing has changed: the group {group} runs its former configuration again, seen on {', '.join(others)}"
        f"{''.join(f'; {line}' for line in told)}."
    )


def _names(members: t.Sequence[str]) -> str:
    return ", ".join(members) or "nobody"


def _member(member: str, seen: Observed | None, services: t.Mapping[str, str], back_after: float) -> t.Iterator[str]:
    """What is not as it was on one member."""
    if seen is None:
        back = f" If it has loaded, it goes back by itself {back_after:g} s after that." if back_after else ""
        yield f"{member} could not be looked at.{back}"
        return
    if member in services:
        yield f"{member}: {services[member]}"
    keepalived = seen["keepalived"]
    config = keepalived.get("config") or {}
    if keepalived["status"] != "ok":
        yield f"{member}: {keepalived['message']}"
    elif config.get("loaded") is not True:
        reason = config.get("reason") or ""
        yield f"{member}: that its keepalived runs what its file says is not known. {reason}".strip()
    for one in keepalived["instances"]:
        missing = {host_address(text) for text in one.get("virtual_ipaddress") or []} - held_addresses(seen)
        if one["state"] == "FAULT":
            causes = "".join(f", {cause}" for cause in one.get("fault_causes") or [])
            yield f"{member}: {one['name']} is in FAULT{causes}."
        elif one["state"] == MASTER and missing:
            yield f"{member}: {one['name']} is MASTER without {', '.join(sorted(missing))}."
