# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Facts of the host that the plan asks for, beside its interfaces and keepalived."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os

from ansible_collections.hotstandby.vrrp.plugins.module_utils import _firewall_cmd


def ipvs(run, modprobe, proc="/proc"):
    """Whether the kernel has IPVS, loaded or as a module that could be.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg modprobe: path of modprobe(8), or None.
    """
    if os.path.exists(os.path.join(proc, "net", "ip_vs")):
        return True
    return modprobe is not None and run([modprobe, "--dry-run", "--quiet", "ip_vs"])[0] == 0


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


def firewall(run):
    """firewalld on this host.

    :returns: dict C(installed), C(running) (bool), C(backend), C(default_zone) (str or None), C(zones) (by interface).
    :raises FirewalldError: where it may not be asked.
    """
    facts = {"installed": True, "running": False, "backend": None, "default_zone": None, "zones": {}}
    try:
        facts["running"] = _firewall_cmd.state(run) != "not running"
    except _firewall_cmd.FirewalldError as error:
        if error.kind != "not_installed":
            raise
        facts["installed"] = False
        return facts
    facts["backend"] = _firewall_cmd.configured_backend()
    if facts["running"]:
        facts["default_zone"] = _firewall_cmd.default_zone(run)
        facts["zones"] = parse_active_zones(_firewall_cmd.answer(run, "firewall-cmd", ["--get-active-zones"]))
    return facts
