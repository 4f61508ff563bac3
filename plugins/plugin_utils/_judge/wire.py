# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What was heard of VRRP on the wire: strangers, a firewall in between, and adverts that are not the planned ones."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import host_address
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import Case

#: Lengths of the password in an advert, and of a digest as vrrp_adverts_info tells it.
PASSWORD_LENGTH, DIGEST_LENGTH = 8, 16


def judge(case: Case) -> None:
    """Fills the findings. A member that did not listen, or a group without a planned source, says nothing."""
    for instance in case.group["instances"]:
        told: set[tuple[str, str]] = set()
        for member in case.seen:
            for router in _heard(case, member, instance):
                _blocked(case, instance, member, router)
                for source in router["sources"]:
                    _source(case, instance, member, source, told)


def answers(case: Case) -> None:
    """Who answers for the addresses by ARP or neighbour discovery: nobody but their one owner.

    Who holds an address asks about others, and nobody is to answer; who does not must get one answer.
    """
    hosts = {
        interface["mac"]: member
        for member, seen in case.seen.items()
        for interface in seen["interfaces"]
        if interface.get("mac")
    }
    told = set()
    for member, seen in case.seen.items():
        for one in seen.get("addresses") or []:
            macs = [answer["mac"] for answer in (one["probe"] or {}).get("answers", [])]
            # A host with two interfaces in one network answers on both.
            answering = {hosts.get(mac, mac) for mac in macs} - {member}
            if len(answering) > (0 if one["held"] else 1) and one["address"] not in told:
                told.add(one["address"])
                case.find(
                    "error", "two_answers", member, f"more than its owner answers for {one['address']}.",
                    f"{', '.join(macs)} answered {member}{', which holds it' if one['held'] else ''}",
                    "Find the host with that MAC address, and take the address from it.",
                )  # fmt: skip


def _heard(case: Case, member: str, instance: t.Mapping[str, t.Any]) -> list[t.Mapping[str, t.Any]]:
    """What the member heard of the virtual router, on the interface of the instance."""
    heard = case.seen[member].get("adverts") or {}
    family = "ipv6" if ":" in instance["addresses"][0] else "ipv4"
    return [
        router
        for router in heard.get("virtual_routers", [])
        if router["virtual_router_id"] == instance["virtual_router_id"]
        and router["interface"] == instance["interfaces"].get(member)
        and router["family"] == family
        and router["vlan"] is None
    ]


def _blocked(case: Case, instance: t.Mapping[str, t.Any], member: str, router: t.Mapping[str, t.Any]) -> None:
    """Adverts of members that do not arrive. Those of a stranger are kept out rightly."""
    planned = instance["sources"].values()
    count = sum(
        source["blocked"]
        for source in router["sources"]
        if source["source"] in planned or _member_of(case, source["source"]) is not None
    )
    if count:
        case.find(
            "error", "blocked", member, f"a packet filter keeps the adverts of {instance['name']} from keepalived.",
            f"{count} were on the wire and not delivered",
            "Let VRRP (IP protocol 112) in there; see keepalived_firewall.",
        )  # fmt: skip


def _member_of(case: Case, address: str) -> str | None:
    """The member that has an address."""
    for member, seen in case.seen.items():
        for interface in seen["interfaces"]:
            if any(entry["address"] == address for entry in interface["addresses"]):
                return member
    return None


def _source(
    case: Case,
    instance: t.Mapping[str, t.Any],
    member: str,
    source: t.Mapping[str, t.Any],
    told: set[tuple[str, str]],
) -> None:
    """Judges one who speaks. All members hear the same: it is told once."""
    if source["advert_int"] is None:  # nothing but errors
        return
    speaker = _member_of(case, source["source"])
    if speaker is None:
        # A member that could not be looked at may be the one who speaks.
        absent = [name for name in case.group["members"] if name not in case.seen]
        known = [instance["sources"].get(name) for name in absent]
        if source["source"] in known or (absent and None in known):
            return
        if ("stranger", source["source"]) not in told:
            told.add(("stranger", source["source"]))
            case.find(
                "error", "stranger", member,
                f"{source['source']} speaks virtual router id {instance['virtual_router_id']}, and is no member.",
                f"its MAC address is {source['source_mac']}, its priority {source['priority']}",
                f"Stop it, or set virtual_router_id of {instance['name']} to another number.",
            )  # fmt: skip
        return
    for code, what, seen, planned in _differences(case, instance, speaker, source):
        if (code, speaker) not in told:
            told.add((code, speaker))
            case.find(
                "error", code, speaker, f"its adverts of {instance['name']} are not the planned ones: {what}.",
                f"{seen}, planned {planned}", "Run the site playbook.",
            )  # fmt: skip


def _differences(
    case: Case, instance: t.Mapping[str, t.Any], speaker: str, source: t.Mapping[str, t.Any]
) -> t.Iterator[tuple[str, str, str, str]]:
    """Code, what differs, what was seen, and what is planned."""
    planned = sorted(host_address(text) for text in instance["addresses"])
    if sorted(source["addresses"]) != planned:
        yield "wire_addresses", "another list of addresses", ", ".join(source["addresses"]), ", ".join(planned)
    if abs(source["advert_int"] - instance["advert_int"]) > 0.005:
        yield "wire_interval", "another interval", f"{source['advert_int']:g} s", f"{instance['advert_int']:g} s"
    if source["left"]:
        return
    kind, digest = _authentication(case, instance, speaker)
    if source["auth_type"] is not None and kind is not None and source["auth_type"] != kind:
        yield "wire_auth", "another authentication", source["auth_type"], kind
    elif digest is not None and source["auth_digest"] is not None and source["auth_digest"] != digest:
        yield "wire_auth", "another password", "its digest differs", "that of auth_pass"


def _authentication(case: Case, instance: t.Mapping[str, t.Any], speaker: str) -> tuple[str | None, str | None]:
    """Type and digest of the planned authentication."""
    config = (case.models.get(speaker, {}).get("keepalived") or {}).get("config") or {}
    for one in config.get("vrrp_instance", []):
        if one["name"] == instance["name"]:
            block = one.get("authentication") or {}
            kind = str(block.get("auth_type", "NONE"))
            if kind != "PASS" or case.key is None:
                return kind, None
            # Only the first eight bytes are in an advert (RFC 2338 section 5.3.10).
            data = str(block.get("auth_pass", "")).encode()[:PASSWORD_LENGTH].ljust(PASSWORD_LENGTH, b"\0")
            return kind, case.digest(data)[:DIGEST_LENGTH]
    return None, None
