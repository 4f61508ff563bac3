# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.

"""Decodes VRRP adverts, with the frames and IP packets they come in. Pure: bytes in, dicts out.

Sources: VRRPv2 of RFC 3768 with the authentication of RFC 2338, VRRPv3 of RFC 5798 and RFC 9568; IPv4 of RFC 791,
IPv6 of RFC 8200, AH of RFC 4302, tags of IEEE 802.1Q.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import socket
import struct

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host.netlink import mac_text

ETH_P_IP, ETH_P_IPV6, ETH_P_8021Q, ETH_P_8021AD = 0x0800, 0x86DD, 0x8100, 0x88A8
FAMILIES = {ETH_P_IP: "ipv4", ETH_P_IPV6: "ipv6"}
IPPROTO_AH, IPPROTO_VRRP = 51, 112
HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS = 0, 43, 44, 60
ADVERTISEMENT = 1
GROUPS = {"ipv4": "224.0.0.18", "ipv6": "ff02::12"}
AUTH_TYPES = {0: "NONE", 1: "PASS", 2: "AH"}
AUTH_DATA_SIZE = 8

ETHERNET = struct.Struct("!6s6sH")  # destination, source, type
TAG = struct.Struct("!HH")  # priority and VLAN id, type of what follows
IPV4 = struct.Struct("!BBHHHBBH4s4s")  # version and length; tos; total; id; fragment; ttl; protocol; sum; from; to
IPV6 = struct.Struct("!IHBB16s16s")  # version, class and label; payload length; next header; hop limit; from; to
VRRP = struct.Struct("!BBBBHH")  # version and type; vrid; priority; count; as the version has it; checksum


class PacketError(Exception):
    """A packet is not what it should be. The text is the packet's ``error``."""


def parse_frame(frame):
    """What an Ethernet frame (bytes) carries: (type, VLAN id or None, source MAC as text, payload); None if cut off.

    The id is the outermost tag's. 0 is no VLAN: such a tag has a priority alone.
    """
    if len(frame) < ETHERNET.size:
        return None
    _destination, mac, kind = ETHERNET.unpack_from(frame)
    offset, vlan = ETHERNET.size, None
    while kind in (ETH_P_8021Q, ETH_P_8021AD):
        if len(frame) < offset + TAG.size:
            return None
        tag, kind = TAG.unpack_from(frame, offset)
        vlan = vlan or tag & 0xFFF or None
        offset += TAG.size
    return kind, vlan, mac_text(mac), frame[offset:]


def decode(datagram, family):
    """The advert in an IP packet (bytes, from the IP header on; what is behind its end is ignored).

    family: ipv4 or ipv6.
    Returns None if it has no VRRP in it, otherwise a dict of a packet's return values (those that it can tell), None
    for what is not known, and these: message (the VRRP message as bytes, b"" if there is no whole one), auth_data
    (bytes of the authentication data, None without), intact (whether the IP packet is one that a kernel takes).
    ``error`` has the first thing that is wrong; what was decoded before it is there.
    """
    packet = _empty(family)
    try:
        message = _ipv4(datagram, packet) if family == "ipv4" else _ipv6(datagram, packet)
        if message is None:
            return None
        _decode_message(message, packet)
    except PacketError as exc:
        packet["error"] = str(exc)
    return packet


def decode_delivered_ipv6(message, source):
    """As decode(), of what a raw IPv6 socket delivers: the VRRP message without the headers, and its source (text)."""
    packet = dict(_empty("ipv6"), source=source)
    try:
        _decode_message(message, packet)
    except PacketError as exc:
        packet["error"] = str(exc)
    return packet


def checksum(data):
    """The Internet checksum (RFC 1071) of bytes. Over data with their checksum in place, right means 0."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!{0}H".format(len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo_header(source, destination, length):
    """What the checksum of VRRPv3 covers beside the message (RFC 5798, 5.2.8). Addresses: 4 or 16 bytes each."""
    layout = "!BBH" if len(source) == 4 else "!xxHxxBB"
    fields = (0, IPPROTO_VRRP, length) if len(source) == 4 else (length, 0, IPPROTO_VRRP)
    return source + destination + struct.pack(layout, *fields)


def _empty(family):
    """A packet of which only the family is known."""
    names = (
        "source destination unicast ttl ttl_ok version type virtual_router_id priority advert_int auth_type "
        "auth_data checksum error length"
    )
    return dict(dict.fromkeys(names.split()), family=family, addresses=[], message=b"", intact=False)


def _ipv4(data, packet):
    """The VRRP message (bytes) in an IPv4 packet, None if it carries something else. Fills the packet's addresses."""
    first, _tos, total, _identifier, fragment, ttl, protocol, _sum, source, destination = _unpack(IPV4, data)
    if protocol not in (IPPROTO_VRRP, IPPROTO_AH):
        return None
    _ends(packet, socket.AF_INET, source, destination, ttl)
    size = (first & 0xF) * 4
    if first >> 4 != 4 or size < IPV4.size or total < size:
        raise PacketError("bad header length" if first >> 4 == 4 else "unknown IP version")
    if total > len(data):
        raise PacketError("truncated")
    if checksum(data[:size]):
        raise PacketError("wrong IP header checksum")
    if fragment & 0x3FFF:  # an offset, or more to come
        raise PacketError("fragment")
    message = data[size:total]
    if protocol == IPPROTO_AH:
        # RFC 4302, 2: next header, its length in words of 32 bits minus 2.
        following, words = _unpack(struct.Struct("!BB"), message)
        if following != IPPROTO_VRRP:
            return None
        if (words + 2) * 4 > len(message):
            raise PacketError("truncated")
        message = message[(words + 2) * 4:]
        packet["auth_type"] = "AH"
    packet["intact"] = True
    return message


