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
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _daemon, _managed, _ufw_rules
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._findings import (
    CONFIG,
    FIREWALL,
    KERNEL,
    LOCALHOST,
    LOG,
    MASTER,
    NGINX,
    PACKAGES,
    UNIT,
    Case,
)

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
        _not_tracked(case, member, seen)
        _scripts(case, member, seen)
        _restlessness(case, member, seen)
        _maintenance(case, member)
        if member in case.models:
            model = case.models[member]
            _files(case, member, seen, model["keepalived"]["files"])
            _flags(case, member, seen, model["keepalived"])
            _programs(case, member, seen, model)
            _kernel(case, member, seen, model["keepalived"]["sysctl"])
            _services(case, member, seen, model["look"]["services"])
            _firewall(case, member, seen, model["keepalived"]["firewall"])
            _let_in_besides(case, member, seen, model["keepalived"]["firewall"])
            _allowed_besides(case, member, seen, model["keepalived"]["selinux"])
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


def _files(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Mapping[str, t.Any]) -> None:
    """Files that are not as planned."""
    for path, wanted in planned.items():
        found, part = (seen.get("files") or {}).get(path), _managed.part(path)
        if found is None or found["exists"] is None:  # it was not asked for, or its directory is closed
            continue
        if wanted is None or not found["exists"]:
            if bool(found["exists"]) != (wanted is not None):
                severity = "error" if wanted and path in (_managed.CONFIGURATION, _managed.SITE) else "warning"
                evidence = "it is planned" if wanted else "it is planned no more"
                case.find(
                    severity, "drift", member, f"{path} is {'not ' if wanted else ''}there.", evidence, SITE, part
                )
            continue
        if wanted["mode"] is None or (path == _managed.CONFIGURATION and found["kind"] == "link"):
            continue
        if found["kind"] != wanted["kind"] or _access(found) != (wanted["mode"], "root", "root"):
            case.find(
                "warning", "drift", member, f"{path} is not as planned.",
                f"it is a {found['kind']} with {' '.join(_access(found))}, planned a {wanted['kind']} with "
                f"{wanted['mode']} root root", SITE, part,
            )  # fmt: skip
        text = case.texts.get(member, {}).get(path)
        is_read = case.key is not None and text is not None and found["digest"] is not None
        if is_read and found["digest"] != case.digest(text.encode()):
            case.find("warning", "drift", member, f"{path} is not as planned.", "its content differs", SITE, part)


def _access(found: t.Mapping[str, t.Any]) -> tuple[str, str, str]:
    return str(found["mode"]), str(found["owner"]), str(found["group"])


def _flags(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Mapping[str, t.Any]) -> None:
    """The daemon's command line: what it was started with, and what it will be."""
    arguments = seen["keepalived"].get("arguments") if seen["keepalived"]["running"] else None
    if arguments is not None and _daemon.managed_flags(arguments) != list(planned["flags"]):
        case.find(
            "warning", "drift", member, "keepalived does not run with the planned flags.", " ".join(arguments), SITE
        )
    for path, names in planned["settings"].items():
        told = (seen.get("settings") or {}).get(path, names)
        for name, value in names.items():
            found = None if told is None else told.get(name)
            if found != value:
                case.find(
                    "warning", "drift", member, f"{name} in {path} is not as planned.",
                    f"it is {found or 'not there'}, planned {value}", SITE,
                )  # fmt: skip


def _programs(case: Case, member: str, seen: t.Mapping[str, t.Any], model: t.Mapping[str, t.Any]) -> None:
    """What is to be installed; keepalived itself is judged as a daemon that is down."""
    keepalived, firewall = model["keepalived"], model["keepalived"]["firewall"]
    wanted = {"sysctl": PACKAGES, **({"nginx": PACKAGES} if model["nginx"] else {})}
    wanted.update(dict.fromkeys(("rsyslogd", "logrotate"), PACKAGES) if keepalived["log_target"] == "rsyslog" else {})
    wanted.update({"iptables": FIREWALL} if firewall["direct"] else {})
    for name, part in wanted.items():
        if seen["programs"].get(name, "") is None:
            case.find("warning", "not_installed", member, f"{name} is not installed.", "it is planned", SITE, part)


def _kernel(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Mapping[str, t.Any]) -> None:
    for name, value in planned.items():
        found = (seen.get("sysctls") or {}).get(name)
        if found is not None and found.split() != str(value).split():
            case.find("warning", "sysctl", member, f"{name} is {found}.", f"planned {value}", SITE, KERNEL)


