# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What the firewall of one member has to let in: its peers' adverts, and what the virtual addresses serve."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import ufw
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instances import Instance

VARIABLE = "keepalived_firewall"
MODES = ("auto", "direct", "zone", "none")
#: RFC 5798 sections 5.1.1.2 and 5.1.2.2.
GROUP_ADDRESSES = {"ipv4": "224.0.0.18", "ipv6": "ff02:0:0:0:0:0:0:12"}
#: What firewalld has to have found when it started, to take direct rules of the family.
COMMANDS = {"ipv4": "iptables", "ipv6": "ip6tables"}
SERVICES = {port: name for name, port in ufw.PORTS.items()}
NUMBERS = {name: port.partition("/")[0] for port, name in SERVICES.items()}
SERVED = "keepalived_firewall_services"
_SERVICE, _PORT = re.compile(r"[a-z][a-z0-9-]*"), re.compile(r"\d{1,5}(-\d{1,5})?/(tcp|udp|sctp|dccp)")


def derive(
    name: str,
    mode: t.Any,
    observed: t.Mapping[str, t.Any],
    instances: t.Sequence[Instance],
    ports: t.Sequence[str],
    problems: Problems,
) -> dict[str, t.Any]:
    """The firewall entries of one member.

    :arg mode: the member's C(keepalived_firewall).
    :arg observed: the host's firewall: C(installed), C(running), C(backend), C(default_zone), C(zones) (by interface),
        C(direct_families) (of which firewalld takes direct rules, C(None) if not asked), C(problem) (why it could not
        be asked, or C(None)).
    :arg ports: what the virtual addresses serve, such as C(80/tcp).
    :returns: dict C(zone) (entries of ansible.posix.firewalld), C(direct) (rules of firewalld_direct), C(direct_later)
        (those of them that firewalld takes from its next start on only) and C(ufw) (entries of community.general.ufw),
        empty where nothing is to be done, and C(installed) and C(running), of firewalld.
    """
    state = {"installed": observed["installed"], "running": observed["running"]}
    nothing: dict[str, t.Any] = {"zone": [], "direct": [], "direct_later": [], "ufw": [], **state}
    if mode not in MODES:
        problems.error(name, VARIABLE, f"{mode!r} is not known.", f"Set it to one of {', '.join(MODES)}.")
        return nothing
    if mode == "none":
        return nothing
    if observed["problem"]:
        problems.error(
            name, VARIABLE, f"firewalld on {name} could not be asked. {observed['problem']}",
            "Mend that, or set keepalived_firewall to none and see to the firewall yourself.",
        )  # fmt: skip
        return nothing
    if not observed["running"]:
        if mode == "auto":
            others = observed.get("others", [])
            opens = "ufw" in others and ufw.can(observed.get("ufw"), ports)
            for other in others:
                if other != "ufw" or not opens:
                    _tell_of(other, name, instances, ports, problems)
            return {**nothing, "ufw": ufw.entries(name, instances, ports) if opens else []}
        what = "is not running" if observed["installed"] else "is not installed"
        problems.error(
            name, VARIABLE, f"firewalld {what} on {name}, and {mode} needs it.",
            "Start firewalld there, or set keepalived_firewall to auto or none.",
        )  # fmt: skip
        return nothing
    iptables = observed["backend"] == "iptables"
    if mode == "direct" and not iptables:
        problems.warning(
            name, VARIABLE,
            f"on {name} firewalld uses nftables, where a direct rule alone lets no advert in: the zone is opened too.",
            "Set keepalived_firewall to auto.",
        )  # fmt: skip
    served = [_served(port, zone) for zone in _zones(name, observed, instances) for port in ports]
    plan: dict[str, list[dict[str, t.Any]]] = {"zone": served, "direct": [], "direct_later": [], "ufw": []}
    if mode == "direct" or (mode == "auto" and iptables):
        plan["direct"] += [rule for instance in instances for rule in _direct_rules(name, instance)]
        plan["direct_later"] += _later(name, plan["direct"], observed.get("direct_families"), problems)
    if mode == "zone" or not iptables or plan["direct_later"]:
        plan["zone"] += [entry for instance in instances for entry in _zone_entries(name, observed, instance)]
    return {**{kind: _unique(entries) for kind, entries in plan.items()}, **state}


def _later(
    name: str, rules: t.Sequence[dict[str, t.Any]], families: t.Sequence[str] | None, problems: Problems
) -> list[dict[str, t.Any]]:
    """Those of the direct rules that firewalld takes from its next start on only, and says so.

    It looks for iptables when it starts, and when it reloads; but either drops what others have opened at runtime
    only, so neither is done here.

    :arg families: those of which it takes rules now; C(None) if it was not asked.
    """
    later = [rule for rule in rules if families is not None and rule["ipv"] not in families]
    missing = sorted({COMMANDS[rule["ipv"]] for rule in later})
    if missing:
        problems.warning(
            name, VARIABLE,
            f"firewalld on {name} did not find {' and '.join(missing)} when it started: direct rules count from its "
            "next start on, and the zone is opened now.",
            f"Set keepalived_firewall of {name} to zone, or restart firewalld there when it may lose what was opened "
            "at runtime only.",
        )  # fmt: skip
    return later


