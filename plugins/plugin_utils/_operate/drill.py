# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""A drill: which faults are made for how long, what outage is expected of each, and what was measured of it."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import fault as _fault
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import host_address
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import nginx as _nginx
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import table

CONFIRM, FAULTS, ADDRESS = (f"hot_standby_drill_{name}" for name in ("confirm", "faults", "address"))
#: Seconds from a fault to a successful request beyond the bound: a probe's timeout and interval, and a busy host.
SLACK = 0.5
#: Seconds before a fault begins, that it lasts beyond the bound, and for the group to settle afterwards.
DELAY, BEYOND, SETTLE = 4.0, 3.0, 4.0
#: Faults that end keepalived as it wants to be ended.
CLEAN = (_fault.STOP, _fault.REBOOT)
#: Findings that are no error everywhere, but mean that nobody may be left to take over.
ALONE = ("no_redundancy", "unreachable", "owner_unseen")


def drill(
    plan: t.Mapping[str, t.Any],
    verdict: t.Mapping[str, t.Any],
    confirmed: str,
    faults: t.Sequence[str],
    address: str | None = None,
    programs: t.Mapping[str, t.Mapping[str, t.Any]] | None = None,
) -> dict[str, t.Any]:
    """What to do, or why not.

    :arg programs: by member those it was looked for: name to path, C(None) where it has none.
    :returns: dict C(problem) (or C(None)), C(group), C(instance), C(address), C(port), C(path), C(host_header)
        and C(faults) (list of dicts C(name), C(delay), C(hold), C(probe), in seconds).
    """
    problem = _problem(plan, verdict, confirmed, faults) or _unable(plan["groups"][confirmed], faults, programs or {})
    if problem:
        return {"problem": problem, "group": None, "faults": []}
    group = plan["groups"][confirmed]
    known = {host_address(text): one for one in group["instances"] for text in one["addresses"]}
    chosen = address or next(iter(known))
    if chosen not in known:
        return {"problem": f"{ADDRESS}: {chosen} is none of {', '.join(known)}.", "group": None, "faults": []}
    instance = known[chosen]
    nginx = plan["members"][group["members"][0]]["nginx"]
    if not nginx:
        return {"problem": "There is nothing to measure: hot_standby_service is none.", "group": None, "faults": []}
    parsed = addresses.parse(chosen)
    return {
        "problem": None, "group": confirmed, "instance": instance["name"], "address": chosen, "port": nginx["port"],
        "path": nginx["health_path"],
        "host_header": nginx["host_header"] or (f"[{chosen}]" if parsed and parsed.version == 6 else chosen),
        "faults": [_times(name, instance, _nginx.slowest_check(plan, group)) for name in faults],
    }  # fmt: skip


def _problem(
    plan: t.Mapping[str, t.Any], verdict: t.Mapping[str, t.Any], confirmed: str, faults: t.Sequence[str]
) -> str | None:
    groups = ", ".join(plan["groups"])
    if not confirmed:
        return f"A drill breaks the group for some seconds. Set {CONFIRM} to its name to do that: {groups}."
    if confirmed not in plan["groups"]:
        return f"{CONFIRM}: {confirmed} is no group of this play. These are: {groups}."
    unknown = [name for name in faults if name not in _fault.FAULTS]
    if unknown or not faults:
        return f"{FAULTS}: {', '.join(unknown) or 'an empty list'} is not known. Known are {', '.join(_fault.FAULTS)}."
    bad = [
        one
        for one in verdict["findings"]
        if one["group"] == confirmed and (one["severity"] == "error" or one["code"] in ALONE)
    ]
    if bad:
        return f"The group {confirmed} is not well, and a drill would be an outage. {bad[0]['text']}"
    if len(plan["groups"][confirmed]["members"]) < 2:
        return f"The group {confirmed} has one member: nobody would take over."
    away = [one["host"] for one in verdict["findings"] if one["group"] == confirmed and one["code"] == "maintenance"]
    if away:
        return f"{', '.join(away)} leaves its addresses to the others. End that first, with the playbook handover."
    return None


