# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Kernel parameters: those of the user, and those without which what was planned does not work."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems

VARIABLE = "keepalived_sysctl"
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:@*-]*")
_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")


class Need(t.NamedTuple):
    """A kernel parameter, its value, and what it is for."""

    value: int
    why: str


def needs(instances: t.Sequence[t.Mapping[str, t.Any]], servers: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, Need]:
    """What the chosen features need of the kernel.

    :arg instances: the member's instances, as keepalived gets them.
    :arg servers: its virtual servers.
    """
    found: dict[str, Need] = {}
    if any(instance.get("use_vmac") for instance in instances):
        # Else the interface below answers for the addresses of the virtual MAC with its own.
        found["net.ipv4.conf.all.arp_ignore"] = Need(1, "use_vmac")
        found["net.ipv4.conf.all.arp_announce"] = Need(2, "use_vmac")
    if any(_kind(server) == "NAT" for server in servers):
        found["net.ipv4.ip_forward"] = Need(1, "virtual servers with lb_kind NAT")
    if any(":" in str(server.get("address")) and _kind(server) == "NAT" for server in servers):
        found["net.ipv6.conf.all.forwarding"] = Need(1, "virtual servers with lb_kind NAT")
    return found


def _kind(server: t.Mapping[str, t.Any]) -> str:
    return str(server.get("lb_kind", server.get("lvs_method", ""))).upper()


def derive(
    host: str, written: t.Mapping[str, t.Any], needed: t.Mapping[str, Need], problems: Problems
) -> dict[str, t.Any]:
    """The parameters to set, each a line of a file of sysctl.d(5). The user's own win."""
    for key, value in written.items():
        variable = f"{VARIABLE}.{key}"
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            problems.error(host, VARIABLE, f"{key!r} is not a kernel parameter.", "Write it as net.ipv4.ip_forward.")
        elif isinstance(value, bool) or not isinstance(value, (int, str)) or not _VALUE.fullmatch(str(value)):
            problems.error(
                host, variable, f"{shown(value, '')} is not a number or a text of one line.",
                "Set it to a number such as 1.",
            )  # fmt: skip
        elif key in needed and str(value) != str(needed[key].value):
            problems.warning(
                host, variable, f"{needed[key].why} needs {needed[key].value}, and it is {value}.",
                f"Set it to {needed[key].value}, or leave it out.",
            )  # fmt: skip
    return {**{key: need.value for key, need in needed.items()}, **written}
