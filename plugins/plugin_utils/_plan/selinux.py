# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What SELinux's policy must allow for a plan, and does not by itself.

The scripts need nothing: the policy has a type for /usr/libexec/keepalived, in which they run unconfined.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems

#: Ports of http_port_t and http_cache_port_t, to which httpd_t may bind (selinux-policy of EL 8 and 9).
HTTP_PORTS = frozenset({80, 81, 443, 488, 3128, 8008, 8009, 8080, 8118, 8123, 8443, 9000, *range(10001, 10011)})
#: To these keepalived_t may connect without the boolean: http, http_cache, mysqld and smtp.
CHECKED_PORTS = HTTP_PORTS | {25, 465, 587, 1186, 3306, *range(63132, 63165)}
CONNECTING = ("TCP_CHECK", "HTTP_GET", "SSL_GET", "SMTP_CHECK")


def entries(
    name: str,
    observed: t.Mapping[str, t.Any],
    nginx_port: t.Any,
    servers: t.Sequence[t.Mapping[str, t.Any]],
    problems: Problems,
) -> list[dict[str, t.Any]]:
    """What is to be allowed, nothing where SELinux is off.

    :arg observed: what the host said of itself.
    :arg nginx_port: where nginx is to listen, C(None) without nginx.
    :arg servers: the virtual servers as they are rendered.
    :returns: dicts C(port), which is to be of the type C(setype), or C(boolean), which is to be on.
    """
    found: list[dict[str, t.Any]] = []
    mode = observed["kernel"]["selinux"]
    if mode == "disabled":
        return found
    if isinstance(nginx_port, int) and nginx_port not in HTTP_PORTS:
        found.append({"port": nginx_port, "setype": "http_port_t"})
    others = sorted(_checked(servers) - CHECKED_PORTS)
    if others and (observed.get("platform") or {}).get("os_family") == "RedHat":
        found.append({"boolean": "keepalived_connect_any"})
    elif others and mode == "enforcing":
        problems.warning(
            name, "keepalived_virtual_servers",
            f"SELinux's policy may not let keepalived check port {', '.join(map(str, others))} on {name}.",
            "Allow it there: only the policy of the RPM family is known, where a boolean does.",
        )  # fmt: skip
    return found


def _checked(servers: t.Sequence[t.Mapping[str, t.Any]]) -> set[int]:
    """The ports of the real servers that keepalived connects to."""
    found = set()
    for server in servers:
        for real in server.get("real_server") or []:
            if not isinstance(real, dict):
                continue
            for word in CONNECTING:
                for check in _blocks(real.get(word)):
                    port = check.get("connect_port", real.get("port"))
                    if isinstance(port, int):
                        found.add(port)
    return found


def _blocks(value: t.Any) -> list[t.Mapping[str, t.Any]]:
    return [entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, dict)]
