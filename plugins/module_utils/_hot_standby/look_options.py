# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What an earlier run has noted to look at on a host, beside what this one asks for."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

#: Options of the module hot_standby_info that say what to look at.
LISTS = ("files", "sysctls", "services", "firewall_zones", "numbers", "http", "addresses")
NAMES = LISTS + ("settings", "firewall_direct_rules", "listen")


def merged(options, noted):
    """The options with what is noted. What asks the wire is taken over only by a look that probes it.

    :arg options: those of the module hot_standby_info.
    :arg noted: a part of them, C(None) for nothing.
    """
    if not isinstance(noted, dict):
        return options
    found = dict(options)
    for name in LISTS:
        if name != "addresses" or options["probe"]:
            found[name] = options[name] + [one for one in noted.get(name) or [] if one not in options[name]]
    found["settings"] = dict(noted.get("settings") or {}, **options["settings"])
    found["firewall_direct_rules"] = options["firewall_direct_rules"] or bool(noted.get("firewall_direct_rules"))
    if options["probe"]:
        found["listen"] = max(options["listen"], float(noted.get("listen") or 0.0))
    return found
