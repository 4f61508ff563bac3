# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters turns_text and turn_failure: thin; see plugin_utils/_turns.py."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _turns
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plain import plain


def turns_text(plan: t.Any) -> str:
    """See turns_text.yml."""
    if not isinstance(plan, t.Mapping) or "members" not in plan:
        raise AnsibleFilterError("turns_text expects what group_plan returned.")
    return _turns.text(plain(plan))


def turn_failure(hand_over: t.Any, looked: t.Any, task: str) -> str:
    """See turn_failure.yml."""
    if not isinstance(hand_over, t.Mapping) or "possible" not in hand_over:
        raise AnsibleFilterError("turn_failure expects what hand_over returned.")
    told = isinstance(looked, t.Mapping) and looked.get("status") == "ok"
    return _turns.failure(plain(hand_over), told, plain(task))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"turns_text": turns_text, "turn_failure": turn_failure}
