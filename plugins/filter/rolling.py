# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters rolling_summary and rolling_failure: thin; see plugin_utils/_operate/rolling.py."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import rolling


@expects(plan="group_plan")
def rolling_summary(plan: t.Any) -> str:
    """See rolling_summary.yml."""
    return rolling.text(plain(plan))


@expects(capability="handover_capability")
def rolling_failure(capability: t.Any, looked: t.Any, task: str) -> str:
    """See rolling_failure.yml."""
    told = isinstance(looked, t.Mapping) and looked.get("status") == "ok"
    return rolling.failure(plain(capability), told, plain(task))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"rolling_summary": rolling_summary, "rolling_failure": rolling_failure}
