# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The plan: from the members' variables and what was observed on them to an explicit model for each, or every error."""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import (
    _clashes,
    _daemon,
    _firewall,
    _instances,
    _render,
    _service,
    _values,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._membership import Group, Membership
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._variables import INSTANCES, checked, effective

#: What the role keepalived installs, by the programs that show it.
DAEMON_PROGRAMS = ("keepalived", "rsyslogd", "logrotate")
#: What the user writes for each part of keepalived.conf.
WRITTEN = {
    "global_defs": _daemon.GLOBAL_DEFS,
    "vrrp_script": _daemon.SCRIPTS,
    "vrrp_instance": INSTANCES,
    "virtual_server": _daemon.VIRTUAL_SERVERS,
}
#: Seconds that a daemon may take to start, beside what VRRP's timers allow.
START_ALLOWANCE = 10


def plan(
    hosts: t.Mapping[str, t.Mapping[str, t.Any]],
    groups: t.Mapping[str, t.Sequence[str]],
    play_hosts: t.Sequence[str],
    batch: t.Sequence[str],
    elsewhere: t.Collection[str] = (),
    remaining: t.Sequence[str] | None = None,
) -> dict[str, t.Any]:
    """One plan for all groups of a play.

    :arg hosts: for each host of the inventory C(variables) (its own public ones), C(unresolved) (by variable, why its
        template failed; may be left out), C(address) (its C(ansible_host); may be left out) and C(observed) (what
        hot_standby_info returned, or C(None) if not reached).
    :arg groups: for each inventory group its hosts.
    :arg play_hosts: the hosts of the play after its limit.
    :arg batch: the hosts of the current batch; a smaller list than C(play_hosts) means C(serial).
    :arg elsewhere: names of public variables that are visible in the play but set outside the inventory.
    :arg remaining: those of C(play_hosts) that neither failed nor were unreachable so far; all by default.
    :returns: dict C(errors), C(warnings) (lists of dicts with C(host), C(variable), C(problem), C(fix), C(text)),
        C(refused) (by host: the texts of the errors that keep it from going on), C(groups) (by name) and C(members) (by
        host: the explicit model).
    """
    problems = Problems()
    hosts = {name: {**host, "variables": _sound(name, host["variables"], problems)} for name, host in hosts.items()}
    variables = {name: host["variables"] for name, host in hosts.items()}
    for host in play_hosts:
        for variable, reason in hosts[host].get("unresolved", {}).items():
            problems.error(host, variable, f"it cannot be resolved: {reason}", "Define what it refers to.")
    wanted = [host for host in play_hosts if variables[host].get(INSTANCES)]
    for variable, host in itertools.product(sorted(elsewhere), wanted or play_hosts[:1]):
        problems.error(
            host, variable, "it is set in the play or a role, where the other members' values cannot be seen.",
            "Move it to the inventory (group_vars of the members' group).",
        )  # fmt: skip
    result: dict[str, t.Any] = {"groups": {}, "members": {}}
    found = Membership(variables, groups, problems).find(wanted)
    owned = _clashes.owned({name: host.get("address") for name, host in hosts.items() if host["variables"]})
    for group in found:
        if _is_whole(group, hosts, play_hosts, batch, play_hosts if remaining is None else remaining, problems):
            _plan_group(group, hosts, owned, problems, result)
    _clashes.check(result["groups"], problems)
    result["errors"], result["warnings"] = problems.errors, problems.warnings
    result["refused"] = _refused(play_hosts, found, problems)
    for host in play_hosts:
        if host not in result["members"]:
            reason = f"{host}: {INSTANCES}: nothing to plan without it. Set it, or leave {host} out of the play."
            result["refused"].setdefault(host, [reason])
    return result


def _sound(name: str, written: t.Mapping[str, t.Any], problems: Problems) -> dict[str, t.Any]:
    """The variables in their types. A host without instances is no member: what is wrong with it concerns nobody."""
    return checked(name, written, problems if written.get(INSTANCES) else Problems())


def _refused(wanted: t.Sequence[str], found: t.Sequence[Group], problems: Problems) -> dict[str, list[str]]:
    """For each host the errors of its group; an error of a host without group concerns everybody."""
    group_of = {member: group for group in found for member in group.members}
    refused: dict[str, list[str]] = {}
    for error in problems.errors:
        group = group_of.get(error["host"])
        for host in wanted:
            if group is None or host in group.members:
                refused.setdefault(host, []).append(error["text"])
    return refused


