# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The addresses from which the members of a group speak, and whose adverts each of them hears."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import entries
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import first_word
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses as _addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instance_values import Values


class Speaking:
    """Who speaks from where, in one instance.

    :arg own: by member, the instance as the member has it.
    :arg values: the instance's values, for the errors.
    """

    def __init__(self, members: t.Sequence[Member], own: t.Mapping[str, t.Mapping[str, t.Any]], values: Values) -> None:
        self._members = members
        self._own = own
        self._values = values

    def addresses(
        self, interfaces: t.Mapping[str, str], address: t.Any, virtual: t.Collection[str], unicast: bool
    ) -> dict[str, str]:
        """The address that each member speaks from, as far as it is known.

        :arg interfaces: by member, the interface that speaks.
        :arg address: the first virtual address.
        :arg virtual: all virtual addresses of the group.
        """
        sources: dict[str, str] = {}
        refused: set[str] = set()
        for member in self._members:
            written = self._own[member.name].get("unicast_src_ip")
            if not self._values.is_source(member, written, address):
                refused.add(member.name)
                continue
            found = written or self._found(member, interfaces.get(member.name), address, virtual)
            if found:
                sources[member.name] = str(found)
        if unicast and not any(own.get("unicast_peer") for own in self._own.values()):
            for member in self._members:
                placed = member.interfaces is None or member.name in interfaces
                if member.name not in sources and member.name not in refused and placed:
                    self._complete(sources, member, address)
        return sources

    @staticmethod
    def _found(member: Member, name: str | None, address: t.Any, virtual: t.Collection[str]) -> str | None:
        for interface in member.interfaces or ():
            if interface["name"] == name:
                return _addresses.source_address(interface, address, virtual)
        return None

    def _complete(self, sources: dict[str, str], member: Member, address: t.Any) -> None:
        """The address of a member that the play has not seen: that of the inventory, if it is so for all others."""
        reached = sources and all(
            sources.get(other.name) in (None, other.address) for other in self._members if other.interfaces is not None
        )
        inventory = _addresses.parse(member.address)
        if member.interfaces is None and reached and inventory is not None and inventory.version == address.version:
            sources[member.name] = str(inventory.ip)
            return
        self._values.error(
            "unicast_src_ip", f"the address that {member.name} speaks from is not known.",
            f"Set unicast_src_ip: {{{member.name}: ADDRESS}}, or let the play reach {member.name}.",
            member.name,
        )  # fmt: skip

    def peers(self, sources: t.Mapping[str, str]) -> dict[str, list[str]]:
        """By member, whose adverts it hears where they do not go to all: what was written, else all others."""
        peers = {}
        for name, own in self._own.items():
            written = own.get("unicast_peer")
            if written is None:
                peers[name] = [source for other, source in sources.items() if other != name]
            else:
                peers[name] = [str(first_word(entry)) for entry in entries.entries(written)]
        return peers
