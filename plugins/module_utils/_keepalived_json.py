# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""keepalived's JSON dump as the collection's own shape. Never a password: what is not picked here does not get out."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

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
    """The bare address of an entry such as C(192.0.2.10/24 dev eth0 scope global set)."""
    words = text.split()
    return words[0] if words else ""


def _command(text):
    """The command line of a script, of whose words keepalived quotes each."""
    return text.strip("'").replace("' '", " ")


def instance(data, stats):
    """One VRRP instance of the dump.

    :arg data: the member C(data) of keepalived's dump: see vrrp_json.c of keepalived for its keys.
    :arg stats: its member C(stats), all counters.
    :returns: dict; times in seconds, C(last_transition) as epoch, priorities 0 to 255.
    """
    state = STATES.get(data.get("state"), "UNKNOWN")
    return {
        "name": data["iname"],
        "state": state,
        "wanted_state": STATES.get(data.get("wantstate"), "UNKNOWN"),
        "interface": data.get("ifp_ifname"),
        "virtual_router_id": data.get("vrid"),
        "version": data.get("version"),
        "base_priority": data.get("base_priority"),
        "effective_priority": data.get("effective_priority"),
        # keepalived keeps the last master's priority after it has become master itself.
        "master_priority": data.get("master_priority") or None if state == "BACKUP" else None,
        "advert_int": data.get("adver_int"),
        "nopreempt": bool(data.get("nopreempt")),
        "preempt_delay": data.get("preempt_delay"),
        "auth_type": AUTH_TYPES.get(data.get("auth_type"), "NONE"),
        "last_transition": data.get("last_transition"),
        "virtual_ipaddress": [_address(text) for text in data.get("vips") or []],
        "virtual_ipaddress_excluded": [_address(text) for text in data.get("evips") or []],
        "track_script": [_command(text) for text in data.get("track_script") or []],
        "track_interface": [name for name in data.get("track_ifp") or [] if name],
        "counters": dict((name, value) for name, value in stats.items() if isinstance(value, int)),
    }


def instances(dump):
    """All VRRP instances of a dump, in keepalived's order.

    :raises FormatError: if the dump has another form.
    """
    try:
        return [instance(entry["data"], entry.get("stats") or {}) for entry in _entries(dump)]
    except (KeyError, TypeError, AttributeError) as error:
        raise FormatError("The dump of keepalived has an unknown form: %r" % error)
