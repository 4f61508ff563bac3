# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The daemon of one member: its command line flags, its global settings and its virtual servers."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import keywords, versions
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import holds_secret, raw_words, shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import GLOBAL_DEFS

#: Own word for the member's own address among the real servers.
SELF = "self"
#: Intervals for which 1.3.5 takes 0, their default, and 2.2.7 does not (it wants at least a microsecond).
ZERO_IS_DEFAULT = frozenset({"vrrp_garp_interval", "vrrp_gna_interval"})
VIRTUAL_SERVERS = "keepalived_virtual_servers"


def flags(facility: int, config: t.Mapping[str, t.Any], ipvs: bool) -> list[str]:
    """Command line flags, see keepalived(8).

    C(-d) writes the configuration to the log at each start, its passwords too: only where there is none. C(--vrrp) on a
    kernel without IPVS, where a virtual_server would end the whole daemon.
    """
    chosen = ["-D"]
    if not holds_secret(config):
        chosen.append("-d")
    chosen += ["-S", str(facility)]
    if not ipvs:
        chosen.append("--vrrp")
    return chosen


def managed_flags(arguments: t.Sequence[str]) -> list[str]:
    """Those flags of a running daemon that C(flags) decides on; others may come from a unit of the user's own."""
    managed: list[str] = []
    for position, argument in enumerate(arguments):
        if argument in ("-D", "-d", "--vrrp"):
            managed.append(argument)
        elif argument == "-S":
            managed += arguments[position : position + 2]
    return managed


def global_defs(
    name: str, written: t.Mapping[str, t.Any], has_scripts: bool, version: Version, problems: Problems
) -> dict[str, t.Any]:
    """C(global_defs) as the user wrote it, completed.

    A script without C(script_user) runs as root where there is no account keepalived_script: it is always said.

    After a split brain the rightful owner has nothing to answer, so it sends no gratuitous ARP, and the network goes on
    sending to the other one until its ARP entries expire (7 s from a Linux client, hours from some routers), unless
    the other one answers its advert before it gives way.

    :arg written: as the member has it.
    """
    settings: dict[str, t.Any] = {"router_id": name}
    if has_scripts:
        settings.update(enable_script_security=True, script_user="nobody")
    if version.from_on(versions.RELOAD_CHECK) and version.before(versions.RELOAD_CHECK_LOSES):
        settings["reload_check_config"] = True
    if version.before(versions.LENIENT_ADDRESSES):
        settings["vrrp_skip_check_adv_addr"] = True
    if not written.get("vrrp_strict"):
        settings["vrrp_higher_prio_send_advert"] = True
    settings.update(written)
    if has_scripts and settings.get("reload_check_config") and version.before(versions.RELOAD_CHECK):
        problems.error(
            name, f"{GLOBAL_DEFS}.reload_check_config",
            f"with scripts that run as another user keepalived {version} would never accept a reload.",
            f"Leave it out, or install keepalived {versions.written(versions.RELOAD_CHECK)}.",
        )  # fmt: skip
    if version.from_on(versions.RELOAD_CHECK_LOSES) and _has_reload_check(settings):
        problems.error(
            name, f"{GLOBAL_DEFS}.reload_check_config",
            f"with it keepalived {version} takes no reload any more, and logs that it has: its own test loses the new "
            "text.",
            "Leave it out there: every configuration is tested before it is loaded.",
        )  # fmt: skip
    for keyword in ZERO_IS_DEFAULT & settings.keys():
        if settings[keyword] == 0:
            del settings[keyword]
            problems.warning(
                name, f"{GLOBAL_DEFS}.{keyword}", "0 is keepalived's default, which keepalived 2 refuses to read.",
                "It is not written; leave it out.",
            )  # fmt: skip
    return settings


def _has_reload_check(settings: t.Mapping[str, t.Any]) -> bool:
    """Whether it is set, as a keyword or in raw lines."""
    raw = settings.get(keywords.RAW)
    return bool(settings.get("reload_check_config")) or "reload_check_config" in raw_words(raw or "")


def virtual_servers(
    name: str, written: t.Any, source: str | None, ipvs: bool, problems: Problems
) -> list[dict[str, t.Any]]:
    """The virtual servers with C(self), as the address of a real server, replaced by the member's own."""
    servers = []
    for position, server in enumerate(written):
        variable = f"{VIRTUAL_SERVERS}[{position}]"
        if not any(key in server for key in ("fwmark", "group")) and not _is_endpoint(server):
            problems.error(
                name, variable, "it has no usable address and port, and no fwmark or group.",
                "Set both: {address: 192.0.2.10, port: 80}.",
            )  # fmt: skip
            continue
        parts = [server.get(key) or [] for key in ("real_servers", "real_server")]
        lists = [part for part in parts if isinstance(part, list)]
        listed = [real for part in lists for real in part]
        if len(lists) < len(parts) or not all(isinstance(real, t.Mapping) for real in listed):
            problems.error(
                name, f"{variable}.real_servers", "it is not a list of mappings.",
                "Set it to [{address: self, port: 80}].",
            )  # fmt: skip
            continue
        real_servers = []
        for index, real in enumerate(listed):
            resolved = {**real, "address": source} if real.get("address") == SELF else dict(real)
            if not _is_endpoint(resolved):
                problems.error(
                    name, f"{variable}.real_servers[{index}]",
                    f"{shown(real.get('address'), '')} port {shown(real.get('port'), '')} is no address and port.",
                    "Set both: {address: self, port: 80}.",
                )  # fmt: skip
                continue
            real_servers.append(resolved)
        block = {key: value for key, value in server.items() if key not in ("real_servers", "real_server")}
        servers.append({**block, "real_server": real_servers} if real_servers else block)
    if servers and not ipvs:
        problems.warning(
            name, VIRTUAL_SERVERS,
            f"the kernel of {name} has no IPVS: keepalived runs with --vrrp there and does not serve virtual servers.",
            "Load the module ip_vs there, or take the virtual servers away.",
        )  # fmt: skip
    return servers


def served_ports(servers: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """What virtual servers listen on, such as C(3306/tcp); port 0 stands for all and is left to the user."""
    return [
        f"{server['port']}/{str(server.get('protocol', 'TCP')).lower()}" for server in servers if server.get("port")
    ]


def _is_endpoint(server: t.Mapping[str, t.Any]) -> bool:
    address, port = addresses.parse(server.get("address")), server.get("port")
    if address is None or "/" in server["address"]:
        return False
    if port is None:  # all ports
        return "port" not in server
    return isinstance(port, int) and not isinstance(port, bool) and 0 <= port <= 65535
