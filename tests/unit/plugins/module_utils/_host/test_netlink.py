# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the rtnetlink reader: recorded answers of a kernel, variations of them, arbitrary bytes, the real kernel."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import binascii
import contextlib
import os
import socket
import struct
import subprocess
import sys

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import netlink
from hypothesis import given, strategies as st

# Recorded on Linux 6.18 on a host whose eth0 is one end of a veth pair (the other end in another namespace, with
# index 18) and carries a macvlan with a VRRP virtual MAC. Each is the datagrams of one answer.
LINKS = (
    "4c04000010000200010000005c07000000000403010000004900010000000000070003006c6f000008000d00e80300000500100000000000"
    "0500110000000000050043000100000008000400000001000800320000000000080033000000000008001b000000000008001e0000000000"
    "08003d000000000008001f000100000008002800ffff0000080029000000010008003a000000010008003f00000001000800400000000100"
    "08003b00f8ff070008003c00ffff0000080042000000000008002000010000000500210001000000080023000000000008002f0000000000"
    "08003000000000000600440000000000060045000000000005002700000000000a00010000000000000000000a0002000000000000000000"
    "cc00170000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000006400070000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000c002b0005000200000000000c0006006e6f717565756500c0011a008c000200"
    "8800010001000000000000000000000001000000010000000100000001000000000000000100000000000000000000000000000000000000"
    "0000000001000000010000000000000000000000000000000000000000000000000000000000000000000000000000000000000010270000"
    "e8030000000000000000000000000000000000000100000030010a00080001000000008014000500ffff000091300100088e0000e8030000"
    "f400020000000000400000000000010001000000010000000100000001000000ffffffffa00f0000e8030000ffffffff803a090080510100"
    "0300000058020000100000000000000001000000010000000100000060ea0000000000000000000000000000000000000000000000000000"
    "ffffffff000000000000000010270000e8030000010000000000000000000000010000000000000000000000010000000000000000000000"
    "000000000000000080ee360000000000000000000100000000000000000000000000000000000000000000000004000000000000ffff0000"
    "ffffffff010000000000000000000000000000001400070000000000000000000000000000000000050008000000000024000e0000000000"
    "0000000000000000000000000000000000000000000000000000000004003e80040041809404000010000200010000005c07000000000100"
    "0200000043100100000000000c000300767272702e35310008000d00e8030000050010000600000005001100000000000500430000000000"
    "08000400dc050000080032004400000008003300ffff000008001b000000000008001e000000000008003d000000000008001f0001000000"
    "08002800ffff0000080029000000010008003a000000010008003f0000000100080040000000010008003b00f8ff070008003c00ffff0000"
    "080042000000000008002000010000000500210001000000080023000000000008002f000000000008003000000000000600440000000000"
    "060045000000000005002700000000000a00010000005e00013300000a000200ffffffffffff0000cc001700020000000000000006000000"
    "00000000ac000000000000000402000000000000000000000000000000000000000000000000000000000000000000000000000002000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000640007000200000006000000ac0000000402000000000000000000000000000000000000"
    "0200000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000c002b0005000200000000003c0012000c0001006d6163766c616e002c00020008000100010000000600020000000000"
    "080006000000000008000700e803000008000800e803000008000500110000000c0006006e6f717565756500c0011a008c00020088000100"
    "0100000000000000000000000100000001000000010000000100000000000000010000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000010270000e8030000"
    "000000000000000000000000000000000100000030010a00080001001000008014000500ffff00002072030044680000e8030000f4000200"
    "0000000040000000dc05000001000000010000000100000001000000ffffffffa00f0000e803000000000000803a09008051010003000000"
    "58020000100000000000000001000000010000000100000060ea000000000000000000000000000000000000000000000000000001000000"
    "000000000000000010270000e803000001000000000000000000000001000000000000000000000001000000000000000000000000000000"
    "0000000080ee360000000000000000000100000000000000000000000000000000000000000000000004000000000000ffff0000ffffffff"
    "010000000000000000000000000000001400070000000000000000000000000000000000050008000000000024000e000000000000000000"
    "00000000000000000000000000000000000000000000000004003e80040041807004000010000200010000005c0700000000010011000000"
    "431001000000000009000300657468300000000008000d000000000005001000060000000500110000000000050043000000000008000400"
    "dc050000080032004400000008003300ffff000008001b000000000008001e000100000008003d000000000008001f000200000008002800"
    "ffff0000080029000000010008003a000000010008003f0000000100080040000000010008003b00f8ff070008003c00ffff000008004200"
    "0000000008002000020000000500210001000000080023000600000008002f00030000000800300003000000060044000000000006004500"
    "0000000005002700000000000a0001000242cb0071c400000a000200ffffffffffff0000cc00170093000000000000006100000000000000"
    "6629000000000000161d00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000064000700930000006100000066290000161d00000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000c002b00050002000000000010001200090001007665746800000000080025000000000008000500120000000c0006006e6f7175"
    "65756500c0011a008c0002008800010001000000000000000000000001000000010000000100000001000000000000000100000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000010270000e8030000000000000000000000000000000000000100000030010a00080001001000008014000500ffff0000"
    "38600300fc790000e8030000f40002000000000040000000dc05000001000000010000000100000001000000ffffffffa00f0000e8030000"
    "00000000803a0900805101000300000058020000100000000000000001000000010000000100000060ea0000000000000000000000000000"
    "00000000000000000000000001000000000000000000000010270000e8030000010000000000000000000000010000000000000000000000"
    "010000000000000000000000000000000000000080ee36000000000000000000010000000000000000000000000000000000000000000000"
    "0004000000000000ffff0000ffffffff01000000000000000000000000000000140007000000000000000000000000000000000005000800"
    "0000000024000e00000000000000000000000000000000000000000000000000000000000000000004003e8004004180"
)
ADDRESSES = (
    "4c00000014000200010000005c070000020880fe01000000080001007f000001080002007f000001070003006c6f00000800080080000000"
    "14000600ffffffffffffffff942f0100942f01005000000014000200010000005c070000022080000200000008000100cb0071d608000200"
    "cb0071d60c000300767272702e353100080008008000000014000600ffffffffffffffff2172030021720300500000001400020001000000"
    "5c070000022080fd1100000008000100cb0071d508000200cb0071d5090003006574683000000000080008008000000014000600ffffffff"
    "ffffffff1e7203001e7203005800000014000200010000005c070000021b80001100000008000100cb0071c408000200cb0071c408000400"
    "cb0071df090003006574683000000000080008008000000014000600ffffffffffffffffb12f0100b12f0100500000001400020001000000"
    "5c070000021880001100000008000100c000020208000200c0000201090003006574683000000000080008008000000014000600ffffffff"
    "ffffffff1e7203001e7203005400000014000200010000005c070000021b81001100000008000100cb0071d408000200cb0071d40d000300"
    "657468303a76697000000000080008008100000014000600ffffffffffffffff1e7203001e7203005000000014000200010000005c070000"
    "0a8080fe01000000140001000000000000000000000000000000000114000600ffffffffffffffff91300100913001000800080080000000"
    "05000b00010000005000000014000200010000005c0700000a4080fd0200000014000100fe8000000000000002005efffe00013314000600"
    "ffffffffffffffff2072030020720300080008008000000005000b00030000005c00000014000200010000005c0700000a80820011000000"
    "1400020020010db80001000000000000000000011400010020010db800010000000000000000000214000600ffffffffffffffff1f720300"
    "1f72030008000800820000004800000014000200010000005c0700000a402200110000001400010020010db8000000000000000000000004"
    "1400060000000000810300001f7203001f72030008000800220200004800000014000200010000005c0700000a40c8001100000014000100"
    "20010db800000000000000000000001014000600ffffffffffffffff1f7203001f72030008000800c8000000480000001400020001000000"
    "5c0700000a408200110000001400010020010db800000000000000000000000314000600ffffffffffffffff1e7203001e72030008000800"
    "820000005000000014000200010000005c0700000a4080fd1100000014000100fe800000000000000042cbfffe0071c414000600ffffffff"
    "ffffffff3860030038600300080008008000000005000b0003000000"
)
DONE = "1400000003000200010000005c07000000000000"


