# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.

"""Pairs the sightings of adverts on the wire and behind the firewall, and sums up who speaks. Pure.

A sighting is what packet.decode() returns and these: interface (name), vlan, source_mac, time (epoch seconds),
direction (in, out), auth_digest, own (whether this host sent it), at (seconds of a clock that does not jump).
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import collections

PACKETS_KEPT = 1000
SOURCES_KEPT = 1000
PENDING = 2000  # sightings that wait for their other half
# Both sightings of a packet have the kernel's time stamp of its arrival, to the microsecond; only the first ones may
# have the time of their reading. The shortest advertisement interval is 10 ms.
SAME_PACKET = 0.005  # seconds
PACKET_KEYS = (
    "time", "interface", "vlan", "direction", "source_mac", "source", "destination", "unicast", "family", "ttl",
    "ttl_ok", "version", "type", "virtual_router_id", "priority", "advert_int", "auth_type", "auth_digest", "checksum",
    "addresses", "on_wire", "delivered", "error", "length",
)
MASTER_DOWN_ADVERTS = 3  # RFC 3768, 6.1; RFC 9568, 6.1
OVERDUE = 1.5  # advertisement intervals: an advert that has not come by then does not come


class Ledger(object):
    """Takes sightings in, in any order within a moment, and hands whole packets on in the order of their arrival."""

    def __init__(self, wanted, settled):
        """wanted: a function of a sighting, whether it counts at all (those that do not still take their other half).

        settled: a function that is called with each packet, ``on_wire`` and ``delivered`` set.
        """
        self._wanted, self._settled = wanted, settled
        self._queue = collections.deque()
        self._waiting = {}  # {(whether on the wire, key): [sighting, ...]}
        self._sent = set()
        self._above = {}  # {(key, MAC address): times of delivery on the interface above with that address}
        self.decoded = 0

    def on_wire(self, sighting, expected):
        """A packet on the wire. expected: whether it is delivered unless something blocks it."""
        if sighting["direction"] == "out":
            # The kernel gives own multicasts back to the host's listeners where their sender has not declined it.
            if len(self._sent) < PENDING:
                self._sent.add(_key(sighting))
            self._enter(dict(sighting, on_wire=True, delivered=None, settled=True))
            return
        other = self._take(sighting, False)
        if other is None:
            self._enter(dict(sighting, on_wire=True, delivered=False if expected else None, settled=False))
        else:
            other.update(sighting, on_wire=True, settled=True)

    def delivered(self, sighting):
        """A packet behind the firewall."""
        other = self._take(sighting, True)
        if other is None:
            self._enter(dict(sighting, on_wire=False, delivered=True, settled=False))
        else:
            other.update(delivered=True, settled=True)

    def delivered_above(self, sighting):
        """A packet behind the firewall of an interface upon this one, whose own MAC address is in it as source_mac.

        It is no packet of its own: most come to both. What has that address as its source comes there alone.
        """
        key = _key(sighting), sighting["source_mac"]
        if key in self._above or len(self._above) < PENDING:
            self._above.setdefault(key, collections.deque(maxlen=PENDING)).append(sighting["time"])

    def settle(self, everything=False):
        """Hands on what is whole, from the oldest on; and what will hardly become so any more, or everything."""
        while self._queue and (everything or self._queue[0]["settled"] or len(self._queue) > PENDING):
            sighting = self._queue.popleft()
            if not sighting["settled"]:
                self._forget(sighting)
                if sighting["delivered"] is False and self._is_above(sighting):
                    sighting["delivered"] = True
            looped = not sighting["on_wire"] and _key(sighting) in self._sent
            if not looped and self._wanted(sighting):
                self._settled(sighting)

    def _is_above(self, sighting):
        """Whether a packet on the wire was delivered above."""
        times = self._above.get((_key(sighting), sighting["source_mac"]), ())
        return any(abs(time - sighting["time"]) <= SAME_PACKET for time in times)

    def _enter(self, sighting):
        """A packet's first sighting."""
        self._queue.append(sighting)
        if not sighting["settled"]:
            self._waiting.setdefault((sighting["on_wire"], _key(sighting)), []).append(sighting)
        if sighting["error"] is None and self._wanted(sighting):
            self.decoded += 1

    def _take(self, sighting, on_wire):
        """The waiting other half of the sighting, waiting no more; None if there is none.

        Adverts repeat themselves to the byte: of several the nearest in time is the one.
        """
        waiting = self._waiting.get((on_wire, _key(sighting)), [])
        nearest = min(waiting, key=lambda other: abs(other["time"] - sighting["time"])) if waiting else None
        if nearest is None or abs(nearest["time"] - sighting["time"]) > SAME_PACKET:
            return None
        self._forget(nearest)
        return nearest

    def _forget(self, sighting):
        """Has the sighting wait no more."""
        key = (sighting["on_wire"], _key(sighting))
        waiting = self._waiting[key]
        del waiting[next(index for index, other in enumerate(waiting) if other is sighting)]
        if not waiting:
            del self._waiting[key]


