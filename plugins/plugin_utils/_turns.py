# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a playbook that works on one member after the other says before it begins."""

from __future__ import annotations

import typing as t

#: How the names of the tasks begin that hand over.
HAND_OVER = "Hand over |"


def failure(hand_over: t.Mapping[str, t.Any], looked: bool, task: str) -> str:
    """What became of the addresses of a member that failed in its turn.

    :arg hand_over: what C(_maintenance.hand_over) returned before it.
    :arg looked: whether its daemon told its state before it.
    :arg task: name of the task that failed.
    """
    owned = ", ".join(hand_over["owned"])
    if not looked:
        return "What it owned is not known."
    if not owned:
        return "It owned nothing, so no address has moved."
    if not hand_over["possible"]:
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
