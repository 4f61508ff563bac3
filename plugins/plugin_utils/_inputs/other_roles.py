# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Variables in the shape that other well-known roles take: recognised, so that the difference can be explained."""

from __future__ import annotations

import typing as t

_EVRARDJP, _OEFENWEB, _ROBERTDEBOCK = "evrardjp.keepalived", "Oefenweb.keepalived", "robertdebock.keepalived"

#: Keys of an instance that other roles have, what is written for it here, and whose they are.
KEYS: dict[str, tuple[str, str]] = {
    "virtual_ipaddresses": ("virtual_ipaddress: [192.0.2.10/24]", f"{_OEFENWEB} and {_ROBERTDEBOCK}"),
    "vips": ("virtual_ipaddress: [192.0.2.10/24]", _EVRARDJP),
    "authentication_password": ("authentication: {auth_type: PASS, auth_pass: ...}", _EVRARDJP),
    "unicast_peers": ("unicast: true, and the peers are derived", f"{_EVRARDJP} and {_OEFENWEB}"),
    "track_scripts": ("track_script: [name]", f"{_EVRARDJP} and {_OEFENWEB}"),
    "raw_options": ("raw", _OEFENWEB),
}


def explained(key: str) -> tuple[str, str] | None:
    """What is wrong with a key of another role, and what to write for it; C(None) for any other key."""
    if key not in KEYS:
        return None
    ours, roles = KEYS[key]
    return f"{key} is what the role {roles} takes.", f"Write {ours}."


def hint(variable: str, value: t.Any) -> str:
    """What to say more of a variable that is of the wrong type, since another role takes it so; or nothing."""
    blocks = isinstance(value, t.Mapping) and value and all(isinstance(inner, t.Mapping) for inner in value.values())
    if blocks and variable.startswith("keepalived_vrrp_"):
        first = next(iter(value))
        return f" A mapping from name to block is what the role {_OEFENWEB} takes; here it is [{{name: {first}, ...}}]."
    if variable == "keepalived_global_defs" and isinstance(value, list):
        return f" A list of lines is what the role {_EVRARDJP} takes; here it is {{router_id: lb1, vrrp_strict: true}}."
    return ""
