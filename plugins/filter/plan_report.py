# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter plan_report: thin; see plugin_utils/_report/plan.py."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import masking
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import plan as _plan


@expects(plan="group_plan")
def plan_report(plan: t.Any, format: str = "text") -> t.Any:  # noqa: A002 - the option's name for the user
    """See plan_report.yml."""
    if format not in ("text", "json"):
        raise AnsibleFilterError(f"plan_report: format must be text or json, not {format!r}.")
    known = plain(plan)
    return _plan.report(known) if format == "text" else masking.masked(known)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"plan_report": plan_report}
