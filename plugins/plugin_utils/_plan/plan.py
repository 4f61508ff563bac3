# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The plan: from the members' variables and what was observed on them to an explicit model for each, or every error."""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import versions as _versions
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import digest, sections
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.groups import Group, Membership
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES, checked, effective
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import (
    nginx as _nginx,
    owners,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.member import MemberPlan
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import (
    disruption,
    group_conflicts,
    instances as _instances,
)

#: Seconds that members have for the steps of a load, beside what they wait for.
CONFIRM_ALLOWANCE = 30
#: Seconds; nobody wants a change to wait for longer.
LONGEST_LOAD_WAIT = 3600
FAILOVERS = ("standard", "fast")


def plan(
    hosts: t.Mapping[str, t.Mapping[str, t.Any]],
    groups: t.Mapping[str, t.Sequence[str]],
    play_hosts: t.Sequence[str],
    batch: t.Sequence[str],
    elsewhere: t.Collection[str] = (),
    remaining: t.Sequence[str] | None = None,
    whole: bool = True,
) -> dict[str, t.Any]:
    """One plan for all groups of a play.

    :arg hosts: for each host of the inventory C(variables) (its own public ones), C(unresolved) (by variable, why its
        template failed; may be left out), C(address) (its C(ansible_host); may be left out), C(observed) (what
        hot_standby_info returned, or C(None) if not reached) and C(reason) (why not, in the host's own words; may be
        left out).
    :arg groups: for each inventory group its hosts.
    :arg play_hosts: the hosts of the play after its limit.
    :arg batch: the hosts of the current batch; a smaller list than C(play_hosts) means C(serial).
    :arg elsewhere: names of public variables that are visible in the play but set outside the inventory.
    :arg remaining: those of C(play_hosts) that neither failed nor were unreachable so far; all by default.
    :arg whole: whether a member that is left out or could not be observed is an error. To look at the others it is not.
    :returns: dict C(errors), C(warnings) (lists of dicts with C(host), C(variable), C(problem), C(fix), C(text)),
        C(refused) (by host: the texts of the errors that keep it from going on), C(refusal) (all of these once, as
        paragraphs), C(unplanned) (those of hosts that ask for instances and are in no planned group), C(groups) (by
        name), C(members) (by host: the explicit model) and C(digest) (of what the whole inventory asks for, see
        C(digest)).
    """
    problems = Problems()
    hosts = {name: {**host, "variables": _sound(name, host["variables"], problems)} for name, host in hosts.items()}
    variables = {name: host["variables"] for name, host in hosts.items()}
    for host in play_hosts:
        for variable, reason in hosts[host].get("unresolved", {}).items():
            problems.error(host, variable, f"it cannot be resolved: {reason.rstrip('.')}.", "Define what it refers to.")
    wanted = [host for host in play_hosts if variables[host].get(INSTANCES)]
    for variable, host in itertools.product(sorted(elsewhere), wanted or play_hosts[:1]):
        problems.error(
            host, variable, "it is set in the play or a role, where the other members' values cannot be seen.",
            "Move it to the inventory (group_vars of the members' group).",
        )  # fmt: skip
    result: dict[str, t.Any] = {"groups": {}, "members": {}}
    found = Membership(variables, groups, problems).find(wanted)
    owned = group_conflicts.owned({name: host.get("address") for name, host in hosts.items() if host["variables"]})
    played, batched = frozenset(play_hosts), frozenset(batch)
    left = played if remaining is None else frozenset(remaining)
    for group in found:
        if not whole or _is_whole(group, hosts, played, batched, left, problems):
            _plan_group(group, hosts, owned, problems, result)
    group_conflicts.check(result["groups"], problems)
    result["turns"] = max((len(group["members"]) for group in result["groups"].values()), default=0)
    result["confirm_timeout"] = CONFIRM_ALLOWANCE + max(map(_load_time, result["members"].values()), default=0)
    result["digest"] = digest.digest(hosts, groups)
    result["errors"], result["warnings"] = problems.errors, problems.warnings
    result["refused"] = _refused(play_hosts, found, problems)
    # What was refused before was told then, and who is in no group has nothing to say.
    result["refusal"] = refusal({host: texts for host, texts in result["refused"].items() if host in left})
    planned = {member for group in result["groups"].values() for member in group["members"]}
    unplanned = [text for host in wanted if host not in planned for text in result["refused"].get(host, [])]
    result["unplanned"] = list(dict.fromkeys(unplanned))
    for host in play_hosts:
        if host not in result["members"]:
            reason = f"{host}: {INSTANCES}: nothing to plan without it. Set it, or leave {host} out of the play."
            result["refused"].setdefault(host, [reason])
    return result


def refusal(refused: t.Mapping[str, t.Sequence[str]]) -> str:
    """What keeps hosts from going on, each of it once.

    :arg refused: as C(plan) returns it.
    """
    texts = dict.fromkeys(text for found in refused.values() for text in found)
    return "\n\n".join(texts)


def _sound(name: str, written: t.Mapping[str, t.Any], problems: Problems) -> dict[str, t.Any]:
    """The variables in their types. A host without instances is no member: what is wrong with it concerns nobody."""
    return checked(name, written, problems if written.get(INSTANCES) else Problems())


def _refused(wanted: t.Sequence[str], found: t.Sequence[Group], problems: Problems) -> dict[str, list[str]]:
    """For each host the errors of its group; an error of a host without group concerns everybody."""
    group_of = {member: group for group in found for member in group.members}
    refused: dict[str, list[str]] = {}
    played = frozenset(wanted)
    for error in problems.errors:
        group = group_of.get(error["host"])
        for host in wanted if group is None else [member for member in group.members if member in played]:
            refused.setdefault(host, []).append(error["text"])
    return refused


def _is_whole(
    group: Group,
    hosts: t.Mapping[str, t.Mapping[str, t.Any]],
    play_hosts: t.Collection[str],
    batch: t.Collection[str],
    remaining: t.Collection[str],
    problems: Problems,
) -> bool:
    """Whether the play holds all members, or may go on without some."""
    absent = [member for member in group.members if member not in play_hosts]
    later = [member for member in group.members if member in remaining and member not in batch]
    unseen = [
        member
        for member in group.members
        if member in play_hosts
        and member not in later
        and (hosts[member]["observed"] is None or member not in remaining)
    ]
    partial = hosts[group.members[0]]["variables"].get("hot_standby_allow_partial", False)
    if absent and not partial:
        problems.error(
            group.members[0], "hot_standby_allow_partial",
            f"the play leaves out {', '.join(absent)} of the group {group.name} (a limit, or an inventory slice).",
            "Take all its members into the play, or set hot_standby_allow_partial to true.",
        )  # fmt: skip
        return False
    if unseen and not partial:
        reasons = [f"{member}: {why.strip().rstrip('.')}" for member in unseen if (why := hosts[member].get("reason"))]
        told = f" ({'; '.join(reasons)})" if reasons else ""
        problems.error(
            group.members[0], "hot_standby_allow_partial",
            f"{', '.join(unseen)} of the group {group.name} could not be observed{told}.",
            "Make it reachable, or set hot_standby_allow_partial to true to set up the others.",
        )  # fmt: skip
        return False
    if later:
        problems.error(
            group.members[0], "serial",
            f"a batch of the play splits the group {group.name}: {', '.join(later)} come later.",
            "Run the playbook without serial, or with batches of whole groups.",
        )  # fmt: skip
        return False
    return True


def _plan_group(
    group: Group,
    hosts: t.Mapping[str, t.Mapping[str, t.Any]],
    owned: t.Mapping[str, str],
    problems: Problems,
    result: dict[str, t.Any],
) -> None:
    versions = {name: _versions.of(hosts[name]["observed"]) for name in group.members}
    views = [
        Member(
            name,
            effective(hosts[name]["variables"]),
            (hosts[name]["observed"] or {}).get("interfaces"),
            hosts[name].get("address"),
            versions[name].number,
        )
        for name in group.members
    ]
    _check_failover(views, problems)
    _check_service(views, problems)
    _check_load_wait(views[0], problems)
    sections.check(views, versions, problems)
    observed = {name: hosts[name]["observed"] for name in group.members}
    held = group_conflicts.held({name: seen or {} for name, seen in observed.items()})
    instances = _instances.derive(views, problems, {**held, **owned})
    disruptions = disruption.find(instances, observed)
    disruption.refuse(disruptions, views[0].variables[disruption.VARIABLE], problems)
    result["groups"][group.name] = {
        "members": list(group.members),
        "disruptions": disruptions,
        "ownerless": disruption.ownerless(observed),
        "owned": owners.owners(observed),
        "partial": hosts[group.members[0]]["variables"].get("hot_standby_allow_partial", False),
        "forced": any(hosts[name]["variables"].get("hot_standby_force", False) for name in group.members),
        "instances": [
            {
                "name": instance.name,
                "variable": instance.variable,
                "virtual_router_id": instance.virtual_router_id,
                "version": instance.version,
                "advert_int": instance.advert_int,
                "sources": instance.sources,
                "preempt": instance.preempt,
                "addresses": instance.addresses,
                "excluded": instance.excluded,
                "ranking": instance.ranking,
                "interfaces": instance.interfaces,
                "expected_takeover": instance.expected_takeover(),
            }
            for instance in instances
        ],
    }
    planned = [view for view in views if hosts[view.name]["observed"] is not None]
    order = disruption.rolling_order({view.name: observed[view.name] for view in planned})
    for view in planned:
        maker = MemberPlan(view, group, hosts[view.name]["observed"], versions[view.name], instances, problems)
        # Then a change is loaded by all at one instant.
        live = disruption.running(observed) > 0
        names = [other.name for other in planned]
        result["members"][view.name] = {
            "group": group.name,
            "planned_members": names,
            "turn": order.index(view.name),
            "alone": disruption.running(observed) <= 1,
            "load_wait": views[0].variables["hot_standby_load_wait"],
            "stop_first": bool(disruptions) and disruption.is_standby(observed[view.name]),
            **maker.model(live),
        }


def _check_failover(views: t.Sequence[Member], problems: Problems) -> None:
    """One speed for all: a member that expects other timers than it hears takes over too early or too late."""
    first = views[0].variables["keepalived_failover"]
    for view in views:
        value = view.variables["keepalived_failover"]
        if value not in FAILOVERS:
            problems.error(
                view.name, "keepalived_failover", f"{shown(value, '')} is not known.",
                f"Set it to {' or '.join(FAILOVERS)}.",
            )  # fmt: skip
        elif value != first:
            problems.error(
                view.name, "keepalived_failover", f"it is {value} here and {first} for {views[0].name}.",
                "Set it once, for their inventory group.",
            )  # fmt: skip


def _check_service(views: t.Sequence[Member], problems: Problems) -> None:
    """One service for all: who takes the addresses over answers there, and a change of it is one change."""
    first = views[0].variables["hot_standby_service"]
    for view in views:
        value = view.variables["hot_standby_service"]
        if value != first and value in _nginx.SERVICES and first in _nginx.SERVICES:
            problems.error(
                view.name, "hot_standby_service", f"it is {value} here and {first} for {views[0].name}.",
                "Set it once, for their inventory group.",
            )  # fmt: skip
        if value != "nginx":
            continue
        for position, script in enumerate(view.variables["keepalived_vrrp_scripts"]):
            if isinstance(script, t.Mapping) and script.get("name") == _nginx.CHECK_NAME:
                problems.error(
                    view.name, f"keepalived_vrrp_scripts[{position}].name",
                    f"{_nginx.CHECK_NAME} is the name of the check that hot_standby_service brings, and keepalived "
                    "would run the first of the two alone.",
                    "Take it out, call it otherwise, or set hot_standby_service to none.",
                )  # fmt: skip


def _check_load_wait(first: Member, problems: Problems) -> None:
    value = first.variables["hot_standby_load_wait"]
    if value not in range(1, LONGEST_LOAD_WAIT + 1):
        problems.error(
            first.name, "hot_standby_load_wait", f"{value} is not a number of seconds that a load can wait for.",
            f"Set it to 1 to {LONGEST_LOAD_WAIT}.",
        )  # fmt: skip


def _load_time(model: t.Mapping[str, t.Any]) -> int:
    """Seconds that a member takes at most to show that it is well: those of other groups wait for it too."""
    keepalived = model["keepalived"]
    return int(keepalived["settle_timeout"] + keepalived["takeover"] + 1)
