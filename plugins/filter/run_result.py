# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter run_result: thin; see plugin_utils/_run_result.py."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _run_result
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plain import plain


def run_result(plan: t.Any, verdict: t.Any = None, drilled: t.Any = None) -> dict[str, t.Any]:
    """See run_result.yml."""
    if not isinstance(plan, t.Mapping) or "groups" not in plan:
        raise AnsibleFilterError("run_result expects what group_plan returned.")
    if verdict is not None and (not isinstance(verdict, t.Mapping) or "findings" not in verdict):
        raise AnsibleFilterError("run_result expects a verdict as group_verdict returned it.")
    return _run_result.result(plain(plan), plain(verdict), plain(drilled))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"run_result": run_result}
