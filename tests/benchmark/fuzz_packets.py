# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged VRRP packets for the decoder, and for the summary of what it has decoded."""

from __future__ import annotations

import importlib.util
import pathlib
import random
import struct
import typing as t

import mutate
from ansible_collections.hotstandby.vrrp.plugins.module_utils._adverts import packet as _packet, summary

OUTCOMES = ("decoded", "with an error", "no VRRP", "crash")
_TESTS = pathlib.Path(__file__).resolve().parents[1] / "unit/plugins/module_utils/_adverts/test_packet.py"
_spec = importlib.util.spec_from_file_location("valid_packets", _TESTS)
valid = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(valid)

SEEDS = [
    ("ipv4", valid.V2),
    ("ipv4", valid.V3),
    ("ipv4", valid.ipv4(valid.version2(["192.0.2.10"] * 20, auth=1, data=b"s3cr3t78"))),
    ("ipv4", valid.ipv4(valid.version3(), options=b"\x94\x04\0\0")),
    ("ipv4", valid.ipv4(valid.ah(valid.version2(auth=2)), protocol=51)),
    ("ipv6", valid.V6),
    ("ipv6", valid.ipv6(struct.pack("!BB6x", 112, 0) + valid.V6[40:], following=0)),
    ("ipv6", valid.ipv6(struct.pack("!BBHI", 112, 0, 0, 1) + valid.V6[40:], following=44)),
]
SIGHTING = {"interface": "eth0", "on_wire": True, "delivered": None, "own": False, "auth_digest": None}
MACS = b"\x01\0\x5e\0\0\x12\x02\0\0\0\0\1"
#: Packets that one summary gets.
LISTENED = 200


class Case(t.NamedTuple):
    """What one run decodes."""

    family: str
    datagram: bytes
    tags: bytes


def cases(dice: random.Random) -> t.Iterator[Case]:
    """Packets: nineteen of twenty are damaged ones, the others any bytes."""
    while True:
        family, seed = dice.choice(SEEDS)
        other = dice.choice(SEEDS)[1]
        data = mutate.octets(dice, seed, other) if dice.randrange(20) else dice.randbytes(dice.randrange(120))
        if family == "ipv4" and dice.randrange(4):
            data = _summed(data)
        yield Case(family, data, dice.choice((b"", b"", b"\x81\0\0\7", b"\x88\xa8\0\1\x81\0\0\0", dice.randbytes(3))))


def _summed(data: bytes) -> bytes:
    """An IPv4 packet with the right checksum in its header: with a wrong one the decoder reads no further."""
    size = (data[0] & 0xF) * 4 if data else 0
    if len(data) < max(size, 20):
        return data
    head = data[:10] + b"\0\0" + data[12:size]
    return head[:10] + struct.pack("!H", _packet.checksum(head)) + data[12:]


class _Listener:
    """Adds what it decodes to a summary, as the module does."""

    def __init__(self) -> None:
        self._number, self._summary = 0, summary.Summary(0.0)

    def judge(self, case: Case) -> str:
        """Decodes a packet every way there is."""
        kind = struct.pack("!H", 0x0800 if case.family == "ipv4" else 0x86DD)
        frame = _packet.parse_frame(MACS + case.tags + kind + case.datagram)
        packets = [
            _packet.decode(case.datagram, case.family),
            _packet.decode_delivered_ipv6(case.datagram, valid.IP6),
            _packet.decode(frame[3], case.family) if frame else None,
        ]
        vlan, mac = (frame[1], frame[2]) if frame else (None, None)
        self._number += 1
        now = float(self._number)
        for packet in filter(None, packets):
            self._summary.add(dict(packet, **SIGHTING, vlan=vlan, source_mac=mac, time=now, at=now, direction="in"))
        if self._number % LISTENED == 0:
            self._summary.virtual_routers(now)
            self._summary = summary.Summary(now)
        if packets[0] is None:
            return "no VRRP"
        return "decoded" if packets[0]["error"] is None else "with an error"


judge = _Listener().judge
