# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.

"""Asks the wire who has an address: ARP for IPv4 (RFC 826, RFC 5227), neighbour discovery for IPv6 (RFC 4861)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import array
import errno
import select
import socket
import struct

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host.netlink import mac_text

ETH_P_IP, ETH_P_ARP, ETH_P_IPV6 = 0x0800, 0x0806, 0x86DD
ARPHRD_ETHER, ARPOP_REQUEST, ARPOP_REPLY = 1, 1, 2
IPPROTO_ICMPV6, ND_NEIGHBOR_SOLICIT, ND_NEIGHBOR_ADVERT = 58, 135, 136
ND_OPT_SOURCE_LINKADDR, ND_OPT_TARGET_LINKADDR = 1, 2
ND_HOP_LIMIT = 255  # a router would have lowered it: 255 proves that the sender is on the link (RFC 4861, 3.1)
ND_NA_FLAG_SOLICITED = 0x40000000
BROADCAST_MAC, ALL_NODES_MAC = b"\xff" * 6, b"\x33\x33\x00\x00\x00\x01"
UNSPECIFIED_IPV6 = b"\0" * 16

# linux/if_packet.h and asm-generic/socket.h; Python does not name them.
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_MULTICAST = 263, 1, 0
SO_ATTACH_FILTER = 26
# Not PACKET_OUTGOING, our own frames, nor PACKET_OTHERHOST, which may be of another VLAN.
TO_US = (socket.PACKET_HOST, socket.PACKET_BROADCAST, socket.PACKET_MULTICAST)

ETHERNET = struct.Struct("!6s6sH")  # destination, source, type
ARP = struct.Struct("!HHBBH6s4s6s4s")  # hardware, protocol, lengths, operation, sender (MAC, IP), target (MAC, IP)
IPV6 = struct.Struct("!IHBB16s16s")  # version, class and label; payload length; next header; hop limit; from; to
NEIGHBOUR = struct.Struct("!BBHI16s")  # type, code, checksum, flags, target
FRAME_SIZE = 65536

# Each row: code, jump if true, jump if false, operand (linux/filter.h); the offsets count from the Ethernet header.
# Without them a busy interface's whole IPv6 traffic would be copied to this process, and answers lost behind it.
ARP_REPLIES = (
    (0x28, 0, 0, 20),  # load the half word at 20: the operation
    (0x15, 0, 1, ARPOP_REPLY),
    (0x06, 0, 0, FRAME_SIZE),  # keep the frame
    (0x06, 0, 0, 0),  # drop it
)
NEIGHBOUR_ADVERTISEMENTS = (
    (0x30, 0, 0, 20),  # load the byte at 20: the next header
    (0x15, 0, 3, IPPROTO_ICMPV6),
    (0x30, 0, 0, 54),  # load the byte at 54: the ICMPv6 type
    (0x15, 0, 1, ND_NEIGHBOR_ADVERT),
    (0x06, 0, 0, FRAME_SIZE),
    (0x06, 0, 0, 0),
)

# Requests are lost like all datagrams. The last leaves half of the window for slow answers.
REQUEST_TIMES = (0.0, 0.25, 0.5)  # as parts of the window


def probe(targets, window):
    """Asks for all targets at once and hears the answers until the window has passed.

    Every answer within the window counts, so that two holders of an address are both heard.
    targets: list of dicts: address (text, IPv4 or IPv6), interface, index and mac (the interface's name, number and
    hardware address as text), source (text, the address to ask from, or None: 0.0.0.0 as in RFC 5227, the unspecified
    address as in RFC 4862).
    window: seconds, more than 0.
    Returns a list of dicts in the same order: status (answered, silent; not_permitted without CAP_NET_RAW;
    no_interface when it is gone, down or no Ethernet), macs (sorted list of text), duration (seconds spent asking).
    """
    outcomes = [{"status": None, "macs": set(), "duration": 0.0} for _target in targets]
    ports = {}
    try:
        for target, outcome in zip(targets, outcomes):
            _prepare(target, outcome, ports)
        if ports:
            _ask_and_hear(list(ports.values()), window)
    finally:
        for port in ports.values():
            port["socket"].close()
    return [dict(outcome, macs=sorted(outcome["macs"])) for outcome in outcomes]


def arp_request(mac, source, target):
    """An ARP request as an Ethernet frame (RFC 826). mac: 6 bytes; source, target: 4 bytes. Returns bytes. Pure.

    A source of zeros makes it the probe of RFC 5227, section 2.1.1, which no host learns an address from.
    """
    body = ARP.pack(ARPHRD_ETHER, ETH_P_IP, 6, 4, ARPOP_REQUEST, mac, source, b"\0" * 6, target)
    return ETHERNET.pack(BROADCAST_MAC, mac, ETH_P_ARP) + body


def parse_arp_reply(frame):
    """Who says in this Ethernet frame (bytes) to have which address: (4 bytes, 6 bytes of MAC), None if nobody. Pure.

    Requests do not count, though they too name their sender: a real server behind a load balancer has the virtual
    address on its loopback and may name it in requests, yet does not answer for it.
    """
    if len(frame) < ETHERNET.size + ARP.size or ETHERNET.unpack_from(frame)[2] != ETH_P_ARP:
        return None
    hardware, protocol, hlen, plen, operation, mac, address, _to_mac, _to = ARP.unpack_from(frame, ETHERNET.size)
    if (hardware, protocol, hlen, plen, operation) != (ARPHRD_ETHER, ETH_P_IP, 6, 4, ARPOP_REPLY):
        return None
    return address, mac


def neighbour_solicitation(mac, source, target):
    """A neighbour solicitation as an Ethernet frame (RFC 4861, 4.3). Returns bytes. Pure.

    mac: 6 bytes; source, target: 16 bytes. It goes to the target's solicited-node multicast address (RFC 4291, 2.7.1)
    and over Ethernet as in RFC 2464, section 7. An unspecified source may not name its link-layer address.
    """
    group = socket.inet_pton(socket.AF_INET6, "ff02::1:ff00:0")[:13] + target[13:]
    option = b"" if source == UNSPECIFIED_IPV6 else struct.pack("!BB6s", ND_OPT_SOURCE_LINKADDR, 1, mac)
    message = NEIGHBOUR.pack(ND_NEIGHBOR_SOLICIT, 0, 0, 0, target) + option
    checksum = struct.pack("!H", icmpv6_checksum(source, group, message))
    message = message[:2] + checksum + message[4:]
    header = IPV6.pack(6 << 28, len(message), IPPROTO_ICMPV6, ND_HOP_LIMIT, source, group)
    return ETHERNET.pack(b"\x33\x33" + group[12:], mac, ETH_P_IPV6) + header + message


def parse_neighbour_advertisement(frame):
    """Who says in this Ethernet frame (bytes) to have which address: (16 bytes, 6 bytes of MAC), None if nobody. Pure.

    Only valid neighbour advertisements count (RFC 4861, section 7.1.2). The MAC is that of the target link-layer
    address option; the frame's own source where it is left out, as it may be in an answer to one host.
    """
    if len(frame) < ETHERNET.size + IPV6.size + NEIGHBOUR.size:
        return None
    _destination, mac, ethertype = ETHERNET.unpack_from(frame)
    first, length, next_header, hop_limit, source, destination = IPV6.unpack_from(frame, ETHERNET.size)
    if (ethertype, first >> 28, next_header, hop_limit) != (ETH_P_IPV6, 6, IPPROTO_ICMPV6, ND_HOP_LIMIT):
        return None
    start = ETHERNET.size + IPV6.size
    message = frame[start:start + length]
    # Not the frame's length alone: short frames are padded behind the IPv6 packet.
    if len(message) < length or length < NEIGHBOUR.size or icmpv6_checksum(source, destination, message):
        return None
    kind, code, _checksum, flags, target = NEIGHBOUR.unpack_from(message)
    to_many = destination[:1] == b"\xff"
    if (kind, code) != (ND_NEIGHBOR_ADVERT, 0) or target[:1] == b"\xff" or (to_many and flags & ND_NA_FLAG_SOLICITED):
        return None
    offset = NEIGHBOUR.size
    while offset < length:
        option = bytearray(message[offset:offset + 2])
        if len(option) < 2 or not option[1] or offset + 8 * option[1] > length:
            return None
        if option[0] == ND_OPT_TARGET_LINKADDR:
            mac = message[offset + 2:offset + 8]
        offset += 8 * option[1]
    return target, mac


def icmpv6_checksum(source, destination, message):
    """The checksum of an ICMPv6 message with its pseudo header (RFC 4443, 2.3; RFC 8200, 8.1; RFC 1071). Pure.

    source, destination: 16 bytes; message: bytes. Over a message with its checksum in place, right means 0.
    """
    data = source + destination + struct.pack("!II", len(message), IPPROTO_ICMPV6) + message
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!{0}H".format(len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _prepare(target, outcome, ports):
    """Makes the target's request and opens the port for it; or sets the outcome's status, if it cannot.

    target and outcome: as in probe(). ports: {(interface, protocol): {socket, parser, questions}}, added to; questions
    is a list of (frame, packed address, outcome).
    """
    ipv6 = ":" in target["address"]
    family = socket.AF_INET6 if ipv6 else socket.AF_INET
    address = socket.inet_pton(family, target["address"])
    source = socket.inet_pton(family, target["source"] or ("::" if ipv6 else "0.0.0.0"))
    mac = bytes(bytearray(int(octet, 16) for octet in target["mac"].split(":")))
    if ipv6:
        protocol, parser, request = ETH_P_IPV6, parse_neighbour_advertisement, neighbour_solicitation
    else:
        protocol, parser, request = ETH_P_ARP, parse_arp_reply, arp_request
    key = (target["interface"], protocol)
    if key not in ports:
        try:
            opened = _opened(target["interface"], target["index"], protocol)
        except (IOError, OSError, ValueError) as exc:  # ValueError: a name that cannot be handed to the kernel
            denied = getattr(exc, "errno", None) in (errno.EPERM, errno.EACCES)
            outcome["status"] = "not_permitted" if denied else "no_interface"
            return
        ports[key] = {"socket": opened, "parser": parser, "questions": []}
    ports[key]["questions"].append((request(mac, source, address), address, outcome))


def _opened(interface, index, protocol):
    """A packet socket (packet(7)) that hears the answers of one protocol on one interface (its name and its number).

    Raises IOError or OSError, with EPERM or EACCES for a user without CAP_NET_RAW.
    """
    rules = NEIGHBOUR_ADVERTISEMENTS if protocol == ETH_P_IPV6 else ARP_REPLIES
    # Protocol 0 hears nothing, so that no frame gets in before the filter is there.
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    try:
        code = array.array("B", b"".join(struct.pack("HBBI", *rule) for rule in rules))
        sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", len(rules), code.buffer_info()[0]))
        sock.bind((interface, protocol))
        # Answers to the unspecified address go to all nodes: a card hears those only if somebody on the host wants
        # them, and without IPv6 on the interface that is nobody else.
        group = struct.pack("iHH8s", index, PACKET_MR_MULTICAST, len(ALL_NODES_MAC), ALL_NODES_MAC)
        sock.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, group)
        sock.setblocking(False)
        return sock
    except Exception:
        sock.close()
        raise


def _ask_and_hear(ports, window):
    """Sends the requests at REQUEST_TIMES and hears answers until the window (seconds) has passed.

    ports: list of what _prepare() makes. Sets status, macs and duration of the outcomes in them.
    """
    start = clock.monotonic()
    due = [start + part * window for part in REQUEST_TIMES]
    alive = list(ports)
    now = start
    while alive and now < start + window:
        if due and now >= due[0]:
            due.pop(0)
            alive = [port for port in alive if _ask(port)]
        wake = due[0] if due else start + window
        waiting = {port["socket"]: port for port in alive}
        # At most a second at once: select(2) refuses a number that its timeval cannot hold.
        readable = select.select(list(waiting), [], [], min(1.0, max(0.0, wake - clock.monotonic())))[0]
        for sock in readable:
            if not _hear(waiting[sock]):
                alive.remove(waiting[sock])
        now = clock.monotonic()
    for port in ports:
        for _frame, _address, outcome in port["questions"]:
            unheard = "silent" if port in alive else "no_interface"
            outcome["status"] = "answered" if outcome["macs"] else unheard
            outcome["duration"] = now - start


def _ask(port):
    """Sends the port's requests. Returns False if the interface is gone or down."""
    for frame, _address, _outcome in port["questions"]:
        try:
            port["socket"].send(frame)
        except (IOError, OSError) as exc:
            # A full queue loses this request only; there are more.
            if exc.errno not in (errno.ENOBUFS, errno.EAGAIN):
                return False
    return True


def _hear(port):
    """Takes one frame from the port and notes who answers in it. Returns False if the interface is gone or down."""
    try:
        frame, sender = port["socket"].recvfrom(FRAME_SIZE)
    except (IOError, OSError) as exc:
        return exc.errno == errno.EAGAIN
    answer = port["parser"](frame) if sender[2] in TO_US else None
    for _frame, address, outcome in port["questions"]:
        if answer and answer[0] == address:
            outcome["macs"].add(mac_text(answer[1]))
    return True
