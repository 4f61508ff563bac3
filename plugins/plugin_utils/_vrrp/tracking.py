# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What instances and sync groups track must be there: keepalived leaves out what it does not find."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import entries, tracked_name
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems

#: Keyword of a list to the variable that defines what it names.
DEFINED = {
    "track_script": "keepalived_vrrp_scripts",
    "track_file": "keepalived_vrrp_track_files",
    "track_process": "keepalived_vrrp_track_processes",
    "track_bfd": "keepalived_bfd_instances",
}


def check(
    host: str,
    blocks: t.Sequence[tuple[str, t.Mapping[str, t.Any]]],
    provided: t.Collection[str],
    variables: t.Mapping[str, t.Any],
    interfaces: t.Sequence[str],
    problems: Problems,
) -> None:
    """Tells each tracked script, file, process, BFD session and interface that there is not.

    :arg blocks: (path, block) of each instance and sync group as the member has it.
    :arg provided: names of scripts that are there without being among the variables.
    :arg variables: the member's variables.
    :arg interfaces: the names of the host's interfaces.
    """
    if variables["keepalived_includes"] or variables["keepalived_raw"]:
        defined: dict[str, list[str]] = {}  # more may be there than can be seen here
    else:
        defined = {keyword: [str(one.get("name")) for one in variables[name]] for keyword, name in DEFINED.items()}
        defined["track_script"] += provided
    for path, block in blocks:
        for keyword, names in defined.items():
            for entry in entries(block.get(keyword)):
                name = tracked_name(entry)
                if name not in names:
                    problems.error(
                        host, f"{path}.{keyword}", f"{shown(name, '')} is not in {DEFINED[keyword]}.",
                        f"Define it there, or set {keyword} to {' or '.join(names)}." if names else "Define it there.",
                    )  # fmt: skip
        if variables["keepalived_global_defs"].get("dynamic_interfaces"):
            continue
        for entry in entries(block.get("track_interface")):
            name = tracked_name(entry)
            if name not in interfaces:
                problems.error(
                    host, f"{path}.track_interface",
                    f"{host} has no interface {shown(name, '')}; it has {', '.join(interfaces)}.",
                    f"Set it for {host} to some of these.",
                )  # fmt: skip


def faulting(config: t.Mapping[str, t.Any], provided: t.Collection[str], down: t.Collection[str]) -> list[str]:
    """Names of the scripts of the user's that put an instance in FAULT when they fail: tracked without a weight.

    :arg config: what the member's keepalived.conf says.
    :arg provided: names of scripts that are not the user's.
    :arg down: names of instances that are in FAULT as it is: what they track may fail.
    """
    weights = {str(one.get("name")): one.get("weight") for one in config.get("vrrp_script", [])}
    blocks = [one for one in config.get("vrrp_instance", []) if one["name"] not in down]
    if not down:
        blocks += config.get("vrrp_sync_group", [])
    tracked = [entry for block in blocks for entry in entries(block.get("track_script"))]
    named = [(str(tracked_name(entry)), entry) for entry in tracked]
    found = {name for name, entry in named if name in weights and _weighs_nothing(entry, weights[name])}
    return sorted(found - set(provided))


def _weighs_nothing(entry: t.Any, default: t.Any) -> bool:
    """Whether a tracked script has no weight where it is tracked, nor where it is defined."""
    words = entry if isinstance(entry, list) else str(entry).split()
    # "reverse" has it down when the script is well.
    if "reverse" in (entry if isinstance(entry, t.Mapping) else words):
        return False
    if isinstance(entry, t.Mapping):
        weight = entry.get("weight", default)
    else:
        weight = words[words.index("weight") + 1] if "weight" in words[:-1] else default
    return str(weight or 0) == "0"