def _services(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Collection[str]) -> None:
    """keepalived itself is judged by what it tells; whether it comes back after a reboot is not in that."""
    for name, unit in (seen.get("services") or {}).items():
        if unit is None or unit["active_state"] is None or name not in planned:
            continue
        part = {"nginx": NGINX, "rsyslog": LOG}.get(name, CONFIG)
        if name != "keepalived" and unit["active_state"] != "active":
            case.find(
                "error" if name == "nginx" else "warning", "service", member, f"{name} does not run.",
                f"it is {unit['active_state']} ({unit['result']})",
                f"Start it: systemctl start {name}; journalctl --unit={name} says why it is down.", part,
            )  # fmt: skip
        if unit["unit_file_state"] not in _units.ENABLED:
            case.find(
                "warning", "not_enabled", member, f"{name} does not start with the host.",
                f"its unit is {unit['unit_file_state'] or 'not there'}", SITE, part,
            )  # fmt: skip
        if unit.get("need_daemon_reload"):
            problem = f"systemd has not read the unit of {name} as it is now."
            case.find("warning", "drift", member, problem, "its files are newer", SITE, UNIT)


def _firewall(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Mapping[str, t.Any]) -> None:
    """What firewalld is to let in, now and after its next start. What it takes only then is not missed now."""
    scopes = {"runtime": ("error", "does not let in"), "permanent": ("warning", "will not let in at its next start")}
    for scope, (severity, verb) in scopes.items():
        zones = (seen["firewall"].get("entries") or {}).get(scope)
        rules = (seen["firewall"].get("direct_rules") or {}).get(scope)
        missing = [one for one in planned["zone"] if zones is not None and not _is_open(zones.get(one["zone"]), one)]
        wanted = [rule for rule in planned["direct"] if scope == "permanent" or rule not in planned["direct_later"]]
        missing += [rule for rule in wanted if rules is not None and rule not in rules]
        missing += _ufw_rules.missing(planned["ufw"], seen["firewall"].get("ufw"))
        if missing:
            words = " ".join(str(value) for value in missing[0].values())
            case.find(
                severity, "firewall", member, f"its firewall {verb} what the group needs.",
                f"{len(missing)} entries are missing, such as {words}", SITE, FIREWALL,
            )  # fmt: skip
            return
    if planned["direct_later"]:
        case.find(
            "info", "direct_later", member, "its direct rules count from firewalld's next start on; its zone is open.",
            "firewalld had not found iptables when it started",
            "Nothing is to be done. A restart or reload of firewalld drops what was opened at runtime only.",
        )  # fmt: skip


def _let_in_besides(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Mapping[str, t.Any]) -> None:
    """What an earlier run let in, and nobody needs any more."""
    noted = (seen.get("manifest") or {}).get("firewall") or {}
    kinds = [*(["zone", "direct"] if seen["firewall"].get("installed") else []), "ufw"]
    stale = [one for kind in kinds for one in noted.get(kind, []) if one not in planned[kind]]
    if stale:
        words = " ".join(str(value) for value in stale[0].values())
        case.find(
            "warning", "drift", member, "its firewall lets in what is planned no more.",
            f"{len(stale)} entries, such as {words}", SITE, FIREWALL,
        )  # fmt: skip


def _allowed_besides(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Sequence[t.Any]) -> None:
    """What an earlier run had SELinux allow, and nobody needs any more."""
    stale = [one for one in (seen.get("manifest") or {}).get("selinux") or [] if one not in planned]
    if stale:
        words = " ".join(str(value) for value in stale[0].values())
        case.find(
            "warning", "drift", member, "SELinux's policy allows what is planned no more.",
            f"{len(stale)} entries, such as {words}", SITE, FIREWALL,
        )  # fmt: skip


def _is_open(zone: t.Mapping[str, t.Any] | None, entry: t.Mapping[str, t.Any]) -> bool:
    if zone is None:
        return False
    if zone.get("target") == "ACCEPT":
        return True
    if "port" in entry and any(_is_within(entry["port"], opened) for opened in zone["ports"]):
        return True
    kinds = {"service": "services", "protocol": "protocols", "rich_rule": "rich_rules"}
    return any(entry[kind] in zone[listed] for kind, listed in kinds.items() if kind in entry)


def _is_within(port: str, opened: str) -> bool:
    """Whether a port or range such as C(8080/tcp) lies in one that is open, such as C(8000-8100/tcp)."""
    (wanted, _slash, protocol), (has, _slash, other) = port.partition("/"), opened.partition("/")
    if protocol != other:
        return False
    low, _dash, high = wanted.partition("-")
    lowest, _dash, highest = has.partition("-")
    return int(lowest) <= int(low) and int(high or low) <= int(highest or lowest)


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