def _unable(
    group: t.Mapping[str, t.Any], faults: t.Sequence[str], programs: t.Mapping[str, t.Mapping[str, t.Any]]
) -> str | None:
    """Which members could not make a fault, should they be the owner then."""
    if _fault.BLOCK not in faults:
        return None
    unable = [
        member
        for member in group["members"]
        if member in programs and not any(programs[member].get(name) for name in _fault.FILTERS)
    ]
    if not unable:
        return None
    return (
        f"{FAULTS}: {_fault.BLOCK} drops VRRP by {' or '.join(_fault.FILTERS)}, and {', '.join(unable)} "
        f"{'has' if len(unable) == 1 else 'have'} neither. "
        f"Install the package nftables there, or leave {_fault.BLOCK} out."
    )


def bound(name: str, instance: t.Mapping[str, t.Any], owner: str, check: t.Mapping[str, int]) -> float:
    """The longest outage that VRRP's timers allow for a fault of the owner, in seconds.

    :arg check: how the owner's nginx is watched.
    """
    follows = instance["expected_takeover"][owner]
    if name == _fault.NGINX:
        # It is stopped: nobody listens, which its check does not wait for.
        return float(_nginx.refused_after(check) + follows["graceful"])
    # A clean end is told to the others, by an advert of priority 0; all else is silence.
    return float(follows["graceful" if name in CLEAN else "crash"])


def _times(name: str, instance: t.Mapping[str, t.Any], check: t.Mapping[str, int]) -> dict[str, t.Any]:
    """How long a fault, and the probe around it, are to last, whoever owns the address then."""
    longest = max(bound(name, instance, owner, check) for owner in instance["expected_takeover"])
    slowest = max(facts["crash"] for facts in instance["expected_takeover"].values())
    hold = round(longest + BEYOND, 1)
    # Until the member is well again, and takes back what it owned.
    back = slowest + SETTLE + (check["interval"] * (check["rise"] + 1) if name == _fault.NGINX else 0)
    return {"name": name, "delay": DELAY, "hold": hold, "probe": round(DELAY + hold + back, 1)}


def measured(
    plan: t.Mapping[str, t.Any], drilled: t.Mapping[str, t.Any], fault: str, owner: str, probe: t.Mapping[str, t.Any]
) -> dict[str, t.Any]:
    """What one fault did.

    :arg drilled: what C(drill) returned.
    :arg probe: what vip_probe returned.
    :returns: dict C(fault), C(owner), C(expected) and C(outage), C(longest_gap), C(total) (seconds), C(requests),
        C(failed), C(served_by) (who answered one after the other), C(ok), C(timeline).
    """
    group = plan["groups"][drilled["group"]]
    instance = next(one for one in group["instances"] if one["name"] == drilled["instance"])
    expected = bound(fault, instance, owner, _nginx.slowest_check(plan, group))
    answered: list[str] = []
    for part in probe["timeline"]:
        if part["served_by"] and (not answered or answered[-1] != part["served_by"]):
            answered.append(part["served_by"])
    still_out = any(outage["open"] for outage in probe["outages"])
    return {
        "fault": fault, "owner": owner, "expected": round(expected, 3), "outage": round(probe["outage_longest"], 3),
        "longest_gap": None if probe["longest_gap"] is None else round(probe["longest_gap"], 3),
        "total": round(probe["outage_total"], 3), "requests": probe["requests"]["sent"],
        "failed": probe["requests"]["failed"], "served_by": answered, "timeline": probe["timeline"],
        # Unless somebody else has answered after the owner, the fault did nothing, or was not seen.
        "ok": answered[:1] == [owner] and len(answered) > 1 and probe["outage_longest"] <= expected + SLACK
        and not still_out,
    }  # fmt: skip


def _complaint(one: t.Mapping[str, t.Any]) -> str:
    return "longer than expected" if len(one["served_by"]) > 1 else "did not move"


def text(results: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """The table that people read."""
    rows = [("FAULT", "OWNER", "EXPECTED", "OUTAGE", "FAILED", "SERVED BY", "VERDICT")]
    for one in results:
        rows.append((
            one["fault"], one["owner"], f"<= {one['expected']:g} s", f"{one['outage']:g} s",
            f"{one['failed']} of {one['requests']}", " > ".join(one["served_by"]),
            "as expected" if one["ok"] else _complaint(one).upper(),
        ))  # fmt: skip
    return "\n".join(table.aligned(rows))
