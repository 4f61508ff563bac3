# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of listening: choices on described interfaces, and real sockets on the loopback interface."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import errno
import socket
import struct
import threading
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._adverts import listen

pytestmark = pytest.mark.usefixtures("alone_on_loopback")


def interface(name, index=2, up=True, loopback=False, kind=None):
    """An interface as netlink tells it."""
    return {
        "name": name, "index": index, "mac": "02:00:5e:00:53:01", "mtu": 1500, "up": up, "running": up,
        "loopback": loopback, "kind": kind, "parent": None, "addresses": [],
    }


KNOWN = [
    interface("lo", 1, loopback=True), interface("eth0"), interface("eth1", 3, up=False), interface("br0", 4),
    interface("veth1", 5, kind="veth"), interface("vrf0", 6, kind="vrf"), interface("eth2", 7),
]
MASTERS = {"veth1": "br0", "eth2": "vrf0"}


@pytest.mark.parametrize(
    ("name", "status", "names"),
    [
        (None, "ok", ["eth0", "br0", "vrf0", "eth2"]),
        ("lo", "ok", ["lo"]),
        ("veth1", "ok", ["veth1"]),
        ("eth1", "interface_down", []),
        ("absent", "no_interface", []),
    ],
)
def test_choose(name, status, names):
    found = listen.choose(KNOWN, name, MASTERS.get)
    assert (found[0], [entry["name"] for entry in found[2]]) == (status, names)
    assert (found[1] is None) == (status == "ok")
    assert [entry["name"] for entry in found[2] if entry["port"]] == (["veth1"] if name == "veth1" else [])


def test_interfaces_with_a_mac_address_of_their_own_are_above():
    known = list(KNOWN) + [
        dict(interface("vrrp.51", 8, kind="macvlan"), parent="eth0"),
        dict(interface("vrrp.52", 9, kind="macvlan", up=False), parent="eth0"),
        dict(interface("vrrp.53", 10, kind="macvlan"), parent="eth2"),
        dict(interface("eth0.7", 11, kind="vlan"), parent="eth0"),
    ]
    assert [one["name"] for one in listen.above(known, "eth0")] == ["vrrp.51"]


def test_choose_of_nothing():
    assert listen.choose(KNOWN[:1], None, MASTERS.get)[0] == "no_interface"


def options(**changes):
    """The module's parameters with their defaults."""
    defaults = {"interface": "lo", "duration": 0.3, "count": None, "virtual_router_id": None, "digest_key": None}
    return dict(defaults, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"duration": 0.0}, "duration: 0.0"),
        ({"duration": float("nan")}, "duration: nan"),
        ({"duration": float("inf")}, "duration: inf"),
        ({"count": 0}, "count: 0"),
        ({"virtual_router_id": [1, 256]}, "virtual_router_id: 256"),
        ({"virtual_router_id": [0]}, "virtual_router_id: 0"),
        ({"digest_key": "x" * 15}, "digest_key: it is shorter than 16"),
    ],
)
def test_observe_refuses(changes, words):
    with pytest.raises(listen.ListenError, match=words) as caught:
        listen.observe(options(**changes))
    assert "xxx" not in str(caught.value)


def test_digest():
    # As of: printf 's3cret\0\0' | openssl dgst -sha256 -hmac 0123456789abcdef
    assert listen.digest("0123456789abcdef", b"s3cret\0\0") == "43197bb8437612bc"
    assert listen.digest(u"0123456789abcdef", b"s3cret\0\0") == "43197bb8437612bc"
    assert listen.digest(None, b"s3cret\0\0") is None
    assert listen.digest("0123456789abcdef", None) is None


@pytest.mark.parametrize("interface", ["absent0", None])
def test_no_interface(interface, monkeypatch):
    monkeypatch.setattr(listen.netlink, "interfaces", lambda: KNOWN[:1])
    found = listen.observe(options(interface=interface))
    assert (found["status"], found["elapsed"], found["packets"]) == ("no_interface", 0.0, [])
    assert (found["virtual_routers"], found["interfaces"]) == ([], [])


