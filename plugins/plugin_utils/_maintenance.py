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

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _priorities, _sync_groups, _versions
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._versions import Version

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
    if not version.from_on(_versions.TRACKED_FILES):
        return list(files)
    fixed = {config["name"] for config in configs if config.get("nopreempt")}
    grouped = {name for group in groups for name in _sync_groups.members_of(group)}
    users = [config for config in configs if config["name"] not in grouped | fixed]
    if version.from_on(_versions.GROUPS_TRACK_FILES):
        users += [group for group in groups if not fixed.intersection(_sync_groups.members_of(group))]
    for user in users:
        if NAME not in _names(user.get("track_file")):
            user["track_file"] = [*_priorities.entries(user.get("track_file")), f"{NAME} weight 1"]
    if not users or any(one.get("name") == NAME for one in files):
        return list(files)
    return [*files, {"name": NAME, "file": FILE}]


def of(config: t.Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    """How a member hands over: the file and what is written to it; C(None) where not every instance tracks it."""
    tracking = {
        name
        for group in config.get("vrrp_sync_group", [])
        if NAME in _names(group.get("track_file"))
        for name in _sync_groups.members_of(group)
    }
    instances = [one for one in config.get("vrrp_instance", []) if one["name"] not in tracking]
    if (instances or tracking) and all(NAME in _names(one.get("track_file")) for one in instances):
        return {"file": FILE, "away": AWAY, "here": HERE, "turn": TURN, "back": BACK}
    return None


def _names(tracked: t.Any) -> list[str | None]:
    return [_priorities.tracked_name(entry) for entry in _priorities.entries(tracked)]


def hand_over(
    model: t.Mapping[str, t.Any], member: str, looks: t.Mapping[str, t.Mapping[str, t.Any]]
) -> dict[str, t.Any]:
    """Whether a member can give away what it owns before it is worked on.

    :arg model: the member's part of the plan.
    :arg looks: what keepalived_info returned, by each member of the group that answered.
    :returns: dict C(owned) (names of the instances that it is MASTER of), C(possible) (bool) and C(problem): what is to
        be said where it owns something and cannot hand it over, else C(None).
    """
    mine = looks.get(member, {})
    owned = [one["name"] for one in mine.get("instances", []) if one["state"] == "MASTER"]
    ready = {
        one["name"]
        for other, look in looks.items()
        if other != member
        for one in look.get("instances", [])
        if one["state"] == "BACKUP"
    }
    cause = None
    if model["keepalived"]["maintenance"] is None:
        cause = "nobody takes over by priority (nopreempt, keepalived before 2.0, or a sync group before 2.1.5)"
    elif FILE not in [one.get("path") for one in mine.get("files") or []]:
        cause = f"its keepalived does not run a configuration that tracks {FILE} yet"
    elif not set(owned) <= ready:
        cause = "no other member stands by"
    problem = f"{member} cannot hand {', '.join(owned)} over without losing requests: {cause}."
    return {"owned": owned, "possible": bool(owned) and not cause, "problem": problem if owned and cause else None}
