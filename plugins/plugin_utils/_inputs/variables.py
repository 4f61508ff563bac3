# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The collection's public variables that the plan reads, and their defaults: the one place for both.

The argument specs of the role hot_standby document the same names and defaults; a unit test keeps the two together.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common import validation
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import other_roles
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems

#: Variables without a default are C(None): left out means derived, or none.
DEFAULTS: dict[str, t.Any] = {
    "hot_standby_members": None,
    "hot_standby_group": None,
    "hot_standby_service": "nginx",
    "hot_standby_allow_single": False,
    "hot_standby_allow_partial": False,
    "hot_standby_force": False,
    "hot_standby_load_wait": 60,
    "hot_standby_observe_timeout": 30,
    "keepalived_allow_disruption": False,
    "keepalived_failover": "standard",
    "keepalived_includes": [],
    "keepalived_global_defs": {},
    "keepalived_linkbeat_interfaces": [],
    "keepalived_interface_up_down_delays": [],
    "keepalived_static_ipaddress": [],
    "keepalived_static_routes": [],
    "keepalived_static_rules": [],
    "keepalived_track_groups": [],
    "keepalived_garp_groups": [],
    "keepalived_vrrp_scripts": [],
    "keepalived_vrrp_track_files": [],
    "keepalived_vrrp_track_processes": [],
    "keepalived_bfd_instances": [],
    "keepalived_vrrp_sync_groups": [],
    "keepalived_vrrp_instances": None,
    "keepalived_ssl": {},
    "keepalived_virtual_server_groups": [],
    "keepalived_virtual_servers": [],
    "keepalived_raw": "",
    "keepalived_sysctl": {"net.ipv4.ip_forward": 1},
    "keepalived_firewall": "auto",
    "keepalived_firewall_services": None,
    "keepalived_log_facility": 0,
    "keepalived_log_target": "auto",
    "keepalived_log_transitions": False,
    "keepalived_transition_command": None,
    "keepalived_selinux": True,
    "keepalived_unit_drop_in": True,
    "nginx_repository": "distribution",
    "nginx_port": 80,
    "nginx_health_path": "/health",
    "nginx_root": None,
    "nginx_server_names": [],
    "nginx_sites": "managed",
    "nginx_check_interval": 1,
    "nginx_check_timeout": 5,
    "nginx_check_fall": 2,
    "nginx_check_rise": 2,
}

#: Types, and those of a list's elements, as in the argument specs. These see the hosts of the play, the
#: plan sees the other members too.
TYPES: dict[str, tuple[str, str | None]] = {
    "hot_standby_members": ("list", "str"),
    "hot_standby_group": ("str", None),
    "hot_standby_service": ("str", None),
    "hot_standby_allow_single": ("bool", None),
    "hot_standby_allow_partial": ("bool", None),
    "hot_standby_force": ("bool", None),
    "hot_standby_load_wait": ("int", None),
    "hot_standby_observe_timeout": ("int", None),
    "keepalived_allow_disruption": ("bool", None),
    "keepalived_failover": ("str", None),
    "keepalived_includes": ("list", "str"),
    "keepalived_global_defs": ("dict", None),
    "keepalived_linkbeat_interfaces": ("list", "raw"),
    "keepalived_interface_up_down_delays": ("list", "raw"),
    "keepalived_static_ipaddress": ("list", "raw"),
    "keepalived_static_routes": ("list", "raw"),
    "keepalived_static_rules": ("list", "raw"),
    "keepalived_track_groups": ("list", "dict"),
    "keepalived_garp_groups": ("list", "dict"),
    "keepalived_vrrp_scripts": ("list", "dict"),
    "keepalived_vrrp_track_files": ("list", "dict"),
    "keepalived_vrrp_track_processes": ("list", "dict"),
    "keepalived_bfd_instances": ("list", "dict"),
    "keepalived_vrrp_sync_groups": ("list", "dict"),
    "keepalived_vrrp_instances": ("list", "dict"),
    "keepalived_ssl": ("dict", None),
    "keepalived_virtual_server_groups": ("list", "dict"),
    "keepalived_virtual_servers": ("list", "dict"),
    "keepalived_raw": ("str", None),
    "keepalived_sysctl": ("dict", None),
    "keepalived_firewall": ("str", None),
    "keepalived_firewall_services": ("list", "str"),
    "keepalived_log_facility": ("int", None),
    "keepalived_log_target": ("str", None),
    "keepalived_log_transitions": ("bool", None),
    "keepalived_transition_command": ("str", None),
    "keepalived_selinux": ("bool", None),
    "keepalived_unit_drop_in": ("bool", None),
    "nginx_repository": ("str", None),
    "nginx_port": ("int", None),
    "nginx_health_path": ("str", None),
    "nginx_root": ("str", None),
    "nginx_server_names": ("list", "str"),
    "nginx_sites": ("str", None),
    "nginx_check_interval": ("int", None),
    "nginx_check_timeout": ("int", None),
    "nginx_check_fall": ("int", None),
    "nginx_check_rise": ("int", None),
}
_CONVERSIONS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "bool": validation.check_type_bool,
    "dict": validation.check_type_dict,
    "int": validation.check_type_int,
    "list": validation.check_type_list,
    "raw": lambda value: value,
    "str": lambda value: validation.check_type_str(value, allow_conversion=not isinstance(value, (dict, list))),
}
#: Digits of a number that anybody would write.
LONGEST_NUMBER = 12
_WORDS = {"bool": "true or false", "dict": "a mapping", "int": "an integer", "list": "a list", "str": "a string"}

#: What makes a host a member of a hot-standby group.
INSTANCES = "keepalived_vrrp_instances"
GLOBAL_DEFS = "keepalived_global_defs"


def checked(host: str, written: t.Mapping[str, t.Any], problems: Problems) -> dict[str, t.Any]:
    """The host's public variables in their types, converted as by the argument specs; what has another is left out.

    An inventory in INI format gives C(hot_standby_allow_single=false) as a string, which would be true. A permission
    that a survey asks for is empty where it was not answered.
    """
    sound = {}
    for name, value in written.items():
        if value is None or (isinstance(value, str) and not value.strip() and TYPES[name][0] == "bool"):
            continue
        kind, elements = TYPES[name]
        converted = _converted(host, name, value, kind, problems)
        if elements and converted is not None:
            entries = [
                _converted(host, f"{name}[{position}]", entry, elements, problems)
                for position, entry in enumerate(converted)
            ]
            converted = None if None in entries else entries
        if converted is not None:
            sound[name] = converted
    return sound


def _converted(host: str, variable: str, value: t.Any, kind: str, problems: Problems) -> t.Any:
    try:
        if isinstance(value, str) and kind == "int" and len(value) > LONGEST_NUMBER:
            raise ValueError
        return _CONVERSIONS[kind](value)
    except (TypeError, ValueError, OverflowError):
        problems.error(
            host,
            variable,
            f"it is not {_WORDS[kind]} but of type {type(value).__name__}.",
            f"Set it to {_WORDS[kind]}.{other_roles.hint(variable, value)}",
        )
        return None


def effective(host_variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """All public variables of a host, defaults filled in.

    :arg host_variables: the inventory variables of the host; others than ours are left out.
    """
    return {
        name: default if host_variables.get(name) is None else host_variables[name]
        for name, default in DEFAULTS.items()
    }
