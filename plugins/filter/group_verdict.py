# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter group_verdict: thin; see plugin_utils/_group_verdict.py."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _group_verdict
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plain import observation, plain


def group_verdict(plan: t.Any, hostvars: t.Any) -> dict[str, t.Any]:
    """See group_verdict.yml."""
    if not isinstance(plan, t.Mapping) or "groups" not in plan:
        raise AnsibleFilterError("group_verdict expects what group_plan returned.")
    if not isinstance(hostvars, t.Mapping):
        raise AnsibleFilterError(f"group_verdict expects hostvars, not {type(hostvars).__name__}.")
    members = [member for group in plan["groups"].values() for member in group["members"]]
    seen = {member: observation(hostvars[member]) for member in members}
    return _group_verdict.judge(plain(plan), {member: facts for member, facts in seen.items() if facts is not None})


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"group_verdict": group_verdict}
