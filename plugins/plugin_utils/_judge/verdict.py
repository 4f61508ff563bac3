# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The judge: the plan against what was observed on all members."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import host_address
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge import (
    causes,
    host,
    ownership,
    pending_changes,
    wire,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import SEVERITIES, Case
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import firewall


def judge(
    plan: t.Mapping[str, t.Any],
    observations: t.Mapping[str, t.Mapping[str, t.Any]],
    key: str | None = None,
    texts: t.Mapping[str, t.Mapping[str, str]] | None = None,
    absent: t.Mapping[str, str | None] | None = None,
) -> dict[str, t.Any]:
    """The verdict over all groups of a plan.

    :arg plan: what C(group_plan) returned.
    :arg observations: for each reached host what hot_standby_info returned; a member without one is unreachable.
    :arg key: the C(digest_key) that hot_standby_info was given.
    :arg texts: by host and path the text that a file is to have.
    :arg absent: why a host without an observation has none, in its own words.
    :returns: dict C(ok) (bool: no finding of severity error), C(severity) (the worst one, C(None) without findings),
        C(findings) (list of dicts with C(group), C(severity), C(code), C(host), C(problem), C(evidence), C(remedy),
        C(text), C(cause) (what it follows from, see C(causes.link)); the worst first), C(failing) (by C(error),
        C(warning) and C(never), the texts of those at least so severe), C(owners) (by group, address to host), C(lost)
        (by group, the addresses that had an owner, and now have none, or more than one), C(takeover) (by group and
        instance who follows the owner, and how fast),
        C(pending_changes) (by group what C(pending_changes.of) returned) and C(summary) (lines of text, one for each
        address that is well).
    """
    findings: list[dict[str, t.Any]] = []
    owners: dict[str, dict[str, str | None]] = {}
    lost: dict[str, list[str]] = {}
    takeovers: dict[str, dict[str, t.Any]] = {}
    pending: dict[str, dict[str, t.Any]] = {}
    for name, group in plan["groups"].items():
        seen = {member: observations[member] for member in group["members"] if member in observations}
        case = Case(name, group, plan["members"], seen, key, texts or {}, absent or {})
        owners[name] = ownership.judge(case)
        leading = {one["name"]: owners[name][host_address(one["addresses"][0])] for one in group["instances"]}
        takeovers[name] = {
            one["name"]: ownership.takeover(case, one, leading[one["name"]]) for one in group["instances"]
        }
        wire.judge(case)
        wire.answers(case)
        host.judge(case)
        host.owners_answer(case, owners[name])
        lost[name] = [address for address in case.lost if address not in group.get("ownerless", [])]
        for error in plan["errors"]:
            if error["host"] in group["members"] and not _is_of_the_look(error, seen.get(error["host"])):
                problem = f"{error['variable']}: {error['problem']}"
                case.find("error", "plan", error["host"], problem, "the plan refuses it", error["fix"])
        pending[name] = pending_changes.of(case)
        causes.link(case.findings, [member for member in seen if ownership.is_never_set_up(seen[member])])
        findings += sorted(case.findings, key=lambda finding: SEVERITIES.index(finding["severity"]))
    severities = [finding["severity"] for finding in findings]
    return {
        "ok": "error" not in severities,
        "severity": min(severities, key=SEVERITIES.index, default=None),
        "findings": findings,
        "failing": {
            "error": _texts(findings, "error"),
            "warning": _texts(findings, "error", "warning"),
            "never": [],
        },
        "owners": owners,
        "lost": lost,
        "takeover": takeovers,
        "pending_changes": pending,
        "summary": [
            line
            for name, group in plan["groups"].items()
            for line in _summary(name, group, owners[name], takeovers[name])
        ],
    }


def _is_of_the_look(error: t.Mapping[str, t.Any], seen: t.Mapping[str, t.Any] | None) -> bool:
    """Whether the plan refuses a variable for nothing but what this look was not permitted to see."""
    refused = seen is not None and not ownership.is_permitted(seen) and seen["firewall"]["problem"]
    return bool(refused) and error["variable"] == firewall.VARIABLE


def _texts(findings: t.Sequence[t.Mapping[str, t.Any]], *severities: str) -> list[str]:
    return [finding["text"] for finding in findings if finding["severity"] in severities]


def _summary(
    name: str,
    group: t.Mapping[str, t.Any],
    owners: t.Mapping[str, str | None],
    takeovers: t.Mapping[str, t.Mapping[str, t.Any] | None],
) -> list[str]:
    """Who owns what, and who follows how fast by VRRP's timers."""
    lines = []
    for instance in group["instances"]:
        for text in instance["addresses"]:
            owner = owners[text.split("/")[0]]
            if owner is None:
                continue
            line = f"{name}: {text} ({instance['name']}) is owned by {owner}."
            follows = takeovers[instance["name"]]
            if follows:
                line += (
                    f" {follows['by']} stands by: it takes over {follows['graceful']} s after a clean stop and "
                    f"at most {follows['crash']} s after a crash."
                )
            lines.append(line)
    return lines
