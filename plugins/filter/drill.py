# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters drill, drill_measured, drill_text and drill_page: thin; see plugin_utils/_operate/drill.py."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, observation, plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import drill as _drill
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import drill_page as _drill_page


@expects(plan="group_plan")
def drill(
    plan: t.Any, verdict: t.Any, confirmed: str, faults: t.Any, address: t.Any = None, hostvars: t.Any = None
) -> dict[str, t.Any]:
    """See drill.yml."""
    seen = {member: observation(hostvars[member]) for member in plan["members"]} if hostvars else {}
    programs = {member: facts["programs"] for member, facts in seen.items() if facts}
    return _drill.drill(
        plain(plan), plain(verdict), str(confirmed), plain(faults), plain(address) or None, programs
    )


@expects(plan="group_plan")
def drill_measured(plan: t.Any, drilled: t.Any, fault: str, owner: str, probe: t.Any) -> dict[str, t.Any]:
    """See drill_measured.yml."""
    return _drill.measured(plain(plan), plain(drilled), str(fault), str(owner), plain(probe))


def drill_text(results: t.Any) -> str:
    """See drill_text.yml."""
    return _drill.text(plain(results))


def drill_page(report: t.Any) -> str:
    """See drill_page.yml."""
    return _drill_page.page(plain(report))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"drill": drill, "drill_measured": drill_measured, "drill_text": drill_text, "drill_page": drill_page}