def raw(text):
    """Bytes of hexadecimal text."""
    return binascii.unhexlify(text)


def answer(payloads, kind):
    """The payloads in a recorded answer's messages of one type."""
    return netlink.collect([raw(payloads), raw(DONE)], kind, netlink.SEQUENCE)


def attribute(kind, value):
    """An attribute with its padding."""
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def link(attributes, index=2, flags=0, name=b"eth0\0"):
    """The payload of an RTM_NEWLINK message."""
    return struct.pack("=BxHiII", 0, 1, index, flags, 0) + attribute(netlink.IFLA_IFNAME, name) + attributes


def address(family, prefixlen, attributes, flags=0, scope=0, index=2):
    """The payload of an RTM_NEWADDR message; attributes: {type: value}."""
    body = b"".join(attribute(kind, value) for kind, value in sorted(attributes.items()))
    return struct.pack("=BBBBI", family, prefixlen, flags, scope, index) + body


def message(kind, payload=b"", flags=netlink.NLM_F_MULTI, sequence=netlink.SEQUENCE):
    """A netlink message."""
    return struct.pack("=IHHII", 16 + len(payload), kind, flags, sequence, 0) + payload


def test_recorded_interfaces():
    found = netlink.assemble(answer(LINKS, netlink.RTM_NEWLINK), answer(ADDRESSES, netlink.RTM_NEWADDR))
    assert [dict(entry, addresses=len(entry["addresses"])) for entry in found] == [
        {
            "name": "lo", "index": 1, "mac": None, "mtu": 65536, "up": True, "running": True, "loopback": True,
            "kind": None, "parent": None, "addresses": 2,
        },
        {
            "name": "vrrp.51", "index": 2, "mac": "00:00:5e:00:01:33", "mtu": 1500, "up": True, "running": True,
            "loopback": False, "kind": "macvlan", "parent": "eth0", "addresses": 2,
        },
        {
            "name": "eth0", "index": 17, "mac": "02:42:cb:00:71:c4", "mtu": 1500, "up": True, "running": True,
            "loopback": False, "kind": "veth", "parent": None, "addresses": 9,
        },
    ]


