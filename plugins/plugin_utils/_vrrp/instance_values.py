# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What the user wrote for one instance, checked value by value."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import first_word
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses as _addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.addresses import bare_addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems

MAXIMUM_PASSWORD = 8


class Values:
    """The values of one instance.

    :arg own: by member, in the order of their rank, the instance as the member has it.
    :arg variable: the path of the instance, for the errors.
    :arg owned: addresses that are hosts' own: address to whose it is, in words.
    """

    def __init__(
        self,
        own: t.Mapping[str, t.Mapping[str, t.Any]],
        variable: str,
        position: int,
        problems: Problems,
        owned: t.Mapping[str, str],
    ) -> None:
        self._own = own
        self._first = next(iter(own))
        self._variable = variable
        self._position = position
        self._problems = problems
        self._owned = owned
        #: The instance as the first member has it: where all must agree, it speaks for them.
        self.shared = own[self._first]

    def error(self, key: str, problem: str, fix: str, host: str | None = None) -> None:
        """An error of a key of this instance."""
        self._problems.error(host or self._first, f"{self._variable}.{key}", problem, fix)

    def warning(self, key: str, problem: str, fix: str, host: str | None = None) -> None:
        """A warning about a key of this instance."""
        self._problems.warning(host or self._first, f"{self._variable}.{key}", problem, fix)

    def entries(self, key: str) -> list[t.Any]:
        """A list, empty where the user wrote something else."""
        value = self.shared.get(key)
        return value if isinstance(value, list) else []

    def check_agreement(self, keys: t.Sequence[str]) -> None:
        """All members must have the same for these keys."""
        for key in keys:
            for name, own in self._own.items():
                if own.get(key) != self.shared.get(key):
                    self.error(
                        key, f"{name} and {self._first} differ, and would not hear each other.",
                        "Set it once, for their inventory group.", name,
                    )  # fmt: skip

    def check_addresses_agree(self) -> None:
        """All members must have the same addresses; where and how each of them holds these is its own affair."""
        first = bare_addresses(self.shared.get("virtual_ipaddress"))
        for name, own in self._own.items():
            if bare_addresses(own.get("virtual_ipaddress")) != first:
                self.error(
                    "virtual_ipaddress", f"{name} and {self._first} differ, and would not hear each other.",
                    "Set it once, for their inventory group.", name,
                )  # fmt: skip

    def own_addresses(self, member: str, shared: list[t.Any]) -> list[t.Any]:
        """The entries of C(virtual_ipaddress) as a member has them, if these are the same addresses."""
        own = self._own[member].get("virtual_ipaddress")
        return own if isinstance(own, list) and bare_addresses(own) == bare_addresses(shared) else shared

    def name(self) -> str | None:
        """The name of the instance."""
        value = self.shared.get("name", f"VI_{self._position + 1}")
        if not isinstance(value, str) or not value or " " in value:
            self.error(
                "name", f"{shown(value, '')} is not one word.", f"Set it to a word such as VI_{self._position + 1}."
            )
            return None
        return value

    def flag(self, key: str) -> bool:
        """True or false, left out for a member is false; C(yes) in quotes is neither."""
        for member, own in self._own.items():
            value = own.get(key)
            if value is not None and not isinstance(value, bool):
                self.error(
                    key,
                    f"{shown(value, '')} is neither true nor false.",
                    "Set it to true or false, without quotes.",
                    member,
                )
        return self.shared.get(key) is True

    def integer(self, key: str, default: int, low: int, high: int) -> int | None:
        """A number in a range."""
        value = self.shared.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.error(
                key, f"{shown(value, key)} is not an integer from {low} to {high}.", f"Set it to {low} to {high}."
            )
            return None
        return value

    def advert_int(self, version: int, default: float) -> float | None:
        """Seconds between two adverts, as the version of the protocol can carry them."""
        value = self.shared.get("advert_int", default)
        low, high = (1, 255) if version == 2 else (0.01, 40.95)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            self.error(
                "advert_int", f"{shown(value, '')} is not an interval that VRRPv{version} can carry.",
                f"Set it to {low} to {high} seconds.",
            )  # fmt: skip
            return None
        if version == 2 and value != int(value):
            self.error(
                "advert_int",
                f"VRRPv2 carries whole seconds only, not {value}.",
                "Set it to a whole number, or version: 3.",
            )
            return None
        if version == 3 and round(value * 100) != round(value * 100, 6):
            self.error(
                "advert_int", f"VRRPv3 carries hundredths of a second (RFC 5798 section 5.2.7), not {value}.",
                f"Set it to {round(value, 2)}.",
            )  # fmt: skip
            return None
        return value

    def addresses(self) -> list[t.Any]:
        """The entries of C(virtual_ipaddress), empty if they cannot be those of one instance."""
        entries = self.shared.get("virtual_ipaddress")
        if not isinstance(entries, list) or not entries:
            self.error(
                "virtual_ipaddress", "the instance has no list of virtual addresses.",
                "Set it to a list such as [192.0.2.10/24].",
            )  # fmt: skip
            return []
        good = self.usable("virtual_ipaddress", entries)
        families = {_addresses.family(_addresses.parse(first_word(entry))) for entry in good}
        if len(families) > 1:
            self.error(
                "virtual_ipaddress", "one VRRP instance carries addresses of one family.",
                "Make two instances, one for IPv4 and one for IPv6.",
            )  # fmt: skip
            return []
        return good

    def usable(self, key: str, entries: t.Sequence[t.Any]) -> list[t.Any]:
        """Those entries that are addresses, and no host's own: that would be taken from it."""
        good = []
        for position, entry in enumerate(entries):
            address = _addresses.parse(first_word(entry))
            if address is None:
                self.error(
                    f"{key}[{position}]", f"{shown(entry, '')} is not an IPv4 or IPv6 address.",
                    "Write it as 192.0.2.10/24 or 2001:db8::10/64.",
                )  # fmt: skip
            elif str(address.ip) in self._owned:
                whose = self._owned[str(address.ip)]
                self.error(
                    f"{key}[{position}]", f"{address.ip} is the address of {whose}.",
                    "Set it to an address that no host has of its own, or take it off there: the group is to share it.",
                )  # fmt: skip
            else:
                good.append(entry)
        return good

    def check_authentication(self, version: int) -> None:
        """A password that VRRPv2 can carry."""
        block = self.shared.get("authentication")
        if block is None:
            return
        if not isinstance(block, t.Mapping):
            self.error("authentication", "it is not a mapping.", "Set it to {auth_type: PASS, auth_pass: ...}.")
            return
        if version == 3:
            self.error(
                "authentication",
                "VRRPv3 has no authentication (RFC 5798 section 9).",
                "Leave it out, or set version: 2 (which keepalived_failover: fast cannot have).",
            )
        if block.get("auth_type") not in ("PASS", "AH"):
            self.error(
                "authentication.auth_type",
                "it is neither PASS nor AH.",
                "Set it to PASS, alone: {auth_type: PASS, ...}.",
            )
        secret = block.get("auth_pass")
        variable = "authentication.auth_pass"
        if not isinstance(secret, str):
            self.error(
                variable, f"it is not a string but of type {type(secret).__name__}.", 'Put it in quotes: "1111".'
            )
        elif not 1 <= _size(secret) <= MAXIMUM_PASSWORD:
            self.error(
                variable,
                f"it has {_size(secret)} bytes; VRRPv2 carries {MAXIMUM_PASSWORD} (RFC 2338 section 5.3.6).",
                f"Set it to 1 to {MAXIMUM_PASSWORD} characters.",
            )  # fmt: skip
        elif " " in secret:
            self.error(variable, "it contains a space.", "Choose another without.")

    def is_source(self, member: Member, written: t.Any, address: t.Any) -> bool:
        """Whether a member may speak from the address that the user wrote, if any."""
        if written is None:
            return True
        parsed = _addresses.parse(written)
        if parsed is None or "/" in written or parsed.version != address.version:
            self.error(
                "unicast_src_ip",
                f"{shown(written, '')} is not an {_addresses.family(address)} address without prefix length.",
                f"Set it to an address of {member.name}, or leave it out.", member.name,
            )  # fmt: skip
            return False
        held = [entry["address"] for one in member.interfaces or () for entry in one["addresses"]]
        if member.interfaces is not None and str(parsed.ip) not in held:
            self.error(
                "unicast_src_ip", f"{member.name} does not have the address {parsed.ip}.",
                f"Set it to an address of {member.name}, or leave it out.", member.name,
            )  # fmt: skip
            return False
        return True


def _size(text: str) -> int:
    """Bytes of a text, which may have half a character of UTF-16."""
    return len(text.encode("utf-8", "surrogatepass"))