@pytest.mark.parametrize(
    ("code", "status"),
    [(errno.EPERM, "not_permitted"), (errno.EACCES, "not_permitted"), (errno.ENODEV, "interface_down")],
)
def test_sockets_that_are_refused(code, status, monkeypatch):
    def refused(*arguments):
        raise OSError(code, "refused")

    monkeypatch.setattr(listen.socket, "socket", refused)
    monkeypatch.setattr(listen.netlink, "interfaces", lambda: [dict(KNOWN[0])])
    assert listen.observe(options())["status"] == status


def test_no_sockets_left(monkeypatch):
    def refused(*arguments):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(listen.socket, "socket", refused)
    monkeypatch.setattr(listen.netlink, "interfaces", lambda: [dict(KNOWN[0])])
    with pytest.raises(listen.ListenError, match="Too many open files.*option interface"):
        listen.observe(options())


def may_listen():
    """Whether this process has CAP_NET_RAW."""
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
        return True
    except (IOError, OSError):
        return False


needs_packets = pytest.mark.skipif(not may_listen(), reason="needs CAP_NET_RAW")


def checksum(data):
    """The Internet checksum of an even number of bytes."""
    number = sum(struct.unpack("!{0}H".format(len(data) // 2), data))
    while number >> 16:
        number = (number & 0xFFFF) + (number >> 16)
    return 0xFFFF - number


def advert(vrid, data=b"s3cret\0\0"):
    """A VRRPv2 message with a password."""
    message = struct.pack("!BBBBBBH", 0x21, vrid, 150, 1, 1, 1, 0) + b"\xc0\0\2\x0a" + data
    return message[:6] + struct.pack("!H", checksum(message)) + message[8:]


@contextlib.contextmanager
def speaking(messages, family=socket.AF_INET, protocol=112, pause=0.02):
    """Sends the messages to the loopback interface in the meantime, after a while."""

    def speak():
        time.sleep(0.1)
        sock = socket.socket(family, socket.SOCK_RAW, protocol)
        option = (socket.IPPROTO_IP, socket.IP_TTL) if family == socket.AF_INET else (socket.IPPROTO_IPV6, 16)
        sock.setsockopt(option[0], option[1], 255)
        for message in messages:
            sock.sendto(message, ("127.0.0.1" if family == socket.AF_INET else "::1", 0))
            time.sleep(pause)
        sock.close()

    thread = threading.Thread(target=speak)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def come_in(found):
    """The packets that came in: the loopback interface shows them going out, too."""
    return [packet for packet in found["packets"] if packet["direction"] == "in"]


@needs_packets
def test_hears_twice():
    before = time.time()
    with speaking([advert(51), advert(51), advert(52)]):
        found = listen.observe(options(digest_key="0123456789abcdef", duration=0.4))
    assert (found["status"], found["message"], found["interfaces"], found["duration"]) == ("ok", None, ["lo"], 0.4)
    assert 0.4 <= found["elapsed"] < 5
    packets = come_in(found)
    assert [packet["virtual_router_id"] for packet in packets] == [51, 51, 52]
    moment = packets[0].pop("time")
    assert before <= moment <= time.time()
    assert packets[0] == {
        "interface": "lo", "vlan": None, "direction": "in", "source_mac": "00:00:00:00:00:00", "source": "127.0.0.1",
        "destination": "127.0.0.1", "unicast": True, "family": "ipv4", "ttl": 255, "ttl_ok": True, "version": 2,
        "type": 1, "virtual_router_id": 51, "priority": 150, "advert_int": 1.0, "auth_type": "PASS",
        "auth_digest": "43197bb8437612bc", "checksum": "ok", "addresses": ["192.0.2.10"], "on_wire": True,
        "delivered": True, "error": None, "length": 20,
    }
    out = [packet for packet in found["packets"] if packet["direction"] == "out"]
    assert [packet["delivered"] for packet in out] == [None, None, None]
    assert found["packets_total"] == 6
    assert [router["virtual_router_id"] for router in found["virtual_routers"]] == [51, 52]
    assert "s3cret" not in repr(found)


@needs_packets
def test_ipv6():
    message = struct.pack("!BBBBHH", 0x31, 51, 100, 1, 100, 0) + socket.inet_pton(socket.AF_INET6, "2001:db8::10")
    try:
        with speaking([message], socket.AF_INET6):
            found = listen.observe(options())
    except (IOError, OSError):
        pytest.skip("no IPv6 here")
    packet, = come_in(found)
    assert (packet["family"], packet["delivered"], packet["checksum"]) == ("ipv6", True, "wrong")
    assert (packet["source"], packet["destination"], packet["ttl"]) == ("::1", "::1", 255)


@needs_packets
def test_authentication_header():
    header = struct.pack("!BBHII", 112, 4, 0, 1, 1) + b"\7" * 12
    with speaking([header + advert(51), b"\6" + header[1:] + advert(52)], protocol=51):
        found = listen.observe(options(digest_key="0123456789abcdef"))
    packet, = come_in(found)
    assert (packet["auth_type"], packet["auth_digest"], packet["delivered"]) == ("AH", None, True)


@needs_packets
@pytest.mark.parametrize(("tag", "vlan"), [(0xE00A, 10), (0xE000, None)], ids=["VLAN 10", "priority alone"])
def test_tagged_packets(tag, vlan):
    message = advert(51)
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(message), 1, 0, 255, 112, 0) + b"\x7f\0\0\1" * 2
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]

    def send():
        time.sleep(0.1)
        with contextlib.closing(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)) as sock:
            sock.bind(("lo", 0))
            sock.send(b"\0" * 12 + struct.pack("!HHH", 0x8100, tag, 0x0800) + header + message)

    thread = threading.Thread(target=send)
    thread.start()
    found = listen.observe(options())
    thread.join()
    assert [packet["vlan"] for packet in found["packets"] if packet["direction"] == "out"] == [vlan]
    # Python 2.7 is not told the tag, and is to hear nothing rather than mix it up with untagged packets.
    told = vlan is None or hasattr(socket.socket, "recvmsg")
    assert [packet["vlan"] for packet in come_in(found)] == ([vlan] if told else [])
    if vlan and told:
        assert come_in(found)[0]["delivered"] is None


