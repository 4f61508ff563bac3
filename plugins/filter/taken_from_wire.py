# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter taken_from_wire: thin; see plugin_utils/_judge/vacancy.py."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, observation, plain, reason
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge import vacancy
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import Case


@expects(named=("group", "groups"), plan="group_plan")
def taken_from_wire(plan: t.Any, hostvars: t.Any, group: str) -> list[str]:
    """See taken_from_wire.yml."""
    members = plan["groups"][group]["members"]
    told = {member: observation(hostvars[member]) for member in members}
    seen = {member: facts for member, facts in told.items() if facts is not None}
    absent = {member: reason(hostvars[member]) for member in members if member not in seen}
    elsewhere = {}
    for host in plan["members"]:
        for interface in (observation(hostvars[host]) or {}).get("interfaces", []) if host not in members else []:
            elsewhere[interface.get("mac")] = host
    case = Case(group, plain(plan["groups"][group]), plain(plan["members"]), seen, absent=absent)
    return vacancy.refusals(case, elsewhere)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"taken_from_wire": taken_from_wire}
