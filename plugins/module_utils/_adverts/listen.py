# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.

"""Listens for VRRP adverts twice: on the wire (packet sockets) and behind the firewall (raw IP sockets).

Sources: packet(7), raw(7), ip(7), ipv6(7), socket(7), linux/filter.h, linux/if_packet.h.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import array
import contextlib
import errno
import fcntl
import os
import select
import socket
import struct
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._adverts import packet as _packet, summary as _summary
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock, digest as _digest, netlink

ETH_P_ALL = 0x0003  # what a host sends is seen by listeners to all protocols only
ARPHRD_ETHER, ARPHRD_LOOPBACK = 1, 772
STEP = 0.1  # seconds after which it is asked again whether to go on
GRACE = 0.1  # seconds after the window, for the second sighting of the last packets
BATCH = 64  # packets taken from one socket before the others have their turn
FRAME_SIZE = 65536
DIGEST_LENGTH = 16
BUFFER = 8 << 20  # bytes of a socket: packets of some seconds, while others have the processor

# asm-generic/socket.h, linux/sockios.h, linux/if_packet.h: Python does not name them, or not in all versions.
SO_BINDTODEVICE, SO_ATTACH_FILTER, SO_RCVBUFFORCE, SO_MEMINFO, SIOCGSTAMP = 25, 26, 33, 55, 0x8906
SOL_PACKET, PACKET_STATISTICS, PACKET_AUXDATA, TP_STATUS_VLAN_VALID = 263, 6, 8, 0x10
AUXDATA = struct.Struct("=IIIHHHH")  # status, lengths (2), offsets (2), VLAN tag, its type
STATISTICS = struct.Struct("=II")  # packets, and how many of them were lost
MEMORY = struct.Struct("=9I")  # the last: packets that were lost
TIME = struct.Struct("ll")  # timeval

# Rows of code, jump if true, jump if false, operand (linux/filter.h). Without them a busy host's whole traffic would
# be copied to this process. The offsets are the kernel's SKF_NET_OFF, of the IP header, and SKF_AD_OFF.
NETWORK, PROTOCOL, VLAN_TAG = 0xFFF00000, 0xFFFFF000, 0xFFFFF02C
VRRP_PACKETS = (
    (0x28, 0, 0, PROTOCOL),
    (0x15, 0, 3, 0x0800),
    (0x30, 0, 0, NETWORK + 9),
    (0x15, 10, 0, 112),
    (0x15, 9, 10, 51),
    (0x15, 0, 6, 0x86DD),
    (0x30, 0, 0, NETWORK + 6),
    (0x15, 6, 0, 112),
    (0x15, 5, 0, 0),  # behind hop-by-hop options,
    (0x15, 4, 0, 43),  # a routing header,
    (0x15, 3, 0, 44),  # a fragment header,
    (0x15, 2, 3, 60),  # destination options
    (0x15, 1, 0, 0x8100),  # a tag that the kernel has not taken off, on packets of this host
    (0x15, 0, 1, 0x88A8),
    (0x06, 0, 0, FRAME_SIZE),
    (0x06, 0, 0, 0),
)
# Python 2.7 cannot be told the tag that the kernel takes off, so that it must not see tagged packets at all.
UNTAGGED = ((0x28, 0, 0, VLAN_TAG), (0x54, 0, 0, 0xFFF), (0x15, 1, 0, 0), (0x06, 0, 0, 0))
# AH is everybody's: its next header is the byte behind the IP header.
AH_OF_VRRP = ((0xB1, 0, 0, 0), (0x50, 0, 0, 0), (0x15, 0, 1, 112), (0x06, 0, 0, FRAME_SIZE), (0x06, 0, 0, 0))


class ListenError(Exception):
    """An option is wrong, or the host has not the means to listen. The text is for the user."""


def observe(options, more=None):
    """What the module does. Returns its return values (dict), without ``changed`` and ``settled``.

    options: its parameters (dict); more: a function without arguments, whether to go on when the duration is over.
    Raises ListenError for invalid options, NetlinkError when the kernel does not tell its interfaces.
    """
    check(options)
    known = netlink.interfaces()
    status, message, chosen = choose(known, options["interface"], _master)
    listener = None
    if status == "ok":
        listener = Listener(known, options, more)
        status, message = listener.listen(chosen)
    if status == "not_permitted":
        chosen = []
    summary = listener.summary if listener else _summary.Summary(clock.monotonic())
    if summary.left_out:
        message = "{0} packets are of more sources than are told apart, and are not in virtual_routers. {1}".format(
            summary.left_out, message or ""
        ).strip()
    if listener and listener.lost:
        message = "{0} packets came faster than this host read them: counts of packets are not exact. {1}".format(
            listener.lost, message or ""
        ).strip()
    return {
        "status": status,
        "message": message,
        "interfaces": [interface["name"] for interface in chosen],
        "duration": options["duration"],
        "elapsed": round(listener.end - listener.start, 3) if listener else 0.0,
        # Sockets are read one after the other.
        "packets": sorted(summary.packets, key=lambda packet: packet["time"]),
        "packets_total": summary.packets_total,
        "virtual_routers": summary.virtual_routers(listener.end) if listener else [],
    }


def check(options):
    """Raises ListenError for what the options' types do not keep out. Pure."""
    if not 0 < options["duration"] < float("inf"):
        raise ListenError(
            "duration: {0} is no span of time to listen for. Write a number of seconds, like 3.5.".format(
                options["duration"]
            )
        )
    if options["count"] is not None and options["count"] < 1:
        raise ListenError("count: {0} adverts cannot be waited for. Write 1 or more.".format(options["count"]))
    for vrid in options["virtual_router_id"] or []:
        if not 1 <= vrid <= 255:
            raise ListenError("virtual_router_id: {0} is none. Write numbers from 1 to 255.".format(vrid))
    try:
        _digest.check_key(options["digest_key"])
    except _digest.DigestError as error:
        raise ListenError(str(error))


