# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What ufw(8) has to let in on one member, as entries of the module community.general.ufw."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import versions
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instances import Instance

#: From here on ufw knows the protocol vrrp.
KNOWS_VRRP = (0, 36, 2)
#: RFC 5798 sections 5.1.1.2 and 5.1.2.2, as ufw writes them.
GROUPS = {"ipv4": "224.0.0.18", "ipv6": "ff02::12"}
PORTS = {"http": "80/tcp", "https": "443/tcp"}
ANY = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}


def can(ufw: t.Mapping[str, t.Any] | None, ports: t.Sequence[str]) -> bool:
    """Whether what is to be let in can be said to the ufw that is there.

    :arg ufw: what hot_standby_info returned of it.
    :arg ports: what the virtual addresses serve, ports such as C(80/tcp) and names of services.
    """
    known = versions.number((ufw or {}).get("version"))
    return bool(known) and known >= KNOWS_VRRP and all("/" in PORTS.get(port, port) for port in ports)


def entries(name: str, instances: t.Sequence[Instance], ports: t.Sequence[str]) -> list[dict[str, t.Any]]:
    """The rules: adverts to the group's address, or from each peer, and what the virtual addresses serve.

    :returns: dicts of options of community.general.ufw, less C(rule), which is C(allow).
    """
    found: list[dict[str, t.Any]] = []
    for instance in instances:
        family = addresses.family(addresses.parse(instance.addresses[0]))
        if instance.unicast:
            found += [{"proto": "vrrp", "from_ip": peer} for peer in instance.peers.get(name, [])]
        else:
            found.append({"proto": "vrrp", "to_ip": GROUPS[family]})
    for entry in ports:
        port, _slash, protocol = PORTS.get(entry, entry).partition("/")
        found.append({"proto": protocol, "to_port": port.replace("-", ":")})
    return [entry for position, entry in enumerate(found) if entry not in found[:position]]


def missing(planned: t.Sequence[dict[str, t.Any]], ufw: t.Mapping[str, t.Any] | None) -> list[dict[str, t.Any]]:
    """The entries that ufw does not have.

    :arg ufw: what hot_standby_info returned of it; where ufw is off, or its rules were not seen, nothing is missing.
    """
    rules = None if ufw is None else ufw["rules"]
    return [] if rules is None else [entry for entry in planned if written(entry) not in rules]


def written(entry: t.Mapping[str, t.Any]) -> str:
    """An entry as ufw keeps it: for a rule of both families the IPv4 one."""
    family = "ipv6" if any(":" in str(entry.get(key, "")) for key in ("from_ip", "to_ip")) else "ipv4"
    target, source = entry.get("to_ip", ANY[family]), entry.get("from_ip", ANY[family])
    return f"allow {entry['proto']} {entry.get('to_port', 'any')} {target} any {source} in"
