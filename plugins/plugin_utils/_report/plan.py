# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Why the plan is as it is: each derived value with its reason, and the text that people read."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import as_text
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import nginx
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import table


def report(plan: t.Mapping[str, t.Any]) -> str:
    """The plan as text: every group with its instances and members, then what is wrong and what to know.

    :arg plan: as C(plan.plan) returns it.
    """
    lines: list[str] = []
    for name, group in plan["groups"].items():
        lines += [f"Group {name}: {', '.join(group['members'])}", ""]
        for instance in group["instances"]:
            lines += _instance_lines(instance, nginx.slowest_check(plan, group))
        for member in group["members"]:
            if member in plan["members"]:
                lines += _member_lines(member, plan["members"][member]["keepalived"])
            else:
                lines += [f"  {member}: not observed, nothing planned for it", ""]
    for title, entries in (("Errors", plan["errors"]), ("Warnings", plan["warnings"])):
        if entries:
            lines += [f"{title}:", *(f"  {entry['text']}" for entry in entries), ""]
    return "\n".join(lines)


def _instance_lines(instance: t.Mapping[str, t.Any], check: t.Mapping[str, int]) -> list[str]:
    addresses = ", ".join([*instance["addresses"], *instance["excluded"]])
    lines = [
        f"  {instance['name']}: {addresses} by VRRPv{instance['version']}, "
        f"virtual_router_id {instance['virtual_router_id']}, owner {instance['ranking'][0]}"
    ]
    for owner, takeover in instance["expected_takeover"].items():
        lines.append(
            f"    if {owner} stops, {takeover['by']} takes over after {takeover['graceful']} s; "
            f"if it falls silent, after {takeover['crash']} s at most"
        )
    if check and instance["expected_takeover"]:
        lines.append(
            f"    if the owner's nginx is dead, that is seen after {nginx.refused_after(check)} s at most; "
            f"if it is silent, after {nginx.silent_after(check)} s, and then as if the owner stops"
        )
    return [*lines, ""]


def _member_lines(member: str, model: t.Mapping[str, t.Any]) -> list[str]:
    rows = [(row["what"], as_text(row["value"]), row["why"]) for row in model["derived"]]
    lines = [f"  {member}: {model['version_text']}", *table.aligned(rows, "    ")]
    firewall = model["firewall"]
    for entry in firewall["zone"]:
        what = entry.get("rich_rule") or " ".join(str(value) for key, value in entry.items() if key != "zone")
        lines.append(f"    firewall: zone {entry['zone']} lets in {what}")
    for rule in firewall["direct"]:
        since = ", from firewalld's next start on" if rule in firewall["direct_later"] else ""
        lines.append(f"    firewall: direct rule {' '.join(rule['args'])} ({rule['ipv']}){since}")
    lines += [f"    SELinux: {_allowed(entry)}" for entry in model["selinux"]]
    return [*lines, ""]


def _allowed(entry: t.Mapping[str, t.Any]) -> str:
    """What SELinux is to allow."""
    if "port" in entry:
        return f"lets nginx listen on port {entry['port']} ({entry['setype']})"
    return f"lets keepalived check any port (boolean {entry['boolean']})"
