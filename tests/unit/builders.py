# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A healthy inventory, what is observed on its hosts, and the plan of both: the tests change one thing of it."""

from __future__ import annotations

import copy
import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES, effective
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import plan as _plan
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instances import derive

SECRET = "s3cr3t78"
VIP = "192.0.2.10/24"
ADDRESS = VIP.partition("/")[0]
PROGRAMS = {name: f"/usr/sbin/{name}" for name in ("keepalived", "logrotate", "nginx", "rsyslogd", "sysctl")}


def names(count: int) -> list[str]:
    """app1, app2, ..."""
    return [f"app{number}" for number in range(1, count + 1)]


def interface(name: str, *addresses: str, loopback: bool = False) -> dict[str, t.Any]:
    """An interface as observed, with the parts that the plan and the judge look at."""
    entries = [
        {
            "address": text.split("/")[0],
            "prefixlen": int(text.split("/")[1]),
            "family": "ipv6" if ":" in text else "ipv4",
        }
        for text in addresses
    ]
    return {"name": name, "loopback": loopback, "addresses": entries}


def interfaces(number: int) -> list[dict[str, t.Any]]:
    """The interfaces of member NUMBER (1, 2, ...)."""
    return [
        interface("lo", "127.0.0.1/8", "::1/128", loopback=True),
        interface("eth0", f"192.0.2.{100 + number}/24", f"2001:db8::{100 + number}/64", f"fe80::{number}/64"),
        interface("eth1", f"198.51.100.{100 + number}/24"),
    ]


def firewall(running: bool = False, backend: str | None = None, **zones: str) -> dict[str, t.Any]:
    """firewalld as observed."""
    return {
        "installed": backend is not None,
        "running": running,
        "backend": backend,
        "default_zone": "public" if running else None,
        "zones": zones,
        "problem": None,
    }


def observed(number: int, **changes: t.Any) -> dict[str, t.Any]:
    """What hot_standby_info returns for a bare member NUMBER."""
    keepalived = {
        "status": "not_running",
        "message": "it is not running.",
        "running": False,
        "arguments": [],
        "instances": [],
    }
    return {
        "interfaces": interfaces(number),
        "keepalived": keepalived,
        "firewall": firewall(),
        "kernel": {"ipvs": True, "selinux": "disabled"},
        "programs": dict(PROGRAMS),
        **changes,
    }


def instance(**changes: t.Any) -> dict[str, t.Any]:
    """The smallest instance, and what a test adds to it."""
    return {"virtual_ipaddress": [VIP], **changes}


def inventory(*instances: t.Any, count: int = 2, **variables: t.Any) -> dict[str, dict[str, t.Any]]:
    """COUNT members app1, app2, ... with the same variables. Each has its own copy, as after Ansible's templating."""
    written = {INSTANCES: list(instances) or [instance()], **variables}
    return {
        name: {"variables": copy.deepcopy(written), "observed": observed(number)}
        for number, name in enumerate(names(count), 1)
    }


def plan(hosts: t.Mapping[str, t.Any], **changes: t.Any) -> dict[str, t.Any]:
    """The plan of one group C(web) with all hosts, in one play."""
    listed = list(hosts)
    arguments = {
        "groups": {"all": listed, "ungrouped": [], "web": listed},
        "play_hosts": listed,
        "batch": listed,
        **changes,
    }
    found = _plan.plan(hosts, **arguments)
    # How Python writes that there is nothing is no word for a user.
    said = [one["text"] for one in (*found["errors"], *found["warnings"])]
    assert [text for text in said if re.search(r"(?<!['\"\w])None\b", text)] == []
    return found


def derived(
    *instances: t.Any, count: int = 2, seen: t.Mapping[int, t.Any] | None = None
) -> tuple[list[t.Any], Problems]:
    """The instances of members app1, app2, ...; SEEN replaces the interfaces of single members (by number)."""
    problems = Problems()
    members = [
        Member(name, effective({INSTANCES: list(instances)}), {**{number: interfaces(number)}, **(seen or {})}[number])
        for number, name in enumerate(names(count), 1)
    ]
    return derive(members, problems), problems


def told(problems: Problems | t.Mapping[str, t.Any]) -> list[tuple[str, str]]:
    """Which host and which variable the errors name."""
    errors = problems.errors if isinstance(problems, Problems) else problems["errors"]
    return [(error["host"], error["variable"]) for error in errors]


def running(group: t.Mapping[str, t.Any], member: str, owner: str) -> dict[str, t.Any]:
    """What is observed on a member of a healthy group that OWNER owns."""
    number = int(member.removeprefix("app"))
    held = interfaces(number)
    if member == owner:
        held[1]["addresses"] += [
            entry
            for planned in group["instances"]
            for address in [*planned["addresses"], *planned["excluded"]]
            for entry in interface("eth0", address)["addresses"]
        ]
    keepalived = {
        "status": "ok",
        "message": None,
        "running": True,
        "arguments": ["-D", "-d", "-S", "0"],
        "instances": [
            {
                "name": planned["name"],
                "virtual_router_id": planned["virtual_router_id"],
                "state": "MASTER" if member == owner else "BACKUP",
                "master_priority": None if member == owner else 200,
            }
            for planned in group["instances"]
        ],
    }
    return observed(number, interfaces=held, keepalived=keepalived)


def owning(
    state: str = "MASTER", held: t.Sequence[str] = (ADDRESS,), status: str = "ok", loaded: bool = True,
    addresses: t.Sequence[str] = (ADDRESS,),
) -> dict[str, t.Any]:  # fmt: skip
    """What a look at one member tells of the instance VI_1, with these addresses, and of those that it holds."""
    return {
        "interfaces": [interface("eth0", "192.0.2.101/24", *(f"{address}/24" for address in held))],
        "keepalived": {
            "status": status,
            "message": None if status == "ok" else f"it is {status}.",
            "config": {"loaded": loaded, "reason": "It told so."},
            "instances": [
                {"name": "VI_1", "state": state, "virtual_ipaddress": [f"{address}/24" for address in addresses]}
            ],
        },
    }
