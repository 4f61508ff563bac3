# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What of a member differs from the plan: files, flags, programs, kernel, services, firewall, SELinux."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import systemd_units
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import Case
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import daemon, managed_files, ufw
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import (
    CONFIG,
    FIREWALL,
    KERNEL,
    LOG,
    NGINX,
    PACKAGES,
    UNIT,
)

SITE = "Run the site playbook, which puts it right."
MASKED = ("masked", "masked-runtime")


def judge(case: Case, member: str, seen: t.Mapping[str, t.Any], model: t.Mapping[str, t.Any]) -> None:
    """Fills the findings of one member that was looked at and planned."""
    keepalived = model["keepalived"]
    _files(case, member, seen, keepalived["files"])
    _flags(case, member, seen, keepalived)
    _programs(case, member, seen, model)
    _kernel(case, member, seen, keepalived["sysctl"])
    _services(case, member, seen, model["look"]["services"])
    _firewall(case, member, seen, keepalived["firewall"])
    _stale_firewall_entries(case, member, seen, keepalived["firewall"])
    _stale_selinux_entries(case, member, seen, keepalived["selinux"])


def _files(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Mapping[str, t.Any]) -> None:
    """Files that are not as planned."""
    for path, wanted in planned.items():
        found, part = (seen.get("files") or {}).get(path), managed_files.part(path)
        if found is None or found["exists"] is None:  # it was not asked for, or its directory is closed
            continue
        if wanted is None or not found["exists"]:
            if bool(found["exists"]) != (wanted is not None):
                vital = path in (managed_files.CONFIGURATION, managed_files.SITE)
                severity = "error" if wanted and vital else "warning"
                evidence = "it is planned" if wanted else "it is planned no more"
                case.find(
                    severity, "drift", member, f"{path} is {'not ' if wanted else ''}there.", evidence, SITE, part
                )
            continue
        if wanted["mode"] is None or (path == managed_files.CONFIGURATION and found["kind"] == "link"):
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
    if arguments is not None and daemon.managed_flags(arguments) != list(planned["flags"]):
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
                    f"it is {found or 'not there'}, planned {value}", SITE, managed_files.part(path),
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
        # No run takes that back: somebody did it on purpose.
        is_masked = unit["unit_file_state"] in MASKED
        unmask = f"It was masked by hand: systemctl unmask {name} there, then run the site playbook."
        if name != "keepalived" and unit["active_state"] != "active":
            case.find(
                "error" if name == "nginx" else "warning", "service", member, f"{name} does not run.",
                f"it is {unit['active_state']} ({unit['result']})",
                unmask if is_masked
                else f"Start it: systemctl start {name}; journalctl --unit={name} says why it is down.", part,
            )  # fmt: skip
        if unit["unit_file_state"] not in systemd_units.ENABLED:
            case.find(
                "warning", "not_enabled", member, f"{name} does not start with the host.",
                f"its unit is {unit['unit_file_state'] or 'not there'}", unmask if is_masked else SITE, part,
            )  # fmt: skip
        # Of a masked unit systemd says so for ever.
        if unit.get("need_daemon_reload") and not is_masked:
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
        missing += ufw.missing(planned["ufw"], seen["firewall"].get("ufw"))
        if missing:
            case.find(
                severity, "firewall", member, f"its firewall {verb} what the group needs.",
                f"missing: {_listed(missing)}", SITE, FIREWALL,
            )  # fmt: skip
            return
    if planned["direct_later"]:
        case.find(
            "info", "direct_later", member, "its direct rules count from firewalld's next start on; its zone is open.",
            "firewalld had not found iptables when it started",
            "Nothing is to be done. A restart or reload of firewalld drops what was opened at runtime only.",
        )  # fmt: skip


def _stale_firewall_entries(
    case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Mapping[str, t.Any]
) -> None:
    """What an earlier run let in, and nobody needs any more."""
    noted = (seen.get("manifest") or {}).get("firewall") or {}
    kinds = [*(["zone", "direct"] if seen["firewall"].get("installed") else []), "ufw"]
    stale = [one for kind in kinds for one in noted.get(kind, []) if one not in planned[kind]]
    if stale:
        case.find(
            "warning", "drift", member, "its firewall lets in what is planned no more.",
            _listed(stale), SITE, FIREWALL,
        )  # fmt: skip


def _stale_selinux_entries(case: Case, member: str, seen: t.Mapping[str, t.Any], planned: t.Sequence[t.Any]) -> None:
    """What an earlier run had SELinux allow, and nobody needs any more."""
    stale = [one for one in (seen.get("manifest") or {}).get("selinux") or [] if one not in planned]
    if stale:
        case.find(
            "warning", "drift", member, "SELinux's policy allows what is planned no more.",
            _listed(stale), SITE, FIREWALL,
        )  # fmt: skip


def _listed(entries: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """The first of them, and how many more there are."""
    more = f", and {len(entries) - 1} more" if len(entries) > 1 else ""
    words = [" ".join(value) if isinstance(value, list) else str(value) for value in entries[0].values()]
    return f"{' '.join(words)}{more}"


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