def _is_whole(
    group: Group,
    hosts: t.Mapping[str, t.Mapping[str, t.Any]],
    play_hosts: t.Sequence[str],
    batch: t.Sequence[str],
    remaining: t.Sequence[str],
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
        problems.error(
            group.members[0], "hot_standby_allow_partial",
            f"{', '.join(unseen)} of the group {group.name} could not be observed.",
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
    views = [
        _instances.Member(
            name,
            effective(hosts[name]["variables"]),
            (hosts[name]["observed"] or {}).get("interfaces"),
        )
        for name in group.members
    ]
    for view in views:
        _check_values(view, problems)
    instances = _instances.derive(views, problems, owned)
    result["groups"][group.name] = {
        "members": list(group.members),
        "partial": hosts[group.members[0]]["variables"].get("hot_standby_allow_partial", False),
        "instances": [
            {
                "name": instance.name,
                "variable": instance.variable,
                "virtual_router_id": instance.virtual_router_id,
                "version": instance.version,
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
    for view in planned:
        model = _plan_member(view, hosts[view.name]["observed"], instances, problems)
        names = [other.name for other in planned]
        result["members"][view.name] = {"group": group.name, "planned_members": names, **model}


def _plan_member(
    view: _instances.Member,
    observed: t.Mapping[str, t.Any],
    instances: t.Sequence[_instances.Instance],
    problems: Problems,
) -> dict[str, t.Any]:
    """The explicit model of one member."""
    name, variables = view.name, view.variables
    own = [instance for instance in instances if name in instance.configs]
    if variables["hot_standby_service"] not in _service.SERVICES:
        problems.error(
            name, "hot_standby_service", f"{variables['hot_standby_service']!r} is not known.",
            f"Set it to {' or '.join(_service.SERVICES)}.",
        )  # fmt: skip
    service = (
        _service.nginx(name, variables, own, problems) if variables["hot_standby_service"] == "nginx" and own else None
    )
    scripts = _daemon.scripts(name, variables[_daemon.SCRIPTS], problems)
    configs = [dict(instance.configs[name]) for instance in own]
    if service:
        scripts.append(_service.check(service))
        for config in configs:
            config["track_script"] = [*_tracked(config), _service.CHECK_NAME]
    ipvs = observed["kernel"]["ipvs"]
    facility = variables["keepalived_log_facility"]
    if isinstance(facility, bool) or facility not in range(8):
        problems.error(name, "keepalived_log_facility", f"{facility!r} is not a local facility.", "Set it to 0 to 7.")
    config = {
        "global_defs": _daemon.global_defs(name, variables["keepalived_global_defs"], bool(scripts), problems),
        "vrrp_script": scripts,
        "vrrp_instance": configs,
        "virtual_server": _daemon.virtual_servers(
            name, variables["keepalived_virtual_servers"], own[0].sources.get(name) if own else None, ipvs, problems
        ),
    }
    _check_rendering(name, config, problems)
    ports = [f"{service['port']}/tcp"] if service else []
    if ipvs:
        ports += _daemon.served_ports(config["virtual_server"])
    flags = _daemon.flags(facility, config, ipvs)
    running = observed["keepalived"]
    return {
        "keepalived": {
            "config": config,
            "flags": flags,
            "restart": running["running"] and _daemon.managed_flags(running["arguments"]) != flags,
            "log_facility": facility,
            "sysctl": _daemon.sysctl(name, variables["keepalived_sysctl"], problems),
            "check_nginx": service is not None,
            "installed": all(observed["programs"].get(program) for program in DAEMON_PROGRAMS),
            "running": running["running"],
            "firewall": _firewall.derive(
                name, variables["keepalived_firewall"], observed["firewall"], own, ports, problems
            ),
            "settle_timeout": START_ALLOWANCE + 2 * round(max((_slowest(instance) for instance in own), default=0) + 1),
        },
        "nginx": service and {**service, "installed": bool(observed["programs"].get("nginx"))},
    }


def _tracked(config: t.Mapping[str, t.Any]) -> list[t.Any]:
    """The user's own C(track_script), which may be one word too."""
    tracked = config.get("track_script") or []
    return tracked if isinstance(tracked, list) else [tracked]


def _check_rendering(name: str, config: t.Mapping[str, t.Any], problems: Problems) -> None:
    """Whatever has passed so far must have a spelling: found out here and not when hosts have been changed."""
    for keyword, variable in WRITTEN.items():
        if any(error["host"] == name and error["variable"].startswith(variable) for error in problems.errors):
            continue
        try:
            _render.render({keyword: config[keyword]})
        except _render.RenderError as error:
            problems.error(
                name,
                variable,
                f"it cannot be written to keepalived.conf: {error}",
                "Correct it; see keepalived.conf(5).",
            )


def _slowest(instance: _instances.Instance) -> float:
    return max(
        (takeover["crash"] for takeover in instance.expected_takeover().values()), default=4 * instance.advert_int
    )


def _check_values(view: _instances.Member, problems: Problems) -> None:
    """Everything the user wrote for keepalived.conf must be writable there."""
    for variable in WRITTEN.values():
        for path, reason in _values.walk(view.variables[variable], variable):
            problems.error(view.name, path, f"the value {reason}.", "Choose a value without it.")
