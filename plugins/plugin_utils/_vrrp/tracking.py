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
