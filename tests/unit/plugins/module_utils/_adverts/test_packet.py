# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the decoder: packets built from the RFCs' layouts, damaged ones, arbitrary bytes."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import socket
import struct

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._adverts import packet
from hypothesis import given, strategies as st

IP4, TO4 = "192.0.2.11", "224.0.0.18"
IP6, TO6 = "fe80::11", "ff02::12"


def packed(address):
    """An address as bytes."""
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def total(data):
    """The Internet checksum, in the words of RFC 1071: the complement of the one's complement sum of the words."""
    octets = bytearray(data + b"\0" * (len(data) % 2))
    number = 0
    for index in range(0, len(octets), 2):
        number += octets[index] << 8 | octets[index + 1]
        number = (number & 0xFFFF) + (number >> 16)
    return 0xFFFF - number


def summed(message, pseudo=b""):
    """A VRRP message with its checksum, which is at offset 6."""
    return message[:6] + struct.pack("!H", total(pseudo + message)) + message[8:]


def version2(addresses=("192.0.2.10",), vrid=51, priority=150, advert_int=1, auth=0, data=b"\0" * 8):
    """A VRRPv2 message."""
    head = struct.pack("!BBBBBBH", 0x21, vrid, priority, len(addresses), auth, advert_int, 0)
    return summed(head + b"".join(packed(address) for address in addresses) + data)


def version3(addresses=("192.0.2.10",), vrid=51, priority=150, centiseconds=100, ends=(IP4, TO4)):
    """A VRRPv3 message. ends: what the checksum's pseudo header has; none without."""
    head = struct.pack("!BBBBHH", 0x31, vrid, priority, len(addresses), centiseconds, 0)
    message = head + b"".join(packed(address) for address in addresses)
    pseudo = b""
    if ends:
        pseudo = packed(ends[0]) + packed(ends[1])
        size = len(message)
        pseudo += struct.pack("!IHBB", size, 0, 0, 112) if ":" in ends[0] else struct.pack("!BBH", 0, 112, size)
    return summed(message, pseudo)


def ipv4(message, source=IP4, to=TO4, ttl=255, protocol=112, options=b"", fragment=0, length=None, first=None):
    """An IPv4 packet."""
    size = 20 + len(options)
    length = size + len(message) if length is None else length
    first = 0x40 | size // 4 if first is None else first
    head = struct.pack("!BBHHHBBH", first, 0xC0, length, 1, fragment, ttl, protocol, 0) + packed(source) + packed(to)
    head += options
    return head[:10] + struct.pack("!H", total(head)) + head[12:] + message


def ipv6(message, source=IP6, to=TO6, ttl=255, following=112, length=None, first=6 << 28):
    """An IPv6 packet."""
    length = len(message) if length is None else length
    return struct.pack("!IHBB", first, length, following, ttl) + packed(source) + packed(to) + message


def ah(message, following=112, words=4):
    """An authentication header of keepalived's size (96 bits of ICV), and what is behind it."""
    return struct.pack("!BBHII", following, words, 0, 1, 1) + b"\7" * 12 + message


V2 = ipv4(version2())
V3 = ipv4(version3())
V6 = ipv6(version3(["fe80::10", "2001:db8::10"], ends=(IP6, TO6)))


def test_version_2():
    found = packet.decode(ipv4(version2(["192.0.2.10", "192.0.2.20"], auth=1, data=b"s3cret\0\0")), "ipv4")
    assert found.pop("message")[:1] == b"\x21"
    assert found == {
        "source": IP4, "destination": TO4, "unicast": False, "family": "ipv4", "ttl": 255, "ttl_ok": True, "version": 2,
        "type": 1, "virtual_router_id": 51, "priority": 150, "advert_int": 1.0, "auth_type": "PASS",
        "auth_data": b"s3cret\0\0", "checksum": "ok", "addresses": ["192.0.2.10", "192.0.2.20"], "error": None,
        "length": 24, "intact": True,
    }


