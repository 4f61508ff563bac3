# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a run ends with: for each group the sentence that one would say on the telephone, and what is behind it."""

from __future__ import annotations

import typing as t

Findings = t.Sequence[t.Mapping[str, t.Any]]


def outcome(verdict: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The verdict in words.

    :arg verdict: what C(group_verdict) returned.
    :returns: dict C(text) (of all groups) and C(refusals) (by group that is not well, a sentence).
    """
    blocks, refusals = [], {}
    for name in verdict["owners"]:
        found = [finding for finding in verdict["findings"] if finding["group"] == name]
        told = [line.removeprefix(f"{name}: ") for line in verdict["summary"] if line.startswith(f"{name}: ")]
        blocks.append("\n".join([f"{name}: {headline(found)}", *(f"  {line}" for line in told), *paragraphs(found)]))
        if any(finding["severity"] == "error" for finding in found):
            refusals[name] = f"The group {name} is not well: {headline(found)}, told above."
    return {"text": "\n\n".join(blocks), "refusals": refusals}


def headline(findings: Findings) -> str:
    """What one would say first: how many causes of errors and warnings there are, or that all is well; who is away."""
    counts = [
        f"{len(found)} {severity}{'s' if len(found) > 1 else ''}"
        for severity in ("error", "warning")
        if (found := [finding for finding in _causes(findings) if finding["severity"] == severity])
    ]
    away = [
        f"{finding['host']} {finding['problem'].removeprefix('it ').partition(',')[0]}"
        for finding in findings
        if finding["code"] == "maintenance"
    ]
    return "; ".join([", ".join(counts) or "well", *away])


def paragraphs(findings: Findings) -> list[str]:
    """Lines: what is wrong, by what that was seen, what to do, and what follows from it."""
    lines = []
    for finding in _causes(findings):
        lines += [
            f"  {finding['severity'].upper()}: {finding['host']}: {finding['problem']}",
            f"    seen: {finding['evidence']}",
            f"    do:   {finding['remedy']}",
        ]
        here = {"host": finding["host"], "code": finding["code"]}
        for one in findings:
            if one["cause"] == here:
                host = "" if one["host"] == finding["host"] else f"{one['host']}: "
                lines.append(f"    so:   {host}{one['problem']}")
    return lines


def _causes(findings: Findings) -> list[t.Mapping[str, t.Any]]:
    """Those that do not follow from others."""
    return [finding for finding in findings if finding["cause"] is None]
