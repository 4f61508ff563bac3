# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Looks at firewalld: where it stands, the zones of the interfaces, and what named zones let in."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import (
    direct_entry,
    firewall_cmd,
    firewalld_client,
)

LISTS = {
    "interfaces": "interfaces", "sources": "sources", "services": "services", "ports": "ports",
    "protocols": "protocols",
}  # fmt: skip
RICH_RULES = "rich rules"
FAMILIES = ("ipv4", "ipv6")


def zones_of_interfaces(active):
    """What firewalld tells of its active zones, as a dict from interface to zone."""
    return dict((interface, zone) for zone, bound in active.items() for interface in bound.get("interfaces", ()))


def parse_zones(text, names):
    """C(firewall-offline-cmd --list-all-zones) as a dict by name of the zones asked for; C(None) of one it has not.

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


def look(run, find, zones=(), direct_rules=False):
    """firewalld on this host.

    :arg run: see C(firewall_cmd).
    :arg find: callable C(find(name)) -> path of a program, or None.
    :arg zones: names of zones to tell the entries of.
    :arg direct_rules: whether to tell the direct rules, and the families of which firewalld takes any.
    :returns: dict as the module hot_standby_info documents C(firewall).
    """
    program = find("firewall-cmd")
    facts = {
        "installed": program is not None, "running": False, "backend": None, "default_zone": None, "zones": {},
        "problem": None, "entries": {}, "direct_rules": {}, "direct_families": None,
    }  # fmt: skip
    if program is None:
        return facts
    facts["backend"] = firewall_cmd.configured_backend()
    # Beside nftables nobody needs direct rules who does not ask for them.
    families = FAMILIES if direct_rules or facts["backend"] == "iptables" else ()
    try:
        told = firewalld_client.ask(run, program, zones, direct_rules, families)
        facts["running"] = told["state"] != "NOT RUNNING"
        if facts["running"]:
            facts["default_zone"] = told["default_zone"]
            facts["zones"] = zones_of_interfaces(told["active_zones"])
            facts["direct_families"] = told["families"] if families else None
            facts.update((name, told[name]) for name in ("entries", "direct_rules") if name in told)
        else:
            facts.update(_permanent(run, zones, direct_rules))
    except firewall_cmd.FirewalldError as error:
        facts["problem"] = str(error)
    return facts


def _permanent(run, zones, direct_rules):
    """What is asked for where firewalld does not run: there is only its permanent configuration."""
    found = {}
    if zones:
        listing = firewall_cmd.answer(run, "firewall-offline-cmd", ["--list-all-zones"])
        found["entries"] = {"permanent": parse_zones(listing, zones)}
    if direct_rules:
        listing = firewall_cmd.answer(run, "firewall-offline-cmd", ["--direct", "--get-all-rules"])
        found["direct_rules"] = {
            "permanent": [
                {"ipv": rule.ipv, "table": rule.table, "chain": rule.chain, "priority": rule.priority,
                 "args": list(rule.args)}
                for rule in direct_entry.parse("rule", listing)
            ],
        }  # fmt: skip
    return found
