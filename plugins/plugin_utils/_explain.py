# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Why the plan is as it is: each derived value with its reason, and the text that people read."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_secrets
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _keywords, _maintenance, _service, _table
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._instances import Instance
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._kernel import Need
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._problems import MASK
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._versions import Version

_MAY_BE_SECRET = re.compile(r"pass|secret|hmac|password", re.IGNORECASE)
#: A password behind its keyword, in a text, or a key of HMAC.
_FOLLOWED = re.compile(r"\bauth_pass\s+\S|\bauth_hmac\"?\s+(\"?key\b|\{)|(?<![\w.-])key\"?\s+\"?[0-9]{1,3}\"?\s+\S")
_HARMLESS = frozenset({"passive"})
_GLOBAL_REASONS = {
    "router_id": "the member's name",
    "enable_script_security": "scripts are run",
    "script_user": "scripts are run, and never as root without being asked to",
    "reload_check_config": "a reload then keeps the old configuration where the new one is wrong",
    "vrrp_skip_check_adv_addr": "keepalived before 2.3 splits while members have different lists of addresses",
    "vrrp_higher_prio_send_advert": "after a split brain the network then hears from the owner at once",
}


def derived(
    member: str,
    instances: t.Sequence[Instance],
    config: t.Mapping[str, t.Any],
    written: t.Mapping[str, t.Any],
    needs: t.Mapping[str, Need],
    flags: t.Sequence[str],
) -> list[dict[str, t.Any]]:
    """The values of one member that nobody wrote: dicts of C(what), C(value) and C(why).

    :arg config: the member's configuration, as C(_render) takes it.
    :arg written: C(global_defs) as the user wrote it.
    :arg needs: kernel parameters that were added.
    :arg flags: the daemon's command line flags.
    """
    rows = []
    for instance in instances:
        for key, why in instance.reasons.get(member, {}).items():
            value = {"version": instance.version}.get(key, instance.configs[member].get(key))
            if value is not None:
                rows.append({"what": f"{instance.name}.{key}", "value": value, "why": why})
    for key, value in config.get("global_defs", {}).items():
        if key not in written and key in _GLOBAL_REASONS:
            rows.append({"what": f"global_defs.{key}", "value": value, "why": _GLOBAL_REASONS[key]})
    for one in config.get("vrrp_track_file", []):
        if one.get("name") == _maintenance.NAME:
            rows.append({"what": "vrrp_track_file", "value": _maintenance.FILE, "why": _maintenance.WHY})
    for key, need in needs.items():
        rows.append({"what": key, "value": need.value, "why": f"{need.why} needs it"})
    if "-d" in flags:
        rows.append({"what": "-d", "value": True, "why": "there is no password that it would write to the log"})
    if "--vrrp" in flags:
        rows.append({"what": "--vrrp", "value": True, "why": "the kernel has no IPVS"})
    return rows


def keepalived(version: Version, installed: bool) -> str:
    """Which keepalived the plan is for, in words."""
    if not version.number:
        return "keepalived, version not known yet"
    return f"keepalived {version}" + ("" if installed else " (as its distribution has it; not installed yet)")


def report(plan: t.Mapping[str, t.Any]) -> str:
    """The plan as text: every group with its instances and members, then what is wrong and what to know.

    :arg plan: as C(_group_plan.plan) returns it.
    """
    lines: list[str] = []
    for name, group in plan["groups"].items():
        lines += [f"Group {name}: {', '.join(group['members'])}", ""]
        for instance in group["instances"]:
            lines += _instance_lines(instance, _service.slowest_check(plan, group))
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
            f"    if the owner's nginx is dead, that is seen after {_service.refused_after(check)} s at most; "
            f"if it is silent, after {_service.silent_after(check)} s, and then as if the owner stops"
        )
    return [*lines, ""]


def _member_lines(member: str, model: t.Mapping[str, t.Any]) -> list[str]:
    rows = [(row["what"], _shown(row["value"]), row["why"]) for row in model["derived"]]
    lines = [f"  {member}: {model['version_text']}", *_table.aligned(rows, "    ")]
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


def _shown(value: t.Any) -> str:
    """A value in one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_shown(entry) for entry in value)
    if isinstance(value, t.Mapping):
        return " ".join(f"{key} {_shown(inner)}" for key, inner in value.items())
    return str(value)


def masked(config: t.Any) -> t.Any:
    """A configuration without its passwords, and without what may be one: for a report that anybody may read."""
    if isinstance(config, t.Mapping):
        return {_masked_text(key): _masked_value(str(key), value) for key, value in config.items()}
    return [masked(entry) for entry in config] if isinstance(config, list) else _masked_text(config)


def _masked_value(key: str, value: t.Any) -> t.Any:
    if key == "authentication":
        kind = value.get("auth_type") if isinstance(value, t.Mapping) else None
        return {"auth_type": kind, "auth_pass": MASK} if kind in ("PASS", "AH") else MASK
    if key == _keywords.RAW or (_MAY_BE_SECRET.search(key) and key not in _HARMLESS):
        return MASK
    if key in _keepalived_secrets.WITH_FILES and isinstance(value, t.Mapping):
        return {**masked(value), **{name: _masked_text(inner) for name, inner in value.items() if name == "key"}}
    if key == _keepalived_secrets.KEY:
        return MASK
    return masked(value)


def _masked_text(text: t.Any) -> t.Any:
    return MASK if isinstance(text, str) and _FOLLOWED.search(text) else text
