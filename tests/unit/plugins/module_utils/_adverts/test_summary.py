# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the pairing of sightings, and of who speaks, on described adverts."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._adverts import summary as _summary
from hypothesis import given, strategies as st

EPOCH = 1767225600.0


def sighting(at, source="192.0.2.11", **changes):
    """An advert of version 2 as it is heard on the wire, at seconds after listening began."""
    found = {
        "time": EPOCH + at, "at": at, "interface": "eth0", "vlan": None, "direction": "in", "own": False,
        "source_mac": "00:00:5e:00:53:" + source[-2:], "source": source, "destination": "224.0.0.18", "unicast": False,
        "family": "ipv4", "ttl": 255, "ttl_ok": True, "version": 2, "type": 1, "virtual_router_id": 51,
        "priority": 150, "advert_int": 1.0, "auth_type": "NONE", "auth_digest": None, "checksum": "ok",
        "addresses": ["192.0.2.10"], "error": None, "length": 20, "message": b"\x21", "intact": True,
    }
    return dict(found, **changes)


def ledger(wanted=lambda sighting: True):
    """A ledger, and the list of the packets it settles."""
    settled = []
    return _summary.Ledger(wanted, settled.append), settled


def verdicts(settled):
    """What matters of settled packets."""
    return [(packet["at"], packet["on_wire"], packet["delivered"]) for packet in settled]


def test_pairs_in_either_order():
    book, settled = ledger()
    book.on_wire(sighting(0.0), True)
    book.delivered(sighting(0.00001, source_mac=None))
    book.delivered(sighting(1.0, source_mac=None))
    book.on_wire(sighting(1.00001), True)
    book.settle()
    assert verdicts(settled) == [(0.0, True, True), (1.00001, True, True)]
    assert [packet["source_mac"] for packet in settled] == ["00:00:5e:00:53:11"] * 2
    assert book.decoded == 2


def test_pairs_the_same_moment_among_equal_adverts():
    book, settled = ledger()
    for number in range(4):
        book.on_wire(sighting(number * 0.01), True)
    book.delivered(sighting(0.02))
    book.on_wire(sighting(0.04), True)
    book.delivered(sighting(0.04))
    book.settle()
    assert settled == []  # the first may still be delivered
    book.settle(everything=True)
    assert [packet["delivered"] for packet in settled] == [False, False, True, False, True]


@pytest.mark.parametrize(
    "changes",
    [{"source": "192.0.2.12"}, {"destination": "192.0.2.1"}, {"message": b"x"}, {"interface": "eth1"}, {"at": 0.2}],
    ids=lambda changes: sorted(changes)[0],
)
def test_does_not_pair_what_differs(changes):
    book, settled = ledger()
    book.on_wire(sighting(0.0), True)
    book.delivered(sighting(changes.pop("at", 0.0), **changes))
    book.settle(everything=True)
    assert [verdict[1:] for verdict in verdicts(settled)] == [(True, False), (False, True)]


VIRTUAL, OTHER = "00:00:5e:00:01:33", "00:00:5e:00:01:34"


@pytest.mark.parametrize("first", [True, False], ids=["above first", "wire first"])
@pytest.mark.parametrize(
    ("source_mac", "late", "delivered"),
    [
        (VIRTUAL, 0.00001, True),
        (VIRTUAL, 0.2, False),  # another packet
        (OTHER, 0.00001, False),  # keepalived listens below for it
    ],
)
def test_what_only_the_interface_above_gets_is_delivered(first, source_mac, late, delivered):
    book, settled = ledger()
    above = sighting(late, source_mac=VIRTUAL)
    if first:
        book.delivered_above(above)
    book.on_wire(sighting(0.0, source_mac=source_mac), True)
    if not first:
        book.delivered_above(above)
    book.settle(everything=True)
    assert verdicts(settled) == [(0.0, True, delivered)]
    assert book.decoded == 1


