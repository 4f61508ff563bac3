# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter group_verdict: thin; see plugin_utils/_judge/verdict.py."""

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, observation, plain, reason
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge import verdict
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import FAILED

#: Host variables that the role hot_standby keeps: the texts that files are to have, by path.
TEXTS = "__hot_standby_texts"


def _seen(facts: dict[str, t.Any], since: float | None) -> dict[str, t.Any]:
    """What was observed on a host, with how far its clock was off. The look took place between SINCE and now."""
    if since is None or facts.get("time") is None:
        return dict(facts)
    late, early = facts["time"] - time.time(), since - facts["time"]
    return {**facts, "clock_offset": late if late > 0 else -early if early > 0 else 0.0}


@expects(plan="group_plan")
def group_verdict(
    plan: t.Any,
    hostvars: t.Any,
    key: str | None = None,
    since: t.Any = None,
    hosts: t.Any = None,
    heard: str | None = None,
) -> dict[str, t.Any]:
    """See group_verdict.yml."""
    if not isinstance(hostvars, t.Mapping):
        raise AnsibleFilterError(f"group_verdict expects hostvars, not {type(hostvars).__name__}.")
    members = [member for group in plan["groups"].values() for member in group["members"]]
    # Before ansible-core 2.19 a template gives a string.
    began = None if since is None else float(since)
    facts, absent = {}, {}
    for member in members:
        # What a host told before it left the play is no news.
        told = observation(hostvars[member]) if hosts is None or member in hosts else None
        if told is None:
            failed = hosts is not None and member not in hosts and observation(hostvars[member]) is not None
            absent[member] = reason(hostvars[member]) or (FAILED if failed else None)
        else:
            facts[member] = _seen(told, began)
            listened = plain(hostvars[member].get(heard)) if heard else None
            if listened and "virtual_routers" in listened:
                facts[member]["adverts"] = listened
    texts = {member: plain(hostvars[member].get(TEXTS) or {}) for member in members} if key else {}
    return verdict.judge(plain(plan), facts, plain(key), texts, absent)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"group_verdict": group_verdict}