def choose(known, name, master):
    """Where to listen: (status, message, list of entries of known). Pure.

    known: as from netlink.interfaces(); name: the interface asked for, None for all that are up and no loopback;
    master: a function of an interface's name, that of the bridge, bond or VRF it is a port of, or None.
    The entries get a key ``port``: whether packets come up to the host from another interface than this one.
    """
    kinds = dict((interface["name"], interface["kind"]) for interface in known)
    found = []
    for interface in known:
        over = master(interface["name"])
        found.append(dict(interface, port=over is not None and kinds.get(over) != "vrf"))
    if name is None:
        found = [entry for entry in found if entry["up"] and not entry["loopback"] and not entry["port"]]
        message = None if found else "No interface but the loopback is up."
        return ("ok" if found else "no_interface"), message, found
    found = [entry for entry in found if entry["name"] == name]
    if not found:
        return "no_interface", "There is no interface {0}.".format(name), []
    if not found[0]["up"]:
        return "interface_down", "Interface {0} is down.".format(name), []
    return "ok", None, found


def above(known, name):
    """The interfaces (entries of known) with a MAC address of their own upon a named one, as C(use_vmac) makes. Pure.

    All members have the same virtual MAC. A multicast frame that comes from one's own the kernel hands to that
    interface alone, and not to the one below: to the master's adverts a backup listens there.
    """
    return [one for one in known if one["kind"] == "macvlan" and one["parent"] == name and one["up"]]


def digest(key, auth_data):
    """What may be told of authentication data (bytes): text, None without a key (text) or without data. Pure."""
    if key is None or auth_data is None:
        return None
    keyed = _digest.begin(key)
    keyed.update(auth_data)
    return keyed.hexdigest()[:DIGEST_LENGTH]


