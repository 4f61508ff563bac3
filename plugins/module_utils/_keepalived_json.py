# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""keepalived's JSON dump as the collection's own shape. Never a password: what is not picked here does not get out."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

STATES = {0: "INIT", 1: "BACKUP", 2: "MASTER", 3: "FAULT", 97: "DELETED", 98: "STOP"}
AUTH_TYPES = {0: "NONE", 1: "PASS", 2: "AH"}


class FormatError(Exception):
    """The dump is not what any known keepalived writes."""


def _entries(dump):
    """The list of instances: the dump itself in version 1, its member C(vrrp) with C(json_version 2) (2.2.8)."""
    if isinstance(dump, dict):
        dump = dump.get("vrrp")
    if not isinstance(dump, list):
        raise FormatError("The dump has no list of VRRP instances.")
    return dump


def _address(text):
    """Address with prefix length of an entry such as C(192.0.2.10/24 dev eth0 scope global set).

    2.0 writes no prefix length at all, later versions none where it is the whole address.
    """
    address = text.split()[0]
    return address if "/" in address else "%s/%d" % (address, 128 if ":" in address else 32)


def command(text):
    """The command line of a script, of whose words keepalived quotes each."""
    return text.strip("'").replace("' '", " ")


def _tracked(names):
    """Tracked objects, of which the JSON tells no weight. 2.0 writes an empty name where there is none."""
    return [{"name": command(name), "weight": None} for name in names or [] if name]


def utc(seconds):
    """ISO 8601 of epoch seconds, None of None."""
    if not seconds:
        return None
    whole, micro = divmod(int(round(seconds * 1000000)), 1000000)
    return "%s.%06dZ" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)), micro)


def instance(data, stats):
    """One VRRP instance of the dump.

    :arg data: the member C(data) of keepalived's dump: see vrrp_json.c of keepalived for its keys.
    :arg stats: its member C(stats), all counters.
    :returns: dict as the module keepalived_info documents it, None where the JSON does not tell.
    """
    state = STATES.get(data.get("state"), "UNKNOWN")
    addresses = [_address(text) for text in data.get("vips") or [] if text.strip()]
    return {
        "name": data["iname"],
        "state": state,
        "wanted_state": STATES.get(data.get("wantstate"), "UNKNOWN"),
        "interface": data.get("ifp_ifname"),
        "virtual_router_id": data.get("vrid"),
        "version": data.get("version"),
        "family": "ipv6" if addresses and ":" in addresses[0] else "ipv4",
        "base_priority": data.get("base_priority"),
        "effective_priority": data.get("effective_priority"),
        "master_address": None,
        # keepalived keeps the last master's priority after it has become master itself.
        "master_priority": data.get("master_priority") or None if state == "BACKUP" else None,
        "advert_int": float(data["adver_int"]),
        # It counts in VRRPv3 alone, and is the own one in another state.
        "master_advert_int": data.get("master_adver_int") if state == "BACKUP" and data.get("version") == 3 else None,
        "master_down_interval": None,
        "nopreempt": bool(data.get("nopreempt")),
        "preempt_delay": float(data.get("preempt_delay") or 0),
        "accept": bool(data["accept"]) if "accept" in data else None,
        "auth_type": AUTH_TYPES.get(data.get("auth_type"), "NONE"),
        "source_address": None,
        "unicast_peer": None,
        "vmac_interface": data.get("vmac_ifname") or None,
        "last_transition": data.get("last_transition"),
        "virtual_ipaddress": addresses,
        "virtual_ipaddress_excluded": [_address(text) for text in data.get("evips") or [] if text.strip()],
        "sync_group": None,
        "track_script": _tracked(data.get("track_script")),
        "track_interface": _tracked(data.get("track_ifp")),
        "track_file": [],
        "track_process": [],
        "counters": dict((name, value) for name, value in stats.items() if isinstance(value, int)),
    }


def instances(dump):
    """All VRRP instances of a dump, in keepalived's order.

    :raises FormatError: if the dump has another form.
    """
    try:
        return [instance(entry["data"], entry.get("stats") or {}) for entry in _entries(dump)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise FormatError("The dump of keepalived has an unknown form: %r" % error)