def test_version_3_over_ipv6():
    found = packet.decode(V6, "ipv6")
    assert found.pop("message") == V6[40:]
    assert found == {
        "source": IP6, "destination": TO6, "unicast": False, "family": "ipv6", "ttl": 255, "ttl_ok": True, "version": 3,
        "type": 1, "virtual_router_id": 51, "priority": 150, "advert_int": 1.0, "auth_type": None, "auth_data": None,
        "checksum": "ok", "addresses": ["fe80::10", "2001:db8::10"], "error": None, "length": 40, "intact": True,
    }


def changed(data, offset, octets):
    """The bytes with others from the offset on."""
    return data[:offset] + octets + data[offset + len(octets):]


@pytest.mark.parametrize(
    ("datagram", "expected"),
    [
        (V2 + b"\0" * 26, {"length": 20, "error": None}),  # padded to Ethernet's least length
        (ipv4(version2(), options=b"\x94\x04\0\0"), {"source": IP4, "length": 20, "error": None}),
        (ipv4(version2(priority=0)), {"priority": 0}),
        (ipv4(version2(priority=255)), {"priority": 255}),
        (ipv4(version2(), ttl=254), {"ttl": 254, "ttl_ok": False, "error": None}),
        (ipv4(version2(), to="192.0.2.12"), {"destination": "192.0.2.12", "unicast": True, "checksum": "ok"}),
        (ipv4(version2(), to="239.255.0.1"), {"unicast": False}),
        (ipv4(version2(auth=1, data=b"12345678")), {"auth_type": "PASS", "auth_data": b"12345678"}),
        (ipv4(version2(auth=0, data=b"12345678")), {"auth_type": "NONE", "auth_data": None}),
        (ipv4(version2(auth=2)), {"auth_type": "AH", "auth_data": None}),
        (ipv4(version2(auth=9)), {"auth_type": "UNKNOWN", "auth_data": None, "error": None}),
        (ipv4(ah(version2(auth=2)), protocol=51), {"auth_type": "AH", "length": 20, "checksum": "ok", "error": None}),
        (ipv4(version2([])), {"addresses": [], "error": None}),
        (ipv4(version2(["192.0.2.1"] * 255)), {"addresses": ["192.0.2.1"] * 255, "error": None}),
        (changed(V2, 26, b"\0\0"), {"checksum": "wrong", "error": None, "intact": True}),
        (V3, {"version": 3, "checksum": "ok", "auth_type": None, "length": 12}),
        (ipv4(version3(centiseconds=0xF000 | 1)), {"advert_int": 0.01}),
        (ipv4(version3(centiseconds=4095)), {"advert_int": 40.95}),
        (ipv4(version3(ends=None)), {"checksum": "ok_without_pseudo_header"}),
        (ipv4(version3(ends=(IP4, "192.0.2.99"))), {"checksum": "wrong", "error": None}),
        (ipv4(version2(), fragment=0x4000), {"error": None}),  # must not be fragmented
    ],
)
def test_ipv4(datagram, expected):
    found = packet.decode(datagram, "ipv4")
    assert dict((key, found[key]) for key in expected) == expected


V6_MESSAGE = V6[40:]


@pytest.mark.parametrize(
    ("datagram", "expected"),
    [
        (ipv6(b"\x70\0" + b"\0" * 6 + V6_MESSAGE, following=0), {"length": 40, "checksum": "ok"}),
        (ipv6(b"\x3c\0" + b"\0" * 6 + b"\x70\1" + b"\0" * 14 + V6_MESSAGE, following=43), {"length": 40}),
        (ipv6(b"\x70\0\0\0\0\0\0\1" + V6_MESSAGE, following=44), {"length": 40, "error": None}),  # the only fragment
        (ipv6(version3(["fe80::10"], ends=(IP6, "fe80::12")), to="fe80::12"), {"unicast": True, "checksum": "ok"}),
        (ipv6(version3(["fe80::10"], ends=None)), {"checksum": "wrong"}),
        (ipv6(V6_MESSAGE, ttl=64), {"ttl": 64, "ttl_ok": False}),
        (V6 + b"\0" * 9, {"length": 40, "error": None}),
    ],
)
def test_ipv6(datagram, expected):
    found = packet.decode(datagram, "ipv6")
    assert dict((key, found[key]) for key in expected) == expected


