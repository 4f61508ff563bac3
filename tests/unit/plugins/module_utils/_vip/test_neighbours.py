# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the questions on the wire: frames recorded from a kernel, damaged ones, and real packet sockets."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import binascii
import contextlib
import os
import select
import socket
import struct
import threading

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._vip import neighbours
from hypothesis import given, strategies as st

pytestmark = pytest.mark.usefixtures("alone_on_loopback")


def raw(text):
    """Bytes of hexadecimal text."""
    return binascii.unhexlify(text.replace(" ", ""))


# What Linux 6.18 sends, recorded with tcpdump.
ARP_REQUEST = raw(
    "ffff ffff ffff 0242 cb00 71c4 0806 0001 0800 0604 0001 0242 cb00 71c4 cb00 71c4 0000 0000 0000 cb00 71d2"
)
ARP_REPLY = raw(
    "0242 cb00 71c4 0242 cb00 71c3 0806 0001 0800 0604 0002 0242 cb00 71c3 cb00 71d2 0242 cb00 71c4 cb00 71c4"
)
SOLICITATION = raw(
    "3333 ff00 0010 0242 cb00 71c4 86dd 6000 0000 0020 3aff 2001 0db8 0000 0000 0000 0000 0000 0003 ff02 0000 0000 0000"
    "0000 0001 ff00 0010 8700 df02 0000 0000 2001 0db8 0000 0000 0000 0000 0000 0010 0101 0242 cb00 71c4"
)
ADVERTISEMENT = raw(
    "0242 cb00 71c4 0242 cb00 71c3 86dd 6000 0000 0020 3aff 2001 0db8 0000 0000 0000 0000 0000 0010 2001 0db8 0000 0000"
    "0000 0000 0000 0003 8800 4d4f 6000 0000 2001 0db8 0000 0000 0000 0000 0000 0010 0201 0242 cb00 71c3"
)
ASKER, HOLDER = raw("0242cb0071c4"), raw("0242cb0071c3")
OTHER_HOLDER = raw("0242cb0071c2")
ASKER_IPV6, HELD_IPV6 = raw("20010db8000000000000000000000003"), raw("20010db8000000000000000000000010")


def advertisement(mac, target, to=None, flags=0x60000000, options=None, hop_limit=255, code=0, kind=136):
    """A neighbour advertisement with a right checksum, sent to ASKER on its Ethernet address of zeros (loopback's)."""
    to = to or ASKER_IPV6
    options = b"\x02\x01" + mac if options is None else options
    body = struct.pack("!BBHI16s", kind, code, 0, flags, target) + options
    body = body[:2] + struct.pack("!H", neighbours.icmpv6_checksum(HELD_IPV6, to, body)) + body[4:]
    header = struct.pack("!IHBB16s16s", 6 << 28, len(body), 58, hop_limit, HELD_IPV6, to)
    return b"\0" * 6 + mac + b"\x86\xdd" + header + body


def reply(mac, address, to=b"\0" * 6, operation=2):
    """An ARP packet that names its sender."""
    return to + mac + struct.pack("!HHHBBH", 0x806, 1, 0x800, 6, 4, operation) + mac + address + to + b"\0" * 4


def changed(frame, offset, octets):
    """The frame with other octets from the offset on."""
    return frame[:offset] + octets + frame[offset + len(octets):]


def test_arp_request_is_the_kernels():
    made = neighbours.arp_request(ASKER, socket.inet_aton("203.0.113.196"), socket.inet_aton("203.0.113.210"))
    assert made == ARP_REQUEST


def test_neighbour_solicitation_is_the_kernels():
    assert neighbours.neighbour_solicitation(ASKER, ASKER_IPV6, HELD_IPV6) == SOLICITATION


def test_neighbour_solicitation_from_nobody_has_no_option():
    made = neighbours.neighbour_solicitation(ASKER, b"\0" * 16, HELD_IPV6)
    assert made[6:12] == ASKER
    assert made[22:38] == b"\0" * 16
    assert len(made) == 14 + 40 + 24
    assert neighbours.icmpv6_checksum(made[22:38], made[38:54], made[54:]) == 0


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (ARP_REPLY, (socket.inet_aton("203.0.113.210"), HOLDER)),
        (ARP_REPLY + b"\0" * 18, (socket.inet_aton("203.0.113.210"), HOLDER)),  # padded to Ethernet's least length
        (ARP_REQUEST, None),
        (ARP_REPLY[:-1], None),
        (changed(ARP_REPLY, 12, b"\x08\x00"), None),
        (changed(ARP_REPLY, 14, b"\x00\x06"), None),
        (changed(ARP_REPLY, 16, b"\x86\xdd"), None),
        (changed(ARP_REPLY, 18, b"\x08"), None),
        (changed(ARP_REPLY, 19, b"\x10"), None),
        (SOLICITATION, None),
        (b"", None),
    ],
)
def test_parse_arp_reply(frame, expected):
    assert neighbours.parse_arp_reply(frame) == expected


