# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Keywords of an instance that do not go together: keepalived drops one of them, or the group does not work."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import entries, first_word

#: The field that counts the addresses has 8 bits (RFC 5798 section 5.2.5).
MAXIMUM_COUNT = 255
DEFAULT_MTU = 1500
_ETHERNET, _IPV4, _IPV6, _VRRP, _AUTHENTICATION = 14, 20, 40, 8, 8


@dataclasses.dataclass(frozen=True)
class Instance:
    """An instance as one member has it: what was written, and what that means so far."""

    own: t.Mapping[str, t.Any]
    version: int
    unicast: bool
    strict: bool
    addresses: t.Sequence[t.Any]
    sources: t.Mapping[str, str]
    member: str
    mtu: int = DEFAULT_MTU


class Contradiction(t.NamedTuple):
    """The keyword to change, what is wrong, and what to do."""

    keyword: str
    problem: str
    fix: str


def find(instance: Instance) -> t.Iterator[Contradiction]:
    """Everything in one instance of one member that does not go together."""
    yield from _preemption(instance.own)
    if instance.strict:
        yield from _strictness(instance)
    for one, other in (("accept", "no_accept"), ("preempt", "nopreempt")):
        if instance.own.get(one) is True and instance.own.get(other) is True:
            yield Contradiction(one, f"it and {other} exclude each other.", "Leave one of them out.")
    most = most_addresses(instance)
    if len(instance.addresses) > most:
        yield Contradiction(
            "virtual_ipaddress",
            f"it has {len(instance.addresses)} addresses, and one advert carries {most} (RFC 5798 section 5.2.5).",
            "Move the others to virtual_ipaddress_excluded, which follows without being advertised.",
        )
    source = instance.sources.get(instance.member)
    for entry in entries(instance.own.get("unicast_peer")):
        peer = first_word(entry)
        if peer == source:
            yield Contradiction(
                "unicast_peer", f"{peer} is the address of {instance.member} itself.", "List the other members only."
            )


def is_header_authentication(own: t.Mapping[str, t.Any]) -> bool:
    """Whether an instance has C(auth_type AH)."""
    block = own.get("authentication")
    return isinstance(block, t.Mapping) and block.get("auth_type") == "AH"


def most_addresses(instance: Instance) -> int:
    """How many addresses an advert carries, by the interface's MTU and the field that counts them."""
    if instance.addresses and instance.addresses[0].version == 6:
        room, size = instance.mtu - _ETHERNET - _IPV6 - _VRRP, 16
    else:
        trailer = _AUTHENTICATION if instance.version == 2 else 0
        room, size = instance.mtu - _ETHERNET - _IPV4 - _VRRP - trailer, 4
    return min(MAXIMUM_COUNT, max(room // size, 1))


def _preemption(own: t.Mapping[str, t.Any]) -> t.Iterator[Contradiction]:
    """See keepalived.conf(5): nopreempt and preempt_delay need the initial state BACKUP, and exclude each other."""
    if own.get("state") == "MASTER" and is_header_authentication(own):
        yield Contradiction(
            "state", "keepalived refuses MASTER as initial state with auth_type AH.", "Leave state out: it is derived."
        )
    nopreempt, delay = own.get("nopreempt") is True, own.get("preempt_delay")
    if own.get("state") == "MASTER" and (nopreempt or delay):
        word = "nopreempt" if nopreempt else "preempt_delay"
        yield Contradiction(
            "state", f"MASTER as initial state makes keepalived drop {word}.", "Leave state out: it is derived."
        )
    if nopreempt and delay:
        yield Contradiction(
            "preempt_delay", "nopreempt never preempts, so there is nothing to delay.", "Leave one of the two out."
        )


def _strictness(instance: Instance) -> t.Iterator[Contradiction]:
    """What keepalived refuses or resets under vrrp_strict, or strict_mode, for the letter of the RFC."""
    own = instance.own
    fix = "Leave it out, or vrrp_strict (strict_mode)."
    if own.get("authentication"):
        yield Contradiction("authentication", "strict mode has no authentication (RFC 5798 section 9).", fix)
    if instance.unicast:
        yield Contradiction("unicast", "strict mode has no unicast peers.", fix)
    if own.get("preempt_delay"):
        yield Contradiction("preempt_delay", "strict mode has none.", fix)
    if own.get("state") == "MASTER":
        yield Contradiction(
            "state", "in strict mode MASTER is the address's own host only (priority 255).", "Leave state out."
        )
    if own.get("down_timer_adverts") not in (None, 3):
        yield Contradiction("down_timer_adverts", "strict mode waits for 3 adverts.", fix)
    first = instance.addresses[0] if instance.addresses else None
    if first is not None and first.version == 6 and not first.ip.is_link_local() and not instance.unicast:
        yield Contradiction(
            "virtual_ipaddress",
            f"in strict mode the first one must be link-local (RFC 5798 section 5.2.9), and {first.ip} is not.",
            "Put an address of fe80::/10 in front, or leave vrrp_strict (strict_mode) out.",
        )  # fmt: skip
