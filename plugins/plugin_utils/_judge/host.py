# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What each member is besides VRRP: what its daemon runs, its scripts, its service and its clock.

Only what was looked at is judged: a key that an observation lacks has not been asked for.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge import drift
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.drift import SITE
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import Case
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import (
    LOCALHOST,
    MASTER,
    NGINX,
)

#: Seconds that a host's clock may be off: then logs of several hosts cannot be read together any more.
CLOCK_LIMIT = 5.0
#: Times that a daemon became MASTER in an hour, from which on its group is restless, and the least to judge by.
RESTLESS_PER_HOUR, RESTLESS_LEAST = 10.0, 10
HOUR = 3600.0


def judge(case: Case) -> None:
    """Fills the findings."""
    for member, seen in case.seen.items():
        _configuration(case, member, seen)
        _not_tracked(case, member, seen)
        _scripts(case, member, seen)
        _restlessness(case, member, seen)
        _maintenance(case, member)
        if member in case.models:
            drift.judge(case, member, seen, case.models[member])
        _answers(case, member, seen)
        _clock(case, member, seen)
    _versions(case)


def _configuration(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    config = seen["keepalived"].get("config") or {}
    if config.get("loaded") is False:
        case.find(
            "warning", "not_loaded", member, "keepalived runs something else than its file says.", config["reason"],
            SITE,
        )  # fmt: skip
    elif config and config.get("loaded") is None:
        # Not known is not well. But a log does not last for ever, and what nothing speaks against is not loaded again.
        case.find(
            "warning", "unknown_loaded", member, "it is not known whether keepalived runs what its file says.",
            config.get("reason"), "Run the site playbook with hot_standby_force: keepalived then reads it again.", None,
        )  # fmt: skip


def _not_tracked(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    """What keepalived has left out: nothing moves when it fails."""
    for one in seen["keepalived"].get("not_tracked") or []:
        case.find(
            "error", "not_tracked", member, f"{one['by']} does not track the {one['kind']} {one['name']}.",
            one["reason"] or "keepalived does not list it among what the instance tracks",
            "See that it is there, and that the user who runs it (script_user) may read and execute it and pass every "
            "directory above it; then run the site playbook, which has keepalived read it again."
            if one["kind"] == "script" else "See in its log why; then run the site playbook.",
        )  # fmt: skip


def _scripts(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    """A script whose failure is a FAULT is told as that."""
    if any(one["state"] == "FAULT" for one in seen["keepalived"]["instances"]):
        return
    for script in seen["keepalived"].get("scripts") or []:
        if script["status"] == "BAD":
            program = _program(script["command"])
            case.find(
                "warning", "script", member, f"its check {script['name']} fails.", f"it runs {program}",
                "Run it by hand as the configuration has it, and mend what it complains of.", None,
            )  # fmt: skip


def _program(command: str) -> str:
    """Without its arguments, in which there may be a password."""
    return command.strip('"').split(" ")[0]


def _restlessness(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    uptime = seen["keepalived"].get("uptime") or 0.0
    for one in seen["keepalived"]["instances"]:
        count = (one.get("counters") or {}).get("become_master") or 0
        rate = count * HOUR / max(uptime, HOUR)
        if count >= RESTLESS_LEAST and rate >= RESTLESS_PER_HOUR:
            case.find(
                "warning", "flapping", member, f"{one['name']} changes its owner again and again.",
                f"it became MASTER {count} times in {max(uptime, 1) / HOUR:.1f} hours",
                "See in the log of keepalived what takes it away: a check, the interface, or lost adverts.", None,
            )  # fmt: skip


def _maintenance(case: Case, member: str) -> None:
    if case.in_maintenance(member):
        wanted = case.models[member]["keepalived"]["maintenance"]
        number = case.seen[member]["numbers"][wanted["file"]]
        what = "it is in maintenance" if number <= wanted["away"] else "it stands back for another member"
        case.find(
            "info", "maintenance", member, f"{what}, and leaves its addresses to the others.",
            f"{wanted['file']} says so", f"End that with the playbook handover: hot_standby_handover_end={member}.",
        )  # fmt: skip


def _answers(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    """What nginx answered: on the member itself, and through the addresses.

    Who asks another host may be kept out by its firewall on purpose, which is no fault of the group.
    """
    own = {entry["address"] for interface in seen["interfaces"] for entry in interface["addresses"]} | {LOCALHOST}
    for answer in _asked(case, member, seen):
        if answer["status"] != 200:
            host = f"[{answer['address']}]" if ":" in answer["address"] else answer["address"]
            case.find(
                "error" if answer["address"] in own else "warning", "not_answering", member,
                f"http://{host}:{answer['port']}{answer['path']} does not answer it as it should.",
                answer["error"] or f"status {answer['status']}",
                "See that nginx runs, and which firewall lies between.", NGINX if answer["address"] in own else None,
            )  # fmt: skip


def _asked(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> list[t.Mapping[str, t.Any]]:
    """The answers to what is to be asked by plan; a look by what is remembered may have asked for more."""
    planned = case.models[member]["look"]["http"] if member in case.models else []
    asked = [(one["address"], one["port"], one["path"]) for one in planned]
    return [one for one in seen.get("http") or [] if (one["address"], one["port"], one["path"]) in asked]


def _clock(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    off = seen.get("clock_offset")
    if off is not None and abs(off) > CLOCK_LIMIT:
        case.find(
            "warning", "clock", member, f"its clock is {abs(off):.0f} s {'ahead' if off > 0 else 'behind'}.",
            "held against the controller's", "Have it keep time: chrony, or systemd-timesyncd.", None,
        )  # fmt: skip


def _versions(case: Case) -> None:
    found = {member: seen["keepalived"].get("version") for member, seen in case.seen.items()}
    known = {version for version in found.values() if version}
    if len(known) > 1:
        case.find(
            "warning", "versions", next(iter(found)), "the members run different versions of keepalived.",
            ", ".join(f"{member} {version}" for member, version in found.items()),
            "Bring them to one with the playbook update.", None,
        )  # fmt: skip


def owners_answer(case: Case, owners: t.Mapping[str, str | None]) -> None:
    """Whether it is the owner who answers for each address, by the header that names it."""
    for member, seen in case.seen.items():
        for answer in _asked(case, member, seen):
            owner = owners.get(answer["address"])
            if owner and answer["status"] == 200 and answer["served_by"] not in (None, owner):
                case.find(
                    "error", "wrong_server", member, f"{answer['served_by']} answers it for {answer['address']}.",
                    f"{owner} owns it ({MASTER})", "Its neighbour table may be stale; see who else has the address.",
                )  # fmt: skip
