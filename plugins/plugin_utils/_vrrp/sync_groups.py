# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Sync groups: instances that move together, and what they track as one."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import versions
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import entries
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instances import Instance

VARIABLE = "keepalived_vrrp_sync_groups"


def members_of(group: t.Mapping[str, t.Any]) -> list[str]:
    """The names of a group's instances, which may share a line."""
    return [word for entry in entries(group.get("group")) for word in str(entry).split()]


def check(
    host: str,
    groups: t.Sequence[t.Mapping[str, t.Any]],
    instances: t.Sequence[Instance],
    hidden: bool,
    problems: Problems,
) -> None:
    """Each group must be one of known instances, which the members rank alike, and each instance in one group only.

    :arg host: the member whose groups these are.
    :arg hidden: whether there may be instances that are not seen here, in includes or raw lines.
    """
    known = {instance.name: instance for instance in instances}
    taken: dict[str, str] = {}
    for position, group in enumerate(groups):
        variable = f"{VARIABLE}[{position}].group"
        names = members_of(group)
        if not names:
            problems.error(host, variable, "the group has no instances.", f"Set it to some of {', '.join(known)}.")
        for name in names:
            if name not in known and hidden:
                continue
            if name not in known:
                problems.error(
                    host, variable, f"{name} is no instance; there are {', '.join(known)}.", "Set it to one of these."
                )
            elif name in taken:
                problems.error(
                    host, variable, f"{name} is in {taken[name]} too.",
                    "Leave it in one sync group: keepalived takes one.",
                )  # fmt: skip
            taken.setdefault(name, str(group.get("name")))
        rankings = {tuple(known[name].ranking): name for name in names if name in known}
        if len(rankings) > 1:
            one, other, *_more = rankings.values()
            problems.error(
                host, variable,
                f"the members rank {one} and {other} differently, so that both can never be with one owner.",
                "Give them the same priorities (or owner), or take one out of the group.",
            )  # fmt: skip


def place(
    host: str,
    groups: t.Sequence[t.Mapping[str, t.Any]],
    configs: t.Sequence[dict[str, t.Any]],
    check_name: str | None,
    version: Version,
    problems: Problems,
) -> list[dict[str, t.Any]]:
    """The groups, with the service's check where it works: in the group, or in instances that are in none.

    :arg configs: the member's instances, which are changed in place.
    :arg check_name: the script that every instance must track, or C(None).
    """
    planned = [dict(group) for group in groups]
    tracking = not version.before(versions.GROUPS_TRACK)
    grouped = {name: group for group in planned for name in members_of(group)} if tracking else {}
    for config in configs:
        group = grouped.get(config["name"])
        if group is not None and version.before(versions.INSTANCES_TRACK_AGAIN) and config.get("track_script"):
            group["track_script"] = _joined(group, entries(config.pop("track_script")))
            problems.warning(
                host, f"{VARIABLE}.track_script",
                f"keepalived {version} drops what an instance of a sync group tracks by script: "
                f"that of {config['name']} is moved to {group.get('name')}.",
                "Write it there, or install keepalived 2.2.",
            )  # fmt: skip
        target = config if group is None else group
        if check_name:
            target["track_script"] = _joined(target, [check_name])
    return planned


def _joined(block: t.Mapping[str, t.Any], more: t.Sequence[t.Any]) -> list[t.Any]:
    listed = list(entries(block.get("track_script")))
    return listed + [entry for entry in more if entry not in listed]
