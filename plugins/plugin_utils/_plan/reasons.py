# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Why each derived value is what it is: for those who ask the plan."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.sysctl import Need
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import maintenance
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instances import Instance

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

    :arg config: the member's configuration, as C(writer) takes it.
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
        if one.get("name") == maintenance.NAME:
            rows.append({"what": "vrrp_track_file", "value": maintenance.FILE, "why": maintenance.WHY})
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