class Listener(object):
    """The sockets, and what they hear."""

    def __init__(self, known, options, more=None):
        """known: as from netlink.interfaces(); options, more: see observe()."""
        self._options, self._more = options, more
        self._addresses = set(held["address"] for interface in known for held in interface["addresses"])
        self._macs = set(interface["mac"] for interface in known if interface["mac"])
        self._wire, self._raw = {}, {}  # {descriptor: (socket, interface, family)}
        self._above, self._upon = {}, {}  # the same, upon others: {interface: (the one below, its own MAC address)}
        self._known = known
        self._heard = set()  # (interface, family) of those that can be told to be delivered
        self._ledger = self._poll = None
        self.lost = 0  # packets that the kernel had no room for, on the wire or behind the firewall
        self.start = self.end = clock.monotonic()
        self.summary = _summary.Summary(self.start)

    def listen(self, interfaces):
        """Listens for the time that the options tell. Returns (status, message)."""
        with contextlib.closing(self):
            try:
                # The wire first: then there is no packet that is delivered and has not been seen before.
                for interface in interfaces:
                    self._open_wire(interface["name"])
                for interface in interfaces:
                    if not interface["port"]:
                        self._open_raw(interface["name"], interface["index"])
                        for upon in above(self._known, interface["name"]):
                            self._upon[upon["name"]] = interface["name"], upon["mac"]
                            self._open_raw(upon["name"], upon["index"], True)
            except (IOError, OSError) as exc:
                if exc.errno in (errno.EPERM, errno.EACCES):
                    return "not_permitted", "Listening needs CAP_NET_RAW, which root has."
                if exc.errno in (errno.ENODEV, errno.ENXIO, errno.ENETDOWN):
                    return "interface_down", "An interface has gone while the sockets were opened: {0}.".format(exc)
                raise ListenError(
                    "Cannot listen on {0} interfaces: {1}. Name one in the option interface.".format(
                        len(interfaces), exc
                    )
                )
            return self._window()

    def close(self):
        """Closes the sockets; the multicast groups are left by that."""
        wire = [
            STATISTICS.unpack(sock.getsockopt(SOL_PACKET, PACKET_STATISTICS, STATISTICS.size))[1]
            for sock, _interface, _ethernet in self._wire.values()
        ]
        self.lost = max(sum(wire), sum(_dropped(opened[0]) for opened in self._raw.values()))
        for opened in list(self._wire.values()) + list(self._raw.values()) + list(self._above.values()):
            opened[0].close()

    def _window(self):
        """Hears for the duration, or the count, and for the grace. Returns (status, message)."""
        self._poll = select.poll()
        for descriptor in list(self._wire) + list(self._raw) + list(self._above):
            self._poll.register(descriptor, select.POLLIN)
        self.start = clock.monotonic()
        self.end = self.start + self._options["duration"]
        self.summary = _summary.Summary(self.start)
        self._ledger = _summary.Ledger(self._wanted, self.summary.add)
        gone = self._hear(self._options["count"])
        while self._more and self._wire and clock.monotonic() >= self.end and self._more():
            self.end = clock.monotonic() + STEP
            gone += self._hear(None)
        self.end = min(self.end, clock.monotonic())
        gone += self._hear(None, self.end + GRACE)
        self._ledger.settle(everything=True)
        if not gone:
            return "ok", None
        return "interface_down", "Listening ended early on {0}: gone, or down.".format(", ".join(sorted(set(gone))))

    def _hear(self, count, until=None):
        """Takes packets in until then (by default the end), or the count. Returns the interfaces that went."""
        until, gone = until or self.end, []
        while count is None or self._ledger.decoded < count:
            left = until - clock.monotonic()
            if left <= 0 or not self._wire:
                break
            ready = set(descriptor for descriptor, _event in self._poll.poll(int(min(left, 1.0) * 1000) + 1))
            # What is delivered first: it is the smaller buffer that runs over.
            for ports, take in (
                (self._above, self._take_above), (self._raw, self._take_delivered), (self._wire, self._take_frame)
            ):
                for descriptor in ready.intersection(ports):
                    if not self._drain(ports[descriptor], take):
                        if ports is not self._above:  # keepalived takes its own away
                            gone.append(ports[descriptor][1])
                        self._poll.unregister(descriptor)
                        ports.pop(descriptor)[0].close()
            self._ledger.settle()
        return gone

    def _drain(self, port, take):
        """Takes what a socket has, a BATCH at most. Returns False if its interface is gone or down."""
        try:
            for _number in range(BATCH):
                take(*port)
        except (IOError, OSError) as exc:
            # The filter has seen to it that ENOBUFS is not of others' packets: one is lost.
            return exc.errno in (errno.EAGAIN, errno.ENOBUFS, errno.EINTR)
        return True

    def _take_frame(self, sock, interface, ethernet):
        """One frame from the wire."""
        tag = None
        if hasattr(sock, "recvmsg"):
            frame, ancillary, _flags, sender = sock.recvmsg(FRAME_SIZE, socket.CMSG_SPACE(AUXDATA.size))
            for level, kind, data in ancillary:
                if (level, kind) == (SOL_PACKET, PACKET_AUXDATA) and len(data) >= AUXDATA.size:
                    fields = AUXDATA.unpack_from(data)
                    tag = fields[5] & 0xFFF if fields[0] & TP_STATUS_VLAN_VALID or fields[5] else None
        else:
            frame, sender = sock.recvfrom(FRAME_SIZE)
        stamp = _stamp(sock)
        if ethernet:
            parsed = _packet.parse_frame(frame)
        else:
            mac = netlink.mac_text(sender[4]) if len(sender[4]) == 6 else None
            parsed = (sender[1], None, mac, frame)
        if parsed is None or parsed[0] not in _packet.FAMILIES:
            return
        family = _packet.FAMILIES[parsed[0]]
        packet = _packet.decode(parsed[3], family)
        if packet is None:
            return
        packet["vlan"] = tag or parsed[1]
        packet["source_mac"] = parsed[2]
        packet["direction"] = "out" if sender[2] == socket.PACKET_OUTGOING else "in"
        mine = packet["source"] in self._addresses and packet["source_mac"] in self._macs
        packet["own"] = packet["direction"] == "out" or mine
        to_us = packet["destination"] in self._addresses or packet["destination"] == _packet.GROUPS[family]
        expected = (
            packet["intact"] and to_us and not packet["own"] and packet["vlan"] is None
            and sender[2] != socket.PACKET_OTHERHOST and (interface, family) in self._heard
        )
        self._ledger.on_wire(self._sighting(packet, interface, stamp), expected)

    def _take_delivered(self, sock, interface, family):
        """One packet from behind the firewall."""
        sighting = self._read(sock, interface, family)
        if sighting is not None:
            self._ledger.delivered(sighting)

    def _take_above(self, sock, interface, family):
        """One packet from behind the firewall of an interface upon another."""
        below, mac = self._upon[interface]
        sighting = self._read(sock, below, family)
        if sighting is not None:
            self._ledger.delivered_above(dict(sighting, source_mac=mac))

    def _read(self, sock, interface, family):
        """The sighting of one packet of a raw socket, None if it is none of VRRP."""
        data, sender = sock.recvfrom(FRAME_SIZE)
        stamp = _stamp(sock)
        if family == "ipv4":
            packet = _packet.decode(data, family)
        else:
            # Older Pythons write fe80::1%eth0.
            packet = _packet.decode_delivered_ipv6(data, sender[0].partition("%")[0])
        if packet is None:
            return None
        packet.update(vlan=None, source_mac=None, direction="in", own=False)
        return self._sighting(packet, interface, stamp)

    def _sighting(self, packet, interface, stamp):
        """What the ledger takes, of a decoded packet. The authentication data end here."""
        auth_digest = digest(self._options["digest_key"], packet.pop("auth_data"))
        # The stamp is of the host's clock, which may be set in between.
        at = clock.monotonic() - min(max(time.time() - stamp, 0.0), 1.0)
        return dict(packet, interface=interface, time=stamp, at=at, auth_digest=auth_digest)

    def _wanted(self, sighting):
        """Whether a sighting is in the window, and of a virtual router that was asked for."""
        vrids = self._options["virtual_router_id"]
        return self.start <= sighting["at"] <= self.end and (not vrids or sighting["virtual_router_id"] in vrids)

    def _open_wire(self, name):
        """Opens the packet socket of an interface. Raises IOError or OSError."""
        rules = VRRP_PACKETS if hasattr(socket.socket, "recvmsg") else UNTAGGED + VRRP_PACKETS
        for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
            # Protocol 0 hears nothing, so that no frame gets in before the filter is there.
            sock = socket.socket(socket.AF_PACKET, kind, 0)
            self._wire[sock.fileno()] = (sock, name, kind == socket.SOCK_RAW)
            _attach(sock, rules)
            sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
            sock.bind((name, ETH_P_ALL))
            _prepare(sock)
            if kind == socket.SOCK_DGRAM or sock.getsockname()[3] in (ARPHRD_ETHER, ARPHRD_LOOPBACK):
                return
            # A tunnel's or InfiniBand's header is another one: have the kernel take it off.
            del self._wire[sock.fileno()]
            sock.close()

    def _open_raw(self, name, index, upon=False):
        """Opens the raw sockets of an interface, or of one upon another. Raises IOError or OSError."""
        groups = _packet.GROUPS
        ipv4 = socket.inet_pton(socket.AF_INET, groups["ipv4"]) + struct.pack("=4si", b"", index)
        ipv6 = socket.inet_pton(socket.AF_INET6, groups["ipv6"]) + struct.pack("=i", index)
        for domain, protocol, family, join in (
            (socket.AF_INET, _packet.IPPROTO_VRRP, "ipv4", (socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, ipv4)),
            (socket.AF_INET, _packet.IPPROTO_AH, "ipv4", (socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, ipv4)),
            (socket.AF_INET6, _packet.IPPROTO_VRRP, "ipv6", (socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, ipv6)),
        ):
            try:
                sock = socket.socket(domain, socket.SOCK_RAW, protocol)
            except (IOError, OSError) as exc:
                if exc.errno == errno.EAFNOSUPPORT:  # the kernel was started without IPv6
                    continue
                raise
            (self._above if upon else self._raw)[sock.fileno()] = (sock, name, family)
            sock.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, name.encode("utf-8") + b"\0")
            if protocol == _packet.IPPROTO_AH:
                _attach(sock, AH_OF_VRRP)
            _prepare(sock)
            try:
                sock.setsockopt(*join)
            except (IOError, OSError) as exc:
                # IPv6 is off on the interface, so that nothing can be delivered.
                if exc.errno not in (errno.ENODEV, errno.EINVAL, errno.EADDRNOTAVAIL):
                    raise
                continue
            if not upon:
                self._heard.add((name, family))