def _ipv6(data, packet):
    """The VRRP message (bytes) in an IPv6 packet, None if it carries something else. Fills the packet's addresses."""
    first, length, following, ttl, source, destination = _unpack(IPV6, data)
    _ends(packet, socket.AF_INET6, source, destination, ttl)
    if first >> 28 != 6:
        raise PacketError("unknown IP version")
    end, offset = IPV6.size + length, IPV6.size
    while following in (HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS):
        header = bytearray(data[offset:min(end, offset + 8)])
        if len(header) < 8:
            # A cut packet that may have had VRRP behind the cut, and may not.
            return None
        if following == FRAGMENT:
            if header[0] == IPPROTO_VRRP and (header[2] or header[3] & 0xF9):  # an offset, or more to come
                raise PacketError("fragment")
            offset += 8
        else:
            offset += 8 * (header[1] + 1)
        following = header[0]
    if following != IPPROTO_VRRP:
        return None
    if end > len(data):
        raise PacketError("truncated")
    if offset > end:
        raise PacketError("bad header length")
    packet["intact"] = True
    return data[offset:end]


def _ends(packet, family, source, destination, ttl):
    """Notes where an IP packet comes from and goes to (addresses as bytes), and its TTL or hop limit."""
    multicast = destination[:1] == b"\xff" if family == socket.AF_INET6 else bytearray(destination)[0] >> 4 == 14
    packet["source"] = socket.inet_ntop(family, source)
    packet["destination"] = socket.inet_ntop(family, destination)
    packet.update(unicast=not multicast, ttl=ttl, ttl_ok=ttl == 255)


def _decode_message(message, packet):
    """Fills the packet with what its VRRP message (bytes) says. Raises PacketError at the first thing that is wrong."""
    packet.update(message=message, length=len(message))
    if not message:
        raise PacketError("truncated")
    packet["version"], packet["type"] = divmod(bytearray(message)[0], 16)
    version = packet["version"]
    # Nobody but drafts had version 2 over IPv6.
    if version != 3 and not (version == 2 and packet["family"] == "ipv4"):
        raise PacketError("unknown version")
    _first, vrid, priority, count, middle, _sum = _unpack(VRRP, message)
    packet["checksum"] = _checksum_verdict(message, packet)
    if packet["type"] != ADVERTISEMENT:
        raise PacketError("unknown type")
    packet.update(virtual_router_id=vrid, priority=priority)
    if version == 2:
        packet["advert_int"] = float(middle & 0xFF)
        packet["auth_type"] = packet["auth_type"] or AUTH_TYPES.get(middle >> 8, "UNKNOWN")
    else:
        packet["advert_int"] = (middle & 0xFFF) / 100.0
    family, size = (socket.AF_INET, 4) if packet["family"] == "ipv4" else (socket.AF_INET6, 16)
    end = VRRP.size + count * size
    if len(message) != end + (AUTH_DATA_SIZE if version == 2 else 0):
        raise PacketError("address count does not fit")
    packet["addresses"] = [
        socket.inet_ntop(family, message[offset:offset + size]) for offset in range(VRRP.size, end, size)
    ]
    if packet["auth_type"] == "PASS":
        packet["auth_data"] = message[end:]


def _checksum_verdict(message, packet):
    """ok, ok_without_pseudo_header, wrong; None where the destination, which it covers, is not known."""
    plain = not checksum(message)
    if packet["version"] == 2:
        return "ok" if plain else "wrong"
    if packet["destination"] is None:
        return None
    family = socket.AF_INET if packet["family"] == "ipv4" else socket.AF_INET6
    ends = [socket.inet_pton(family, packet[name]) for name in ("source", "destination")]
    if not checksum(pseudo_header(ends[0], ends[1], len(message)) + message):
        return "ok"
    # RFC 3768 had no pseudo header, and some speakers of version 3 kept to that for IPv4.
    return "ok_without_pseudo_header" if plain and family == socket.AF_INET else "wrong"


def _unpack(layout, data):
    """The fields that a struct.Struct has at the start of the data. Raises PacketError if the data are too short."""
    if len(data) < layout.size:
        raise PacketError("truncated")
    return layout.unpack_from(data)
