# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The VRRP instances of one group: what the user wrote, and the rest derived for each member."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import entries as _entries
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import first_word
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.keywords import OWN_KEYS
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import (
    addresses as _addresses,
    members as _members,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import GLOBAL_DEFS, INSTANCES
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import (
    instance_conflicts,
    instance_values,
    interfaces as _vrrp_interfaces,
    priorities as _vrrp_priorities,
    source_addresses,
    timers,
)

#: Keys that all members must agree on, or they would not hear each other, or not stand in one order.
SHARED_KEYS = (
    "name", "unicast", "owner", "virtual_router_id", "version", "advert_int", "authentication",
)  # fmt: skip


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
    peers: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    down_timer_adverts: int = timers.ADVERTS_BEFORE_DOWN
    configs: dict[str, dict[str, t.Any]] = dataclasses.field(default_factory=dict)
    #: By member and keyword, why a derived value is what it is.
    reasons: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    #: By member, the version of its keepalived as far as it is known.
    versions: dict[str, tuple[int, ...]] = dataclasses.field(default_factory=dict)

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
                more = timers.hesitation(self.versions.get(others[0], ()), self.advert_int)
                expected[owner] = {
                    "by": others[0],
                    "graceful": round(timers.skew_time(*timing) + more, 3),
                    "crash": round(timers.master_down_interval(*timing, self.down_timer_adverts) + more, 3),
                }
        return expected


def derive(members: t.Sequence[Member], problems: Problems, owned: t.Mapping[str, str] | None = None) -> list[Instance]:
    """All instances of a group whose members are given in the order of their rank.

    :arg owned: addresses that are hosts' own: address to whose it is, in words.
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
    """Derives one instance, for all members."""

    def __init__(
        self, members: t.Sequence[Member], position: int, problems: Problems, owned: t.Mapping[str, str]
    ) -> None:
        self._members = members
        self._names = [member.name for member in members]
        self._own: dict[str, dict[str, t.Any]] = {
            member.name: _members.own_block(member.variables[INSTANCES][position], member.name, self._names)
            for member in members
        }
        self._globals = {
            member.name: _members.own_block(member.variables[GLOBAL_DEFS], member.name, self._names)
            for member in members
        }
        self._fast = members[0].variables["keepalived_failover"] == "fast"
        self._reasons: dict[str, dict[str, str]] = {name: {} for name in self._names}
        self._variable = f"{INSTANCES}[{position}]"
        self._values = instance_values.Values(self._own, self._variable, position, problems, owned)

    def _error(self, key: str, problem: str, fix: str, host: str | None = None) -> None:
        self._values.error(key, problem, fix, host)

    def _why(self, key: str, reason: str, member: str | None = None) -> None:
        for name in [member] if member else self._names:
            self._reasons[name][key] = reason

    def addresses(self) -> list[t.Any]:
        """The virtual addresses that can be understood, as networks; what is wrong is told by C(build)."""
        entries = self._values.entries("virtual_ipaddress") + self._values.entries("virtual_ipaddress_excluded")
        parsed = (_addresses.parse(first_word(entry)) for entry in entries)
        return [address for address in parsed if address is not None]

    def build(self, virtual: frozenset[str]) -> Instance | None:
        """The instance, or C(None) if too little of it could be understood to go on."""
        values = self._values
        values.check_agreement(SHARED_KEYS)
        values.check_addresses_agree()
        name = values.name()
        entries = values.addresses()
        excluded = values.usable("virtual_ipaddress_excluded", values.entries("virtual_ipaddress_excluded"))
        if not entries:
            return None
        leading = _addresses.parse(first_word(entries[0]))
        version = self._version(leading)
        if version is None:
            return None
        unicast = values.flag("unicast") or any(own.get("unicast_peer") for own in self._own.values())
        nopreempt = values.flag("nopreempt")
        interfaces = self._interfaces(leading, virtual, unicast)
        vrid = self._virtual_router_id(leading)
        advert_int = self._advert_int(version)
        priorities = self._priorities()
        values.check_authentication(version)
        speaking = source_addresses.Speaking(self._members, self._own, values)
        sources = speaking.addresses(interfaces, leading, virtual, unicast)
        if name is None or vrid is None or advert_int is None or priorities is None:
            return None
        if len(interfaces) < len(self._observed()):
            return None
        instance = Instance(
            name=name,
            variable=self._variable,
            virtual_router_id=vrid,
            version=version,
            advert_int=advert_int,
            unicast=unicast,
            preempt=not nopreempt,
            addresses=[str(self._with_prefix(entry, interfaces, virtual)) for entry in entries],
            excluded=[first_word(entry) for entry in excluded],
            priorities=priorities,
            interfaces=interfaces,
            sources=sources,
            peers=speaking.peers(sources),
            down_timer_adverts=self._down_timer_adverts(),
            reasons=self._reasons,
            versions={member.name: member.version for member in self._members},
        )
        for member in self._observed():
            instance.configs[member.name] = self._config(instance, member, entries, virtual)
            self._check_contradictions(instance, member, entries)
        return instance

    def _observed(self) -> list[Member]:
        return [member for member in self._members if member.interfaces is not None]

    def _global(self, key: str) -> t.Any:
        return self._globals[self._names[0]].get(key)

    def _version(self, leading: t.Any) -> int | None:
        """VRRPv2 is for IPv4 alone (RFC 5798 section 1.1): keepalived takes 3 for IPv6 by itself."""
        lowest = 3 if leading.version == 6 else 2
        default, why = lowest, "keepalived's default for this family"
        if lowest == 2 and str(self._global("vrrp_version")) in ("2", "3"):
            default, why = int(self._global("vrrp_version")), f"{GLOBAL_DEFS}.vrrp_version"
        elif lowest == 2 and self._fast:
            default, why = 3, "keepalived_failover is fast, and VRRPv2 carries whole seconds only"
        if "version" not in self._values.shared:
            self._why("version", why)
        return self._values.integer("version", default, lowest, 3)

    def _advert_int(self, version: int) -> float | None:
        default = 0.1 if self._fast else 1
        if "advert_int" not in self._values.shared:
            self._why("advert_int", "keepalived_failover is fast" if self._fast else "keepalived_failover is standard")
        return self._values.advert_int(version, default)

    def _down_timer_adverts(self) -> int:
        value = self._values.shared.get("down_timer_adverts", self._global("vrrp_down_timer_adverts"))
        usable = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 256
        return value if usable else timers.ADVERTS_BEFORE_DOWN

    def _interfaces(self, address: t.Any, virtual: frozenset[str], unicast: bool) -> dict[str, str]:
        """For each observed member the interface that speaks."""
        chosen: dict[str, str] = {}
        for member in self._observed():
            wanted = self._own[member.name].get("interface")
            try:
                choice = _vrrp_interfaces.choose(member, wanted, address, virtual, unicast)
            except _vrrp_interfaces.NoInterface as error:
                self._error("interface", error.problem, error.fix, member.name)
                continue
            chosen[member.name] = choice.name
            if choice.name != wanted:
                self._why("interface", choice.why, member.name)
        return chosen

    def _virtual_router_id(self, address: t.Any) -> int | None:
        if "virtual_router_id" in self._values.shared:
            return self._values.integer("virtual_router_id", 0, 1, 255)
        derived = address.ip.words[-1] & 0xFF
        if derived == 0:
            self._error(
                "virtual_router_id", f"it cannot be derived from {address.ip}, whose last octet is 0.",
                "Set it to 1 to 255.",
            )  # fmt: skip
            return None
        self._why("virtual_router_id", f"the last octet of {address.ip}")
        return int(derived)

    def _priorities(self) -> dict[str, int] | None:
        tracked = {
            member.name: _vrrp_priorities.weights(self._own[member.name], self._defined(member))
            for member in self._members
        }
        spacing = _vrrp_priorities.spacing(len(self._names), [weight for own in tracked.values() for weight in own])
        derived = {}
        for rank, name in enumerate(self._ranked()):
            derived[name] = spacing.first - spacing.step * rank
            if "priority" not in self._own[name]:
                self._why("priority", f"rank {rank + 1} of {len(self._names)}, {spacing.why}", name)
        found, wrong = _vrrp_priorities.differing(self._own, derived)
        for finding in wrong:
            self._values.error("priority", finding.problem, finding.fix, finding.member)
        if wrong:
            return None
        for finding in _vrrp_priorities.idle_weights(found, tracked):
            self._values.warning("priority", finding.problem, finding.fix, finding.member)
        return found

    def _defined(self, member: Member) -> dict[str, t.Any]:
        """The member's own blocks of what can be tracked."""
        return {
            variable: _members.own_value(member.variables[variable], member.name, self._names)
            for variable in _vrrp_priorities.TRACKED.values()
            if variable
        }

    def _ranked(self) -> list[str]:
        """The members in the order of this instance: from its owner on, round the group's own order."""
        owner = self._values.shared.get("owner")
        if owner is None:
            return self._names
        if owner not in self._names:
            self._error(
                "owner", f"{owner!r} is no member of the group: {', '.join(self._names)}.", "Set it to one of them."
            )
            return self._names
        if any("priority" in own for own in self._own.values()):
            self._error("owner", "priority says already who is first.", "Leave one of the two out.")
        start = self._names.index(owner)
        return self._names[start:] + self._names[:start]

    def _networks(self, name: str, entry: t.Any, interface: str, virtual: frozenset[str]) -> dict[str, int]:
        """Prefix lengths of the networks in which an address lies on the interface that it goes to."""
        member = next(one for one in self._members if one.name == name)
        address = _addresses.parse(first_word(entry))
        target = _vrrp_interfaces.elsewhere(member, interface, address, virtual) or interface
        return _vrrp_interfaces.networks(member, target, address, virtual)

    def _with_prefix(self, entry: t.Any, interfaces: t.Mapping[str, str], virtual: frozenset[str]) -> t.Any:
        """The address with the prefix length of the network that a member knows it in, where the user wrote none."""
        for name, interface in interfaces.items():
            networks = self._networks(name, entry, interface, virtual)
            if networks:
                return _addresses.with_prefix(_addresses.parse(first_word(entry)), networks)
        return _addresses.parse(first_word(entry))

    def _config(
        self, instance: Instance, member: Member, entries: t.Sequence[t.Any], virtual: frozenset[str]
    ) -> dict[str, t.Any]:
        """The instance as keepalived of one member is to have it, in keepalived's own keywords."""
        name, own = member.name, self._own[member.name]
        config: dict[str, t.Any] = {
            "name": instance.name,
            "state": self._state(instance, name),
            "interface": instance.interfaces[name],
            "virtual_router_id": instance.virtual_router_id,
            "priority": instance.priorities[name],
        }
        if instance.version == 3 and ":" not in instance.addresses[0]:
            config["version"] = 3
        config["advert_int"] = instance.advert_int
        if instance.unicast:
            config["unicast_src_ip"] = instance.sources.get(name)
            config["unicast_peer"] = instance.peers[name]
            self._why("unicast_src_ip", f"the address of {instance.interfaces[name]}", name)
            self._why("unicast_peer", "the addresses of the other members", name)
        config.update((key, value) for key, value in own.items() if key not in OWN_KEYS and key not in config)
        for key in ("state", "unicast_peer"):
            if own.get(key) is not None:
                config[key] = own[key]
        for key in own:
            if key != "virtual_ipaddress" and config.get(key) == own[key]:
                self._reasons[name].pop(key, None)
        mine = self._values.own_addresses(name, entries)
        config["virtual_ipaddress"] = [self._entry(instance, member, entry, virtual) for entry in mine]
        if "virtual_ipaddress_excluded" in own:
            config["virtual_ipaddress_excluded"] = [
                self._entry(instance, member, entry, virtual)
                for entry in _entries.entries(own["virtual_ipaddress_excluded"])
            ]
        return {key: value for key, value in config.items() if value is not None}

    def _state(self, instance: Instance, name: str) -> str:
        """The initial state. BACKUP everywhere where MASTER would make keepalived drop what was asked for."""
        own = self._own[name]
        waits = not instance.preempt or bool(own.get("preempt_delay")) or self._is_strict(name)
        if waits or instance_conflicts.is_header_authentication(own):
            self._why("state", "nopreempt, preempt_delay, strict mode and AH need BACKUP as initial state", name)
            return "BACKUP"
        first = name == instance.ranking[0]
        self._why("state", "the highest priority" if first else "not the highest priority", name)
        return "MASTER" if first else "BACKUP"

    def _is_strict(self, name: str) -> bool:
        strict = self._own[name].get("strict_mode")
        if strict is None:
            strict = self._globals[name].get("vrrp_strict")
        return strict is True or str(strict) in ("on", "yes", "true")

    def _entry(self, instance: Instance, member: Member, entry: t.Any, virtual: frozenset[str]) -> t.Any:
        """An address as it is written, with its prefix length, and the interface where that is another one."""
        interface = instance.interfaces[member.name]
        address = _addresses.parse(first_word(entry))
        if address is None:
            return entry
        networks = self._networks(member.name, entry, interface, virtual)
        # Where adverts are routed the others' network is not here: with its prefix length it would be cut off.
        known = networks or ({} if instance.unicast else self._networks_of_others(entry, instance, virtual))
        entry = _addresses.entry_with_prefix(entry, known)
        target = _vrrp_interfaces.elsewhere(member, interface, address, virtual)
        if target and not _entries.has_word(entry, "dev"):
            self._why("virtual_ipaddress", f"{address.ip} goes to {target}, in whose network it is", member.name)
            entry = _entries.with_device(entry, target)
        return entry

    def _networks_of_others(self, entry: t.Any, instance: Instance, virtual: frozenset[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for name, interface in instance.interfaces.items():
            found.update(self._networks(name, entry, interface, virtual))
        return found

    def _check_contradictions(self, instance: Instance, member: Member, entries: t.Sequence[t.Any]) -> None:
        interface = next(one for one in member.interfaces or () if one["name"] == instance.interfaces[member.name])
        view = instance_conflicts.Instance(
            own=self._own[member.name],
            version=instance.version,
            unicast=instance.unicast,
            strict=self._is_strict(member.name),
            addresses=[_addresses.parse(first_word(entry)) for entry in entries],
            sources=instance.sources,
            member=member.name,
            mtu=interface.get("mtu") or instance_conflicts.DEFAULT_MTU,
        )
        for found in instance_conflicts.find(view):
            self._error(found.keyword, found.problem, found.fix, member.name)
