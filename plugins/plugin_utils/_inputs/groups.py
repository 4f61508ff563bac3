# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Who stands by for whom: the hot-standby groups of an inventory."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES

MAXIMUM_MEMBERS = 8


@dataclasses.dataclass(frozen=True)
class Group:
    """One hot-standby group. C(members) are in the order of their rank: the first is the owner by default."""

    name: str
    members: tuple[str, ...]


def natural_key(name: str) -> list[t.Any]:
    """Sort key by which app2 comes before app10. Inventory order differs between the command line and AWX."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


class Membership:
    """Finds each host's group.

    :arg hosts: for each host of the inventory its public variables (as the user set them).
    :arg groups: for each inventory group its hosts.
    """

    def __init__(
        self, hosts: t.Mapping[str, t.Mapping[str, t.Any]], groups: t.Mapping[str, t.Sequence[str]], problems: Problems
    ) -> None:
        self._hosts = hosts
        self._groups = groups
        self._groups_of: dict[str, dict[str, t.Sequence[str]]] = {}
        for name, members in groups.items():
            for member in members:
                self._groups_of.setdefault(member, {})[name] = members
        self._problems = problems

    def find(self, wanted: t.Iterable[str]) -> list[Group]:
        """The groups of the wanted hosts, each once; a host for which none is found is an error."""
        found: dict[tuple[str, ...], Group] = {}
        for host in wanted:
            group = self._group_of(host)
            if group is None:
                continue
            if host not in group.members:
                self._problems.error(
                    host,
                    "hot_standby_members",
                    f"{host} is not among its own members {', '.join(group.members)}.",
                    f"Add {host} to hot_standby_members, or take {INSTANCES} away from it.",
                )
                continue
            found.setdefault(group.members, group)
        return [group for group in self._apart(list(found.values())) if self._is_sound(group)]

    def _apart(self, groups: list[Group]) -> list[Group]:
        """Those groups that share no member and no name with an earlier one; the others are errors."""
        apart: list[Group] = []
        taken: dict[str, Group] = {}
        named: dict[str, Group] = {}
        for group in groups:
            first = self._first_known(group)
            shared = next((taken[member] for member in group.members if member in taken), None)
            namesake = named.get(group.name)
            if shared:
                self._problems.error(
                    first,
                    "hot_standby_members",
                    f"the members do not agree: {', '.join(shared.members)} and {', '.join(group.members)}.",
                    "Set hot_standby_members, or hot_standby_group, once for all members, and no host in two groups.",
                )
            elif namesake:
                self._problems.error(
                    first,
                    "hot_standby_group",
                    f"two groups are {group.name}: {', '.join(namesake.members)} and {', '.join(group.members)}.",
                    "Set it to another name for one of them.",
                )
            else:
                apart.append(group)
                named[group.name] = group
                taken.update(dict.fromkeys(group.members, group))
        return apart

    def _first_known(self, group: Group) -> str:
        """The first member that the inventory has: a message must name a host where something can be set."""
        return next(member for member in group.members if member in self._hosts)

    def _group_of(self, host: str) -> Group | None:
        variables = self._hosts[host]
        members = variables.get("hot_standby_members")
        if members:
            name = variables.get("hot_standby_group") or self._inventory_group(host, set(members)) or "-".join(members)
            return Group(str(name), tuple(str(member) for member in members))
        name = variables.get("hot_standby_group")
        if name:
            if name not in self._groups:
                self._problems.error(
                    host, "hot_standby_group", f"the inventory has no group {name!r}.", "Set it to an inventory group."
                )
                return None
            return Group(name, self._ranked(self._groups[name]))
        return self._derived_group(host)

    def _derived_group(self, host: str) -> Group | None:
        """The one largest inventory group of the host whose hosts all have the host's own instances."""
        own = self._hosts[host].get(INSTANCES)
        fitting = {
            name: frozenset(hosts)
            for name, hosts in self._groups_of.get(host, {}).items()
            if all(self._hosts.get(other, {}).get(INSTANCES) == own for other in hosts)
        }
        largest = {hosts for hosts in fitting.values() if not any(hosts < other for other in fitting.values())}
        if len(largest) == 1:
            hosts = largest.pop()
            name = min((name for name, members in fitting.items() if members == hosts), key=self._preference)
            return Group(name, self._ranked(hosts))
        if largest:
            names = sorted(name for name, hosts in fitting.items() if hosts in largest)
            problem = f"{host} is in the groups {', '.join(names)}, and each could be the hot-standby group."
        else:
            problem = f"{host} has no inventory group whose hosts all have its {INSTANCES}."
        self._problems.error(
            host,
            "hot_standby_group",
            problem,
            "Set hot_standby_group, or the list hot_standby_members, for its members.",
        )
        return None

    def _inventory_group(self, host: str, members: set[str]) -> str | None:
        names = [name for name, hosts in self._groups_of.get(host, {}).items() if set(hosts) == members]
        return min(names, key=self._preference) if names else None

    @staticmethod
    def _preference(name: str) -> tuple[bool, str]:
        """A group of the user's own before Ansible's C(all) and C(ungrouped)."""
        return name in ("all", "ungrouped"), name

    @staticmethod
    def _ranked(hosts: t.Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(hosts, key=natural_key))

    def _is_sound(self, group: Group) -> bool:
        """Refuses what no plan can be made for; says so once for the group."""
        first = self._first_known(group)
        missing = [member for member in group.members if member not in self._hosts]
        for member in missing:
            self._problems.error(
                first,
                "hot_standby_members",
                f"the inventory has no host {member}.",
                f"Add {member} to the inventory, or take it off hot_standby_members.",
            )
        if len(set(group.members)) != len(group.members):
            self._problems.error(
                first, "hot_standby_members", f"a host is listed twice: {', '.join(group.members)}.", "List each once."
            )
            return False
        if len(group.members) > MAXIMUM_MEMBERS:
            self._problems.error(
                first,
                "hot_standby_members",
                f"the group {group.name} has {len(group.members)} members, {MAXIMUM_MEMBERS} at most are supported.",
                "Make several groups of it.",
            )
            return False
        if len(group.members) == 1 and not self._hosts[first].get("hot_standby_allow_single"):
            self._problems.error(
                first,
                "hot_standby_members",
                f"the group {group.name} has one member only: nothing stands by for it (a sliced job looks so too).",
                "Add a member, or set hot_standby_allow_single to true.",
            )
            return False
        return not missing
