# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter handover_plan: thin; see plugin_utils/_operate/handover.py."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, observation, plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import handover as _handover


@expects(plan="group_plan")
def handover_plan(
    plan: t.Any, hostvars: t.Any, to: t.Any = None, leaving: t.Any = None, end: t.Any = None
) -> dict[str, t.Any]:
    """See handover_plan.yml."""
    seen = {member: facts for member in plan["members"] if (facts := observation(hostvars[member])) is not None}
    request = _handover.Request(*(str(value) if value else None for value in (to, leaving, end)))
    return _handover.handover(plain(plan), seen, request)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"handover_plan": handover_plan}
