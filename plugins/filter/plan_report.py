# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter plan_report: thin; see plugin_utils/_explain.py."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _explain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plain import plain


def plan_report(plan: t.Any, format: str = "text") -> t.Any:  # noqa: A002 - the option's name for the user
    """See plan_report.yml."""
    if not isinstance(plan, t.Mapping) or "groups" not in plan:
        raise AnsibleFilterError(f"plan_report expects what group_plan returned, not {type(plan).__name__}.")
    if format not in ("text", "json"):
        raise AnsibleFilterError(f"plan_report: format must be text or json, not {format!r}.")
    known = plain(plan)
    return _explain.report(known) if format == "text" else _explain.masked(known)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"plan_report": plan_report}
