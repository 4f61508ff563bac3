# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters load_timing and load_outcome: thin; see plugin_utils/_operate/load_timing.py and load_outcome.py."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, observation, plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import (
    load_outcome as _load_outcome,
    load_timing as _load_timing,
)

#: What the role hot_standby registers of the steps of a load.
MEASURED = ("__keepalived_staged", "__hot_standby_armed")
LOADED = "__hot_standby_loaded"
CONFIRMED = "__hot_standby_confirmed"
RESTORED = "__nginx_restored"


def _result(hostvars: t.Any, host: str, name: str) -> dict[str, t.Any]:
    """What a host registered, an empty dict where nothing."""
    found = hostvars[host].get(name) if host in hostvars else None
    return t.cast("dict[str, t.Any]", plain(found)) if isinstance(found, t.Mapping) else {}


def _went_well(told: t.Mapping[str, t.Any]) -> bool:
    return bool(told) and not told.get("failed") and not told.get("unreachable")


@expects(("member", "members"), plan="group_plan")
def load_timing(plan: t.Any, hostvars: t.Any, member: str, hosts: t.Any, attempt: t.Any) -> dict[str, t.Any]:
    """See load_timing.yml."""
    model = plain(plan["members"][member])
    tasks = [[_result(hostvars, host, name) for host in hosts] for name in MEASURED]
    # Other groups have not staged again with this one: what they took earlier is none of its time.
    mine = [_result(hostvars, name, MEASURED[0]).get("began") for name in model["planned_members"]]
    since = min((float(began) for began in mine if began is not None), default=0.0)
    tasks = [[one for one in results if float(one.get("ended", 0)) >= since] for results in tasks]
    found = _load_timing.timing(tasks, int(attempt), model["load_wait"], float(plan["confirm_timeout"]))
    late = [name for name in model["planned_members"] if _result(hostvars, name, LOADED).get("again")]
    again = bool(late) and not found["last"]
    advice = _load_timing.advice(late, found, model["load_wait"]) if late and not again else ""
    return {**found, "late": late, "again": again, "advice": advice}


@expects(("group", "groups"), plan="group_plan")
def load_outcome(plan: t.Any, hostvars: t.Any, group: str, timing: t.Any) -> str:
    """See load_outcome.yml."""
    members = [name for name, model in plan["members"].items() if model["group"] == group]
    confirmed = {name: _result(hostvars, name, CONFIRMED) for name in members}
    final = [name for name, told in confirmed.items() if _went_well(told)]
    restored = {name: _result(hostvars, name, RESTORED) for name in members}
    services = {name: str(told.get("msg")) for name, told in restored.items() if told.get("failed")}
    seen = {name: observation(hostvars[name]) for name in members}
    before = plain(plan["groups"][group]["owned"])
    return _load_outcome.text(group, before, seen, final, services, float(timing["confirm_timeout"]))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"load_timing": load_timing, "load_outcome": load_outcome}
