# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Every file that a member gets, and those it must not have any more."""

from __future__ import annotations

import pathlib
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import (
    BEFORE_LOAD,
    CONFIG,
    FIREWALL,
    FLAGS,
    KERNEL,
    LOG,
    MAINTENANCE,
    NGINX,
    SCRIPTS,
    UNIT,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import maintenance

SCRIPTS_FOLDER = "/usr/libexec/keepalived"
DROP_IN = "/etc/systemd/system/keepalived.service.d/50-hot-standby.conf"
CONFIGURATION = "/etc/keepalived/keepalived.conf"
RSYSLOG, LOGROTATE = "/etc/rsyslog.d/10-keepalived.conf", "/etc/logrotate.d/keepalived"
LOG_FILE = "/var/log/keepalived.log"
SYSCTL = "/etc/sysctl.d/60-hot-standby.conf"
NEEDRESTART = "/etc/needrestart/conf.d/hot-standby.conf"
SITE = "/etc/nginx/conf.d/hot-standby.conf"
RELEASE = "release_addresses"
#: Without it firewalld ends when it meets the protocol vrrp, and iptables does not know it.
PROTOCOLS = "/etc/protocols"


#: By path what systemd does when it has been written.
READERS = {SITE: "reload nginx.service", RSYSLOG: "try-restart rsyslog.service"}
#: By path which part of a run writes it; all others are of the part that has the configuration.
PARTS = {
    DROP_IN: UNIT, NEEDRESTART: UNIT, f"{SCRIPTS_FOLDER}/{RELEASE}": UNIT, RSYSLOG: LOG, LOGROTATE: LOG, SYSCTL: KERNEL,
    SITE: NGINX, SCRIPTS_FOLDER: SCRIPTS, PROTOCOLS: FIREWALL, str(pathlib.PurePosixPath(DROP_IN).parent): UNIT,
    maintenance.FILE: MAINTENANCE,
}  # fmt: skip


def noted(
    found: t.Mapping[str, t.Mapping[str, t.Any] | None], sysctl: t.Collection[str], nginx: bool
) -> dict[str, set[str]]:
    """What must have been noted as it was before, by the kinds that a host's manifest has.

    :arg found: the member's files, as C(files) returns them.
    :arg sysctl: names of its kernel parameters.
    """
    directories = {path for path, one in found.items() if one and one["kind"] == "directory"}
    return {
        "files": found.keys() - directories - {PROTOCOLS},
        "directories": directories,
        "sysctl": set(sysctl),
        "services": {"keepalived", *(["nginx"] if nginx else [])},
    }


def kept(found: t.Mapping[str, t.Mapping[str, t.Any] | None]) -> dict[str, t.Any]:
    """What a change touches before its configuration is loaded: C(parts) of a run, and C(files) (C(path) and C(part)).

    C(readers) has who is to read a file again when it is back.
    """
    files = [path for path, one in found.items() if one is None or one["kind"] == "file"]
    touched = [path for path in files if part(path) in BEFORE_LOAD]
    return {
        "parts": list(BEFORE_LOAD), "files": [{"path": path, "part": part(path)} for path in touched],
        "readers": {path: READERS[path] for path in touched if path in READERS},
    }  # fmt: skip


def part(path: str) -> str:
    """The part of a run that writes a file, of C(parts.PARTS)."""
    return PARTS.get(path, SCRIPTS if path.startswith(f"{SCRIPTS_FOLDER}/") else CONFIG)


class Platform(t.NamedTuple):
    """What differs between families of distributions.

    :ivar options_file: what the unit reads the daemon's flags from.
    :ivar options_name: the name of the setting in it.
    :ivar log_group: the group that may read logs.
    """

    options_file: str
    options_name: str
    log_group: str


PLATFORMS = {
    "Debian": Platform("/etc/default/keepalived", "DAEMON_ARGS", "adm"),
    "RedHat": Platform("/etc/sysconfig/keepalived", "KEEPALIVED_OPTIONS", "root"),
}
PARTS.update((place.options_file, FLAGS) for place in PLATFORMS.values())


def platform(observed: t.Mapping[str, t.Any]) -> Platform:
    """That of a host, by what hot_standby_info returned."""
    family = (observed.get("platform") or {}).get("os_family")
    return PLATFORMS.get(str(family), PLATFORMS["RedHat"])


def settings(place: Platform, flags: t.Sequence[str]) -> dict[str, dict[str, str]]:
    """By path and name the settings, as they are written after the C(=)."""
    return {place.options_file: {place.options_name: f'"{" ".join(flags)}"'}}


def files(keepalived: t.Mapping[str, t.Any], nginx: t.Mapping[str, t.Any] | None) -> dict[str, dict[str, t.Any] | None]:
    """By path what is to be there, C(None) for what is not to be there.

    :arg keepalived: the member's model of keepalived.
    :arg nginx: its model of nginx, C(None) without.
    :returns: dicts of C(kind) (C(file) or C(directory)), C(mode) (C(None) where it only has to be there), and
        C(source): where the role that writes it has its template or text, C(None) where its content is not ours.
    """
    drop_in, rsyslog = keepalived["drop_in"], keepalived["log_target"] == "rsyslog"
    scripts = [*keepalived["scripts"], *([RELEASE] if drop_in else [])]
    found: dict[str, dict[str, t.Any] | None] = {
        CONFIGURATION: _file("0640", "keepalived/templates/keepalived.conf.j2"),
        DROP_IN: _file("0644", "keepalived/templates/drop_in.conf.j2") if drop_in else None,
        RSYSLOG: _file("0644", "keepalived/templates/rsyslog.conf.j2") if rsyslog else None,
        LOGROTATE: _file("0644", "keepalived/templates/logrotate.j2") if rsyslog else None,
        SYSCTL: _file("0644", "keepalived/templates/sysctl.conf.j2") if keepalived["sysctl"] else None,
    }
    if drop_in:
        found[str(pathlib.PurePosixPath(DROP_IN).parent)] = {"kind": "directory", "mode": "0755", "source": None}
    # What else is in it, and who may write it, is the package's; but root runs the daemon with what it says.
    found.update((path, _file("0644", None)) for path in keepalived["settings"])
    if keepalived["firewall"]["zone"] or keepalived["firewall"]["direct"]:
        found[PROTOCOLS] = {"kind": "file", "mode": None, "source": None}
    if scripts:
        found[SCRIPTS_FOLDER] = {"kind": "directory", "mode": "0755", "source": None}
    if not drop_in:
        found[f"{SCRIPTS_FOLDER}/{RELEASE}"] = None
    found.update((f"{SCRIPTS_FOLDER}/{name}", _file("0755", f"keepalived/files/{name}")) for name in scripts)
    if keepalived["needrestart"] or not drop_in:
        found[NEEDRESTART] = _file("0644", "keepalived/templates/needrestart.conf.j2") if drop_in else None
    if keepalived["maintenance"]:
        found[keepalived["maintenance"]["file"]] = _file("0644", None)
    if nginx:
        found[SITE] = _file("0644", "nginx/templates/site.conf.j2")
    return found


def writes(keepalived: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """What the role keepalived puts in place by the module hot_standby_files, as that takes it: directories first.

    The configuration has a way of its own, and what nobody but its package writes is not written.

    :arg keepalived: the member's model of keepalived, with its C(files).
    """
    maintenance, settings = keepalived["maintenance"], keepalived["settings"]
    found = []
    for path, one in keepalived["files"].items():
        entry: dict[str, t.Any] = {"path": path, "part": part(path), "mode": one and one["mode"]}
        if one is None or one["kind"] == "directory":
            entry["state"] = "absent" if one is None else "directory"
        elif path in settings:
            (name, value), = settings[path].items()
            entry.update(state="setting", name=name, value=value)
        elif maintenance and path == maintenance["file"]:
            # What it says is the administrator's, unless it is what a turn left that was cut off.
            entry.update(state="file", text=f"{maintenance['here']}\n", only_over=[f"{maintenance['turn']}\n"])
        elif one["source"] is None or path in (CONFIGURATION, SITE):
            continue
        else:
            entry["state"] = "file"
        found.append(entry)
    return sorted(found, key=lambda entry: str(entry["state"]) != "directory")


def _file(mode: str, source: str | None) -> dict[str, t.Any]:
    return {"kind": "file", "mode": mode, "source": source}


def sources(found: t.Mapping[str, t.Mapping[str, t.Any] | None]) -> dict[str, dict[str, str]]:
    """Where the text of each file that is ours comes from: C(templates) and C(files), by path."""
    ours = {path: str(one["source"]) for path, one in found.items() if one and one["source"]}
    kinds = ("templates", "files")
    return {kind: {path: source for path, source in ours.items() if f"/{kind}/" in source} for kind in kinds}