@pytest.mark.parametrize(
    ("interface", "address_", "prefixlen", "scope", "label", "broadcast", "flags"),
    [
        ("lo", "127.0.0.1", 8, "host", "lo", None, ["permanent"]),
        ("lo", "::1", 128, "host", None, None, ["permanent"]),
        ("vrrp.51", "203.0.113.214", 32, "global", "vrrp.51", None, ["permanent"]),
        ("eth0", "203.0.113.213", 32, "link", "eth0", None, ["permanent"]),
        ("eth0", "203.0.113.196", 27, "global", "eth0", "203.0.113.223", ["permanent"]),
        ("eth0", "192.0.2.1", 24, "global", "eth0", None, ["permanent"]),  # its peer is 192.0.2.2
        ("eth0", "203.0.113.212", 27, "global", "eth0:vip", None, ["secondary", "permanent"]),
        ("eth0", "2001:db8:1::1", 128, "global", None, None, ["nodad", "permanent"]),  # its peer is 2001:db8:1::2
        ("eth0", "2001:db8::4", 64, "global", None, None, ["nodad", "deprecated", "noprefixroute"]),
        ("eth0", "2001:db8::10", 64, "global", None, None, ["dadfailed", "tentative", "permanent"]),
        ("eth0", "fe80::42:cbff:fe00:71c4", 64, "link", None, None, ["permanent"]),
    ],
)
def test_recorded_address(interface, address_, prefixlen, scope, label, broadcast, flags):
    found = netlink.assemble(answer(LINKS, netlink.RTM_NEWLINK), answer(ADDRESSES, netlink.RTM_NEWADDR))
    held = [entry["addresses"] for entry in found if entry["name"] == interface][0]
    assert [entry for entry in held if entry["address"] == address_] == [
        {
            "address": address_, "prefixlen": prefixlen, "family": "ipv6" if ":" in address_ else "ipv4",
            "scope": scope, "label": label, "broadcast": broadcast, "secondary": "secondary" in flags, "flags": flags,
        }
    ]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (attribute(netlink.IFLA_ADDRESS, raw("02005e005301")), {"mac": "02:00:5e:00:53:01"}),
        (attribute(netlink.IFLA_ADDRESS, b"\0" * 6), {"mac": None}),
        (attribute(netlink.IFLA_ADDRESS, raw("c0000201")), {"mac": None}),  # a tunnel's
        (attribute(netlink.IFLA_LINK, struct.pack("=i", 18)), {"parent": 18}),
        (attribute(netlink.IFLA_LINK, struct.pack("=i", 2)), {"parent": None}),  # itself
        (
            attribute(netlink.IFLA_LINK, struct.pack("=i", 18))
            + attribute(netlink.IFLA_LINK_NETNSID, struct.pack("=i", 0)),
            {"parent": None},
        ),
        (attribute(netlink.IFLA_LINKINFO | 0x8000, attribute(1, b"vlan\0")), {"kind": "vlan"}),
        (attribute(netlink.IFLA_LINKINFO, attribute(2, b"")), {"kind": None}),
        (attribute(netlink.IFLA_IFNAME, b"caf\xe9\0"), {"name": u"caf\ufffd"}),
    ],
)
def test_parse_link(attributes, expected):
    parsed = netlink.parse_link(link(attributes))
    assert {key: parsed[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("flags", "up", "running", "loopback"),
    [(0, False, False, False), (0x1, True, False, False), (0x41, True, True, False), (0x49, True, True, True)],
)
def test_parse_link_flags(flags, up, running, loopback):
    parsed = netlink.parse_link(link(b"", flags=flags))
    assert (parsed["up"], parsed["running"], parsed["loopback"]) == (up, running, loopback)


V4, PEER = raw("c0000201"), raw("c0000202")
V6 = raw("20010db8000000000000000000000010")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (address(socket.AF_INET, 24, {1: PEER, 2: V4}), {"address": "192.0.2.1"}),
        (address(socket.AF_INET, 24, {1: V4}), {"address": "192.0.2.1", "broadcast": None, "label": None}),
        (address(socket.AF_INET, 24, {1: V4, 4: PEER}), {"broadcast": "192.0.2.2"}),
        (address(socket.AF_INET6, 64, {1: V6}), {"address": "2001:db8::10", "family": "ipv6"}),
        (address(socket.AF_INET, 24, {1: V4}, flags=0x81), {"flags": ["secondary", "permanent"], "secondary": True}),
        (address(socket.AF_INET6, 64, {1: V6}, flags=0x01), {"flags": ["temporary"], "secondary": False}),
        (
            address(socket.AF_INET6, 64, {1: V6, 8: struct.pack("=I", 0x280)}, flags=0x80),
            {"flags": ["permanent", "noprefixroute"]},
        ),
        (address(socket.AF_INET6, 64, {1: V6, 8: struct.pack("=I", 0)}, flags=0x40), {"flags": []}),
        (address(socket.AF_INET, 24, {1: V4}, scope=200), {"scope": "site"}),
        (address(socket.AF_INET, 24, {1: V4}, scope=255), {"scope": "nowhere"}),
        (address(socket.AF_INET, 24, {1: V4}, scope=7), {"scope": "7"}),
    ],
)
def test_parse_address(payload, expected):
    index, parsed = netlink.parse_address(payload)
    assert index == 2
    assert {key: parsed[key] for key in expected} == expected


