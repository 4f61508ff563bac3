# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The parts of keepalived.conf, the variable in which the user writes each, and whether it can be said."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import keywords, versions as _versions, writer
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.keywords import OWN_KEYS
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import members as _members, other_roles
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import GLOBAL_DEFS, INSTANCES

#: Keyword to variable, in the order of the file: what others name comes before those.
SECTIONS: dict[str, str] = {
    "include": "keepalived_includes",
    "global_defs": GLOBAL_DEFS,
    "linkbeat_interfaces": "keepalived_linkbeat_interfaces",
    "interface_up_down_delays": "keepalived_interface_up_down_delays",
    "track_group": "keepalived_track_groups",
    "static_ipaddress": "keepalived_static_ipaddress",
    "static_routes": "keepalived_static_routes",
    "static_rules": "keepalived_static_rules",
    "garp_group": "keepalived_garp_groups",
    "vrrp_script": "keepalived_vrrp_scripts",
    "vrrp_track_file": "keepalived_vrrp_track_files",
    "vrrp_track_process": "keepalived_vrrp_track_processes",
    "bfd_instance": "keepalived_bfd_instances",
    "vrrp_sync_group": "keepalived_vrrp_sync_groups",
    "vrrp_instance": INSTANCES,
    "SSL": "keepalived_ssl",
    "virtual_server_group": "keepalived_virtual_server_groups",
    "virtual_server": "keepalived_virtual_servers",
    "raw": "keepalived_raw",
}


def own(member: Member, keyword: str, names: t.Collection[str]) -> t.Any:
    """A part as one member has it: per-member mappings resolved, scripts with the path that its version needs."""
    value = _members.own_value(member.variables[SECTIONS[keyword]], member.name, names)
    return _with_paths(value, Version(member.version, True))


def _with_paths(value: t.Any, version: Version) -> t.Any:
    if isinstance(value, t.Mapping):
        return {
            key: _versions.script_path(inner, version) if key in keywords.SCRIPTS else _with_paths(inner, version)
            for key, inner in value.items()
        }
    return [_with_paths(inner, version) for inner in value] if isinstance(value, list) else value


def parted(settings: t.Mapping[str, t.Any]) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """C(global_defs) without, and only with, the keywords that stand in front of it at the top level."""
    inside = {word: value for word, value in settings.items() if word not in keywords.ROOT_LINES}
    return inside, {word: value for word, value in settings.items() if word in keywords.ROOT_LINES}


def check(members: t.Sequence[Member], versions: t.Mapping[str, Version], problems: Problems) -> None:
    """Everything that the members' users wrote must have a spelling; each thing that has none is told once."""
    names = [member.name for member in members]
    told: set[tuple[str, str]] = set()
    for member in members:
        for keyword, variable in SECTIONS.items():
            written = member.variables[variable]
            if not written:
                continue
            _check_names(member, keyword, variable, problems, told)
            speller = _spelled(keyword, variable, _members.own_value(written, member.name, names))
            for path, problem, fix in speller.troubles:
                if (path, problem) not in told:
                    told.add((path, problem))
                    problems.error(member.name, path, f"it {problem}.", fix)
            for path, word, near in speller.unknown:
                foreign = other_roles.explained(word) if variable == INSTANCES else None
                if foreign and (path, word) not in told:
                    told.add((path, word))
                    problems.error(member.name, path, *foreign)
                elif (path, word) not in told:
                    told.add((path, word))
                    problems.warning(
                        member.name, path,
                        f"{word} is no keyword that is known here" + (f"; {near} is." if near else "."),
                        f"Set {near} if that was meant; it is written as it stands." if near
                        else "It is written as it stands; the installed keepalived has the last word.",
                    )  # fmt: skip
            _check_versions(member.name, versions[member.name], speller, problems)


def _spelled(keyword: str, variable: str, value: t.Any) -> writer.Speller:
    """What the writer has to say about a part."""
    speller = writer.Speller()
    if keyword == "global_defs":
        value, lines = parted(value)
        for word, line in lines.items():
            list(speller.statement(word, line, keywords.ROOT, f"{variable}.{word}", ""))
    if keyword == "vrrp_instance":
        value = [
            {"name": one.get("name") or "VI", **{key: inner for key, inner in one.items() if key not in OWN_KEYS}}
            for one in value
        ]
    list(speller.statement(keyword, value, keywords.ROOT, variable, ""))
    return speller


def _check_names(member: Member, keyword: str, variable: str, problems: Problems, told: set[tuple[str, str]]) -> None:
    """No two blocks of one part with the same name. Those of instances are told where these are derived."""
    if keyword not in keywords.ROOT or keyword == "vrrp_instance" or "name" not in keywords.ROOT[keyword].header:
        return
    seen: set[str] = set()
    for position, block in enumerate(member.variables[variable]):
        name, path = block.get("name"), f"{variable}[{position}].name"
        if isinstance(name, str) and name in seen and (path, name) not in told:
            told.add((path, name))
            problems.error(
                member.name, path, f"{shown(name, '')} is the name of another one too.", "Set it to another."
            )
        seen.add(str(name))


def _check_versions(host: str, version: Version, speller: writer.Speller, problems: Problems) -> None:
    """Keywords that the member's keepalived does not know."""
    for path, word, since in speller.newer:
        if version.before(since):
            tell = problems.error if version.installed else problems.warning
            has = "has" if version.installed else "will have, from its distribution,"
            tell(
                host, path,
                f"{word} needs keepalived {_versions.written(since)}, and {host} {has} {version}.",
                "Leave it out, or install a newer keepalived.",
            )  # fmt: skip
