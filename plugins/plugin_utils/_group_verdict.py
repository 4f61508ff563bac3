# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The judge: the plan against what was observed on all members."""

from __future__ import annotations

import typing as t

STATUS_REMEDIES = {
    "not_installed": "Run the site playbook for it.",
    "not_running": "Start it: systemctl start keepalived; its log says why it is down.",
    "frozen": "Continue it: systemctl kill --signal=SIGCONT keepalived.",
    "timeout": "Look at its log, then restart it: systemctl restart keepalived.",
}


def judge(plan: t.Mapping[str, t.Any], observations: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """The verdict over all groups of a plan.

    :arg plan: what C(group_plan) returned.
    :arg observations: for each reached host what hot_standby_info returned; a member without one is unreachable.
    :returns: dict C(ok) (bool: no finding of severity error), C(findings) (list of dicts with C(group), C(severity),
        C(host), C(problem), C(evidence), C(remedy), C(text)), C(owners) (by group, address to host), C(lost) (by group,
        the addresses that had an owner, and now have none, or more than one) and C(summary) (lines of text, one for
        each address that is well).
    """
    findings: list[dict[str, t.Any]] = []
    owners: dict[str, dict[str, str | None]] = {}
    lost: dict[str, list[str]] = {}
    for name, group in plan["groups"].items():
        judged = _Group(name, group, observations)
        owners[name] = judged.judge()
        lost[name] = [address for address in judged.lost if address not in group.get("ownerless", [])]
        findings += judged.findings
    return {
        "ok": not any(finding["severity"] == "error" for finding in findings),
        "findings": findings,
        "owners": owners,
        "lost": lost,
        "summary": [line for name, group in plan["groups"].items() for line in _summary(name, group, owners[name])],
    }


def _summary(name: str, group: t.Mapping[str, t.Any], owners: t.Mapping[str, str | None]) -> list[str]:
    """Who owns what, and who follows how fast by VRRP's timers."""
    lines = []
    for instance in group["instances"]:
        for text in instance["addresses"]:
            owner = owners[text.split("/")[0]]
            if owner is None:
                continue
            line = f"{name}: {text} ({instance['name']}) is owned by {owner}."
            follows = instance["expected_takeover"].get(owner)
            if follows:
                line += (
                    f" {follows['by']} stands by: it takes over {follows['graceful']} s after a clean stop and "
                    f"at most {follows['crash']} s after a crash."
                )
            lines.append(line)
    return lines


class _Group:
    """Judges one group."""

    def __init__(
        self, name: str, group: t.Mapping[str, t.Any], observations: t.Mapping[str, t.Mapping[str, t.Any]]
    ) -> None:
        self._name = name
        self._group = group
        self._seen = {member: observations[member] for member in group["members"] if member in observations}
        self.findings: list[dict[str, t.Any]] = []
        self.lost: list[str] = []

    def _find(self, severity: str, host: str, problem: str, evidence: str, remedy: str) -> None:
        finding = {
            "group": self._name, "severity": severity, "host": host, "problem": problem, "evidence": evidence,
            "remedy": remedy, "text": f"{host}: {problem} ({evidence}) {remedy}",
        }  # fmt: skip
        self.findings.append(finding)

    def judge(self) -> dict[str, str | None]:
        """Fills the findings; returns the owner of each address, or C(None)."""
        for member in self._group["members"]:
            self._judge_daemon(member)
        owners: dict[str, str | None] = {}
        for instance in self._group["instances"]:
            for text in instance["addresses"]:
                address = text.split("/")[0]
                owners[address] = self._judge_address(instance, address)
            self._judge_states(instance, owners[instance["addresses"][0].split("/")[0]])
        return owners

    def _judge_daemon(self, member: str) -> None:
        if member not in self._seen:
            # The user has said that the others are to go on without it.
            severity = "warning" if self._group["partial"] else "error"
            self._find(
                severity,
                member,
                "it could not be observed.",
                "no answer from the host",
                "Make it reachable, then run again.",
            )
            return
        keepalived = self._seen[member]["keepalived"]
        if keepalived["status"] != "ok":
            self._find(
                "error", member, "keepalived does not tell its state.", keepalived["message"],
                STATUS_REMEDIES.get(keepalived["status"], "See the documentation of the module keepalived_info."),
            )  # fmt: skip

    def _state(self, member: str, instance: t.Mapping[str, t.Any]) -> str | None:
        """The member's state of an instance, C(None) if its daemon does not have it."""
        for running in self._seen[member]["keepalived"]["instances"]:
            if running["name"] == instance["name"] and running["virtual_router_id"] == instance["virtual_router_id"]:
                return str(running["state"])
        return None

    def _hears_a_master(self, instance: t.Mapping[str, t.Any]) -> bool:
        """Whether an observed BACKUP of this instance receives the adverts of a master."""
        return any(
            running["name"] == instance["name"] and running["state"] == "BACKUP" and bool(running["master_priority"])
            for seen in self._seen.values()
            for running in seen["keepalived"]["instances"]
        )

    def _holds(self, member: str, address: str) -> bool:
        return any(
            entry["address"] == address
            for interface in self._seen[member]["interfaces"]
            for entry in interface["addresses"]
        )

    def _judge_address(self, instance: t.Mapping[str, t.Any], address: str) -> str | None:
        """Owner = holds the address and is a live MASTER; there must be exactly one, and nobody else may hold it."""
        owners = []
        for member in self._seen:
            master, holds = self._state(member, instance) == "MASTER", self._holds(member, address)
            if master and holds:
                owners.append(member)
            elif master:
                self._find(
                    "error", member, f"it is MASTER of {instance['name']} but does not hold {address}.",
                    "the address is on none of its interfaces", "Something took it away: systemctl restart keepalived.",
                )  # fmt: skip
            elif holds:
                self._find(
                    "error", member, f"it holds {address} without being MASTER.",
                    f"state of {instance['name']}: {self._state(member, instance)}",
                    f"Start keepalived there, or take the address away: ip address del {address} dev INTERFACE.",
                )  # fmt: skip
        if len(owners) > 1:
            self.lost.append(address)
            self._find(
                "error", owners[0], f"{address} has {len(owners)} owners: {', '.join(owners)}.",
                "each is MASTER and holds it: they do not hear each other",
                "Let VRRP (IP protocol 112) through between them; see keepalived_firewall.",
            )  # fmt: skip
        absent = [member for member in self._group["members"] if member not in self._seen]
        if not owners and absent and self._hears_a_master(instance):
            self._find(
                "warning", absent[0], f"it, or another member that was not looked at, owns {address}.",
                "the others are BACKUP and hear a master", "Run again with all members to see it confirmed.",
            )  # fmt: skip
        elif not owners:
            self.lost.append(address)
            states = ", ".join(f"{member} {self._state(member, instance)}" for member in self._seen)
            self._find(
                "error", self._group["members"][0], f"nobody owns {address}.", f"states: {states or 'none seen'}",
                "A FAULT means that a check fails: see that nginx answers, and the log of keepalived.",
            )  # fmt: skip
        return owners[0] if len(owners) == 1 else None

    def _judge_states(self, instance: t.Mapping[str, t.Any], owner: str | None) -> None:
        for member in self._seen:
            state = self._state(member, instance)
            if state is None and self._seen[member]["keepalived"]["status"] == "ok":
                self._find(
                    "error", member, f"its keepalived does not run the instance {instance['name']}.",
                    "the running configuration is not the planned one", "Reload it: systemctl reload keepalived.",
                )  # fmt: skip
            elif state not in (None, "MASTER", "BACKUP"):
                self._find(
                    "error", member, f"{instance['name']} is in state {state}: it could not take over.",
                    f"state {state}", "A check fails or an interface is down: see the log of keepalived.",
                )  # fmt: skip
        expected = instance["ranking"][0]
        if owner is not None and owner != expected and instance["preempt"]:
            self._find(
                "warning", owner, f"it owns {instance['name']}, while {expected} has the highest priority.",
                f"priorities rank {' > '.join(instance['ranking'])}", f"See what keeps {expected} from taking over.",
            )  # fmt: skip
