# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Moving addresses on request: who is to write what into the file that its instances track, and who owns what then.

A member that leaves (maintenance), or stands back for another, does so until it is told otherwise: the file outlives
reboots and runs of C(site).
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import BACKUP, LOCALHOST, MASTER

TO, FROM, END = "hot_standby_handover_to", "hot_standby_handover_from", "hot_standby_handover_end"


@dataclasses.dataclass
class Request:
    """What is asked for: one of the three, a member's name each; C(end) may be a group's."""

    to: str | None = None
    leaving: str | None = None
    end: str | None = None


class _Refused(Exception):
    """It cannot be done. The text is for the user."""


def handover(
    plan: t.Mapping[str, t.Any], seen: t.Mapping[str, t.Mapping[str, t.Any]], request: Request
) -> dict[str, t.Any]:
    """What to do for a request.

    :arg plan: what C(group_plan) returned.
    :arg seen: by member what hot_standby_info returned, with C(numbers) and C(http).
    :returns: dict C(problem) (why it is refused, or C(None)), C(group), C(writes) (by member, the number for its file),
        C(owners) (by instance, who owns it then) and C(text) (lines that say what is about to happen).
    """
    nothing: dict[str, t.Any] = {"problem": None, "group": None, "writes": {}, "owners": {}, "text": []}
    try:
        return {**nothing, **_handover(plan, seen, request)}
    except _Refused as error:
        return {**nothing, "problem": str(error)}


def _handover(
    plan: t.Mapping[str, t.Any], seen: t.Mapping[str, t.Mapping[str, t.Any]], request: Request
) -> dict[str, t.Any]:
    asked = {TO: request.to, FROM: request.leaving, END: request.end}
    given = {variable: value for variable, value in asked.items() if value}
    if len(given) != 1:
        raise _Refused(
            f"Set one of {TO} (the member that is to own the addresses), {FROM} (one that is to own none) and {END} "
            "(one, or a group, for which both are to end)."
        )
    ((variable, wanted),) = given.items()
    name, group = _group_of(plan, variable, wanted)
    standing = _Standing(group, plan["members"], seen)
    standing.check_able()
    standing.check_seen([] if wanted == name else [wanted])
    numbers = dict(standing.numbers)
    if variable == TO:
        for instance in group["instances"]:
            standing.check_fit(wanted, instance["name"], TO)
        numbers.update(standing.to(wanted))
    elif variable == FROM:
        numbers[wanted] = standing.words["away"]
    else:
        numbers.update(dict.fromkeys(standing.numbers if wanted == name else [wanted], standing.words["here"]))
    owners = {instance["name"]: standing.owner(instance, numbers) for instance in group["instances"]}
    for instance, owner in owners.items():
        standing.check_fit(owner, instance, variable)
    writes = {member: number for member, number in numbers.items() if number != standing.numbers[member]}
    return {"group": name, "writes": writes, "owners": owners, "text": standing.text(owners, writes)}


def _group_of(plan: t.Mapping[str, t.Any], variable: str, wanted: str) -> tuple[str, t.Mapping[str, t.Any]]:
    for name, group in plan["groups"].items():
        if wanted in group["members"] or (variable == END and wanted == name):
            return name, group
    known = ", ".join(member for group in plan["groups"].values() for member in group["members"])
    raise _Refused(f"{variable}: {wanted} is no member of a group of this play. These are: {known}.")


