# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter run_result: thin; see plugin_utils/_report/run_result.py."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import run_result as _run_result


@expects(plan="group_plan", verdict="group_verdict")
def run_result(plan: t.Any, verdict: t.Any = None, drilled: t.Any = None) -> dict[str, t.Any]:
    """See run_result.yml."""
    return _run_result.result(plain(plan), plain(verdict), plain(drilled))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"run_result": run_result}
