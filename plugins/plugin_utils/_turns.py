# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a playbook that works on one member after the other says before it begins."""

from __future__ import annotations

import typing as t


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
