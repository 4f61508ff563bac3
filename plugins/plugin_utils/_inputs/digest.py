# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""One digest of what the whole inventory asks for, by which a later run knows whether it was told the same.

It is made of the inventory alone, of all its members whatever the limit is: what is observed on the hosts of a play is
no part of it. So the plan of a thousand hosts and a run for two of them have the same one.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import masked
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.groups import Membership
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES, effective

FORMAT = 1
#: Where a variable of any member cannot be resolved: equal to nothing.
UNKNOWN = "unknown"
#: What one run is allowed to do, and how long it waits, says nothing of what is to be set up.
PERMISSIONS = frozenset({
    "hot_standby_allow_single", "hot_standby_allow_partial", "hot_standby_force", "hot_standby_observe_timeout",
    "keepalived_allow_disruption",
})  # fmt: skip
#: Lines that are written as they are may hold a password anywhere.
_LINES = "keepalived_raw"


def digest(hosts: t.Mapping[str, t.Mapping[str, t.Any]], groups: t.Mapping[str, t.Sequence[str]]) -> str:
    """SHA-256 in hexadecimal, or C(UNKNOWN).

    Passwords, and lines of C(raw), are no part of it: it may be shown, and nobody can try passwords against it.

    :arg hosts: as C(plan.plan) takes them, variables in their types.
    :arg groups: for each inventory group its hosts.
    """
    if any(host.get("unresolved") for host in hosts.values()):
        return UNKNOWN
    variables = {name: host["variables"] for name, host in hosts.items()}
    members = [name for name, own in variables.items() if own.get(INSTANCES)]
    found = Membership(variables, groups, Problems()).find(members)
    content = {
        "format": FORMAT,
        "groups": {group.name: list(group.members) for group in found},
        "hosts": {name: _host(hosts[name]) for name in members},
    }
    # Through JSON, where all keys are texts: others, such as a member that is called 1, could not be sorted.
    plain = json.loads(json.dumps(content))
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _host(host: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the inventory says of one member, defaults filled in."""
    asked = {name: value for name, value in effective(host["variables"]).items() if name not in PERMISSIONS}
    return {"address": host.get("address"), "variables": masked({**asked, _LINES: bool(asked[_LINES])})}
