# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Asks the running firewalld everything at once, by its own Python library and with the Python that firewall-cmd has.

A firewall-cmd for each question starts a Python anew each time: a third of a second of a processor, and a look at a
host has up to nine questions.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import io
import json

from ansible.module_utils.common.text.converters import to_native
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import firewall_cmd

FALLBACK = ["python3"]
# Python 2.7 and 3. The library's names are those of firewalld 0.4 to 2.3. Where firewalld does not keep a passthrough
# ("untracked"), it is asked for the version of the command, which ends at once; beside --list a refusal is not logged.
PROGRAM = r"""
import json, sys
from firewall.client import FirewallClient
asked = json.loads(sys.argv[1])
def zone(settings):
    return {
        "target": settings.getTarget(), "interfaces": settings.getInterfaces(), "sources": settings.getSources(),
        "services": settings.getServices(), "ports": ["/".join(port) for port in settings.getPorts()],
        "protocols": settings.getProtocols(), "rich_rules": settings.getRichRules(),
    }
def zones(known, settings):
    return dict((name, zone(settings(name)) if name in known else None) for name in asked["zones"])
def rules(found):
    return [dict(zip(("ipv", "table", "chain", "priority", "args"), rule)) for rule in found]
def takes(ipv):
    try:
        firewalld.passthrough(ipv, ["--version", "--list"])
    except Exception as error:
        if "INVALID_IPV" in str(error):
            return False
        if "COMMAND_FAILED" not in str(error):
            raise
    return True
try:
    firewalld = FirewallClient(None, 0, True)
    told = {"state": str(firewalld.get_property("state")) if firewalld.connected else "NOT RUNNING"}
    if firewalld.connected:
        config = firewalld.config()
        told["default_zone"] = firewalld.getDefaultZone()
        told["active_zones"] = firewalld.getActiveZones()
        told["families"] = [ipv for ipv in asked["families"] if takes(ipv)]
        if asked["zones"]:
            told["entries"] = {
                "runtime": zones(firewalld.getZones(), firewalld.getZoneSettings),
                "permanent": zones(config.getZoneNames(), lambda name: config.getZoneByName(name).getSettings()),
            }
        if asked["direct_rules"]:
            told["direct_rules"] = {
                "runtime": rules(firewalld.getAllRules()), "permanent": rules(config.direct().getAllRules()),
            }
except Exception as error:
    sys.exit(str(error))
print(json.dumps(told))
"""


def interpreter(program):
    """The words that run the Python of a program: its first line, as the kernel reads it.

    :arg program: path of firewall-cmd.
    """
    try:
        with io.open(program, "rb") as handle:
            line = to_native(handle.readline(256), errors="surrogate_or_replace").strip()
    except (IOError, OSError):
        return list(FALLBACK)
    words = line[2:].split() if line.startswith("#!") else []
    return words if "python" in " ".join(words) else list(FALLBACK)


def ask(run, program, zones, direct_rules, families):
    """What firewalld has.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg program: path of firewall-cmd.
    :arg zones: names of zones to tell the entries of.
    :arg direct_rules: whether to tell the direct rules.
    :arg families: which of C(ipv4) and C(ipv6) to ask for whether it takes direct rules of.
    :returns: dict of C(state), C(RUNNING), C(FAILED) (it runs, but could not load its configuration) or
        C(NOT RUNNING); and if it runs C(default_zone), C(active_zones) as its library has them, C(families) that it
        takes direct rules of, and where asked for C(entries) and C(direct_rules) by C(runtime) and C(permanent).
    :raises FirewalldError: C(refused), with what it said.
    """
    asked = json.dumps({"zones": list(zones), "direct_rules": direct_rules, "families": list(families)})
    rc, out, err = run(["env", "LC_ALL=C"] + interpreter(program) + ["-c", PROGRAM, asked])
    if rc == 0:
        return json.loads(to_native(out).splitlines()[-1])
    message = to_native(err or out)
    if "DBUS_ERROR" in message:
        # Without a system bus it cannot be running either.
        return {"state": "NOT RUNNING"}
    denied = "NotAuthorized" in message or "AccessDenied" in message
    raise firewall_cmd.refusal("firewalld", [], firewall_cmd.NOT_AUTHORIZED if denied else rc, message)