def test_what_both_interfaces_get_is_one_packet():
    book, settled = ledger()
    book.delivered_above(sighting(0.0, source_mac=VIRTUAL))
    book.delivered(sighting(0.00001, source_mac=None))
    book.on_wire(sighting(0.00002, source_mac=VIRTUAL), True)
    book.settle(everything=True)
    assert verdicts(settled) == [(0.00002, True, True)]


def test_pairs_ipv6_without_its_destination():
    book, settled = ledger()
    book.on_wire(sighting(0.0, family="ipv6", destination="ff02::12"), True)
    book.delivered(sighting(0.0, family="ipv6", destination=None, ttl=None))
    book.settle()
    assert (settled[0]["delivered"], settled[0]["destination"], settled[0]["ttl"]) == (True, "ff02::12", 255)


def test_what_is_not_to_be_delivered():
    book, settled = ledger()
    book.on_wire(sighting(0.0), False)
    book.on_wire(sighting(1.0), False)
    book.delivered(sighting(1.0))  # and is all the same
    book.settle(everything=True)
    assert verdicts(settled) == [(0.0, True, None), (1.0, True, True)]


@pytest.mark.parametrize("first", [True, False], ids=["read before", "read after"])
def test_own_multicast_given_back_is_no_packet(first):
    book, settled = ledger()
    steps = [
        lambda: book.on_wire(sighting(0.0, direction="out", own=True), False),
        lambda: book.delivered(sighting(0.0)),
    ]
    for step in steps if first else reversed(steps):
        step()
    book.settle(everything=True)
    assert verdicts(settled) == [(0.0, True, None)]


def test_unwanted_packets_take_their_other_half():
    book, settled = ledger(lambda sighting: sighting["at"] >= 1.0)
    book.on_wire(sighting(0.999), True)
    book.delivered(sighting(1.0))
    book.settle(everything=True)
    assert settled == []
    assert book.decoded == 0


def test_errors_are_not_decoded():
    book, _settled = ledger()
    book.on_wire(sighting(0.0, error="fragment"), False)
    assert book.decoded == 0


