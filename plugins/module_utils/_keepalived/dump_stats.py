# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""keepalived's dump of its counters (SIGUSR2), of 1.3.5 to 2.4. Pure. Source: vrrp_print.c of keepalived."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

_HEAD = "VRRP Instance: "
# Group and label of the dump, and the key that the JSON dump has for the same. The last one ends an instance.
KEYS = {
    ("Advertisements", "Received"): "advert_rcvd",
    ("Advertisements", "Sent"): "advert_sent",
    (None, "Became master"): "become_master",
    (None, "Released master"): "release_master",
    ("Packet Errors", "Length"): "packet_len_err",
    ("Packet Errors", "TTL"): "ip_ttl_err",
    ("Packet Errors", "Invalid Type"): "invalid_type_rcvd",
    ("Packet Errors", "Advertisement Interval"): "advert_interval_err",
    ("Packet Errors", "Address List"): "addr_list_err",
    ("Authentication Errors", "Invalid Type"): "invalid_authtype",
    ("Authentication Errors", "Type Mismatch"): "authtype_mismatch",
    ("Authentication Errors", "Failure"): "auth_failure",
    ("Priority Zero", "Received"): "pri_zero_rcvd",
    ("Priority Zero", "Sent"): "pri_zero_sent",
}
LAST = "pri_zero_sent"
# A counter has 64 bits.
_COUNTER = re.compile(r"^( +)([A-Z][A-Za-z ]*): (\d{1,20})$")


def parse(text):
    """Counters by the name of their instance, of those instances that are complete.

    :returns: dict of dict, keys as in keepalived's JSON, all int.
    """
    found, name, counters, group = {}, None, {}, None
    # A last line without its end may lack digits.
    for line in text.split("\n")[:-1]:
        if line.startswith(_HEAD):
            name, counters, group = line[len(_HEAD):], {}, None
            continue
        counter = _COUNTER.match(line)
        if not counter:
            group = line.strip().rstrip(":")
            continue
        indent, label, number = counter.groups()
        key = KEYS.get((group if len(indent) > 2 else None, label))
        if key:
            counters[key] = int(number)
        if key == LAST and len(counters) == len(KEYS) and name is not None:
            found[name] = counters
    return found
