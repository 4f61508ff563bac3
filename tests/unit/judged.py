# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Healthy groups with everything that a thorough look tells of them, for the tests of the judge."""

from __future__ import annotations

import copy
import hashlib
import hmac
import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.verdict import judge
from builders import inventory, names, plan, running

VERSION = "2.2.7"
#: What no sentence has, since it is how Python writes a value.
PYTHON = re.compile(r"\bNone\b|\bTrue\b|\bFalse\b|\{'|\['|<[a-z_.]+ object")
KEY = "0123456789abcdef0123456789abcdef"
Seen = dict[str, dict[str, t.Any]]


def digest(data: bytes) -> str:
    """As a host makes it."""
    return hmac.new(KEY.encode(), data, hashlib.sha256).hexdigest()


def text_of(path: str) -> str:
    """What a file is to say, here."""
    return f"{path} as planned\n"


def texts(planned: t.Any, member: str) -> dict[str, str]:
    """By path what the files of a member are to say."""
    return {path: text_of(path) for kind in planned["members"][member]["texts"].values() for path in kind}


def healthy(*instances: t.Any, count: int = 2, owner: str = "app1", **variables: t.Any) -> tuple[t.Any, Seen]:
    """A plan and a thorough look at all its members, all well."""
    hosts = inventory(*instances, count=count, **variables)
    for host in hosts.values():
        host["observed"]["keepalived"]["version"] = VERSION
    planned = plan(hosts)
    assert planned["errors"] == []
    group = planned["groups"]["web"]
    seen = {}
    for member in names(count):
        seen[member] = running(group, member, owner)
        seen[member].update(_thorough(planned, member, owner))
        flags = planned["members"][member]["keepalived"]["flags"]
        seen[member]["keepalived"].update(
            version=VERSION, uptime=86400.0, config={"loaded": True, "reason": ""}, arguments=["keepalived", *flags]
        )
    return planned, seen


def _thorough(planned: t.Any, member: str, owner: str) -> dict[str, t.Any]:
    group, model = planned["groups"]["web"], planned["members"][member]
    addresses = [text.split("/")[0] for instance in group["instances"] for text in instance["addresses"]]
    mine = member == owner
    answer = {"answers": [] if mine else [{"mac": "00:00:5e:00:53:01"}]}
    keepalived = model["keepalived"]
    directories = [path for path, one in keepalived["files"].items() if one and one["kind"] == "directory"]
    return {
        "asked": model["look"],
        "files": {path: _file(path, one) for path, one in keepalived["files"].items()},
        "settings": copy.deepcopy(keepalived["settings"]),
        "manifest": {"known": True, "files": list(keepalived["files"]), "sysctl": list(keepalived["sysctl"]),
                     "directories": directories, "services": ["keepalived", "nginx"],
                     "firewall": {"zone": [], "direct": [], "ufw": []}, "selinux": []},
        "sysctls": {name: str(value) for name, value in model["keepalived"]["sysctl"].items()},
        "services": {
            name: {"active_state": "active", "unit_file_state": "enabled", "result": "success"}
            for name in model["look"]["services"]
        },
        "numbers": dict.fromkeys(model["look"]["numbers"], 0),
        "addresses": [{"address": address, "held": mine, "probe": answer} for address in addresses],
        "http": [
            {**request, "status": 200, "error": None,
             "served_by": member if request["address"] == "127.0.0.1" else owner}
            for request in model["look"]["http"]
        ],
        "clock_offset": 0.0,
        "adverts": {"virtual_routers": [_router(planned, instance, member, owner) for instance in group["instances"]]},
    }  # fmt: skip


def _file(path: str, planned: t.Any) -> dict[str, t.Any]:
    if planned is None:
        return {"exists": False}
    text = text_of(path)
    return {"exists": True, "kind": planned["kind"], "mode": planned["mode"], "owner": "root", "group": "root",
            "digest": digest(text.encode())}  # fmt: skip


def _router(planned: t.Any, instance: t.Any, member: str, owner: str) -> dict[str, t.Any]:
    (config,) = [
        one
        for one in planned["members"][owner]["keepalived"]["config"]["vrrp_instance"]
        if one["name"] == instance["name"]
    ]
    secret = (config.get("authentication") or {}).get("auth_pass")
    source = {
        "source": f"192.0.2.{100 + int(owner.removeprefix('app'))}",
        "source_mac": "00:00:5e:00:53:01",
        "own": member == owner,
        "priority": 200,
        "left": False,
        "blocked": 0,
        "advert_int": instance["advert_int"],
        "auth_type": "PASS" if secret else "NONE",
        "auth_digest": digest(secret.encode().ljust(8, b"\0")[:8])[:16] if secret else None,
        "addresses": [text.split("/")[0] for text in instance["addresses"]],
        "errors": [],
    }
    return {
        "interface": "eth0", "vlan": None, "family": "ipv4", "virtual_router_id": instance["virtual_router_id"],
        "blocked": 0, "sources": [source],
    }  # fmt: skip


def verdict(planned: t.Any, seen: Seen) -> dict[str, t.Any]:
    """The verdict with all that there is to compare. Python's own words are no words for a user."""
    found = judge(planned, seen, KEY, {member: texts(planned, member) for member in seen})
    said = [one["text"] for one in found["findings"]] + found["summary"]
    assert [text for text in said if PYTHON.search(text)] == []
    return found


def codes(planned: t.Any, seen: Seen) -> list[tuple[str, str, str]]:
    """Severity, code and host of each finding."""
    return [(one["severity"], one["code"], one["host"]) for one in verdict(planned, seen)["findings"]]