def test_memory_is_bounded():
    book, settled = ledger()
    summary = _summary.Summary(0.0)
    for number in range(5000):
        advert = sighting(number / 1000.0, "198.51.{0}.{1}".format(number // 250, number % 250), message=b"x")
        book.on_wire(advert, True)
        book.settle()
    assert len(settled) == 3000
    book.settle(everything=True)
    for packet in settled:
        summary.add(packet)
    assert (len(summary.packets), summary.packets_total, summary.left_out) == (1000, 5000, 4000)
    router, = summary.virtual_routers(5.0)
    assert len(router["sources"]) == 1000
    assert router["blocked"] == 1000


def summarised(sightings, end, delivered=True):
    """The virtual routers of adverts."""
    summary = _summary.Summary(0.0)
    for entry in sorted(sightings, key=lambda entry: entry["at"]):
        summary.add(dict({"on_wire": True, "delivered": delivered}, **entry))
    return summary.virtual_routers(end)


def adverts(start, end, source="192.0.2.11", interval=1.0, **changes):
    """A source's adverts from start to end."""
    count = int(round((end - start) / interval, 6)) + 1
    return [sighting(start + number * interval, source, advert_int=interval, **changes) for number in range(count)]


def test_one_master():
    router, = summarised(adverts(0.5, 2.5), 3.0)
    source, = router.pop("sources")
    assert router == {
        "interface": "eth0", "vlan": None, "family": "ipv4", "virtual_router_id": 51, "versions": [2],
        "masters": ["192.0.2.11"], "blocked": 0, "address_lists_differ": False, "versions_differ": False,
        "auth_types_differ": False,
    }
    assert source == {
        "source": "192.0.2.11", "source_mac": "00:00:5e:00:53:11", "priority": 150, "packets": 3, "delivered": 3,
        "blocked": 0, "first": EPOCH + 0.5, "last": EPOCH + 2.5, "interval": 1.0, "jitter": 0.0, "advert_int": 1.0,
        "auth_type": "NONE", "auth_digest": None, "addresses": ["192.0.2.10"], "left": False, "errors": [],
        "own": False,
    }


HIGH = {"source": "192.0.2.11", "priority": 150}
LOW = {"source": "192.0.2.12", "priority": 100}


@pytest.mark.parametrize(
    ("sightings", "end", "expected"),
    [
        (adverts(0.2, 2.2, **HIGH) + adverts(0.7, 2.7, **LOW), 3.0, ["192.0.2.11", "192.0.2.12"]),
        (adverts(0.2, 2.2, **HIGH) + adverts(0.1, 2.1, **LOW), 3.0, ["192.0.2.11", "192.0.2.12"]),
        # too short to tell: each has spoken once
        (adverts(0.9, 0.9, **LOW) + adverts(1.0, 1.0, **HIGH), 1.5, ["192.0.2.11", "192.0.2.12"]),
        # the better one comes: the other has given way at once
        (adverts(0.0, 2.0, **LOW) + adverts(2.3, 2.3, **HIGH), 2.5, ["192.0.2.11"]),
        (adverts(0.0, 3.0, **LOW) + adverts(2.3, 3.3, **HIGH), 3.5, ["192.0.2.11", "192.0.2.12"]),  # it has not
        # a worse one comes and the other speaks on
        (adverts(0.0, 2.0, **HIGH) + adverts(2.3, 2.3, **LOW), 2.5, ["192.0.2.11", "192.0.2.12"]),
        # the other is overdue
        (adverts(0.0, 1.0, **HIGH) + adverts(2.3, 2.3, **LOW), 2.7, ["192.0.2.12"]),
        # leaves with priority 0, and the other takes over
        (
            adverts(0.0, 1.0, **HIGH) + adverts(1.4, 1.4, "192.0.2.11", priority=0) + adverts(2.0, 3.0, **LOW),
            3.2,
            ["192.0.2.12"],
        ),
        (adverts(0.0, 1.0, **HIGH) + adverts(1.4, 1.4, "192.0.2.11", priority=0), 1.5, []),
        # leaves, and comes again
        (adverts(0.0, 0.0, "192.0.2.11", priority=0) + adverts(1.0, 3.0, **HIGH), 3.2, ["192.0.2.11"]),
        # silence
        (adverts(0.0, 0.0, **HIGH), 3.9, ["192.0.2.11"]),
        (adverts(0.0, 0.0, **HIGH), 4.1, []),
        (adverts(0.0, 0.0, version=3, interval=0.1), 0.39, ["192.0.2.11"]),
        (adverts(0.0, 0.0, version=3, interval=0.1), 0.41, []),
        # what no router takes makes no master
        (adverts(0.0, 2.0, checksum="wrong"), 2.2, []),
        (adverts(0.0, 2.0, error="address count does not fit"), 2.2, []),
        (adverts(0.0, 2.0, ttl=64, ttl_ok=False), 2.2, []),
        (adverts(0.0, 2.0, ttl=64, ttl_ok=False, unicast=True), 2.2, ["192.0.2.11"]),
    ],
)
def test_masters(sightings, end, expected):
    router, = summarised(sightings, end)
    assert sorted(router["masters"]) == expected


def test_own_adverts_count_as_the_others_do():
    router, = summarised(adverts(0.0, 2.0, direction="out", own=True), 2.5, None)
    assert router["masters"] == ["192.0.2.11"]
    assert (router["sources"][0]["own"], router["sources"][0]["delivered"], router["blocked"]) == (True, 0, 0)


def test_blocked():
    router, = summarised(adverts(0.0, 2.0), 2.5, False)
    assert (router["blocked"], router["sources"][0]["blocked"], router["sources"][0]["delivered"]) == (3, 3, 0)


def test_jitter():
    router, = summarised([sighting(at) for at in (0.0, 1.0, 2.2, 3.1)], 3.2)
    source, = router["sources"]
    assert source["interval"] == pytest.approx(3.1 / 3, abs=1e-6)
    assert source["jitter"] == pytest.approx(1.2 - 3.1 / 3, abs=1e-5)
    router, = summarised([sighting(0.0), sighting(0.1, priority=0), sighting(2.0)], 2.2)
    assert (router["sources"][0]["interval"], router["sources"][0]["jitter"]) == (None, None)


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({}, (False, False, False)),
        ({"addresses": ["192.0.2.10", "192.0.2.20"]}, (True, False, False)),
        ({"version": 3, "auth_type": None}, (False, True, False)),
        ({"auth_type": "PASS"}, (False, False, True)),
    ],
    ids=["same", "addresses", "versions", "authentication"],
)
def test_differences(changes, flags):
    router, = summarised(adverts(0.0, 2.0) + adverts(0.5, 2.5, "192.0.2.12", **changes), 2.6)
    assert (router["address_lists_differ"], router["versions_differ"], router["auth_types_differ"]) == flags


