# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""keepalived's JSON dump as the collection's own shape. Never a password: what is not picked here does not get out."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import numbers
import time

STATES = {0: "INIT", 1: "BACKUP", 2: "MASTER", 3: "FAULT", 97: "DELETED", 98: "STOP"}
AUTH_TYPES = {0: "NONE", 1: "PASS", 2: "AH"}
#: Beyond any clock and any counter whose value is looked at.
LIMIT = 10**15
#: In epoch seconds.
YEAR_10000 = 253402300800


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


def _number(data, key):
    """A number of the dump, None where there is none.

    :raises FormatError: it is something else, or none that a clock or a counter has.
    """
    value = data.get(key)
    if value is not None and not (isinstance(value, numbers.Real) and abs(value) < LIMIT):
        raise FormatError("The dump of keepalived has %s, which is no number as it writes one." % key)
    return value


def _text(data, key):
    """A text of the dump, None where there is none.

    :raises FormatError: it is something else.
    """
    value = data.get(key)
    if value is not None and not isinstance(value, (str, type(u""))):
        raise FormatError("The dump of keepalived has %s, which is no text." % key)
    return value


def utc(seconds):
    """ISO 8601 of epoch seconds, None of None, and of what is in no year of four digits."""
    if not seconds or abs(seconds) >= YEAR_10000:
        return None
    whole, micro = divmod(int(round(seconds * 1000000)), 1000000)
    return "%s.%06dZ" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)), micro)


def instance(data, stats):
    """One VRRP instance of the dump.

    :arg data: the member C(data) of keepalived's dump: see vrrp_json.c of keepalived for its keys.
    :arg stats: its member C(stats), all counters.
    :returns: dict as the module keepalived_info documents it, None where the JSON does not tell.
    """
    name, state = _text(data, "iname"), STATES.get(data.get("state"), "UNKNOWN")
    if name is None:
        raise FormatError("The dump of keepalived has an instance without a name.")
    backup, version = state == "BACKUP", _number(data, "version")
    addresses = [_address(text) for text in data.get("vips") or [] if text.strip()]
    return {
        "name": name,
        "state": state,
        "wanted_state": STATES.get(data.get("wantstate"), "UNKNOWN"),
        "interface": _text(data, "ifp_ifname"),
        "virtual_router_id": _number(data, "vrid"),
        "version": version,
        "family": "ipv6" if addresses and ":" in addresses[0] else "ipv4",
        "base_priority": _number(data, "base_priority"),
        "effective_priority": _number(data, "effective_priority"),
        "master_address": None,
        # keepalived keeps the last master's priority after it has become master itself.
        "master_priority": _number(data, "master_priority") or None if backup else None,
        "advert_int": float(_number(data, "adver_int")),
        # It counts in VRRPv3 alone, and is the own one in another state.
        "master_advert_int": _number(data, "master_adver_int") if backup and version == 3 else None,
        "master_down_interval": None,
        "nopreempt": bool(data.get("nopreempt")),
        "preempt_delay": float(_number(data, "preempt_delay") or 0),
        "accept": bool(data["accept"]) if "accept" in data else None,
        "auth_type": AUTH_TYPES.get(data.get("auth_type"), "NONE"),
        "source_address": None,
        "unicast_peer": None,
        "vmac_interface": _text(data, "vmac_ifname") or None,
        "last_transition": _number(data, "last_transition"),
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
