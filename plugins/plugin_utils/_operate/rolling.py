# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Work on one member after the other: whether each can hand over before it, and what is said of it."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import maintenance

#: How the names of the tasks begin that hand over.
HAND_OVER = "Hand over |"


def failure(able: t.Mapping[str, t.Any], looked: bool, task: str) -> str:
    """What became of the addresses of a member that failed in its turn.

    :arg able: what C(capability) returned before it.
    :arg looked: whether its daemon told its state before it.
    :arg task: name of the task that failed.
    """
    owned = ", ".join(able["owned"])
    if not looked:
        return "What it owned is not known."
    if not owned:
        return "It owned nothing, so no address has moved."
    if not able["possible"]:
        return f"It owned {owned} and could not hand that over."
    if task.startswith(HAND_OVER):
        return f"The hand-over of {owned} did not come about."
    return f"Before that it handed {owned} over, and takes it back when it is well."


def text(plan: t.Mapping[str, t.Any]) -> str:
    """One line for each group: the order of its members, and how long each may take to be well again."""
    lines = []
    for name in plan["groups"]:
        models = {member: model for member, model in plan["members"].items() if model["group"] == name}
        if not models:  # nobody of it could be looked at
            continue
        order = sorted(models, key=lambda member: int(models[member]["turn"]))
        longest = max(int(model["keepalived"]["settle_timeout"]) for model in models.values())
        lines.append(
            f"{name}: {', then '.join(order)}. Each hands over what it owns, is worked on, and is waited for until it "
            f"is well again, {longest} s at most. The first that is not stops its group."
        )
    return "\n".join(lines)


def capability(
    model: t.Mapping[str, t.Any], member: str, looks: t.Mapping[str, t.Mapping[str, t.Any]]
) -> dict[str, t.Any]:
    """Whether a member can give away what it owns before it is worked on.

    :arg model: the member's part of the plan.
    :arg looks: what keepalived_info returned, by each member of the group that answered.
    :returns: dict C(owned) (names of the instances that it is MASTER of), C(possible) (bool) and C(problem): what is to
        be said where it owns something and cannot hand it over, else C(None).
    """
    mine = looks.get(member, {})
    owned = [one["name"] for one in mine.get("instances", []) if one["state"] == "MASTER"]
    ready = {
        one["name"]
        for other, look in looks.items()
        if other != member
        for one in look.get("instances", [])
        if one["state"] == "BACKUP"
    }
    cause = None
    if model["keepalived"]["maintenance"] is None:
        cause = "nobody takes over by priority (nopreempt, keepalived before 2.0, or a sync group before 2.1.5)"
    elif maintenance.FILE not in [one.get("path") for one in mine.get("files") or []]:
        cause = f"its keepalived does not run a configuration that tracks {maintenance.FILE} yet"
    elif not set(owned) <= ready:
        cause = "no other member stands by"
    problem = f"{member} cannot hand {', '.join(owned)} over without losing requests: {cause}."
    return {"owned": owned, "possible": bool(owned) and not cause, "problem": problem if owned and cause else None}
