# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Who owns what, and who could: exactly one live MASTER holds each address, everybody else stands by."""

from __future__ import annotations

import errno
import os
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import host_address
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import FAILED, NOT_PERMITTED, Case
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import BACKUP, MASTER
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import timers

#: What a host says of a file that its user may not see.
_REFUSALS = {os.strerror(number) for number in (errno.EACCES, errno.EPERM)}
UNLOADED = "It was never loaded: run the site playbook, or put the inventory back."
STATUS_REMEDIES = {
    "not_installed": "Run the site playbook for it.",
    "not_running": "Start it: systemctl start keepalived; its log says why it is down.",
    "crashed": "Start it: systemctl start keepalived; its log says why it is down.",
    "frozen": "Continue it: systemctl kill --signal=SIGCONT keepalived.",
    "timeout": "Look at its log, then restart it: systemctl restart keepalived.",
}


def judge(case: Case) -> dict[str, str | None]:
    """Fills the findings; returns the owner of each address, or C(None)."""
    for member in case.group["members"]:
        _daemon(case, member)
    owners: dict[str, str | None] = {}
    for instance in case.group["instances"]:
        for text in [*instance["addresses"], *instance["excluded"]]:
            owners[host_address(text)] = _address(case, instance, host_address(text))
        owner = owners[host_address(instance["addresses"][0])]
        _states(case, instance)
        _ranking(case, instance, owner)
        _redundancy(case, instance, owner)
    return owners


def _daemon(case: Case, member: str) -> None:
    if member not in case.seen:
        # The user has said that the others are to go on without it.
        severity = "warning" if case.group["partial"] else "error"
        if case.absent.get(member) == FAILED:
            case.find(
                severity, "unreachable", member, "it failed in this run, and was not judged.", FAILED,
                "Mend that, then run again.",
            )  # fmt: skip
            return
        case.find(
            severity, "unreachable", member, "it could not be observed.",
            case.absent.get(member) or "no answer from the host", "Make it reachable, then run again.",
        )  # fmt: skip
        return
    keepalived = case.seen[member]["keepalived"]
    if not is_permitted(case.seen[member]):
        told = keepalived["message"] if keepalived["status"] == NOT_PERMITTED else None
        case.find(
            "error", "not_permitted", member, "it could not be looked at without root.",
            told or "what only root may see was not seen",
            f"Set ansible_become to true for {member}, or log in there as root.", None,
        )  # fmt: skip
    if is_never_set_up(case.seen[member]):
        case.find(
            "error", "daemon", member, "it was never set up.", keepalived["message"], "Run the site playbook.",
        )  # fmt: skip
    elif keepalived["status"] not in ("ok", NOT_PERMITTED):
        case.find(
            "error", "daemon", member, "keepalived does not tell its state.", keepalived["message"],
            STATUS_REMEDIES.get(keepalived["status"], "See the documentation of the module keepalived_info."),
        )  # fmt: skip


def is_never_set_up(seen: t.Mapping[str, t.Any]) -> bool:
    """Whether no run of site has set the member up: keepalived does not run, and there is no note of such a run."""
    noted = seen.get("manifest") or {}
    off = seen["keepalived"]["status"] in ("not_installed", "not_running")
    return off and noted.get("known") is False and not noted.get("lost")


def is_permitted(seen: t.Mapping[str, t.Any]) -> bool:
    """Whether the look at a member was that of root, as far as it needed to be."""
    told = [seen["keepalived"]["status"], (seen.get("adverts") or {}).get("status")]
    told += [(one.get("probe") or {}).get("status") for one in seen.get("addresses") or []]
    problems = [one.get("problem") for one in (seen.get("files") or {}).values()]
    return NOT_PERMITTED not in told and not any(problem in _REFUSALS for problem in problems)


def _holds(case: Case, member: str, address: str) -> bool:
    return any(
        entry["address"] == address for interface in case.seen[member]["interfaces"] for entry in interface["addresses"]
    )


def _runs_without(case: Case, member: str, instance: t.Mapping[str, t.Any], address: str) -> bool:
    """Whether a member's daemon runs the instance with other addresses: then nothing has taken this one away."""
    one = case.running(member, instance) or {}
    loaded = [*(one.get("virtual_ipaddress") or []), *(one.get("virtual_ipaddress_excluded") or [])]
    return bool(loaded) and address not in map(host_address, loaded)


def _hears_a_master(case: Case, instance: t.Mapping[str, t.Any]) -> bool:
    """Whether an observed BACKUP of this instance receives the adverts of a master."""
    told = [case.running(member, instance) for member in case.seen]
    return any(one and one["state"] == BACKUP and bool(one["master_priority"]) for one in told)