class _Standing:
    """How the members of one group stand."""

    def __init__(
        self,
        group: t.Mapping[str, t.Any],
        models: t.Mapping[str, t.Mapping[str, t.Any]],
        seen: t.Mapping[str, t.Mapping[str, t.Any]],
    ) -> None:
        self._group, self._seen = group, seen
        self._files = {
            member: models[member]["keepalived"]["maintenance"] for member in group["members"] if member in models
        }
        self.words: dict[str, int] = next((words for words in self._files.values() if words), {})
        # What a member that could not be looked at has in its file is not known.
        self.numbers = {member: self._number(member) for member in self._files if member in seen}

    def _number(self, member: str) -> int:
        words = self._files[member]
        found = (self._seen.get(member, {}).get("numbers") or {}).get(words["file"]) if words else None
        return found if isinstance(found, int) else 0

    def check_able(self) -> None:
        """Refuses a group whose members cannot hand over by priority, and says what a move costs there.

        :raises _Refused: it cannot.
        """
        unable = [member for member, words in self._files.items() if not words]
        if not unable:
            return
        costs = [
            f"{instance['name']} {facts['graceful']:g} s"
            for instance in self._group["instances"]
            for owner, facts in instance["expected_takeover"].items()
            if owner == self._master(instance)
        ]
        raise _Refused(
            f"{', '.join(unable)} cannot hand over without losing requests: nobody takes over by priority there "
            "(nopreempt, keepalived before 2.0, or a sync group before 2.1.5). To stop keepalived on the owner "
            f"moves them. They are away for {', '.join(costs) or 'a moment'}. "
            "Under nopreempt it may be started again at once."
        )

    def check_seen(self, members: t.Sequence[str]) -> None:
        """Refuses members that could not be looked at.

        :raises _Refused: one could not.
        """
        for member in members:
            if member not in self.numbers:
                raise _Refused(f"{member} could not be looked at. Make it reachable, then run again.")

    def _master(self, instance: t.Mapping[str, t.Any]) -> str | None:
        return next((member for member in self._files if self._state(member, instance["name"]) == MASTER), None)

    def _state(self, member: str, name: str) -> str | None:
        instances = (self._seen.get(member) or {}).get("keepalived", {}).get("instances", [])
        return next((str(one["state"]) for one in instances if one["name"] == name), None)

    def to(self, wanted: str) -> dict[str, int]:
        """The numbers with which one member owns everything: who outranks it stands back, others do not any more."""
        above = {
            member
            for instance in self._group["instances"]
            for member in instance["ranking"][: instance["ranking"].index(wanted)]
        }
        numbers = {wanted: self.words["here"]}
        for member, number in self.numbers.items():
            if member in above and number > self.words["back"]:
                numbers[member] = self.words["back"]
            elif member not in above and number == self.words["back"]:
                numbers[member] = self.words["here"]
        return numbers

    def owner(self, instance: t.Mapping[str, t.Any], numbers: t.Mapping[str, int]) -> str:
        """Who owns an instance with these numbers: the first of those that answer and stay, else who owns it now."""
        for member in instance["ranking"]:
            stays = numbers.get(member, 0) > self.words["back"]
            if stays and self._state(member, instance["name"]) in (MASTER, BACKUP):
                return str(member)
        raise _Refused(
            f"No member is left that could own {instance['name']}: the others do not stand by, or are in maintenance. "
            "See the playbook status."
        )

    def check_fit(self, member: str, instance: str, variable: str) -> None:
        """Refuses an owner that could not serve.

        :raises _Refused: it could not.
        """
        if self._state(member, instance) not in (MASTER, BACKUP):
            state = self._state(member, instance)
            raise _Refused(f"{variable}: {member} could not own {instance}: it is in state {state}.")
        for answer in self._seen[member].get("http") or []:
            if answer["address"] == LOCALHOST and answer["status"] != 200:
                reason = answer["error"] or f"status {answer['status']}"
                raise _Refused(f"{variable}: {member} could not serve: its nginx does not answer ({reason}).")

    def text(self, owners: t.Mapping[str, str], writes: t.Mapping[str, int]) -> list[str]:
        """What is about to happen, in words."""
        lines = []
        for instance in self._group["instances"]:
            now, then = self._master(instance), owners[instance["name"]]
            addresses = ", ".join(instance["addresses"])
            lines.append(
                f"{instance['name']} ({addresses}) stays on {then}."
                if now == then
                else f"{instance['name']} ({addresses}) moves from {now} to {then}; both answer until it has."
            )
        words = {
            self.words["away"]: "goes into maintenance",
            self.words["back"]: "stands back",
            self.words["here"]: "takes part again",
        }
        return lines + [f"{member} {words[number]}, until it is told otherwise." for member, number in writes.items()]
