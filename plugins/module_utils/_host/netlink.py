# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.

"""The host's network interfaces and their addresses, as the kernel tells them over rtnetlink.

Sources: RFC 3549, netlink(7), rtnetlink(7), linux/netlink.h, linux/rtnetlink.h, linux/if_addr.h, linux/if_link.h.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import errno
import os
import select
import socket
import struct

NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN = 1, 2, 3, 4
NLM_F_REQUEST, NLM_F_MULTI, NLM_F_DUMP_INTR, NLM_F_DUMP = 0x01, 0x02, 0x10, 0x300
NLA_TYPE_MASK = 0x3FFF  # without NLA_F_NESTED and NLA_F_NET_BYTEORDER
RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR, RTM_GETADDR = 16, 18, 20, 22
RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR = 0x10, 0x100
RTEXT_FILTER_SKIP_STATS = 0x8

IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINK, IFLA_LINKINFO, IFLA_EXT_MASK, IFLA_LINK_NETNSID = 1, 3, 4, 5, 18, 29, 37
IFLA_INFO_KIND = 1
IFA_ADDRESS, IFA_LOCAL, IFA_LABEL, IFA_BROADCAST, IFA_FLAGS = 1, 2, 3, 4, 8
IFF_UP, IFF_LOOPBACK, IFF_RUNNING = 0x1, 0x8, 0x40

MESSAGE_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
ATTRIBUTE_HEADER = struct.Struct("=HH")  # rtattr: length, type
LINK_HEADER = struct.Struct("=BxHiII")  # ifinfomsg: family, type, index, flags, change
ADDRESS_HEADER = struct.Struct("=BBBBI")  # ifaddrmsg: family, prefixlen, flags, scope, index
INTEGER = struct.Struct("=i")
UNSIGNED = struct.Struct("=I")

FAMILIES = {socket.AF_INET: ("ipv4", 4), socket.AF_INET6: ("ipv6", 16)}
SCOPES = {0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"}
IFA_F_SECONDARY = 0x01
FLAGS = (
    (0x002, "nodad"),
    (0x004, "optimistic"),
    (0x008, "dadfailed"),
    (0x010, "home"),
    (0x020, "deprecated"),
    (0x040, "tentative"),
    (0x080, "permanent"),
    (0x100, "mngtmpaddr"),
    (0x200, "noprefixroute"),
    (0x400, "autojoin"),
    (0x800, "stable-privacy"),
)

SEQUENCE = 1
ATTEMPTS = 10
ANSWER_TIMEOUT = 10.0  # seconds; the kernel answers in milliseconds


class NetlinkError(Exception):
    """The kernel did not tell the interfaces, or told what cannot be read. The text is for the user."""


class DumpInterrupted(NetlinkError):
    """The interfaces changed while the kernel listed them: the list is not of one moment, read again."""


def interfaces():
    """The host's interfaces and addresses, of one moment.

    Returns: what assemble() returns.
    Raises NetlinkError when the kernel refuses, or when the interfaces change during every one of ATTEMPTS readings.
    """
    link_request = LINK_HEADER.pack(socket.AF_UNSPEC, 0, 0, 0, 0)
    # The counters would be most of the answer. Kernels before 4.4 do not know the flag and send them.
    link_request += ATTRIBUTE_HEADER.pack(8, IFLA_EXT_MASK) + UNSIGNED.pack(RTEXT_FILTER_SKIP_STATS)
    address_request = ADDRESS_HEADER.pack(socket.AF_UNSPEC, 0, 0, 0, 0)
    for _attempt in range(ATTEMPTS):
        try:
            links = _dump(RTM_GETLINK, link_request, RTM_NEWLINK)
            return assemble(links, _dump(RTM_GETADDR, address_request, RTM_NEWADDR))
        except DumpInterrupted:
            continue
    raise NetlinkError(
        "The network interfaces changed during each of {0} readings in a row. "
        "Try again when the host has settled.".format(ATTEMPTS)
    )


def assemble(links, addresses):
    """One list of the payloads of RTM_NEWLINK and RTM_NEWADDR messages (two lists of bytes). Pure.

    Returns a list of dicts, in the order of their index: what parse_link() returns, with ``parent`` a name or None,
    and ``addresses``: a list of what parse_address() returns, in the kernel's order (primaries first).
    Raises NetlinkError for malformed payloads, DumpInterrupted for an address on an interface that is not in the list.
    """
    by_index = {}
    for payload in links:
        link = parse_link(payload)
        by_index[link["index"]] = dict(link, addresses=[])
    for payload in addresses:
        parsed = parse_address(payload)
        if parsed is None:
            continue
        index, address = parsed
        if index not in by_index:
            raise DumpInterrupted("An interface appeared between the list of interfaces and that of addresses.")
        by_index[index]["addresses"].append(address)
    for link in by_index.values():
        link["parent"] = by_index[link["parent"]]["name"] if link["parent"] in by_index else None
    return [by_index[index] for index in sorted(by_index)]


def parse_link(payload):
    """One interface, of the payload of an RTM_NEWLINK message (bytes: ifinfomsg and attributes). Pure.

    Returns a dict: name, index, mac (text, None without a 48 bit one), mtu (bytes, None if not told), up (IFF_UP),
    running (IFF_RUNNING, which the kernel derives from the operational state, RFC 2863), loopback, kind (as in
    ``ip link add type``, or None), parent (the *index* of the interface it sits on, or None).
    Raises NetlinkError for a malformed payload.
    """
    _family, _hardware, index, flags, _change = _header(LINK_HEADER, payload)
    found = parse_attributes(payload[LINK_HEADER.size:])
    if IFLA_IFNAME not in found:
        raise NetlinkError("The kernel told of interface {0} without a name.".format(index))
    mac = found.get(IFLA_ADDRESS, b"")
    # With IFLA_LINK_NETNSID the parent is in another network namespace: its index may be another interface's here.
    parent = _number(INTEGER, found, IFLA_LINK) if IFLA_LINK_NETNSID not in found else None
    kind = parse_attributes(found.get(IFLA_LINKINFO, b"")).get(IFLA_INFO_KIND)
    return {
        "name": _text(found[IFLA_IFNAME]),
        "index": index,
        # The tunnels' "hardware address" is an IP address, the loopback's is all zeros.
        "mac": mac_text(mac) if len(mac) == 6 and any(bytearray(mac)) else None,
        "mtu": _number(UNSIGNED, found, IFLA_MTU),
        "up": bool(flags & IFF_UP),
        "running": bool(flags & IFF_RUNNING),
        "loopback": bool(flags & IFF_LOOPBACK),
        "kind": _text(kind) if kind is not None else None,
        "parent": parent if parent != index else None,
    }


def parse_address(payload):
    """One address, of the payload of an RTM_NEWADDR message (bytes: ifaddrmsg and attributes). Pure.

    Returns (index of the interface, dict), or None for another family than IPv4 and IPv6. The dict: address
    (normalised text), prefixlen, family (ipv4, ipv6), scope (global, site, link, host, nowhere or the number as
    text), label and broadcast (text or None), secondary (IPv4 only), flags (list of names as ``ip address`` has them).
    Raises NetlinkError for a malformed payload.
    """
    family, prefixlen, flags, scope, index = _header(ADDRESS_HEADER, payload)
    if family not in FAMILIES:
        return None
    family_name, size = FAMILIES[family]
    found = parse_attributes(payload[ADDRESS_HEADER.size:])
    # On a point-to-point interface IFA_ADDRESS is the peer's and IFA_LOCAL the own one (linux/if_addr.h).
    own = found.get(IFA_LOCAL, found.get(IFA_ADDRESS, b""))
    broadcast = found.get(IFA_BROADCAST)
    if len(own) != size or prefixlen > 8 * size or (broadcast is not None and len(broadcast) != size):
        raise NetlinkError("The kernel told of a malformed {0} address on interface {1}.".format(family_name, index))
    # The eight bits of the header lost their upper neighbours: the 32 bits count where they are told (Linux 3.14).
    flags = _number(UNSIGNED, found, IFA_FLAGS) if IFA_FLAGS in found else flags
    # The same bit is IFA_F_TEMPORARY (RFC 8981) for IPv6.
    shared = "secondary" if family == socket.AF_INET else "temporary"
    names = [shared] if flags & IFA_F_SECONDARY else []
    return index, {
        "address": socket.inet_ntop(family, own),
        "prefixlen": prefixlen,
        "family": family_name,
        "scope": SCOPES.get(scope, str(scope)),
        "label": _text(found[IFA_LABEL]) if IFA_LABEL in found else None,
        "broadcast": socket.inet_ntop(family, broadcast) if broadcast is not None else None,
        "secondary": "secondary" in names,
        "flags": names + [name for bit, name in FLAGS if flags & bit],
    }


def parse_attributes(data):
    """The attributes of a message, or of a nested attribute: {type: value (bytes)}, the last of a type. Pure.

    Raises NetlinkError when an attribute does not end within the data.
    """
    found = {}
    offset = 0
    while offset < len(data):
        length, kind = _header(ATTRIBUTE_HEADER, data[offset:offset + ATTRIBUTE_HEADER.size])
        if length < ATTRIBUTE_HEADER.size or offset + length > len(data):
            raise NetlinkError("The kernel's answer has an attribute of {0} bytes where fewer are left.".format(length))
        found[kind & NLA_TYPE_MASK] = data[offset + ATTRIBUTE_HEADER.size:offset + length]
        offset += _aligned(length)
    return found


def parse_messages(data):
    """The messages of one datagram (bytes): a list of (type, flags, sequence, payload). Pure.

    Raises NetlinkError when a message does not end within the datagram.
    """
    messages = []
    offset = 0
    while offset < len(data):
        header = data[offset:offset + MESSAGE_HEADER.size]
        length, kind, flags, sequence, _port = _header(MESSAGE_HEADER, header)
        if length < MESSAGE_HEADER.size or offset + length > len(data):
            raise NetlinkError("The kernel's answer has a message of {0} bytes where fewer are left.".format(length))
        messages.append((kind, flags, sequence, data[offset + MESSAGE_HEADER.size:offset + length]))
        offset += _aligned(length)
    return messages


def collect(datagrams, wanted, sequence):
    """The payloads of an answer's messages of one type. Pure: the datagrams are any iterable of bytes.

    datagrams: read only as far as the answer goes; wanted: the message type; sequence: the request's number, messages
    with another one are left from an earlier request.
    Returns a list of bytes. Raises DumpInterrupted when the kernel says that the list is not of one moment,
    NetlinkError when the kernel says no, a message is malformed or the datagrams end before the answer does.
    """
    payloads = []
    for datagram in datagrams:
        for kind, flags, number, payload in parse_messages(datagram):
            if number != sequence or kind == NLMSG_NOOP:
                continue
            if kind == NLMSG_OVERRUN:
                raise NetlinkError("The kernel lost a part of its list of network interfaces. Try again.")
            if flags & NLM_F_DUMP_INTR:
                raise DumpInterrupted("The kernel's list changed while it was read.")
            if kind in (NLMSG_ERROR, NLMSG_DONE):
                _raise_for_error(kind, payload)
                return payloads
            if kind == wanted:
                payloads.append(payload)
            if not flags & NLM_F_MULTI:
                return payloads
    raise NetlinkError("The kernel's answer ended before its last message.")


@contextlib.contextmanager
def address_changes():
    """A function that waits for the next change of any address of the host: pause(seconds), at most that long.

    Changes from the moment the context is entered on count, so none is lost between a look and the pause after it.
    Raises NetlinkError when the kernel refuses.
    """
    with _opened() as sock:
        sock.setblocking(False)
        sock.bind((0, RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR))

        def pause(seconds):
            select.select([sock], [], [], seconds)
            try:
                while sock.recv(65536):
                    pass
            except (IOError, OSError) as exc:
                # ENOBUFS: more changes than the buffer holds, so there has been one.
                if exc.errno not in (errno.EAGAIN, errno.ENOBUFS):
                    raise

        yield pause


def mac_text(raw):
    """A hardware address (bytes) as text, 02:00:5e:00:53:01."""
    return ":".join("{0:02x}".format(octet) for octet in bytearray(raw))


def _dump(request, body, wanted):
    """Asks the kernel for a whole table; the payloads of its answer's messages of the wanted type (list of bytes).

    Raises as collect(), and NetlinkError when the socket fails or the kernel stays silent for ANSWER_TIMEOUT.
    """
    with _opened() as sock:
        sock.settimeout(ANSWER_TIMEOUT)
        sock.bind((0, 0))
        size = MESSAGE_HEADER.size + len(body)
        sock.send(MESSAGE_HEADER.pack(size, request, NLM_F_REQUEST | NLM_F_DUMP, SEQUENCE, 0) + body)
        return collect(_datagrams(sock), wanted, SEQUENCE)


def _datagrams(sock):
    """The datagrams that arrive on the socket, without end, each whole: its size is asked first."""
    while True:
        size = sock.recv_into(bytearray(1), 1, socket.MSG_PEEK | socket.MSG_TRUNC)
        yield sock.recv(max(size, 1))


@contextlib.contextmanager
def _opened():
    """A NETLINK_ROUTE socket; what fails with it inside the context is raised as NetlinkError."""
    try:
        with contextlib.closing(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)) as sock:
            yield sock
    except (IOError, OSError) as exc:
        raise NetlinkError(
            "Cannot ask the kernel for the network interfaces (netlink): {0}. "
            "A sandbox around the module may forbid AF_NETLINK sockets.".format(exc)
        )


def _raise_for_error(kind, payload):
    """Raises NetlinkError when an NLMSG_ERROR or NLMSG_DONE carries a (negative) errno; older DONEs carry none."""
    if kind == NLMSG_ERROR or len(payload) >= INTEGER.size:
        code = _header(INTEGER, payload)[0]
        if code < 0:
            raise NetlinkError("The kernel did not list the network interfaces: {0}.".format(_strerror(-code)))


def _strerror(code):
    """The text of an errno, for any number."""
    try:
        return os.strerror(code)
    except (OverflowError, ValueError):
        return "error {0}".format(code)


def _header(layout, data):
    """The fields that a struct.Struct has at the start of the data. Raises NetlinkError if the data are too short."""
    if len(data) < layout.size:
        raise NetlinkError("The kernel's answer is cut off: {0} bytes where {1} belong.".format(len(data), layout.size))
    return layout.unpack_from(data)


def _number(layout, found, kind):
    """The number in an attribute of parse_attributes(), None if it is not there. Raises NetlinkError if cut off."""
    return _header(layout, found[kind])[0] if kind in found else None


def _text(raw):
    """A C string (bytes) as text. Names are bytes to the kernel and need not be UTF-8."""
    return raw.split(b"\0")[0].decode("utf-8", "replace")


def _aligned(length):
    """The length with its padding: netlink aligns messages and attributes to 4 bytes."""
    return (length + 3) & ~3
