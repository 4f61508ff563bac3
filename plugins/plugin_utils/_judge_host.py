# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What each member is besides VRRP: its files, kernel, services, firewall and clock, held against the plan.

Only what was looked at is judged: a key that an observation lacks has not been asked for.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils import _units
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._findings import LOCALHOST, MASTER, Case

SITE = "Run the site playbook, which puts it right."
#: Seconds that a host's clock may be off: then logs of several hosts cannot be read together any more.
CLOCK_LIMIT = 5.0
#: Times that a daemon became MASTER in an hour, from which on its group is restless, and the least to judge by.
RESTLESS_PER_HOUR, RESTLESS_LEAST = 10.0, 10
HOUR = 3600.0


def judge(case: Case) -> None:
    """Fills the findings."""
    for member, seen in case.seen.items():
        _configuration(case, member, seen)
        _scripts(case, member, seen)
        _restlessness(case, member, seen)
        _maintenance(case, member)
        if member in case.models:
            model = case.models[member]
            _files(case, member, seen)
            _kernel(case, member, seen, model["keepalived"]["sysctl"])
            _services(case, member, seen)
            _firewall(case, member, seen, model["keepalived"]["firewall"])
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


def _scripts(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    """A script whose failure is a FAULT is told as that."""
    if any(one["state"] == "FAULT" for one in seen["keepalived"]["instances"]):
        return
    for script in seen["keepalived"].get("scripts") or []:
        if script["status"] == "BAD":
            case.find(
                "warning", "script", member, f"its check {script['name']} fails.", f"it runs {script['command']}",
                "Run that by hand, and mend what it complains of.",
            )  # fmt: skip


def _restlessness(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    uptime = seen["keepalived"].get("uptime") or 0.0
    for one in seen["keepalived"]["instances"]:
        count = (one.get("counters") or {}).get("become_master") or 0
        rate = count * HOUR / max(uptime, HOUR)
        if count >= RESTLESS_LEAST and rate >= RESTLESS_PER_HOUR:
            case.find(
                "warning", "flapping", member, f"{one['name']} changes its owner again and again.",
                f"it became MASTER {count} times in {max(uptime, 1) / HOUR:.1f} hours",
                "See in the log of keepalived what takes it away: a check, the interface, or lost adverts.",
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


def _files(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    """Files that are not as planned."""
    for path, text in case.texts.get(member, {}).items():
        found = (seen.get("files") or {}).get(path)
        if found is None or case.key is None:
            continue
        if not found["exists"]:
            case.find("error", "drift", member, f"{path} is not there.", "it is planned", SITE)
            continue
        if found["digest"] is not None and found["digest"] != case.digest(text.encode()):
            case.find("warning", "drift", member, f"{path} is not as planned.", "its content differs", SITE)


def _kernel(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Mapping[str, t.Any]) -> None:
    for name, value in planned.items():
        found = (seen.get("sysctls") or {}).get(name)
        if found is not None and found.split() != str(value).split():
            case.find("warning", "sysctl", member, f"{name} is {found}.", f"planned {value}", SITE)


def _services(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    """keepalived itself is judged by what it tells; whether it comes back after a reboot is not in that."""
    for name, unit in (seen.get("services") or {}).items():
        if unit is None:
            continue
        if name != "keepalived" and unit["active_state"] != "active":
            case.find(
                "error" if name == "nginx" else "warning", "service", member, f"{name} does not run.",
                f"it is {unit['active_state']} ({unit['result']})",
                f"Start it: systemctl start {name}; journalctl --unit={name} says why it is down.",
            )  # fmt: skip
        if unit["unit_file_state"] not in _units.ENABLED:
            case.find(
                "warning", "not_enabled", member, f"{name} does not start with the host.",
                f"its unit is {unit['unit_file_state'] or 'not there'}", SITE,
            )  # fmt: skip


def _firewall(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Mapping[str, t.Any]) -> None:
    """What firewalld is to let in, at runtime."""
    runtime = (seen["firewall"].get("entries") or {}).get("runtime")
    if runtime is None:
        return
    missing = [entry for entry in planned["zone"] if not _is_open(runtime.get(entry["zone"]), entry)]
    rules = (seen["firewall"].get("direct_rules") or {}).get("runtime")
    if rules is not None:
        missing += [rule for rule in planned["direct"] if rule not in rules]
    if missing:
        words = " ".join(str(value) for value in missing[0].values())
        case.find(
            "error", "firewall", member, "its firewall does not let in what the group needs.",
            f"{len(missing)} entries are missing, such as {words}", SITE,
        )  # fmt: skip


def _is_open(zone: t.Mapping[str, t.Any] | None, entry: t.Mapping[str, t.Any]) -> bool:
    if zone is None:
        return False
    if zone.get("target") == "ACCEPT":
        return True
    kinds = {"service": "services", "protocol": "protocols", "port": "ports", "rich_rule": "rich_rules"}
    return any(entry[kind] in zone[listed] for kind, listed in kinds.items() if kind in entry)


def _answers(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    """What nginx answered: on the member itself, and through the addresses.

    Who asks another host may be kept out by its firewall on purpose, which is no fault of the group.
    """
    own = {entry["address"] for interface in seen["interfaces"] for entry in interface["addresses"]} | {LOCALHOST}
    for answer in seen.get("http") or []:
        if answer["status"] != 200:
            host = f"[{answer['address']}]" if ":" in answer["address"] else answer["address"]
            case.find(
                "error" if answer["address"] in own else "warning", "not_answering", member,
                f"http://{host}:{answer['port']}{answer['path']} does not answer it as it should.",
                answer["error"] or f"status {answer['status']}",
                "See that nginx runs, and which firewall lies between.",
            )  # fmt: skip


def _clock(case: Case, member: str, seen: t.Mapping[str, t.Any]) -> None:
    off = seen.get("clock_offset")
    if off is not None and abs(off) > CLOCK_LIMIT:
        case.find(
            "warning", "clock", member, f"its clock is {abs(off):.0f} s {'ahead' if off > 0 else 'behind'}.",
            "held against the controller's", "Have it keep time: chrony, or systemd-timesyncd.",
        )  # fmt: skip


def _versions(case: Case) -> None:
    found = {member: seen["keepalived"].get("version") for member, seen in case.seen.items()}
    known = {version for version in found.values() if version}
    if len(known) > 1:
        case.find(
            "warning", "versions", next(iter(found)), "the members run different versions of keepalived.",
            ", ".join(f"{member} {version}" for member, version in found.items()),
            "Bring them to one with the playbook update.",
        )  # fmt: skip


def owners_answer(case: Case, owners: t.Mapping[str, str | None]) -> None:
    """Whether it is the owner who answers for each address, by the header that names it."""
    for member, seen in case.seen.items():
        for answer in seen.get("http") or []:
            owner = owners.get(answer["address"])
            if owner and answer["status"] == 200 and answer["served_by"] not in (None, owner):
                case.find(
                    "error", "wrong_server", member, f"{answer['served_by']} answers it for {answer['address']}.",
                    f"{owner} owns it ({MASTER})", "Its neighbour table may be stale; see who else has the address.",
                )  # fmt: skip
