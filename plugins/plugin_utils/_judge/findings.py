# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What the judge has to say of one group, and what it says that of."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import digest as _digest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import CONFIG

#: From bad to good to know.
SEVERITIES = ("error", "warning", "info")
#: What keepalived_info says of a daemon whose state is known: it told it, or there is none that could have one.
KNOWN = frozenset({"ok", "not_installed", "not_running", "crashed", "no_vrrp"})
#: Why a member is not judged that had been looked at.
FAILED = "what failed stands above"
NOT_PERMITTED, FROZEN = "not_permitted", "frozen"


@dataclasses.dataclass
class Case:
    """One group with its plan, what was seen of its members, and the findings so far.

    :ivar group: the group's part of the plan.
    :ivar models: by member its model; a member that was not observed when it was planned has none.
    :ivar seen: by member what hot_standby_info returned; one that could not be looked at has none.
    :ivar key: the C(digest_key) that hot_standby_info was given, C(None) if none.
    :ivar texts: by member and path the text that a file is to have.
    :ivar absent: by member that could not be looked at the reason, C(None) if it gave none.
    """

    name: str
    group: t.Mapping[str, t.Any]
    models: t.Mapping[str, t.Mapping[str, t.Any]]
    seen: t.Mapping[str, t.Mapping[str, t.Any]]
    key: str | None = None
    texts: t.Mapping[str, t.Mapping[str, str]] = dataclasses.field(default_factory=dict)
    absent: t.Mapping[str, str | None] = dataclasses.field(default_factory=dict)
    findings: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    lost: list[str] = dataclasses.field(default_factory=list)

    def find(
        self,
        severity: str,
        code: str,
        host: str,
        problem: str,
        evidence: str,
        remedy: str,
        part: str | None = CONFIG,
    ) -> None:
        """Adds a finding.

        :arg code: names its kind, for programs.
        :arg part: what in a run of site would mend it, of C(parts.PARTS); C(None) if nothing would.
        """
        self.findings.append({
            "group": self.name, "severity": severity, "code": code, "host": host, "problem": problem,
            "evidence": evidence, "remedy": remedy, "part": part, "text": f"{host}: {problem} ({evidence}) {remedy}",
        })  # fmt: skip

    def digest(self, data: bytes) -> str:
        """What a host tells of the same data, with the key."""
        found = _digest.begin(self.key)
        found.update(data)
        return str(found.hexdigest())

    def running(self, member: str, instance: t.Mapping[str, t.Any]) -> t.Mapping[str, t.Any] | None:
        """What a member's daemon tells of an instance, C(None) if it does not have it."""
        for one in self.seen[member]["keepalived"]["instances"]:
            if one["name"] == instance["name"] and one["virtual_router_id"] == instance["virtual_router_id"]:
                return t.cast("t.Mapping[str, t.Any]", one)
        return None

    def state(self, member: str, instance: t.Mapping[str, t.Any]) -> str | None:
        """The member's state of an instance."""
        one = self.running(member, instance)
        return None if one is None else str(one["state"])

    def is_live(self, member: str) -> bool:
        """Whether the member's daemon tells its state."""
        return member in self.seen and self.seen[member]["keepalived"]["status"] == "ok"

    def knows(self, member: str) -> bool:
        """Whether the state of the member's daemon is known: that of one who did not tell it may be any."""
        return member in self.seen and self.seen[member]["keepalived"]["status"] in KNOWN

    def knows_standing(self, member: str) -> bool:
        """Whether it is known if the member stands by: a frozen one does not, whatever its state was."""
        return self.knows(member) or (member in self.seen and self.seen[member]["keepalived"]["status"] == FROZEN)

    def in_maintenance(self, member: str) -> bool:
        """Whether the member hands its addresses over on purpose, by what its file says."""
        wanted = (self.models.get(member, {}).get("keepalived") or {}).get("maintenance")
        if not wanted or member not in self.seen:
            return False
        number = (self.seen[member].get("numbers") or {}).get(wanted["file"])
        return isinstance(number, int) and number <= wanted["back"]