def test_order_of_addresses_is_no_difference():
    one, two = ["192.0.2.10", "192.0.2.20"], ["192.0.2.20", "192.0.2.10"]
    router, = summarised(adverts(0, 2, addresses=one) + adverts(0.5, 2.5, "192.0.2.12", addresses=two), 2.6)
    assert router["address_lists_differ"] is False


def test_errors_are_told_once_and_their_contents_are_not_taken():
    heard = adverts(0.0, 2.0) + adverts(2.5, 3.5, checksum="wrong", priority=1) + [sighting(3.6, ttl_ok=False)]
    router, = summarised(heard, 3.7)
    assert router["sources"][0]["errors"] == ["wrong checksum", "ttl not 255"]
    assert router["sources"][0]["priority"] == 150
    assert router["sources"][0]["packets"] == 6


def test_virtual_routers_are_told_apart():
    heard = adverts(0, 0) + adverts(0, 0, virtual_router_id=52) + adverts(0, 0, vlan=10) + adverts(0, 0, interface="a")
    heard += adverts(0, 0, family="ipv6") + adverts(0, 0, virtual_router_id=None, error="truncated")
    found = [
        (router["interface"], router["vlan"], router["family"], router["virtual_router_id"])
        for router in summarised(heard, 1)
    ]
    assert found == [
        ("a", None, "ipv4", 51), ("eth0", None, "ipv4", 51), ("eth0", None, "ipv4", 52), ("eth0", None, "ipv6", 51),
        ("eth0", 10, "ipv4", 51),
    ]


def test_two_macs_of_one_address_are_two_sources():
    heard = adverts(0.0, 2.0) + adverts(0.5, 2.5, source_mac="00:00:5e:00:53:99") + [sighting(2.6, source_mac=None)]
    router, = summarised(heard, 2.7)
    assert [(source["source_mac"], source["packets"]) for source in router["sources"]] == [
        ("00:00:5e:00:53:11", 4), ("00:00:5e:00:53:99", 3),
    ]
    assert len(router["masters"]) == 2


TIMES = st.lists(st.tuples(st.integers(0, 300), st.booleans(), st.booleans()), max_size=40)


@given(TIMES)
def test_every_packet_is_settled_once(times):
    """Whatever is blocked, and whichever sighting is read first, of equal adverts each 10 ms."""
    book, settled = ledger()
    times = dict((at, (blocked, late)) for at, blocked, late in times)
    for at, (blocked, late) in sorted(times.items()):
        if not late or blocked:
            book.on_wire(sighting(at / 100.0), True)
        if not blocked:
            book.delivered(sighting(at / 100.0))
            if late:
                book.on_wire(sighting(at / 100.0), True)
        book.settle()
    book.settle(everything=True)
    assert verdicts(settled) == [(at / 100.0, True, not times[at][0]) for at in sorted(times)]
