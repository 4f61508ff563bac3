# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter handover_capability: thin; see plugin_utils/_vrrp/maintenance.py."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import rolling

LOOKED = "__hot_standby_looked"


@expects(("member", "members"), plan="group_plan")
def handover_capability(plan: t.Any, hostvars: t.Any, member: str) -> dict[str, t.Any]:
    """See handover_capability.yml."""
    model = plain(plan["members"][member])
    looks = {name: plain(hostvars[name][LOOKED]) for name in model["planned_members"] if LOOKED in hostvars[name]}
    return rolling.capability(model, member, looks)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"handover_capability": handover_capability}