def _address(case: Case, instance: t.Mapping[str, t.Any], address: str) -> str | None:
    """Owner = holds the address and is a live MASTER; there must be exactly one, and nobody else may hold it.

    Who did not tell its state may own it: then nobody can say that nobody does.
    """
    owners = []
    for member in case.seen:
        master, holds = case.state(member, instance) == MASTER, _holds(case, member, address)
        if master and holds:
            owners.append(member)
        elif master and _runs_without(case, member, instance, address):
            case.find(
                "error", "instance_missing", member, f"its keepalived runs {instance['name']} without {address}.",
                "the running configuration is not the planned one", UNLOADED,
            )  # fmt: skip
        elif master:
            case.find(
                "error", "master_without_address", member,
                f"it is MASTER of {instance['name']} but does not hold {address}.",
                "the address is on none of its interfaces", "Something took it away: systemctl restart keepalived.",
            )  # fmt: skip
        elif holds and case.knows(member):
            case.find(
                "error", "address_without_master", member, f"it holds {address} without being MASTER.",
                f"state of {instance['name']}: {case.state(member, instance) or 'none'}",
                f"Start keepalived there, or take the address away: ip address del {address} dev INTERFACE.",
            )  # fmt: skip
    if len(owners) > 1:
        case.lost.append(address)
        for member in owners:
            others = ", ".join(other for other in owners if other != member)
            case.find(
                "error", "split", member, f"{address} has {len(owners)} owners: it, and {others}.",
                "each is MASTER and holds it: they do not hear each other",
                "Let VRRP (IP protocol 112) through between them; see keepalived_firewall.",
            )  # fmt: skip
    unsure = [member for member in case.group["members"] if not case.knows(member)]
    told = [member for member in case.seen if case.knows(member)]
    states = ", ".join(f"{member} {case.state(member, instance) or 'none'}" for member in told)
    if not owners and unsure and _hears_a_master(case, instance):
        case.find(
            "warning", "owner_unseen", unsure[0], f"it, or another member that was not looked at, owns {address}.",
            "the others are BACKUP and hear a master", "Run again with all members to see it confirmed.",
        )  # fmt: skip
    elif not owners and unsure:
        case.lost.append(address)
        # Of members of which nothing is known that is told already, unless it was allowed.
        if states or case.group["partial"]:
            case.find(
                "error", "owner_unseen", unsure[0], f"nobody who told its state owns {address}, and it did not tell.",
                f"states: {states or 'none seen'}", "Mend what keeps it from being seen, then run again.",
            )  # fmt: skip
    elif not owners:
        case.lost.append(address)
        unloaded = all(_runs_without(case, member, instance, address) for member in case.seen)
        case.find(
            "error", "no_owner", case.group["members"][0], f"nobody owns {address}.",
            f"states: {states or 'none seen'}",
            UNLOADED if unloaded else
            "A FAULT means that a check fails: see that nginx answers, and the log of keepalived.",
        )  # fmt: skip
    return owners[0] if len(owners) == 1 else None


def _states(case: Case, instance: t.Mapping[str, t.Any]) -> None:
    for member in case.seen:
        one = case.running(member, instance)
        if one is None:
            if case.is_live(member):
                case.find(
                    "error", "instance_missing", member,
                    f"its keepalived does not run the instance {instance['name']}.",
                    "the running configuration is not the planned one", "Run the site playbook.",
                )  # fmt: skip
        elif one["state"] not in (MASTER, BACKUP):
            causes = ", ".join(one.get("fault_causes") or [])
            case.find(
                "error", "fault", member, f"{instance['name']} is in state {one['state']}: it could not take over.",
                causes or f"state {one['state']}", "A check fails or an interface is down: see the log of keepalived.",
            )  # fmt: skip


def _ranking(case: Case, instance: t.Mapping[str, t.Any], owner: str | None) -> None:
    """Whether the owner is who should be: under nopreempt anybody, else the first that is not in maintenance."""
    if owner is None or not instance["preempt"]:
        return
    ready = [member for member in instance["ranking"] if not case.in_maintenance(member)]
    expected = (ready or instance["ranking"])[0]
    if owner != expected and (expected not in case.seen or case.knows_standing(expected)):
        case.find(
            "warning", "unexpected_owner", owner,
            f"it owns {instance['name']}, while {expected} has the highest priority.",
            f"priorities rank {' > '.join(instance['ranking'])}", f"See what keeps {expected} from taking over.",
        )  # fmt: skip


def _redundancy(case: Case, instance: t.Mapping[str, t.Any], owner: str | None) -> None:
    """One more fault is an outage where nobody stands by."""
    if owner is None or len(case.group["members"]) < 2:
        return
    unseen = [member for member in case.group["members"] if not case.knows_standing(member)]
    if not unseen and not any(case.state(member, instance) == BACKUP for member in case.seen if member != owner):
        case.find(
            "warning", "no_redundancy", owner,
            f"it is the only one left for {instance['name']}: one more fault takes the addresses away.",
            "no other member is BACKUP", "Mend the others first.",
        )  # fmt: skip


def takeover(case: Case, instance: t.Mapping[str, t.Any], owner: str | None) -> dict[str, t.Any] | None:
    """Who follows the owner as things are now, and how fast: not who was planned to, if that one does not stand by.

    :returns: dict C(by), C(graceful) and C(crash) (seconds), C(None) where nobody stands by.
    """
    planned = instance["expected_takeover"].get(owner)
    if owner is None or planned is None:
        return None
    standing: dict[str, int] = {}
    for member in instance["ranking"]:
        one = case.running(member, instance) if member in case.seen and member != owner else None
        if one and one["state"] == BACKUP:
            standing[member] = one.get("effective_priority") or one.get("base_priority") or 0
    if not standing:
        return None
    # The first in the ranking where several have the same.
    first = max(standing, key=lambda member: standing[member])
    if first == planned["by"] and not case.in_maintenance(first):
        return dict(planned)
    skew = timers.skew_time(instance["version"], max(standing[first], 1), instance["advert_int"])
    silence = planned["crash"] - planned["graceful"]
    return {"by": first, "graceful": round(skew, 3), "crash": round(silence + skew, 3)}
