# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters group_status, status_text and status_page: thin; see plugin_utils/_report/status.py."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, observation, plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import status


@expects(plan="group_plan", verdict="group_verdict")
def group_status(plan: t.Any, verdict: t.Any, hostvars: t.Any) -> dict[str, t.Any]:
    """See group_status.yml."""
    members = [member for group in plan["groups"].values() for member in group["members"]]
    seen = {member: facts for member in members if (facts := observation(hostvars[member])) is not None}
    return status.status(plain(plan), plain(verdict), seen, time.time())


@expects(state="group_status")
def status_text(state: t.Any) -> str:
    """See status_text.yml."""
    return status.text(plain(state))


@expects(state="group_status")
def status_page(state: t.Any) -> str:
    """See status_page.yml."""
    return status.page(plain(state))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"group_status": group_status, "status_text": status_text, "status_page": status_page}
