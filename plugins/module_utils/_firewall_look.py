# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Looks at firewalld: where it stands, the zones of the interfaces, and what named zones let in."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.hotstandby.vrrp.plugins.module_utils import _direct_entry, _firewall_cmd

LISTS = {
    "interfaces": "interfaces", "sources": "sources", "services": "services", "ports": "ports",
    "protocols": "protocols",
}  # fmt: skip
RICH_RULES = "rich rules"
SCOPES = (("runtime", []), ("permanent", ["--permanent"]))
FAMILIES = ("ipv4", "ipv6")


def parse_active_zones(text):
    """C(firewall-cmd --get-active-zones) as a dict from interface to zone.

    Lines that are not indented name a zone (newer versions add C( (default))), those below it what is bound to it.
    """
    zones, zone = {}, None
    for line in text.splitlines():
        if line and not line[0].isspace():
            zone = line.split()[0]
        elif line.strip().startswith("interfaces:"):
            for interface in line.split(":", 1)[1].split():
                zones[interface] = zone
    return zones


def parse_zones(text, names):
    """C(firewall-cmd --list-all-zones) as a dict by name of those zones that are asked for; C(None) of one it has not.

    A zone is its name, then C(  key: values), then for rich rules one line each, indented by a tab.
    """
    zones, zone, rules = dict.fromkeys(names), None, False
    for line in text.splitlines():
        if not line.strip():
            continue
        if not line[0].isspace():
            name, rules = line.split()[0], False
            zone = dict((key, []) for key in LISTS.values()) if name in zones else None
            if zone is not None:
                zone.update(target=None, rich_rules=[])
                zones[name] = zone
            continue
        key, colon, value = line.strip().partition(":")
        if zone is None:
            continue
        if rules and line.startswith("\t"):
            zone["rich_rules"].append(line.strip())
        elif colon:
            rules = key == RICH_RULES
            if rules and value.strip():
                zone["rich_rules"].append(value.strip())
            elif key in LISTS:
                zone[LISTS[key]] = value.split()
            elif key == "target":
                zone["target"] = value.strip()
    return zones


def look(run, zones=(), direct_rules=False):
    """firewalld on this host.

    :arg run: see C(_firewall_cmd).
    :arg zones: names of zones to tell the entries of.
    :arg direct_rules: whether to tell the direct rules, and the families of which firewalld takes any.
    :returns: dict as the module hot_standby_info documents C(firewall).
    """
    facts = {
        "installed": True, "running": False, "backend": None, "default_zone": None, "zones": {}, "problem": None,
        "entries": {}, "direct_rules": {}, "direct_families": None,
    }  # fmt: skip
    try:
        facts["running"] = _firewall_cmd.state(run) != "not running"
        facts["backend"] = _firewall_cmd.configured_backend()
        if facts["running"]:
            facts["default_zone"] = _firewall_cmd.default_zone(run)
            facts["zones"] = parse_active_zones(_firewall_cmd.answer(run, "firewall-cmd", ["--get-active-zones"]))
            # Beside nftables nobody needs direct rules who does not ask for them.
            if direct_rules or facts["backend"] == "iptables":
                facts["direct_families"] = [ipv for ipv in FAMILIES if _firewall_cmd.takes_direct(run, ipv)]
        facts.update(_entries(run, facts["running"], zones, direct_rules))
    except _firewall_cmd.FirewalldError as error:
        facts["installed"] = error.kind != "not_installed"
        facts["problem"] = None if error.kind == "not_installed" else str(error)
    return facts


def _entries(run, running, zones, direct_rules):
    """What is asked for of both configurations, of the permanent one alone where firewalld does not run."""
    entries, rules = {}, {}
    for scope, options in SCOPES:
        if scope == "runtime" and not running:
            continue
        program = "firewall-cmd" if running else "firewall-offline-cmd"
        options = options if running else []
        if zones:
            listing = _firewall_cmd.answer(run, program, options + ["--list-all-zones"])
            entries[scope] = parse_zones(listing, zones)
        if direct_rules:
            listing = _firewall_cmd.answer(run, program, options + ["--direct", "--get-all-rules"])
            found = _direct_entry.parse("rule", listing)
            rules[scope] = [
                {"ipv": rule.ipv, "table": rule.table, "chain": rule.chain, "priority": rule.priority,
                 "args": list(rule.args)}
                for rule in found
            ]  # fmt: skip
    return {"entries": entries, "direct_rules": rules}
