# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters group_status, status_text and status_page: thin; see plugin_utils/_status.py."""

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _status
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plain import observation, plain


def group_status(plan: t.Any, verdict: t.Any, hostvars: t.Any) -> dict[str, t.Any]:
    """See group_status.yml."""
    for name, value, key in (("the plan", plan, "members"), ("the verdict", verdict, "findings")):
        if not isinstance(value, t.Mapping) or key not in value:
            raise AnsibleFilterError(f"group_status expects {name}, as group_plan and group_verdict returned it.")
    members = [member for group in plan["groups"].values() for member in group["members"]]
    seen = {member: facts for member in members if (facts := observation(hostvars[member])) is not None}
    return _status.status(plain(plan), plain(verdict), seen, time.time())


def status_text(state: t.Any) -> str:
    """See status_text.yml."""
    if not isinstance(state, t.Mapping) or "groups" not in state:
        raise AnsibleFilterError("status_text expects what group_status returned.")
    return _status.text(plain(state))


def status_page(state: t.Any) -> str:
    """See status_page.yml."""
    if not isinstance(state, t.Mapping) or "groups" not in state:
        raise AnsibleFilterError("status_page expects what group_status returned.")
    return _status.page(plain(state))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"group_status": group_status, "status_text": status_text, "status_page": status_page}
