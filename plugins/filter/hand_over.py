# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter hand_over: thin; see plugin_utils/_maintenance.py."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _maintenance
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plain import plain

LOOKED = "__hot_standby_looked"


def hand_over(plan: t.Any, hostvars: t.Any, member: str) -> dict[str, t.Any]:
    """See hand_over.yml."""
    if not isinstance(plan, t.Mapping) or member not in plan.get("members", {}):
        raise AnsibleFilterError(f"hand_over expects what group_plan returned, with {member} among its members.")
    model = plain(plan["members"][member])
    looks = {name: plain(hostvars[name][LOOKED]) for name in model["planned_members"] if LOOKED in hostvars[name]}
    return _maintenance.hand_over(model, member, looks)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"hand_over": hand_over}