class Summary(object):
    """The packets kept, and who speaks for which virtual router."""

    def __init__(self, start):
        """start: when listening began, by the clock of ``at``."""
        self._start = start
        self._routers = collections.OrderedDict()
        self._sources = 0
        self.packets, self.packets_total, self.left_out = [], 0, 0

    def add(self, packet):
        """Takes a settled packet in."""
        self.packets_total += 1
        if len(self.packets) < PACKETS_KEPT:
            self.packets.append(dict((key, packet[key]) for key in PACKET_KEYS))
        if packet["virtual_router_id"] is None:
            return
        source = self._source(packet)
        if source is None:
            self.left_out += 1
        else:
            _count(source, packet)

    def virtual_routers(self, end):
        """The module's return value. end: when listening ended, by the clock of ``at``."""
        return [
            _router(key, list(sources.values()), self._start, end) for key, sources in sorted(
                self._routers.items(), key=lambda item: (item[0][0], item[0][1] or 0, item[0][2], item[0][3])
            )
        ]

    def _source(self, packet):
        """The entry of the packet's source, None if there are too many."""
        key = (packet["interface"], packet["vlan"], packet["family"], packet["virtual_router_id"])
        sources = self._routers.get(key, {})
        name = (packet["source"], packet["source_mac"])
        if name[1] is None:  # as a raw socket heard it
            name = next((known for known in sources if known[0] == name[0]), name)
        if name not in sources:
            if self._sources == SOURCES_KEPT:
                return None
            self._sources += 1
            self._routers.setdefault(key, collections.OrderedDict())[name] = {
                "source": name[0], "source_mac": name[1], "priority": None, "packets": 0, "delivered": 0, "blocked": 0,
                "first": packet["time"], "last": packet["time"], "advert_int": None, "auth_type": None,
                "auth_digest": None, "addresses": [], "left": False, "errors": [], "own": packet["own"],
                "versions": set(), "gaps": [], "total": 0.0, "began": None, "ended": None, "previous": None,
            }
        return self._routers[key][name]


def _key(sighting):
    """What two sightings of one packet have in common. A raw IPv6 socket tells no destination."""
    destination = sighting["destination"] if sighting["family"] == "ipv4" else None
    return sighting["interface"], sighting["source"], destination, sighting["message"]


def _count(source, packet):
    """Adds a packet to its source's entry. Only adverts that a router would take say what the source is."""
    source["packets"] += 1
    source["delivered"] += packet["delivered"] is True
    source["blocked"] += packet["delivered"] is False
    source["last"] = packet["time"]
    wrong = [packet["error"]] if packet["error"] else []
    wrong += ["wrong checksum"] if packet["checksum"] == "wrong" else []
    for word in wrong + (["ttl not 255"] if packet["ttl_ok"] is False else []):
        if word not in source["errors"]:
            source["errors"].append(word)
    # Of unicast keepalived lets the TTL be set.
    if wrong or packet["ttl_ok"] is False and not packet["unicast"]:
        return
    source["versions"].add(packet["version"])
    for name in ("priority", "advert_int", "auth_type", "auth_digest", "addresses"):
        source[name] = packet[name]
    source["left"] = packet["priority"] == 0
    source["ended"] = packet["at"]
    if source["began"] is None:
        source["began"] = packet["at"]
    if source["left"]:  # its last advert comes out of turn
        source["previous"] = None
        return
    if source["previous"] is not None:
        gap = packet["at"] - source["previous"]
        count, least, most = source["gaps"] or (0, gap, gap)
        source["gaps"] = [count + 1, min(least, gap), max(most, gap)]
        source["total"] += gap
    source["previous"] = packet["at"]


def _router(key, sources, start, end):
    """An entry of the module's return value virtual_routers."""
    valid = [source for source in sources if source["began"] is not None]
    speaking = [source for source in valid if not _silent(source, end)]
    masters = [source for source in speaking if not _gave_way(source, speaking, start, end)]
    versions = set().union(*[source["versions"] for source in valid]) if valid else set()
    return {
        "interface": key[0],
        "vlan": key[1],
        "family": key[2],
        "virtual_router_id": key[3],
        "versions": sorted(versions),
        "sources": [_told(source) for source in sources],
        "masters": [source["source"] for source in masters],
        "blocked": sum(source["blocked"] for source in sources),
        "address_lists_differ": len(set(tuple(sorted(source["addresses"])) for source in valid)) > 1,
        "versions_differ": len(versions) > 1,
        "auth_types_differ": len(set(source["auth_type"] for source in valid if source["auth_type"])) > 1,
    }


def _told(source):
    """A source's entry as the module returns it."""
    names = (
        "source source_mac priority packets delivered blocked first last advert_int auth_type auth_digest addresses "
        "left errors own"
    )
    told = dict((name, source[name]) for name in names.split())
    told.update(interval=None, jitter=None)
    if source["gaps"]:
        count, least, most = source["gaps"]
        mean = source["total"] / count
        told.update(interval=round(mean, 6), jitter=round(max(most - mean, mean - least), 6))
    return told


def _silent(source, end):
    """Whether a backup would hold the source for dead: it has left, or its master down interval has passed.

    The skew time is the backup's, at most one second in version 2 and one interval in version 3.
    """
    skew = source["advert_int"] if source["versions"] == {3} else 1.0
    return source["left"] or end - source["ended"] > MASTER_DOWN_ADVERTS * source["advert_int"] + skew


def _gave_way(source, speaking, start, end):
    """Whether the source, though it was master a moment ago, is none any more, since another has spoken after it.

    Either its next advert is overdue; or the other is the better one and has come only now, so that the source had
    no chance yet to ignore it, as it would in a split. One that may have spoken before listening began has not.
    """
    later = [other for other in speaking if other is not source and other["began"] > source["ended"]]
    since = [other for other in speaking if other is not source and other["ended"] > source["ended"]]
    overdue = end - source["ended"] > OVERDUE * source["advert_int"]
    return bool(since) and overdue or any(
        other["priority"] > source["priority"] and other["began"] - start > OVERDUE * other["advert_int"]
        for other in later
    )