ALL_NODES = raw("ff020000000000000000000000000001")


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (ADVERTISEMENT, (HELD_IPV6, HOLDER)),
        (ADVERTISEMENT + b"\0\1\2", (HELD_IPV6, HOLDER)),  # padded
        (advertisement(HOLDER, HELD_IPV6), (HELD_IPV6, HOLDER)),
        (advertisement(HOLDER, HELD_IPV6, options=b""), (HELD_IPV6, HOLDER)),
        (advertisement(HOLDER, HELD_IPV6, options=b"\x02\x01" + OTHER_HOLDER), (HELD_IPV6, OTHER_HOLDER)),
        (advertisement(HOLDER, HELD_IPV6, options=b"\x0e\x01" + OTHER_HOLDER), (HELD_IPV6, HOLDER)),
        (advertisement(HOLDER, HELD_IPV6, to=ALL_NODES, flags=0x20000000), (HELD_IPV6, HOLDER)),
        (advertisement(HOLDER, HELD_IPV6, to=ALL_NODES, flags=0x40000000), None),
        (advertisement(HOLDER, HELD_IPV6, hop_limit=254), None),
        (advertisement(HOLDER, HELD_IPV6, code=1), None),
        (advertisement(HOLDER, HELD_IPV6, kind=135), None),
        (advertisement(HOLDER, ALL_NODES), None),
        (advertisement(HOLDER, HELD_IPV6, options=b"\x02\x00" + HOLDER), None),
        (advertisement(HOLDER, HELD_IPV6, options=b"\x02\x02" + HOLDER), None),
        (advertisement(HOLDER, HELD_IPV6, options=b"\x02"), None),
        (changed(advertisement(HOLDER, HELD_IPV6, options=b"\x02\x02" + HOLDER), 18, b"\0\x28"), None),
        (changed(ADVERTISEMENT, 56, b"\x4d\x50"), None),  # the checksum
        (changed(ADVERTISEMENT, 18, b"\x00\x21"), None),  # the payload's length
        (changed(ADVERTISEMENT, 18, b"\x00\x08"), None),
        (changed(ADVERTISEMENT, 20, b"\x11"), None),  # the next header
        (changed(ADVERTISEMENT, 14, b"\x40"), None),  # the version
        (ADVERTISEMENT[:-1], None),
        (ADVERTISEMENT[:60], None),
        (SOLICITATION, None),
        (ARP_REPLY, None),
    ],
)
def test_parse_neighbour_advertisement(frame, expected):
    assert neighbours.parse_neighbour_advertisement(frame) == expected


def test_checksum_example():
    # The example of RFC 1071, section 3: the words add up to ddf2. The rest of the sum is the pseudo header's.
    words = raw("0001f203f4f5f6f7")
    rest = len(words) + 58
    assert neighbours.icmpv6_checksum(b"\0" * 16, b"\0" * 16, words) == ~(0xDDF2 + rest) & 0xFFFF
    odd = neighbours.icmpv6_checksum(b"\0" * 16, b"\0" * 16, words[:7])
    assert odd == neighbours.icmpv6_checksum(b"\0" * 16, b"\0" * 16, words[:7] + b"\0") + 1


@given(st.binary(max_size=200))
def test_arbitrary_frames(frame):
    for parse in (neighbours.parse_arp_reply, neighbours.parse_neighbour_advertisement):
        for data in (frame, ADVERTISEMENT[:20] + frame, ARP_REPLY[:20] + frame):
            parsed = parse(data)
            assert parsed is None or len(parsed[1]) == 6


@given(st.binary(max_size=60), st.integers(0, 2**32 - 1))
def test_arbitrary_options(options, flags):
    parsed = neighbours.parse_neighbour_advertisement(advertisement(HOLDER, HELD_IPV6, options=options, flags=flags))
    assert parsed is None or (parsed[0] == HELD_IPV6 and len(parsed[1]) == 6)


# From here on real packet sockets on the loopback interface, whose kernel side answers neither ARP nor ND for these.


def target(address, interface="lo", source=None):
    """What probe() takes."""
    return {"address": address, "interface": interface, "index": 1, "mac": "00:00:00:00:00:00", "source": source}


def permitted():
    """Whether this user may open packet sockets."""
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except (IOError, OSError):
        return False
    return True


needs_packet_sockets = pytest.mark.skipif(not permitted(), reason="packet sockets need CAP_NET_RAW")


