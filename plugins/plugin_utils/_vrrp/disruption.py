# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Changes that a running keepalived cannot make without giving an address up: found by what runs and what is planned.

When it reads its configuration again, keepalived knows an instance by its virtual router id, its interface and its
address family. One that has changed in any of these it ends, and begins another. One that goes from multicast to
unicast or back, or to another kind of interface, is not heard by members that have not.
"""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instances import Instance

VARIABLE = "keepalived_allow_disruption"
BACK = "Change it back"
Observed = t.Mapping[str, t.Any]


def find(instances: t.Sequence[Instance], observed: t.Mapping[str, Observed | None]) -> list[dict[str, t.Any]]:
    """The disruptive changes of a group.

    :arg observed: by member what hot_standby_info returned, C(None) if not reached.
    :returns: a list of dicts C(host), C(instance), C(variable) (the one that tells it), C(what) (words), C(keep)
        (words: what keeps it as it is) and C(outage) (seconds without the address at most).
    """
    found = []
    for instance in instances:
        for host, seen in ((host, seen) for host, seen in observed.items() if host in instance.interfaces):
            running = ((seen or {}).get("keepalived") or {}).get("instances") or []
            for keyword, what, keep in _changes(instance, host, running):
                found.append({
                    "host": host, "instance": instance.name, "variable": f"{instance.variable}.{keyword}", "what": what,
                    "keep": keep, "outage": _outage(instance),
                })  # fmt: skip
    return found


def _outage(instance: Instance) -> float:
    """The former owner begins as a backup that hears nobody: it waits as long as any other would."""
    crashes = [takeover["crash"] for takeover in instance.expected_takeover().values()]
    return round(max(crashes, default=4 * instance.advert_int), 1)


def _changes(instance: Instance, host: str, running: t.Sequence[Observed]) -> t.Iterator[tuple[str, str, str]]:
    """Keyword, words, and what keeps it as it is, of each change of one instance on one member."""
    planned = {
        "virtual_router_id": instance.virtual_router_id,
        "interface": instance.interfaces[host],
        "family": addresses.family(addresses.parse(instance.addresses[0])),
    }
    same = [one for one in running if all(one[key] == value for key, value in planned.items())]
    if not same:
        wanted = {text.split("/")[0] for text in instance.addresses}
        namesakes = [one for one in running if one["name"] == instance.name] or [
            one for one in running if wanted & {text.split("/")[0] for text in one["virtual_ipaddress"]}
        ]
        for one in namesakes[:1]:
            for key, value in planned.items():
                if one[key] != value:
                    keyword = "virtual_ipaddress" if key == "family" else key
                    yield keyword, f"{key.replace('_', ' ')} {one[key]} becomes {value}", _keep(key, one[key])
        return
    for keyword, what in _ways(instance, host, same[0]):
        yield keyword, what, BACK


def _keep(key: str, value: t.Any) -> str:
    """What keeps an instance the one that runs. Nobody changes back what he has never written: it was derived."""
    derived = {"virtual_router_id": "the first address", "interface": "the network of the first address"}
    if key not in derived:
        return BACK
    return f"Set it to {value} to keep it (without it, it is derived from {derived[key]})"


def _ways(instance: Instance, host: str, one: Observed) -> t.Iterator[tuple[str, str]]:
    """Changes of the way that adverts take."""
    if one.get("unicast_peer") is not None and bool(one["unicast_peer"]) != instance.unicast:
        yield "unicast", "multicast becomes unicast" if instance.unicast else "unicast becomes multicast"
    if bool(one.get("vmac_interface")) != bool(instance.configs.get(host, {}).get("use_vmac")):
        yield "use_vmac", "the interface that holds the addresses becomes another"


def refuse(changes: t.Sequence[t.Mapping[str, t.Any]], allowed: bool, problems: Problems) -> None:
    """Refuses changes that would take addresses down, or tells of them where that is allowed."""
    for change in changes:
        problem = (
            f"{change['what']}, which cannot be changed while {change['instance']} runs: its addresses would be away "
            f"for up to {change['outage']:g} s."
        )
        if allowed:
            problems.warning(change["host"], change["variable"], problem, "It is done, standbys first.")
        else:
            problems.error(
                change["host"], change["variable"], problem,
                f"{change['keep']}, or set {VARIABLE} to true for this run.",
            )  # fmt: skip


def running(observed: t.Mapping[str, Observed | None]) -> int:
    """How many members' keepalived run."""
    return sum(bool(seen and seen["keepalived"]["running"]) for seen in observed.values())


def ownerless(observed: t.Mapping[str, Observed | None]) -> list[str]:
    """The addresses that instances have, without prefix length, and nobody owns."""
    instances = [one for seen in observed.values() if seen for one in seen["keepalived"]["instances"]]
    known: dict[str, bool] = {}
    for one in instances:
        for text in [*one.get("virtual_ipaddress", []), *one.get("virtual_ipaddress_excluded", [])]:
            address = text.split("/")[0]
            known[address] = known.get(address, False) or one["state"] == "MASTER"
    return [address for address, owned in known.items() if not owned]


def is_standby(seen: Observed) -> bool:
    """Whether a member runs and owns nothing, so that it can be stopped at no cost."""
    keepalived = seen["keepalived"]
    return bool(keepalived["running"]) and not _owned(seen)


def rolling_order(observed: t.Mapping[str, Observed]) -> list[str]:
    """The members in the order of their turns, where one after the other is worked on: those that own most, last."""
    return sorted(observed, key=lambda name: _owned(observed[name]))


def _owned(seen: Observed) -> int:
    return sum(one["state"] == "MASTER" for one in seen["keepalived"]["instances"])
