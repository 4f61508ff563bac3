# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.

"""Who holds an address: what the host's kernel says of it, and who answers for it on the wire."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import binascii
import re
import socket

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock, netlink
from ansible_collections.hotstandby.vrrp.plugins.module_utils._vip import neighbours

BITS = {"ipv4": 32, "ipv6": 128}
VIRTUAL_MACS = ("00:00:5e:00:01:", "00:00:5e:00:02:")  # RFC 5798, section 7.3: of IPv4 and of IPv6
UNUSABLE_FLAGS = ("tentative", "dadfailed")


class VipError(Exception):
    """An option is wrong, or a wait met its deadline. The text is for the user; ``data`` is what was seen all the same.

    data: dict of the module's return values, empty if nothing was looked at.
    """

    def __init__(self, message, data=None):
        super(VipError, self).__init__(message)
        self.data = data or {}


def observe(options):
    """What the module does. options: its parameters (dict). Returns its return values (dict), without ``changed``.

    Raises VipError for invalid options, and at a wait's deadline; NetlinkError when the kernel does not answer.
    """
    addresses = [parse_address(text) for text in options["addresses"]]
    _check_seconds("probe_timeout", options["probe_timeout"], options["probe_timeout"] > 0)
    _check_seconds("wait_timeout", options["wait_timeout"], options["wait_timeout"] >= 0)
    late, elapsed = [], 0.0
    if options["wait"]:
        with netlink.address_changes() as pause:
            interfaces, late, elapsed = wait_for(
                addresses, options["wait_state"], options["wait_timeout"], netlink.interfaces, pause
            )
    else:
        interfaces = netlink.interfaces()
    found = [holdings(address, interfaces) for address in addresses]
    if options["probe"]:
        outcomes = probe(addresses, interfaces, options["interface"], options["probe_timeout"])
        for entry, outcome in zip(found, outcomes):
            entry["probe"] = outcome
    data = {"addresses": found, "interfaces": interfaces, "elapsed": round(elapsed, 3)}
    if late:
        wrong = "not held" if options["wait_state"] == "held" else "still held"
        message = "After {0:g} s these addresses are {1} on this host: {2}. See the returned addresses."
        raise VipError(message.format(options["wait_timeout"], wrong, ", ".join(late)), data)
    return data


def parse_address(text):
    """An IPv4 or IPv6 address, with or without /prefixlen, as normalised text without it. Raises VipError. Pure."""
    host, slash, prefixlen = text.partition("/")
    for family, bits in ((socket.AF_INET, 32), (socket.AF_INET6, 128)):
        try:
            address = socket.inet_ntop(family, socket.inet_pton(family, host))
        except (IOError, OSError, ValueError, TypeError):  # the last two: NUL bytes, and letters beyond ASCII
            continue
        if slash and not (re.match(r"[0-9]{1,3}\Z", prefixlen) and int(prefixlen) <= bits):
            raise VipError(
                'addresses: "{0}" has a prefix length that is none. Write a number from 0 to {1}, or leave it out '
                "(it plays no part in the match).".format(text, bits)
            )
        return address
    raise VipError(
        'addresses: "{0}" is no IPv4 or IPv6 address. Write it like 192.0.2.10, 192.0.2.10/24 or 2001:db8::10'
        "{1}.".format(text, ", and name the interface to probe in the option interface" if "%" in host else "")
    )


def holdings(address, interfaces):
    """Where the host holds an address. Pure.

    address: normalised text; interfaces: as from netlink.interfaces().
    Returns an entry of the module's return value ``addresses``, with ``probe`` None.
    """
    keys = ("prefixlen", "label", "secondary", "scope", "flags")
    places = [
        dict([("interface", interface["name"])] + [(key, held[key]) for key in keys])
        for interface in interfaces
        for held in interface["addresses"]
        if held["address"] == address
    ]
    return {
        "address": address,
        "held": bool(places),
        "interfaces": places,
        "usable": any(not set(place["flags"]).intersection(UNUSABLE_FLAGS) for place in places),
        "probe": None,
    }


def wait_for(addresses, state, timeout, look, pause):
    """Looks until every address is in the state, or the timeout has passed; the last look is after that.

    addresses: list of normalised text; state: held or not_held; timeout: seconds; look: a function that returns what
    netlink.interfaces() does; pause: a function of seconds that returns after them, or earlier if a look is worth it.
    Returns (interfaces of the last look, list of the addresses that are not in the state, seconds waited).
    """
    start = clock.monotonic()
    while True:
        elapsed = clock.monotonic() - start
        interfaces = look()
        late = [address for address in addresses if holdings(address, interfaces)["held"] != (state == "held")]
        if not late or elapsed >= timeout:
            return interfaces, late, clock.monotonic() - start
        # Look each second even so: a sandboxed kernel may send no changes, and select(2) refuses huge numbers.
        pause(min(1.0, timeout - elapsed))


def probe(addresses, interfaces, name, window):
    """Asks the wire for all addresses at once.

    addresses: list of normalised text; interfaces: as from netlink.interfaces(); name: of the interface to ask on,
    None to choose for each address; window: seconds.
    Returns a list of the module's return values ``probe`` in the order of the addresses.
    """
    outcomes, targets = [], []
    for address in addresses:
        chosen = probe_interface(address, interfaces, name)
        outcome = {"status": "no_interface", "interface": name, "answers": [], "duration_s": 0.0}
        outcomes.append(outcome)
        if chosen is not None:
            outcome["interface"] = chosen["name"]
            source = probe_source(address, addresses, chosen)
            target = {"address": address, "interface": chosen["name"], "index": chosen["index"], "mac": chosen["mac"]}
            targets.append((outcome, dict(target, source=source)))
    own = {interface["mac"] for interface in interfaces}
    heard = neighbours.probe([target for _outcome, target in targets], window)
    for (outcome, _target), result in zip(targets, heard):
        outcome["status"] = result["status"]
        outcome["answers"] = [{"mac": mac, "own": mac in own} for mac in result["macs"]]
        outcome["duration_s"] = round(result["duration"], 3)
    return outcomes


def probe_interface(address, interfaces, name=None):
    """The interface to ask for an address on: the named one, else the one whose network the address is in. Pure.

    Only interfaces that are up and have a MAC can ask. Of several networks the longest prefix wins, as in routing, but
    what the address itself brings (a virtual address may sit with /32 anywhere) counts after the networks of others.
    An interface with a VRRP virtual MAC is not chosen: in a split, switches would learn from the question that it is
    here. Returns an entry of interfaces, or None.
    """
    able = [interface for interface in interfaces if interface["up"] and interface["mac"] and not interface["loopback"]]
    if name is not None:
        return next((interface for interface in able if interface["name"] == name), None)
    candidates = [
        (held["address"] != address, held["prefixlen"], interface["running"], -interface["index"])
        for interface in able
        for held in interface["addresses"]
        if in_network(address, held) and not interface["mac"].startswith(VIRTUAL_MACS)
    ]
    if not candidates:
        return None
    index = -max(candidates)[3]
    return next(interface for interface in able if interface["index"] == index)


def probe_source(address, asked, interface):
    """The interface's own address to ask from, as text, or None for the unspecified one. Pure.

    IPv4: one in the address's network (primaries first); IPv6: a link-local one (RFC 4861, 7.2.2). Never one of those
    asked for: hosts learn the sender's MAC from a request, and in a split that would move the virtual address to us.
    """
    usable = [
        held
        for held in interface["addresses"]
        if held["address"] not in asked and not set(held["flags"]).intersection(UNUSABLE_FLAGS)
    ]
    if family_of(address) == "ipv6":
        suitable = [held for held in usable if held["family"] == "ipv6" and held["scope"] == "link"]
    else:
        suitable = [held for held in usable if in_network(address, held)]
    return min(suitable, key=lambda held: held["secondary"])["address"] if suitable else None


def in_network(address, held):
    """Whether an address (text) is in the network of one that an interface holds (dict as from _netlink). Pure."""
    family = family_of(address)
    if held["family"] != family:
        return False
    host_bits = BITS[family] - held["prefixlen"]
    return _number(address) >> host_bits == _number(held["address"]) >> host_bits


def family_of(address):
    """ipv4 or ipv6, of an address as text."""
    return "ipv6" if ":" in address else "ipv4"


def _number(address):
    """An address (text) as a number."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return int(binascii.hexlify(socket.inet_pton(family, address)), 16)


def _check_seconds(option, seconds, right):
    """Raises VipError unless the number is right and finite (float() takes "inf" and "nan" too)."""
    if not right or seconds == float("inf"):
        raise VipError(
            "{0}: {1} is no span of time to wait. Write a number of seconds, like 1.5.".format(option, seconds)
        )
