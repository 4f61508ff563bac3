# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a run hands on to the next step of a workflow: small, and without a password."""

from __future__ import annotations

import typing as t

FORMAT = 1
OK = "ok"
_DRILLED = ("fault", "owner", "expected", "outage", "ok")


def result(
    plan: t.Mapping[str, t.Any],
    verdict: t.Mapping[str, t.Any] | None = None,
    drilled: t.Sequence[t.Mapping[str, t.Any]] | None = None,
) -> dict[str, t.Any]:
    """The result of a run, by its verdict if it has judged, else by its plan.

    :arg plan: as C(plan.plan) returns it.
    :arg verdict: as C(verdict.judge) returns it.
    :arg drilled: for each fault of a drill what C(drill.measured) returned.
    :returns: dict C(format), C(ok) (bool: no error), C(severity) (the worst one, C(ok) without a finding), C(groups)
        (by name C(severity) and C(owners), by address the owner or C(None)), C(digest) (of the plan), and after a drill
        C(drill) (list of dicts with C(fault), C(owner), C(expected), C(outage) in seconds, C(ok)).
    """
    groups = {
        name: {
            "severity": _worst(_found(name, group["members"], plan, verdict)),
            "owners": dict(verdict["owners"].get(name, {})) if verdict else {},
        }
        for name, group in plan["groups"].items()
    }
    # A host without a group, too, may ask for what cannot be right.
    severities = [str(group["severity"]) for group in groups.values()] + (["error"] if plan["unplanned"] else [])
    severity = _worst(severities)
    told = {
        "format": FORMAT,
        "ok": severity != "error" and all(one["ok"] for one in drilled or []),
        "severity": severity,
        "groups": groups,
        "digest": plan["digest"],
    }
    if drilled is not None:
        told["drill"] = [{key: one[key] for key in _DRILLED} for one in drilled]
    return told


def _found(
    name: str, members: t.Collection[str], plan: t.Mapping[str, t.Any], verdict: t.Mapping[str, t.Any] | None
) -> list[str]:
    """The severities of what was found in a group."""
    if verdict:
        return [finding["severity"] for finding in verdict["findings"] if finding["group"] == name]
    said = (("error", plan["errors"]), ("warning", plan["warnings"]))
    return [severity for severity, entries in said for entry in entries if entry["host"] in members]


def _worst(severities: t.Iterable[str]) -> str:
    order = ("error", "warning", "info", OK)
    return min(severities, key=order.index, default=OK)
