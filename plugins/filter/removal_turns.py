# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter removal_turns: thin; see plugin_utils/_operate/removal.py."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import removal


def removal_turns(hosts: t.Sequence[str], hostvars: t.Mapping[str, t.Mapping[str, t.Any]], name: str) -> dict[str, int]:
    """See removal_turns.yml."""
    observed = {str(host): hostvars[host].get(name) or {} for host in hosts}
    return removal.turns({host: plain(one.get("keepalived") or {}) for host, one in observed.items()})


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"removal_turns": removal_turns}
