# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The VRRP instances of one group: what the user wrote, checked, and the rest derived for each member."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _addresses, _timers
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._problems import Problems, shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._variables import INSTANCES

FIRST_PRIORITY = 200
PRIORITY_STEP = 20
MAXIMUM_PASSWORD = 8

#: Keys of an instance that are ours and not keepalived's.
OWN_KEYS = frozenset({"name", "unicast"})
#: Keys that all members must agree on, or they would not hear each other.
SHARED_KEYS = (
    "name", "unicast", "virtual_router_id", "version", "advert_int", "authentication", "virtual_ipaddress",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Member:
    """One member's side of the group: its public variables and the interfaces seen on it (C(None): not observed)."""

    name: str
    variables: t.Mapping[str, t.Any]
    interfaces: t.Sequence[t.Mapping[str, t.Any]] | None


@dataclasses.dataclass
class Instance:
    """One VRRP instance of the group. Times in seconds."""

    name: str
    variable: str
    virtual_router_id: int
    version: int
    advert_int: float
    unicast: bool
    preempt: bool
    addresses: list[str]
    excluded: list[str]
    priorities: dict[str, int]
    interfaces: dict[str, str]
    sources: dict[str, str]
    configs: dict[str, dict[str, t.Any]] = dataclasses.field(default_factory=dict)

    @property
    def ranking(self) -> list[str]:
        """The members, the first to become master in front."""
        return sorted(self.priorities, key=lambda name: -self.priorities[name])

    def expected_takeover(self) -> dict[str, dict[str, t.Any]]:
        """For each member as owner: who takes over, and after how long when it stops or when it falls silent."""
        expected = {}
        for owner in self.ranking:
            others = [name for name in self.ranking if name != owner]
            if others:
                timing = (self.version, self.priorities[others[0]], self.advert_int)
                expected[owner] = {
                    "by": others[0],
                    "graceful": round(_timers.skew_time(*timing), 3),
                    "crash": round(_timers.master_down_interval(*timing), 3),
                }
        return expected


def for_member(value: t.Any, member: str, members: t.Collection[str]) -> t.Any:
    """The member's own part of a per-member map such as C({app1: 100, app2: 99}); any other value as it is."""
    if isinstance(value, t.Mapping) and value and set(value) & set(members):
        return value.get(member)
    return value


def derive(
    members: t.Sequence[Member], problems: Problems, owned: t.Mapping[str, str] | None = None
) -> list[Instance]:
    """All instances of a group whose members are given in the order of their rank.

    :arg owned: addresses that are hosts' own: address to host.
    """
    counts = {member.name: len(member.variables[INSTANCES] or []) for member in members}
    if len(set(counts.values())) > 1:
        listing = ", ".join(f"{name} has {count}" for name, count in counts.items())
        problems.error(
            members[0].name, INSTANCES, f"the members do not have the same number of instances: {listing}.",
            "Set it once, for their inventory group.",
        )  # fmt: skip
        return []
    builders = [_Builder(members, position, problems, owned or {}) for position in range(counts[members[0].name])]
    virtual = frozenset(str(address.ip) for builder in builders for address in builder.addresses()) - set(owned or {})
    found = [instance for instance in (builder.build(virtual) for builder in builders) if instance is not None]
    for position, instance in enumerate(found):
        for earlier in found[:position]:
            if instance.name == earlier.name:
                problems.error(
                    members[0].name, f"{instance.variable}.name",
                    f"{earlier.variable} has the name {instance.name} too.",
                    "Set it to another name.",
                )  # fmt: skip
    return found


class _Builder:
    """Checks and derives one instance, for all members."""

    def __init__(
        self, members: t.Sequence[Member], position: int, problems: Problems, owned: t.Mapping[str, str]
    ) -> None:
        self._members = members
        self._owned = owned
        self._names = [member.name for member in members]
        self._first = members[0].name
        self._variable = f"{INSTANCES}[{position}]"
        self._position = position
        self._problems = problems
        self._own: dict[str, dict[str, t.Any]] = {}
        for member in members:
            written = member.variables[INSTANCES][position]
            self._own[member.name] = {
                key: for_member(value, member.name, self._names) for key, value in written.items()
            }
        self._shared = self._own[self._first]

    def _error(self, key: str, problem: str, fix: str, host: str | None = None) -> None:
        self._problems.error(host or self._first, f"{self._variable}.{key}" if key else self._variable, problem, fix)

    def addresses(self) -> list[t.Any]:
        """The virtual addresses that can be understood, as networks; what is wrong is told by C(build)."""
        entries = self._entries("virtual_ipaddress") + self._entries("virtual_ipaddress_excluded")
        parsed = (_addresses.parse(_first_word(entry)) for entry in entries)
        return [address for address in parsed if address is not None]

    def _entries(self, key: str) -> list[t.Any]:
        value = self._shared.get(key)
        return value if isinstance(value, list) else []

    def build(self, virtual: frozenset[str]) -> Instance | None:
        """The instance, or C(None) if too little of it could be understood to go on."""
        self._check_agreement()
        name = self._name()
        addresses = self._checked_addresses()
        excluded = self._usable_addresses("virtual_ipaddress_excluded", self._entries("virtual_ipaddress_excluded"))
        if not addresses:
            return None
        leading = _addresses.parse(_first_word(addresses[0]))
        # VRRPv2 is for IPv4 alone (RFC 5798 section 1.1): keepalived takes 3 for IPv6 by itself.
        lowest = 3 if leading.version == 6 else 2
        version = self._integer("version", lowest, lowest, 3)
        if version is None:
            return None
        interfaces, prefixes = self._interfaces(leading, virtual)
        vrid = self._virtual_router_id(leading)
        advert_int = self._advert_int(version)
        priorities = self._priorities()
        self._check_authentication(version)
        unicast, nopreempt = self._flag("unicast"), self._flag("nopreempt")
        sources = self._sources(interfaces, leading, virtual, unicast)
        if None in (name, vrid, advert_int, priorities) or len(interfaces) < len(self._observed()):
            return None
        instance = Instance(
            name=name,
            variable=self._variable,
            virtual_router_id=vrid,
            version=version,
            advert_int=advert_int,
            unicast=unicast,
            preempt=not nopreempt,
            addresses=[str(_with_prefix(_addresses.parse(_first_word(entry)), prefixes)) for entry in addresses],
            excluded=[_first_word(entry) for entry in excluded],
            priorities=priorities,
            interfaces=interfaces,
            sources=sources,
        )
        for name in interfaces:
            instance.configs[name] = self._config(instance, name, addresses, prefixes)
        return instance

    def _observed(self) -> list[Member]:
        return [member for member in self._members if member.interfaces is not None]

    def _check_agreement(self) -> None:
        for key in SHARED_KEYS:
            for name in self._names[1:]:
                if self._own[name].get(key) != self._shared.get(key):
                    self._error(
                        key, f"{name} and {self._first} differ, and would not hear each other.",
                        "Set it once, for their inventory group.", name,
                    )  # fmt: skip

    def _name(self) -> str | None:
        value = self._shared.get("name", f"VI_{self._position + 1}")
        if not isinstance(value, str) or not value or " " in value:
            self._error(
                "name", f"{shown(value, '')} is not one word.", f"Set it to a word such as VI_{self._position + 1}."
            )
            return None
        return value

    def _flag(self, key: str) -> bool:
        """True or false, left out for a member is false; C(yes) in quotes is neither."""
        for member in self._names:
            value = self._own[member].get(key)
            if value is not None and not isinstance(value, bool):
                self._error(
                    key,
                    f"{shown(value, '')} is neither true nor false.",
                    "Set it to true or false, without quotes.",
                    member,
                )
        return self._shared.get(key) is True

    def _integer(self, key: str, default: int, low: int, high: int) -> int | None:
        value = self._shared.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self._error(
                key, f"{shown(value, key)} is not an integer from {low} to {high}.", f"Set it to {low} to {high}."
            )
            return None
        return value

    def _checked_addresses(self) -> list[t.Any]:
        entries = self._shared.get("virtual_ipaddress")
        if not isinstance(entries, list) or not entries:
            self._error(
                "virtual_ipaddress", "the instance has no list of virtual addresses.",
                "Set it to a list such as [192.0.2.10/24].",
            )  # fmt: skip
            return []
        good = self._usable_addresses("virtual_ipaddress", entries)
        families = {_addresses.family(_addresses.parse(_first_word(entry))) for entry in good}
        if len(families) > 1:
            self._error(
                "virtual_ipaddress", "one VRRP instance carries addresses of one family.",
                "Make two instances, one for IPv4 and one for IPv6.",
            )  # fmt: skip
            return []
        return good

    def _usable_addresses(self, key: str, entries: t.Sequence[t.Any]) -> list[t.Any]:
        """Those entries that are addresses, and no host's own: that would be taken from it."""
        good = []
        for position, entry in enumerate(entries):
            address = _addresses.parse(_first_word(entry))
            if address is None:
                self._error(
                    f"{key}[{position}]", f"{shown(entry, '')} is not an IPv4 or IPv6 address.",
                    "Write it as 192.0.2.10/24 or 2001:db8::10/64.",
                )  # fmt: skip
            elif str(address.ip) in self._owned:
                host = self._owned[str(address.ip)]
                self._error(
                    f"{key}[{position}]", f"{address.ip} is the address of {host} itself (its ansible_host).",
                    "Set it to an address that no host has: the group is to share it.",
                )  # fmt: skip
            else:
                good.append(entry)
        return good

    def _interfaces(self, address: t.Any, virtual: frozenset[str]) -> tuple[dict[str, str], dict[str, int]]:
        """For each observed member the interface, and the prefix length of each network an address was found in."""
        chosen: dict[str, str] = {}
        prefixes: dict[str, int] = {}
        for member in self._observed():
            interfaces = member.interfaces or ()
            fitting = _addresses.fitting_interfaces(interfaces, address, virtual)
            wanted = self._own[member.name].get("interface")
            names = sorted({name for name, _network in fitting})
            if wanted is not None:
                if wanted not in [interface["name"] for interface in interfaces]:
                    present = ", ".join(interface["name"] for interface in interfaces if not interface["loopback"])
                    self._error(
                        "interface", f"{member.name} has no interface {shown(wanted, '')}; it has {present or 'none'}.",
                        f"Set it for {member.name} to one of these.", member.name,
                    )  # fmt: skip
                    continue
            elif len(names) != 1:
                self._error(
                    "interface", _why_not_one(member, names, address, interfaces, virtual),
                    f"Set interface for {member.name}, or correct virtual_ipaddress.", member.name,
                )  # fmt: skip
                continue
            chosen[member.name] = wanted or names[0]
            prefixes.update(
                (str(network.cidr), network.prefixlen) for name, network in fitting if name == chosen[member.name]
            )
        return chosen, prefixes

    def _virtual_router_id(self, address: t.Any) -> int | None:
        if "virtual_router_id" in self._shared:
            return self._integer("virtual_router_id", 0, 1, 255)
        derived = address.ip.words[-1] & 0xFF
        if derived == 0:
            self._error(
                "virtual_router_id", f"it cannot be derived from {address.ip}, whose last octet is 0.",
                "Set it to 1 to 255.",
            )  # fmt: skip
            return None
        return int(derived)

    def _advert_int(self, version: int) -> float | None:
        value = self._shared.get("advert_int", 1)
        low, high = (1, 255) if version == 2 else (0.01, 40.95)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            self._error(
                "advert_int", f"{shown(value, '')} is not an interval that VRRPv{version} can carry.",
                f"Set it to {low} to {high} seconds.",
            )  # fmt: skip
            return None
        if version == 2 and value != int(value):
            self._error(
                "advert_int",
                f"VRRPv2 carries whole seconds only, not {value}.",
                "Set it to a whole number, or version: 3.",
            )
            return None
        return value

    def _priorities(self) -> dict[str, int] | None:
        found: dict[str, int] = {}
        for rank, name in enumerate(self._names):
            own = self._own[name]
            value = own["priority"] if "priority" in own else FIRST_PRIORITY - PRIORITY_STEP * rank
            if value is None:
                self._error("priority", f"it has no entry for {name}.", f"Add {name}: with 1 to 254.", name)
            elif isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 254:
                self._error(
                    "priority", f"{name} has {shown(value, '')}, which is not an integer from 1 to 254.",
                    "Set it to 1 to 254 (0 means goodbye and 255 the address's own host, RFC 5798 section 5.2.4).",
                    name,
                )  # fmt: skip
            elif value in found.values():
                other = next(member for member, priority in found.items() if priority == value)
                self._error(
                    "priority", f"{other} and {name} both have {value}.",
                    f"Give each member its own: {{{other}: {value}, {name}: {max(value - 1, 1)}}}, or leave it out.",
                    name,
                )  # fmt: skip
            else:
                found[name] = value
        return found if len(found) == len(self._names) else None

    def _check_authentication(self, version: int) -> None:
        block = self._shared.get("authentication")
        if block is None:
            return
        if not isinstance(block, t.Mapping):
            self._error("authentication", "it is not a mapping.", "Set it to {auth_type: PASS, auth_pass: ...}.")
            return
        if version == 3:
            self._error(
                "authentication",
                "VRRPv3 has no authentication (RFC 5798 section 9).",
                "Leave it out, or set version: 2.",
            )
        if block.get("auth_type") not in ("PASS", "AH"):
            self._error(
                "authentication.auth_type", f"{shown(block.get('auth_type'), '')} is not known.", "Set it to PASS."
            )
        secret = block.get("auth_pass")
        variable = "authentication.auth_pass"
        if not isinstance(secret, str):
            self._error(
                variable, f"it is not a string but of type {type(secret).__name__}.", 'Put it in quotes: "1111".'
            )
        elif not 1 <= len(secret.encode()) <= MAXIMUM_PASSWORD:
            self._error(
                variable,
                f"it has {len(secret.encode())} bytes; VRRPv2 carries {MAXIMUM_PASSWORD} (RFC 2338 section 5.3.6).",
                f"Set it to 1 to {MAXIMUM_PASSWORD} characters.",
            )  # fmt: skip
        elif " " in secret:
            self._error(variable, "it contains a space.", "Choose another without.")

    def _sources(
        self, interfaces: t.Mapping[str, str], address: t.Any, virtual: frozenset[str], unicast: bool
    ) -> dict[str, str]:
        sources: dict[str, str] = {}
        for member in self._members:
            written = self._own[member.name].get("unicast_src_ip")
            parsed, found = _addresses.parse(written), None
            if written is not None and (parsed is None or "/" in written or parsed.version != address.version):
                self._error(
                    "unicast_src_ip",
                    f"{shown(written, '')} is not an {_addresses.family(address)} address without prefix length.",
                    f"Set it to an address of {member.name}, or leave it out.", member.name,
                )  # fmt: skip
                continue
            for interface in member.interfaces or ():
                if interface["name"] == interfaces.get(member.name):
                    found = _addresses.source_address(interface, address, virtual)
            if written or found:
                sources[member.name] = str(written or found)
            elif (
                unicast
                and "unicast_peer" not in self._shared
                and (member.name in interfaces or member.interfaces is None)
            ):
                self._error(
                    "unicast_src_ip", f"the address that {member.name} speaks from is not known.",
                    f"Set unicast_src_ip: {{{member.name}: ADDRESS}}, or let the play reach {member.name}.",
                    member.name,
                )  # fmt: skip
        return sources

    def _config(
        self, instance: Instance, name: str, addresses: t.Sequence[t.Any], prefixes: t.Mapping[str, int]
    ) -> dict[str, t.Any]:
        """The instance as keepalived of one member is to have it, in keepalived's own keywords."""
        own = self._own[name]
        config: dict[str, t.Any] = {
            "name": instance.name,
            "state": "MASTER" if instance.preempt and name == instance.ranking[0] else "BACKUP",
            "interface": instance.interfaces[name],
            "virtual_router_id": instance.virtual_router_id,
            "priority": instance.priorities[name],
            "advert_int": instance.advert_int,
        }
        if instance.unicast:
            config["unicast_src_ip"] = instance.sources.get(name)
            config["unicast_peer"] = [source for other, source in instance.sources.items() if other != name]
        config.update((key, value) for key, value in own.items() if key not in OWN_KEYS and key not in config)
        for key in ("state", "unicast_peer"):
            if own.get(key) is not None:
                config[key] = own[key]
        config["virtual_ipaddress"] = [_entry_with_prefix(entry, prefixes) for entry in addresses]
        # A per-member map need not name every member.
        return {key: value for key, value in config.items() if value is not None}


def _first_word(entry: t.Any) -> t.Any:
    """The address of an entry of C(virtual_ipaddress), which may have more words, or be a mapping."""
    if isinstance(entry, t.Mapping):
        return entry.get("address")
    return entry.split()[0] if isinstance(entry, str) and entry.strip() else entry


def _with_prefix(address: t.Any, prefixes: t.Mapping[str, int]) -> t.Any:
    """The address with the prefix length of the network it lies in, where the user wrote none."""
    if address.size > 1:
        return address
    for cidr, prefixlen in prefixes.items():
        if address.ip in _addresses.netaddr.IPNetwork(cidr):
            address.prefixlen = prefixlen
    return address


def _entry_with_prefix(entry: t.Any, prefixes: t.Mapping[str, int]) -> t.Any:
    written = _first_word(entry)
    full = written if "/" in written else str(_with_prefix(_addresses.parse(written), prefixes))
    if isinstance(entry, t.Mapping):
        return {**entry, "address": full}
    return " ".join([full, *entry.split()[1:]])


def _why_not_one(
    member: Member,
    fitting: t.Sequence[str],
    address: t.Any,
    interfaces: t.Sequence[t.Mapping[str, t.Any]],
    virtual: frozenset[str],
) -> str:
    if fitting:
        return f"{member.name} has several interfaces in the network of {address.ip}: {', '.join(fitting)}."
    networks = [
        f"{interface['name']} {own}"
        for interface in interfaces
        if not interface["loopback"]
        for own in _addresses.own_addresses(interface, virtual)
        if own.version == address.version
    ]
    return f"{address.ip} is in no network of {member.name}, which has {', '.join(networks) or 'none of its family'}."