#: By packet filter how to let VRRP in, and a port: what to do where no module of this collection's does it.
RULES = {
    "ufw": ("-A ufw-before-input -p vrrp{source} -j ACCEPT in /etc/ufw/before.rules", "ufw allow {port}/{protocol}"),
    "nftables": (
        "{source}ip protocol vrrp accept in the chain input of /etc/nftables.conf",
        "{protocol} dport {port} accept",
    ),
    "iptables": ("-A INPUT -p vrrp{source} -j ACCEPT", "-A INPUT -p {protocol} --dport {port} -j ACCEPT"),
}


def _tell_of(
    other: str, name: str, instances: t.Sequence[Instance], ports: t.Sequence[str], problems: Problems
) -> None:
    """Says which rules another packet filter needs."""
    vrrp, service = RULES[other]
    form = "ip saddr {} " if other == "nftables" else " -s {}"
    peers = {peer for instance in instances if instance.unicast for peer in _peers(name, instance)}
    rules = [vrrp.format(source=source) for source in sorted(map(form.format, peers)) or [""]]
    for port, _slash, protocol in (entry.partition("/") for entry in ports):
        rules.append(service.format(port=NUMBERS.get(port, port), protocol=protocol or "tcp"))
    problems.warning(
        name, VARIABLE, f"{other} filters packets on {name}, and is not opened by this.",
        f"See that it has: {'; '.join(rules)}. Then set keepalived_firewall to none.",
    )  # fmt: skip


def _unique(entries: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    return [entry for position, entry in enumerate(entries) if entry not in entries[:position]]


def _zone(observed: t.Mapping[str, t.Any], interface: str) -> str:
    """The zone that the interface is really in: an interface in none belongs to the default zone."""
    return observed["zones"].get(interface) or observed["default_zone"]


def _zones(name: str, observed: t.Mapping[str, t.Any], instances: t.Sequence[Instance]) -> list[str]:
    return sorted({_zone(observed, instance.interfaces[name]) for instance in instances})


def served(name: str, wanted: t.Any, derived: t.Sequence[str], problems: Problems) -> list[str]:
    """What is to be let in beside the adverts: names of services and ports such as C(8443/tcp).

    :arg wanted: the member's C(keepalived_firewall_services); C(None) stands for what is derived.
    """
    if wanted is None:
        return list(derived)
    for entry in wanted:
        if not (_SERVICE.fullmatch(entry) or _PORT.fullmatch(entry)):
            problems.error(
                name, SERVED, f"{shown(entry, '')} is neither a service of firewalld's nor a port.",
                "Write it like https or 8443/tcp.",
            )  # fmt: skip
    return list(wanted)


def _served(port: str, zone: str) -> dict[str, t.Any]:
    if port in SERVICES or "/" not in port:
        return {"zone": zone, "service": SERVICES.get(port, port)}
    return {"zone": zone, "port": port}


def _family(instance: Instance) -> str:
    return addresses.family(addresses.parse(instance.addresses[0]))


def _peers(name: str, instance: Instance) -> list[str]:
    return instance.peers.get(name, [])


def _zone_entries(name: str, observed: t.Mapping[str, t.Any], instance: Instance) -> list[dict[str, t.Any]]:
    zone = _zone(observed, instance.interfaces[name])
    if not instance.unicast:
        return [{"zone": zone, "protocol": "vrrp"}]
    return [
        {
            "zone": zone,
            "rich_rule": f'rule family="{_family(instance)}" source address="{peer}" protocol value="vrrp" accept',
        }
        for peer in _peers(name, instance)
    ]


def _direct_rules(name: str, instance: Instance) -> list[dict[str, t.Any]]:
    """Both directions for the group address, and for each peer where the adverts go to peers."""
    interface, family = instance.interfaces[name], _family(instance)
    group = GROUP_ADDRESSES[family]
    targets = [("--destination", group, group)]
    if instance.unicast:
        targets += [("--source", peer, peer) for peer in _peers(name, instance)]
    rules = []
    for direction, inbound, outbound in targets:
        rules.append(_rule(family, "INPUT", ["--in-interface", interface, direction, inbound]))
        rules.append(_rule(family, "OUTPUT", ["--out-interface", interface, "--destination", outbound]))
    return rules


def _rule(family: str, chain: str, match: list[str]) -> dict[str, t.Any]:
    return {
        "ipv": family, "table": "filter", "chain": chain, "priority": 0,
        "args": [*match, "--protocol", "vrrp", "-j", "ACCEPT"],
    }  # fmt: skip
