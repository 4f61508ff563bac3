# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""nginx as the service behind the virtual addresses, and the check by which it gives them up."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._instances import Instance
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._problems import Problems, shown

SERVICES = ("nginx", "none")
REPOSITORIES = ("distribution", "nginx.org")
CHECK_NAME = "check_nginx"
CHECK_SCRIPT = "/usr/libexec/keepalived/check_nginx"
#: Seconds between two checks, and how many in a row decide. Two failures: a single slow answer moves nothing.
CHECK_INTERVAL, CHECK_FALL, CHECK_RISE = 1, 2, 2
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")
#: The name is a word of nginx's configuration, and nginx expands $ in quotes too.
_NAME = re.compile(r"[A-Za-z0-9_.:@-]+")


def nginx(
    name: str, variables: t.Mapping[str, t.Any], instances: t.Sequence[Instance], problems: Problems
) -> dict[str, t.Any]:
    """What the role nginx is to set up on one member."""
    for variable, choices in (("nginx_repository", REPOSITORIES),):
        if variables[variable] not in choices:
            problems.error(
                name,
                variable,
                f"{shown(variables[variable], variable)} is not known.",
                f"Set it to {' or '.join(choices)}.",
            )
    if not _NAME.fullmatch(name):
        problems.error(
            name, "hot_standby_members",
            f"{shown(name, '')} cannot be the name that nginx gives in its answers.",
            "Call the host by letters, digits and ._:@- in the inventory, or set hot_standby_service to none.",
        )  # fmt: skip
    port = variables["nginx_port"]
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        problems.error(name, "nginx_port", f"{shown(port, '')} is not a TCP port.", "Set it to 1 to 65535.")
    for variable in ("nginx_health_path", "nginx_root"):
        value = variables[variable]
        if value is not None and not (isinstance(value, str) and _PATH.fullmatch(value)):
            problems.error(
                name,
                variable,
                f"{shown(value, variable)} is not a path of letters, digits and ._~/-.",
                "Set it to such a path.",
            )
    addresses = [_addresses.parse(text) for instance in instances for text in instance.addresses]
    return {
        "repository": variables["nginx_repository"],
        "port": port,
        "health_path": variables["nginx_health_path"],
        "root": variables["nginx_root"],
        "served_by": name,
        "server_names": [f"[{address.ip}]" if address.version == 6 else str(address.ip) for address in addresses],
        "ipv6": any(address.version == 6 for address in addresses),
    }


def check(service: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The C(vrrp_script) that watches nginx.

    Without a weight a failing check is a FAULT: the member gives the address up whatever the others' priority. If nginx
    is dead everywhere nobody owns the address, which then would answer nothing anyway; a negative weight would keep it.
    """
    command = f"{CHECK_SCRIPT} {service['port']} {service['health_path']} {service['server_names'][0]}"
    return {
        "name": CHECK_NAME, "script": command, "interval": CHECK_INTERVAL, "timeout": CHECK_INTERVAL,
        "fall": CHECK_FALL, "rise": CHECK_RISE,
    }  # fmt: skip