def _attach(sock, rules):
    """Has the kernel keep for a socket only what the filter's rules let through."""
    code = array.array("B", b"".join(struct.pack("HBBI", *rule) for rule in rules))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", len(rules), code.buffer_info()[0]))


def _prepare(sock):
    """Makes a socket one that does not wait and has room, and has the kernel stamp its packets with their arrival."""
    sock.setblocking(False)
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    except (IOError, OSError) as exc:
        if exc.errno != errno.EPERM:
            raise
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)  # net.core.rmem_max of it
    try:
        _stamp(sock)
    except (IOError, OSError) as exc:
        if exc.errno != errno.ENOENT:  # no packet yet; asking has switched the stamps on
            raise


def _dropped(sock):
    """Packets that a raw socket had no room for. 0 before Linux 4.12, which does not tell."""
    try:
        return MEMORY.unpack(sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, MEMORY.size))[-1]
    except (IOError, OSError) as exc:
        if exc.errno != errno.ENOPROTOOPT:
            raise
        return 0


def _stamp(sock):
    """When the packet that was read last has come: epoch seconds."""
    seconds, microseconds = TIME.unpack(fcntl.ioctl(sock.fileno(), SIOCGSTAMP, b"\0" * TIME.size))
    return seconds + microseconds / 1000000.0


def _master(name):
    """The interface that a named one is a port of, None if none."""
    try:
        return os.path.basename(os.readlink("/sys/class/net/{0}/master".format(name)))
    except (IOError, OSError):
        return None