@pytest.mark.parametrize(
    ("datagram", "error", "intact", "vrid"),
    [
        (V2[:19], "truncated", False, None),
        (V2[:39], "truncated", False, None),
        (ipv4(b""), "truncated", True, None),
        (ipv4(b"\x21"), "truncated", True, None),
        (ipv4(b"\x21\x33\x96\1\0\1\0"), "truncated", True, None),
        (ipv4(version2(), first=0x44), "bad header length", False, None),
        (ipv4(version2(), length=19), "bad header length", False, None),
        (ipv4(version2(), first=0x65), "unknown IP version", False, None),
        (changed(V2, 10, b"\0\0"), "wrong IP header checksum", False, None),
        (ipv4(version2(), fragment=0x2000), "fragment", False, None),
        (ipv4(version2(), fragment=1), "fragment", False, None),
        (ipv4(b"\x11" + version2()[1:]), "unknown version", True, None),
        (ipv4(b"\x41" + version2()[1:]), "unknown version", True, None),
        (ipv4(b"\x22" + version2()[1:]), "unknown type", True, None),
        (ipv4(b"\x30" + version3()[1:]), "unknown type", True, None),
        (ipv4(version2()[:-1]), "address count does not fit", True, 51),
        (ipv4(version2(data=b"")), "address count does not fit", True, 51),
        (ipv4(changed(version2(), 3, b"\2")), "address count does not fit", True, 51),
        (ipv4(version3() + b"\0"), "address count does not fit", True, 51),
        (ipv4(ah(version2())[:20], protocol=51), "truncated", False, None),
        (ipv4(b"\x70", protocol=51), "truncated", False, None),
    ],
)
def test_errors_ipv4(datagram, error, intact, vrid):
    found = packet.decode(datagram, "ipv4")
    assert (found["error"], found["intact"], found["virtual_router_id"]) == (error, intact, vrid)


@pytest.mark.parametrize(
    ("datagram", "error"),
    [
        (V6[:39], "truncated"),
        (V6[:-1], "truncated"),
        (ipv6(V6_MESSAGE, first=4 << 28), "unknown IP version"),
        (ipv6(b"\x70\0\0\1\0\0\0\1" + V6_MESSAGE, following=44), "fragment"),
        (ipv6(b"\x70\0\0\x08\0\0\0\1" + V6_MESSAGE, following=44), "fragment"),
        (ipv6(b"\x70\x09" + b"\0" * 14, following=0), "bad header length"),
        (ipv6(version2()), "unknown version"),
    ],
)
def test_errors_ipv6(datagram, error):
    assert packet.decode(datagram, "ipv6")["error"] == error


@pytest.mark.parametrize(
    ("datagram", "family"),
    [
        (ipv4(b"\0" * 20, protocol=17), "ipv4"),
        (ipv4(ah(b"\0" * 20, following=6), protocol=51), "ipv4"),
        (ipv6(V6_MESSAGE, following=58), "ipv6"),
        (ipv6(b"\x3a\0" + b"\0" * 14, following=0), "ipv6"),
        (ipv6(b"\x70\0\0", following=0), "ipv6"),
        (ipv6(b"\x11\0\0\1\0\0\0\1" + V6_MESSAGE, following=44), "ipv6"),
    ],
)
def test_what_is_no_vrrp(datagram, family):
    assert packet.decode(datagram, family) is None


def test_what_a_raw_ipv6_socket_delivers():
    found = packet.decode_delivered_ipv6(V6_MESSAGE, IP6)
    assert (found["source"], found["destination"], found["ttl"], found["checksum"]) == (IP6, None, None, None)
    assert found["addresses"] == ["fe80::10", "2001:db8::10"]
    assert found["message"] == packet.decode(V6, "ipv6")["message"]
    assert packet.decode_delivered_ipv6(b"", IP6)["error"] == "truncated"


