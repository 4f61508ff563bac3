# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What the unit of keepalived is told besides what its package says."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import entries
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import first_word
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses as _addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instances import Instance

#: Where needrestart looks for drop-ins (needrestart.conf of 2.x and 3.x).
NEEDRESTART = "/etc/needrestart/conf.d"


def addresses(instances: t.Sequence[Instance], member: str) -> list[str]:
    """What a daemon that was killed leaves behind: the virtual addresses of a member, without prefix length."""
    found = []
    for instance in instances:
        config = instance.configs[member]
        for keyword in ("virtual_ipaddress", "virtual_ipaddress_excluded"):
            for entry in entries.entries(config.get(keyword)):
                address = _addresses.parse(first_word(entry))
                if address is not None and str(address.ip) not in found:
                    found.append(str(address.ip))
    return found


def has_needrestart(observed: t.Mapping[str, t.Any]) -> bool:
    """Whether needrestart restarts daemons of the host whose libraries were updated, on all hosts in the same night."""
    return bool((observed.get("files") or {}).get(NEEDRESTART, {}).get("exists"))


def is_stale(observed: t.Mapping[str, t.Any]) -> bool:
    """Whether systemd has yet to read a unit as its files have it. It reads all at once."""
    return any((unit or {}).get("need_daemon_reload") for unit in (observed.get("services") or {}).values())
