# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A group as the campaign draws and edits it, and the variables that a user would write for it."""

from __future__ import annotations

import dataclasses
import ipaddress
import random
import typing as t

MEMBERS = ("app1", "app2", "app3")
PASSWORDS = ("Tq4vWn8s", "Zr9yLk3m", "00123456", "x-Y_z.9!")
PORTS, PATHS = (80, 8080, 8181), ("/health", "/alive", "/a/b")
NAMES = ((), ("www.example.org",), ("a.example.org", "b.example.org"))
FIREWALLS, LOGS = ("auto", "zone", "direct"), ("auto", "rsyslog", "journald")
#: A check of the user's, and what it is told of transitions.
CHECK, TELL = "/usr/local/bin/campaign-check", "/usr/local/bin/campaign-tell"


@dataclasses.dataclass(frozen=True)
class Instance:
    """One virtual router. The first of its two numbers of addresses always stays, wherever it stands.

    :ivar numbers: of its addresses in the lab, in their order.
    """

    name: str
    router: int
    family: int
    numbers: tuple[int, ...]
    version: int
    password: str | None
    interval: int
    preempts: bool
    unicast: bool
    owner: str

    @property
    def stays(self) -> int:
        """The number of the address that is asked for all the while."""
        return min(self.numbers)


@dataclasses.dataclass(frozen=True)
class Group:
    """All that is edited."""

    members: tuple[str, ...]
    instances: tuple[Instance, ...]
    nginx: bool
    port: int = 80
    path: str = "/health"
    names: tuple[str, ...] = ()
    firewall: str = "auto"
    log: str = "auto"
    check: bool = False
    tells: bool = False

    def changed(self, number: int, **values: t.Any) -> Group:
        """The group with one of its instances changed."""
        instances = list(self.instances)
        instances[number] = dataclasses.replace(instances[number], **values)
        return dataclasses.replace(self, instances=tuple(instances))


def drawn(chance: random.Random) -> Group:
    """A group to begin with."""
    members = MEMBERS[: chance.choice((2, 3))]
    families = chance.choice(((4,), (6,), (4, 4), (4, 6)))
    unicast, preempts = chance.random() < 0.3, chance.random() < 0.7
    instances = []
    for number, family in enumerate(families):
        version = 3 if family == 6 else chance.choice((2, 2, 3))
        password = chance.choice(PASSWORDS) if version == 2 and chance.random() < 0.7 else None
        instances.append(Instance(
            f"VI_{number + 1}", 51 + number, family, (2 * number, 2 * number + 1), version, password, 1,
            preempts, unicast, chance.choice(members),
        ))  # fmt: skip
    return Group(members, tuple(instances), chance.random() < 0.8)


def address(lab_vars: t.Mapping[str, t.Any], family: int, number: int) -> str:
    """One of the lab's virtual addresses."""
    if family == 4:
        return str(lab_vars["lab_vips"][number])
    return str(ipaddress.ip_address(lab_vars["lab_vip6"]) - number)


def variables(group: Group, lab_vars: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the user would write in the inventory for it."""
    instances = []
    for one in group.instances:
        written: dict[str, t.Any] = {
            "name": one.name, "virtual_router_id": one.router, "version": one.version, "owner": one.owner,
            "virtual_ipaddress": [address(lab_vars, one.family, number) for number in one.numbers],
            "advert_int": one.interval,
        }  # fmt: skip
        if not one.preempts:
            written["nopreempt"] = True
        if one.unicast:
            written["unicast"] = True
        if one.password:
            written["authentication"] = {"auth_type": "PASS", "auth_pass": one.password}
        if group.check:
            written["track_script"] = ["own"]
        instances.append(written)
    found: dict[str, t.Any] = {
        "keepalived_vrrp_instances": instances, "keepalived_firewall": group.firewall,
        "keepalived_log_target": group.log, "hot_standby_service": "nginx" if group.nginx else "none",
        "keepalived_log_transitions": group.tells,
    }  # fmt: skip
    if group.check:
        found["keepalived_vrrp_scripts"] = [{"name": "own", "script": CHECK, "interval": 2, "timeout": 20}]
    if group.tells:
        found["keepalived_transition_command"] = f"{TELL} ops"
    if group.nginx:
        found.update(nginx_port=group.port, nginx_health_path=group.path, nginx_server_names=list(group.names))
    return found


def inventory(group: Group, lab_vars: t.Mapping[str, t.Any], **more: t.Any) -> dict[str, t.Any]:
    """The inventory of the group."""
    hosts: dict[str, t.Any] = {name: {} for name in group.members}
    return {"web": {"hosts": hosts, "vars": {**variables(group, lab_vars), **more}}}