@contextlib.contextmanager
def answering(address, frames):
    """While the context lasts, each question for the packed address is answered by the frames; the questions (list)."""
    questions = []
    ends = threading.Event()
    with contextlib.closing(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)) as sock:
        sock.bind(("lo", 3))  # ETH_P_ALL

        def answer():
            while not ends.is_set():
                if select.select([sock], [], [], 0.01)[0]:
                    frame, sender = sock.recvfrom(65536)
                    asks = frame[12:14] == b"\x08\x06" and frame[38:42] == address and frame[20:22] == b"\0\1"
                    asks = asks or (frame[12:14] == b"\x86\xdd" and frame[54:55] == b"\x87" and frame[62:78] == address)
                    if asks and sender[2] != socket.PACKET_OUTGOING:
                        questions.append(frame)
                        for made in frames:
                            sock.send(made)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield questions
        finally:
            ends.set()
            thread.join()


@needs_packet_sockets
def test_probe_hears_every_holder_of_an_ipv4_address():
    held, another = socket.inet_aton("192.0.2.77"), socket.inet_aton("192.0.2.78")
    frames = [
        b"\0" * 20,
        reply(OTHER_HOLDER, held),
        reply(HOLDER, held),
        reply(HOLDER, held)[:-1],
        reply(b"\x02\0\0\0\0\1", another),
        reply(b"\x02\0\0\0\0\2", held, operation=1),
        reply(b"\x02\0\0\0\0\3", held, to=b"\x02\0\0\0\0\x99"),  # for another station
    ]
    with answering(held, frames) as questions:
        results = neighbours.probe([target("192.0.2.77"), target("192.0.2.79", source="192.0.2.9")], 0.4)
    assert [(result["status"], result["macs"]) for result in results] == [
        ("answered", ["02:42:cb:00:71:c2", "02:42:cb:00:71:c3"]),
        ("silent", []),
    ]
    assert len(questions) == len(neighbours.REQUEST_TIMES)
    assert all(0.39 <= result["duration"] < 5 for result in results)


@needs_packet_sockets
def test_probe_hears_every_holder_of_an_ipv6_address():
    held = raw("20010db8000000000000000000000077")
    bad = changed(advertisement(b"\x02\0\0\0\0\1", held), 56, b"\0\1")
    other_type = advertisement(b"\x02\0\0\0\0\2", held, kind=137)
    frames = [bad, other_type, advertisement(HOLDER, held), advertisement(OTHER_HOLDER, held)]
    with answering(held, frames) as questions:
        result = neighbours.probe([target("2001:db8::77", source="2001:db8::3")], 0.4)[0]
    assert (result["status"], result["macs"]) == ("answered", ["02:42:cb:00:71:c2", "02:42:cb:00:71:c3"])
    assert len(questions) == len(neighbours.REQUEST_TIMES)


@needs_packet_sockets
def test_filters_drop_what_is_no_answer():
    """The kernel's side of the filters: what they keep and drop, without the parser behind them."""
    with contextlib.closing(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)) as sender:
        sender.bind(("lo", 0))
        for protocol, kept, dropped in (
            (0x0806, reply(HOLDER, b"\xc0\0\2\x50"), [reply(HOLDER, b"\xc0\0\2\x50", operation=1)]),
            (
                0x86DD,
                advertisement(HOLDER, HELD_IPV6),
                [advertisement(HOLDER, HELD_IPV6, kind=137), changed(ADVERTISEMENT, 20, b"\x3b")],
            ),
        ):
            with contextlib.closing(neighbours._opened("lo", 1, protocol)) as port:
                for frame in dropped + [kept]:
                    sender.send(frame)
                heard = []
                while kept not in heard and select.select([port], [], [], 5)[0]:
                    heard.append(port.recv(65536))
                assert kept in heard
                assert not [frame for frame in dropped if frame in heard]


@needs_packet_sockets
@pytest.mark.parametrize("interface", ["absent0", "a-name-longer-than-any-interface's", u"caf\xe9"])
def test_probe_without_the_interface(interface):
    assert neighbours.probe([target("192.0.2.77", interface), target("2001:db8::77", interface)], 5.0) == [
        {"status": "no_interface", "macs": [], "duration": 0.0}
    ] * 2


def test_probe_of_nothing():
    assert neighbours.probe([], 5.0) == []


def test_probe_without_permission():
    """In a child that gives its rights up, if it has any: the child's exit status tells."""
    child = os.fork()
    if not child:
        status = 1
        try:
            if permitted():
                os.setuid(65534)
            result = neighbours.probe([target("192.0.2.77")], 5.0)
            status = 0 if result == [{"status": "not_permitted", "macs": [], "duration": 0.0}] else 2
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
