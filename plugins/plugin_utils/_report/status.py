# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The state of all groups as data, and as a table: who owns what, who stands by, and what is wrong."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import host_address
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import LOCALHOST
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import outcome, status_page, table

FORMAT = 1
COLUMNS = ("MEMBER", "INSTANCE", "STATE", "PRIORITY", "OWNS", "SINCE", "NGINX")
NOTHING = "-"
#: What was not looked at, or did not tell.
UNKNOWN = "?"


def status(
    plan: t.Mapping[str, t.Any],
    verdict: t.Mapping[str, t.Any],
    observations: t.Mapping[str, t.Mapping[str, t.Any]],
    now: float,
) -> dict[str, t.Any]:
    """The state as data, without a password.

    :arg now: seconds of the epoch.
    :returns: dict C(format), C(time) (ISO 8601 in UTC), C(severity), C(groups): by name C(severity) (C(ok) without a
        finding), C(instances) (list of dicts C(name), C(virtual_router_id), C(version), C(owner), C(addresses) (address
        to owner), C(takeover)), C(members) (by name, see C(_member)), C(findings).
    """
    groups = {}
    for name, group in plan["groups"].items():
        findings = [finding for finding in verdict["findings"] if finding["group"] == name]
        owners = verdict["owners"].get(name, {})
        groups[name] = {
            "severity": findings[0]["severity"] if findings else "ok",
            "instances": [
                _instance(instance, owners, verdict["takeover"][name][instance["name"]])
                for instance in group["instances"]
            ],
            "members": {
                member: _member(group, plan["members"].get(member), observations.get(member))
                for member in group["members"]
            },
            "findings": findings,
        }
    return {"format": FORMAT, "time": _utc(now), "severity": verdict["severity"] or "ok", "groups": groups}


def _utc(seconds: float | None) -> str | None:
    if not seconds:
        return None
    return datetime.datetime.fromtimestamp(round(seconds), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _instance(
    instance: t.Mapping[str, t.Any], owners: t.Mapping[str, str | None], takeover: t.Mapping[str, t.Any] | None
) -> dict[str, t.Any]:
    addresses = {text: owners.get(host_address(text)) for text in [*instance["addresses"], *instance["excluded"]]}
    owner = next(iter(addresses.values()), None)
    return {
        "name": instance["name"],
        "virtual_router_id": instance["virtual_router_id"],
        "version": instance["version"],
        "owner": owner,
        "addresses": addresses,
        "takeover": takeover,
    }


def _member(
    group: t.Mapping[str, t.Any], model: t.Mapping[str, t.Any] | None, seen: t.Mapping[str, t.Any] | None
) -> dict[str, t.Any]:
    """One member: C(reached), C(keepalived) (C(status), C(version)), C(instances) (by name) and C(nginx)."""
    if seen is None:
        return {"reached": False, "keepalived": None, "instances": {}, "nginx": None}
    keepalived = seen["keepalived"]
    held = {entry["address"] for interface in seen["interfaces"] for entry in interface["addresses"]}
    running = {(one["name"], one["virtual_router_id"]): one for one in keepalived["instances"]}
    instances = {}
    for planned in group["instances"]:
        one = running.get((planned["name"], planned["virtual_router_id"]), {})
        effective = one.get("effective_priority")
        instances[planned["name"]] = {
            "state": one.get("state"),
            # keepalived before 2.0 tells the configured one only.
            "priority": one.get("base_priority") if effective is None else effective,
            "base_priority": one.get("base_priority"),
            "since": _utc(one.get("last_transition")),
            "holds": [text for text in [*planned["addresses"], *planned["excluded"]] if host_address(text) in held],
            "hears": one.get("master_address"),
        }
    return {
        "reached": True,
        "keepalived": {"status": keepalived["status"], "version": keepalived.get("version")},
        "instances": instances,
        "nginx": _nginx(model, seen),
    }


def _nginx(model: t.Mapping[str, t.Any] | None, seen: t.Mapping[str, t.Any]) -> str | None:
    """What nginx does on the member itself: C(answers), C(fails), or C(None) where it is none of the group's."""
    if not model or not model["nginx"]:
        return None
    unit = (seen.get("services") or {}).get("nginx")
    if unit and unit["active_state"] != "active":
        return str(unit["active_state"])
    own = [answer for answer in seen.get("http") or [] if answer["address"] == LOCALHOST]
    if not own:
        return UNKNOWN
    return "answers" if own[0]["status"] == 200 else "fails"


def text(state: t.Mapping[str, t.Any]) -> str:
    """The state as people read it: a table for each group, then what is found, then who follows."""
    blocks = []
    for name, group in state["groups"].items():
        lines = [f"{name}: {outcome.headline(group['findings'])}", ""]
        lines += table.aligned([COLUMNS, *_members(group)], "  ")
        lines += ["", *(f"  {line}" for instance in group["instances"] for line in _takeover(instance))]
        lines += outcome.paragraphs(group["findings"])
        blocks.append("\n".join(lines).rstrip())
    return "\n\n".join([*blocks, _total(state)])


def page(state: t.Mapping[str, t.Any]) -> str:
    """The state as a page."""
    return status_page.page(state, {name: _members(group) for name, group in state["groups"].items()})


def _members(group: t.Mapping[str, t.Any]) -> list[tuple[str, ...]]:
    return [row for member, facts in group["members"].items() for row in _rows(member, facts)]


def _rows(member: str, facts: t.Mapping[str, t.Any]) -> list[tuple[str, ...]]:
    if not facts["reached"]:
        return [(member, NOTHING, "not reached", NOTHING, UNKNOWN, NOTHING, UNKNOWN)]
    rows: list[tuple[str, ...]] = []
    for name, one in facts["instances"].items():
        daemon = facts["keepalived"]["status"]
        rows.append((
            member, name, one["state"] or (daemon if daemon != "ok" else "not loaded"), _priority(one),
            ", ".join(map(host_address, one["holds"])) or NOTHING, one["since"] or NOTHING,
            facts["nginx"] or NOTHING,
        ))  # fmt: skip
    return rows


def _priority(one: t.Mapping[str, t.Any]) -> str:
    if one["priority"] is None:
        return NOTHING
    if one["base_priority"] in (None, one["priority"]):
        return str(one["priority"])
    return f"{one['priority']} (of {one['base_priority']})"


def _takeover(instance: t.Mapping[str, t.Any]) -> list[str]:
    owner, follows = instance["owner"], instance["takeover"]
    if owner is None or not follows:
        return []
    return [
        f"{instance['name']}: if {owner} dies now, {follows['by']} takes over after {follows['crash']} s at most; "
        f"after a clean stop, {follows['graceful']} s."
    ]


def _total(state: t.Mapping[str, t.Any]) -> str:
    counts: dict[str, int] = {}
    for group in state["groups"].values():
        counts[group["severity"]] = counts.get(group["severity"], 0) + 1
    parts = [f"{counts[one]} with {one}" for one in ("error", "warning", "info") if counts.get(one)]
    if counts.get("ok"):
        parts.append(f"{counts['ok']} well")
    return f"{len(state['groups'])} groups: {', '.join(parts) or 'none'}." if len(state["groups"]) != 1 else ""
