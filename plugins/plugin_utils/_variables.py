# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The collection's public variables that the plan reads, and their defaults: the one place for both.

The argument specs of the role hot_standby document the same names and defaults; a unit test keeps the two together.
"""

from __future__ import annotations

import typing as t

#: Variables without a default are C(None): left out means derived, or none.
DEFAULTS: dict[str, t.Any] = {
    "hot_standby_members": None,
    "hot_standby_group": None,
    "hot_standby_service": "nginx",
    "hot_standby_allow_single": False,
    "hot_standby_allow_partial": False,
    "keepalived_global_defs": {},
    "keepalived_vrrp_scripts": [],
    "keepalived_vrrp_instances": None,
    "keepalived_virtual_servers": [],
    "keepalived_sysctl": {"net.ipv4.ip_forward": 1},
    "keepalived_firewall": "auto",
    "keepalived_log_facility": 0,
    "nginx_repository": "distribution",
    "nginx_port": 80,
    "nginx_health_path": "/health",
    "nginx_root": None,
}

#: What makes a host a member of a hot-standby group.
INSTANCES = "keepalived_vrrp_instances"


def effective(host_variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """All public variables of a host, defaults filled in.

    :arg host_variables: the inventory variables of the host; others than ours are left out.
    """
    return {
        name: default if host_variables.get(name) is None else host_variables[name]
        for name, default in DEFAULTS.items()
    }