def test_other_families_are_left_out():
    assert netlink.parse_address(address(12, 0, {})) is None  # DECnet


@pytest.mark.parametrize(
    "payload",
    [
        address(socket.AF_INET, 24, {}),
        address(socket.AF_INET, 24, {1: V6}),
        address(socket.AF_INET, 33, {1: V4}),
        address(socket.AF_INET6, 129, {1: V6}),
        address(socket.AF_INET, 24, {1: V4, 4: b"\xff"}),
        address(socket.AF_INET, 24, {1: V4, 8: b"\0"}),
        address(socket.AF_INET, 24, {1: V4})[:-1],
        address(socket.AF_INET, 24, {1: V4})[:7],
        address(socket.AF_INET, 24, {1: V4}) + b"\x03\0\x01\0",
        address(socket.AF_INET, 24, {1: V4, 3: b"eth0:vip"})[:-1],
    ],
)
def test_malformed_address(payload):
    with pytest.raises(netlink.NetlinkError):
        netlink.parse_address(payload)


def test_link_without_a_name():
    with pytest.raises(netlink.NetlinkError, match="interface 2 without a name"):
        netlink.parse_link(struct.pack("=BxHiII", 0, 1, 2, 0, 0))


def test_address_of_an_unknown_interface_asks_for_another_reading():
    with pytest.raises(netlink.DumpInterrupted):
        netlink.assemble([], [address(socket.AF_INET, 24, {1: V4})])