@needs_packets
def test_filter_and_count():
    with speaking([advert(vrid) for vrid in (51, 52, 51, 52, 51, 52)]):
        found = listen.observe(options(virtual_router_id=[52], count=2, duration=20.0))
    assert found["elapsed"] < 10
    assert found["status"] == "ok"
    assert set(packet["virtual_router_id"] for packet in found["packets"]) == {52}


@needs_packets
def test_hostile_messages():
    messages = [b"\xff", b"\x21", advert(51)[:-1], b"\x41" + advert(51)[1:], b"\x2f" + advert(51)[1:], advert(51)]
    with speaking(messages):
        found = listen.observe(options(duration=0.5))
    assert [(packet["error"], packet["delivered"]) for packet in come_in(found)] == [
        ("unknown version", True), ("truncated", True), ("address count does not fit", True), ("unknown version", True),
        ("unknown type", True), (None, True),
    ]


@needs_packets
def test_a_flood_is_counted():
    with speaking([advert(51)] * 1500, pause=0.001):
        found = listen.observe(options(duration=30.0, count=3000))
    assert found["packets_total"] == 3000
    assert len(found["packets"]) == 1000
    assert found["virtual_routers"][0]["blocked"] == 0


@needs_packets
def test_what_is_lost_in_a_flood_is_told(monkeypatch):
    monkeypatch.setattr(listen, "BUFFER", 1)
    with speaking([advert(51)] * 1500, pause=0):
        found = listen.observe(options(duration=3.0))
    number, told = found["message"].split(" ", 1)
    # The sockets before and behind the firewall lose each their own.
    assert int(number) >= 3000 - found["packets_total"] > 0
    assert told == "packets came faster than this host read them: counts of packets are not exact."