MACS = b"\1\0\x5e\0\0\x12" + b"\0\0\x5e\0\1\x33"


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (MACS + b"\x08\0abc", (0x800, None, "00:00:5e:00:01:33", b"abc")),
        (MACS + b"\x81\0\xe0\x0a\x08\0abc", (0x800, 10, "00:00:5e:00:01:33", b"abc")),
        (MACS + b"\x81\0\xe0\0\x86\xddabc", (0x86DD, None, "00:00:5e:00:01:33", b"abc")),  # a priority alone
        (MACS + b"\x88\xa8\0\x63\x81\0\0\x0a\x08\0abc", (0x800, 99, "00:00:5e:00:01:33", b"abc")),
        (MACS + b"\x81\0\0\x0a\x08", None),
        (MACS + b"\x08", None),
        (b"", None),
    ],
)
def test_parse_frame(frame, expected):
    assert packet.parse_frame(frame) == expected


def addresses(family, size):
    """Lists of addresses as text."""
    octets = st.binary(min_size=size, max_size=size)
    return st.lists(octets.map(lambda raw: socket.inet_ntop(family, raw)), max_size=255)


ADDRESSES4, ADDRESSES6 = addresses(socket.AF_INET, 4), addresses(socket.AF_INET6, 16)
OCTET = st.integers(0, 255)


@given(ADDRESSES4, OCTET, OCTET, OCTET, OCTET, st.binary(min_size=8, max_size=8))
def test_round_trip_of_version_2(held, vrid, priority, advert_int, auth, data):
    found = packet.decode(ipv4(version2(held, vrid, priority, advert_int, auth, data)), "ipv4")
    assert (found["error"], found["checksum"], found["addresses"]) == (None, "ok", held)
    assert (found["virtual_router_id"], found["priority"], found["advert_int"]) == (vrid, priority, advert_int)
    assert found["auth_data"] == (data if auth == 1 else None)


@given(st.booleans(), st.data(), OCTET, OCTET, st.integers(0, 4095))
def test_round_trip_of_version_3(six, data, vrid, priority, centiseconds):
    held = data.draw(ADDRESSES6 if six else ADDRESSES4)
    ends = (IP6, TO6) if six else (IP4, TO4)
    message = version3(held, vrid, priority, centiseconds, ends)
    found = packet.decode(ipv6(message) if six else ipv4(message), "ipv6" if six else "ipv4")
    assert (found["error"], found["checksum"], found["addresses"]) == (None, "ok", held)
    assert (found["virtual_router_id"], found["priority"]) == (vrid, priority)
    assert round(found["advert_int"] * 100) == centiseconds


@given(st.binary(max_size=120), st.sampled_from(["ipv4", "ipv6"]))
def test_arbitrary_bytes(data, family):
    packet.parse_frame(data)
    for found in (packet.decode(data, family), packet.decode_delivered_ipv6(data, IP6)):
        assert found is None or found["error"] is None or isinstance(found["error"], str)


@given(st.sampled_from([V2, V3, V6, ipv4(ah(version2(auth=2)), protocol=51)]), st.data())
def test_damaged_packets(datagram, data):
    family = "ipv6" if datagram == V6 else "ipv4"
    end = data.draw(st.integers(0, len(datagram)))
    if end < len(datagram):
        found = packet.decode(datagram[:end], family)
        assert found["error"] == "truncated"
    bit = data.draw(st.integers(0, 8 * len(datagram) - 1))
    octets = bytearray(datagram)
    octets[bit // 8] ^= 1 << bit % 8
    found = packet.decode(bytes(octets), family)
    # One bit is always found out by a checksum, but for IPv6 headers' own and what AH has for itself.
    if family == "ipv4" and found is not None and 51 not in bytearray(datagram)[9:10]:
        assert found["error"] or found["checksum"] == "wrong"