@pytest.mark.parametrize(
    ("datagrams", "expected"),
    [
        ([message(16, b"one"), message(3)], [b"one"]),
        ([message(16, b"one\0") + message(16, b"two\0"), message(3, struct.pack("=i", 0))], [b"one\0", b"two\0"]),
        ([message(16, b"other", sequence=9), message(1), message(20, b"addr"), message(3)], []),
        ([message(16, b"alone", flags=0), message(16, b"next", flags=0)], [b"alone"]),
        ([message(2, struct.pack("=i", 0))], []),
        ([message(16, b"x" * 5000)] * 8 + [message(3)], [b"x" * 5000] * 8),
    ],
    ids=["done", "several", "foreign", "single part", "acknowledged", "large"],
)
def test_collect(datagrams, expected):
    assert netlink.collect(datagrams, 16, netlink.SEQUENCE) == expected


@pytest.mark.parametrize(
    ("datagrams", "words"),
    [
        ([], "ended before"),
        ([message(16, b"one")], "ended before"),
        ([message(2, struct.pack("=i", -1))], "Operation not permitted"),
        ([message(3, struct.pack("=i", -12))], "Cannot allocate memory"),
        ([message(2, struct.pack("=i", -2147483648))], "did not list"),
        ([message(2, b"")], "cut off"),
        ([message(4)], "lost a part"),
        ([message(16, b"one", flags=0x12)], "changed while"),
        ([message(3, flags=0x12)], "changed while"),
        ([message(16, b"one!")[:-1]], "fewer are left"),
        ([message(16, b"one!")[:15]], "cut off"),
        ([b"\x0f" + message(16)[1:]], "fewer are left"),
    ],
)
def test_collect_refuses(datagrams, words):
    with pytest.raises(netlink.NetlinkError, match=words):
        netlink.collect(datagrams, 16, netlink.SEQUENCE)


def read_all(datagrams):
    """The whole way from datagrams to interfaces, in which the same datagrams answer both questions."""
    links = netlink.collect(datagrams, netlink.RTM_NEWLINK, netlink.SEQUENCE)
    return netlink.assemble(links, netlink.collect(datagrams, netlink.RTM_NEWADDR, netlink.SEQUENCE))


def survives(function, data):
    """Calls the function; its own error is an answer, any other is a defect."""
    try:
        function(data)
    except netlink.NetlinkError:
        pass


@given(st.binary(max_size=200))
def test_arbitrary_bytes(data):
    survives(netlink.parse_link, data)
    survives(netlink.parse_address, data)
    survives(netlink.parse_attributes, data)
    survives(read_all, [data])
    survives(read_all, [message(16, data), message(20, data), message(3)])
    survives(netlink.parse_link, link(data))
    survives(netlink.parse_address, struct.pack("=BBBBI", socket.AF_INET6, 64, 0, 0, 2) + data)


@given(st.sampled_from([LINKS, ADDRESSES]), st.data())
def test_damaged_answers(recorded, data):
    octets = bytearray(raw(recorded))
    for place in data.draw(st.lists(st.integers(0, len(octets) - 1), max_size=4)):
        octets[place] = data.draw(st.integers(0, 255))
    damaged = bytes(octets[: data.draw(st.integers(0, len(octets)))])
    survives(read_all, [damaged, raw(DONE)])


def test_the_real_kernel():
    loopback = [entry for entry in netlink.interfaces() if entry["loopback"]][0]
    assert loopback["mac"] is None
    assert loopback["index"] == 1


def test_interruptions_are_read_again(monkeypatch):
    answers = [netlink.DumpInterrupted("changed"), answer(LINKS, 16), answer(ADDRESSES, 20)]

    def dump(_request, _body, _wanted):
        result = answers.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(netlink, "_dump", dump)
    assert [entry["name"] for entry in netlink.interfaces()] == ["lo", "vrrp.51", "eth0"]


def test_endless_interruptions_end(monkeypatch):
    asked = []

    def dump(request, _body, _wanted):
        asked.append(request)
        raise netlink.DumpInterrupted("changed")

    monkeypatch.setattr(netlink, "_dump", dump)
    with pytest.raises(netlink.NetlinkError, match="settled"):
        netlink.interfaces()
    assert len(asked) == netlink.ATTEMPTS


def test_datagrams_are_whole():
    # A socket pair of datagrams gives sizes as a netlink socket does.
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with contextlib.closing(here), contextlib.closing(there):
        there.send(b"x" * 50000)
        there.send(b"y")
        datagrams = netlink._datagrams(here)
        assert [len(next(datagrams)), next(datagrams)] == [50000, b"y"]


CHANGE = """
import fcntl, socket, struct, sys, time
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import netlink
with netlink.address_changes() as pause:
    start = time.time()
    pause(0.2)
    quiet = time.time() - start
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    request = struct.pack("16sHH4s8x", b"lo", socket.AF_INET, 0, socket.inet_aton("192.0.2.1"))
    fcntl.ioctl(sock, 0x8916, request)  # SIOCSIFADDR
    start = time.time()
    pause(30)
    changed = time.time() - start
    start = time.time()
    pause(0.2)
    again = time.time() - start
held = [entry["address"] for interface in netlink.interfaces() for entry in interface["addresses"]]
print("%s %s %s %s" % (quiet >= 0.19, changed < 10, again >= 0.19, ",".join(held)))
"""


def test_pause_ends_with_a_change():
    """In a network namespace of its own, which an ordinary user may make where the kernel allows it."""
    unshare = ["unshare", "--user", "--map-root-user", "--net"]
    try:
        allowed = subprocess.call(unshare + ["true"]) == 0
    except (IOError, OSError):
        allowed = False
    if not allowed:
        pytest.skip("no network namespace can be made here")
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    output = subprocess.check_output(unshare + [sys.executable, "-c", CHANGE], env=environment)
    assert output.decode().strip() == "True True True 192.0.2.1"


def test_refused_socket(monkeypatch):
    monkeypatch.setattr(netlink.socket, "NETLINK_ROUTE", 99)
    with pytest.raises(netlink.NetlinkError, match="Cannot ask the kernel"):
        netlink.interfaces()


def test_mac_text():
    assert netlink.mac_text(raw("02005e0053ff")) == "02:00:5e:00:53:ff"
