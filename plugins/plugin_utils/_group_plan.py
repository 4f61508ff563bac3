# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The plan: from the members' variables and what was observed on them to an explicit model for each, or every error."""

from __future__ import annotations

import itertools
import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import (
    _clashes,
    _daemon,
    _disruption,
    _explain,
    _firewall,
    _instances,
    _kernel,
    _load_outcome,
    _logging,
    _look,
    _maintenance,
    _managed,
    _plan_digest,
    _render,
    _sections,
    _selinux_policy,
    _service,
    _sync_groups,
    _timers,
    _tracked,
    _transitions,
    _unit,
    _versions,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._membership import Group, Membership
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._variables import (
    INSTANCES,
    checked,
    effective,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._versions import Version

#: Seconds that a daemon may take to start, beside what VRRP's timers allow.
START_ALLOWANCE = 10
LEAST_WINDOW = 0.1
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
        C(refused) (by host: the texts of the errors that keep it from going on), C(unplanned) (those of
        hosts that ask for instances and are in no planned group), C(groups) (by name), C(members) (by
        host: the explicit model) and C(digest) (of what the whole inventory asks for, see C(_plan_digest)).
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
    owned = _clashes.owned({name: host.get("address") for name, host in hosts.items() if host["variables"]})
    played, batched = frozenset(play_hosts), frozenset(batch)
    left = played if remaining is None else frozenset(remaining)
    for group in found:
        if not whole or _is_whole(group, hosts, played, batched, left, problems):
            _plan_group(group, hosts, owned, problems, result)
    _clashes.check(result["groups"], problems)
    result["turns"] = max((len(group["members"]) for group in result["groups"].values()), default=0)
    result["confirm_timeout"] = CONFIRM_ALLOWANCE + max(map(_load_time, result["members"].values()), default=0)
    result["digest"] = _plan_digest.digest(hosts, groups)
    result["errors"], result["warnings"] = problems.errors, problems.warnings
    result["refused"] = _refused(play_hosts, found, problems)
    planned = {member for group in result["groups"].values() for member in group["members"]}
    unplanned = [text for host in wanted if host not in planned for text in result["refused"].get(host, [])]
    result["unplanned"] = list(dict.fromkeys(unplanned))
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
    _check_load_wait(views[0], problems)
    _sections.check(views, versions, problems)
    instances = _instances.derive(views, problems, owned)
    observed = {name: hosts[name]["observed"] for name in group.members}
    disruptions = _disruption.find(instances, observed)
    _disruption.refuse(disruptions, views[0].variables[_disruption.VARIABLE], problems)
    result["groups"][group.name] = {
        "members": list(group.members),
        "disruptions": disruptions,
        "ownerless": _disruption.ownerless(observed),
        "owned": _load_outcome.owners(observed),
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
    order = _disruption.rolling_order({view.name: observed[view.name] for view in planned})
    for view in planned:
        maker = _MemberPlan(view, group, hosts[view.name]["observed"], versions[view.name], instances, problems)
        # Then a change is loaded by all at one instant.
        live = _disruption.running(observed) > 0
        names = [other.name for other in planned]
        result["members"][view.name] = {
            "group": group.name,
            "planned_members": names,
            "turn": order.index(view.name),
            "alone": _disruption.running(observed) <= 1,
            "load_wait": views[0].variables["hot_standby_load_wait"],
            "stop_first": bool(disruptions) and _disruption.is_standby(observed[view.name]),
            **maker.model(live),
        }


def _check_failover(views: t.Sequence[Member], problems: Problems) -> None:
    """One speed for all: a member that expects other timers than it hears takes over too early or too late."""
    first = views[0].variables["keepalived_failover"]
    for view in views:
        value = view.variables["keepalived_failover"]
        if value not in FAILOVERS:
            problems.error(
                view.name, "keepalived_failover", f"{value!r} is not known.", f"Set it to {' or '.join(FAILOVERS)}."
            )
        elif value != first:
            problems.error(
                view.name, "keepalived_failover", f"it is {value} here and {first} for {views[0].name}.",
                "Set it once, for their inventory group.",
            )  # fmt: skip


def _check_load_wait(first: Member, problems: Problems) -> None:
    value = first.variables["hot_standby_load_wait"]
    if value not in range(1, LONGEST_LOAD_WAIT + 1):
        problems.error(
            first.name, "hot_standby_load_wait", f"{value} is not a number of seconds that a load can wait for.",
            f"Set it to 1 to {LONGEST_LOAD_WAIT}.",
        )  # fmt: skip


class _MemberPlan:
    """Makes the explicit model of one member."""

    def __init__(
        self,
        view: Member,
        group: Group,
        observed: t.Mapping[str, t.Any],
        version: Version,
        instances: t.Sequence[_instances.Instance],
        problems: Problems,
    ) -> None:
        self._name = view.name
        self._view = view
        self._names = group.members
        self._variables = view.variables
        self._observed = observed
        self._version = version
        self._own = [instance for instance in instances if view.name in instance.configs]
        self._problems = problems
        self._settings: t.Mapping[str, t.Any] = {}
        self._scripts: list[str] = []

    def model(self, live: bool) -> dict[str, t.Any]:
        """The model: C(keepalived), C(nginx) (or C(None)) and C(look), what to judge it by.

        :arg live: whether any member's keepalived runs.
        """
        service = self._service()
        config = self._config(service)
        servers = config.get("virtual_server", [])
        ipvs, running = self._observed["kernel"]["ipvs"], self._observed["keepalived"]
        target = _logging.target(
            self._name, self._variables["keepalived_log_target"], self._observed["programs"], self._problems
        )
        facility = self._variables["keepalived_log_facility"]
        if isinstance(facility, bool) or facility not in range(8):
            self._problems.error(
                self._name, "keepalived_log_facility", f"{facility!r} is not a local facility.", "Set it to 0 to 7."
            )
        ports = [f"{service['port']}/tcp"] if service else []
        if ipvs:
            ports += _daemon.served_ports(servers)
        ports = _firewall.served(self._name, self._variables[_firewall.SERVED], ports, self._problems)
        flags, place = _daemon.flags(facility, config, ipvs), _managed.platform(self._observed)
        arguments = running["arguments"] if running["running"] else None
        needs = _kernel.needs(config.get("vrrp_instance", []), servers)
        renew = _daemon.takes_no_reload(running)
        if renew:
            self._problems.warning(
                self._name, "keepalived",
                "it runs with reload_check_config, with which its version takes no reload.",
                "It is restarted with what it runs less that keyword, one member after the other, before the load.",
            )  # fmt: skip
        keepalived = {
            "config": config,
            "flags": flags,
            "renew": renew,
            "restart": _daemon.restart(arguments, flags, renew),
            "flags_late": _daemon.are_written_late(arguments, flags),
            "expected": not self._version.installed,
            "version": self._version.number and str(self._version) or None,
            "version_text": _explain.keepalived(self._version, self._version.installed),
            "derived": _explain.derived(self._name, self._own, config, self._settings, needs, flags),
            "log_facility": facility,
            "log_target": target,
            "has_rsyslog": bool(self._observed["programs"].get("rsyslogd")),
            "sysctl": _kernel.derive(self._name, self._variables["keepalived_sysctl"], needs, self._problems),
            "scripts": self._scripts,
            "selinux": self._selinux(service, servers),
            "maintenance": _maintenance.of(config),
            "drop_in": self._variables["keepalived_unit_drop_in"],
            "needrestart": _unit.has_needrestart(self._observed),
            "unit_is_stale": _unit.is_stale(self._observed),
            "addresses": _unit.addresses(self._own, self._name),
            "installed": _logging.is_installed(target, self._observed["programs"]),
            "running": running["running"],
            "live": live,
            "reload": _daemon.is_to_be_read_again(running),
            "firewall": _firewall.derive(
                self._name,
                self._variables["keepalived_firewall"],
                self._observed["firewall"],
                self._own,
                ports,
                self._problems,
            ),
            "settle_timeout": self._settle_timeout(),
            "window": self._window(),
            "takeover": max((_slowest(instance) for instance in self._own), default=0.0),
            "settings": _managed.settings(place, flags),
            "script_directory": _managed.SCRIPTS_FOLDER,
            "log_file": _managed.LOG_FILE,
            "log_group": place.log_group,
        }
        nginx = service and {**service, "installed": bool(self._observed["programs"].get("nginx"))}
        keepalived["files"] = _managed.files(keepalived, nginx)
        look, asked = _look.options(self._own, keepalived, nginx), self._observed.get("asked") or {}
        return {
            "keepalived": keepalived,
            "nginx": nginx,
            "texts": _managed.sources(keepalived["files"]),
            "look": look,
            "look_again": {kind: _look.missing(look, asked, kind == "wire") for kind in ("host", "wire")},
        }

    def _settle_timeout(self) -> int:
        """Seconds for a start, two transitions, and as long as one that is to preempt waits with that."""
        slowest = max((_slowest(instance) for instance in self._own), default=0.0)
        delays = [instance.configs[self._name].get("preempt_delay") for instance in self._own]
        waits = max((float(delay) for delay in delays if _is_number(delay)), default=0.0)
        return START_ALLOWANCE + 2 * round(slowest + 1) + round(waits)

    def _window(self) -> float:
        """Seconds within which all members must load: a backup that hears the others' old ways waits that long."""
        running = [instance["advert_int"] for instance in self._observed["keepalived"]["instances"]]
        intervals = [*(instance.advert_int for instance in self._own), *(one for one in running if one)]
        # No connection tells the time of a host better than to some hundredths.
        return max(LEAST_WINDOW, _timers.ADVERTS_BEFORE_DOWN * min(intervals, default=1.0))

    def _selinux(
        self, service: t.Mapping[str, t.Any] | None, servers: t.Sequence[t.Mapping[str, t.Any]]
    ) -> list[dict[str, t.Any]]:
        if not self._variables["keepalived_selinux"]:
            return []
        port = service and service["port"]
        return _selinux_policy.entries(self._name, self._observed, port, servers, self._problems)

    def _service(self) -> dict[str, t.Any] | None:
        wanted = self._variables["hot_standby_service"]
        if wanted not in _service.SERVICES:
            self._problems.error(
                self._name, "hot_standby_service", f"{wanted!r} is not known.",
                f"Set it to {' or '.join(_service.SERVICES)}.",
            )  # fmt: skip
        if wanted != "nginx" or not self._own:
            return None
        return _service.nginx(self._name, self._variables, self._own, self._observed, self._problems)

    def _config(self, service: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
        """What the member's keepalived.conf says, in the order of the file."""
        parts = {keyword: _sections.own(self._view, keyword, self._names) for keyword in _sections.SECTIONS}
        parts["vrrp_instance"] = [dict(instance.configs[self._name]) for instance in self._own]
        hidden = bool(parts["include"] or parts["raw"])
        _sync_groups.check(self._name, parts["vrrp_sync_group"], self._own, hidden, self._problems)
        self._check_tracked(parts, [_service.CHECK_NAME] if service else [])
        if service:
            parts["vrrp_script"] = [*parts["vrrp_script"], _service.check(service)]
            self._scripts.append(_service.CHECK_NAME)
        if _transitions.place(self._name, parts["vrrp_instance"], self._variables, self._problems):
            self._scripts.append(_transitions.NAME)
        parts["vrrp_sync_group"] = _sync_groups.place(
            self._name, parts["vrrp_sync_group"], parts["vrrp_instance"], service and _service.CHECK_NAME,
            self._version, self._problems,
        )  # fmt: skip
        parts["vrrp_track_file"] = _maintenance.place(
            parts["vrrp_track_file"], parts["vrrp_sync_group"], parts["vrrp_instance"], self._version
        )
        parts["virtual_server"] = _daemon.virtual_servers(
            self._name, parts["virtual_server"], self._own[0].sources.get(self._name) if self._own else None,
            self._observed["kernel"]["ipvs"], self._problems,
        )  # fmt: skip
        settings, lines = _sections.parted(parts["global_defs"])
        self._settings = settings
        has_scripts = _daemon.runs_scripts({**parts, "global_defs": settings})
        parts["global_defs"] = _daemon.global_defs(self._name, settings, has_scripts, self._version, self._problems)
        config = {**lines, **{keyword: part for keyword, part in parts.items() if part}}
        self._check_rendering(config)
        return config

    def _check_tracked(self, parts: t.Mapping[str, t.Any], provided: t.Sequence[str]) -> None:
        blocks = [
            (f"{_sections.SECTIONS[keyword]}[{position}]", block)
            for keyword in ("vrrp_instance", "vrrp_sync_group")
            for position, block in enumerate(parts[keyword])
        ]
        names = [one["name"] for one in self._observed["interfaces"]]
        _tracked.check(self._name, blocks, provided, self._variables, names, self._problems)

    def _check_rendering(self, config: t.Mapping[str, t.Any]) -> None:
        """Whatever has passed so far must have a spelling: found out here and not when hosts have been changed."""
        if any(error["host"] in self._names for error in self._problems.errors):
            return
        try:
            _render.render(config)
        except _render.RenderError as error:
            path, _space, problem = str(error).partition(" ")
            self._problems.error(self._name, path, f"it {problem}", "This is a mistake of the plan; please report it.")


def _load_time(model: t.Mapping[str, t.Any]) -> int:
    """Seconds that a member takes at most to show that it is well: those of other groups wait for it too."""
    keepalived = model["keepalived"]
    return int(keepalived["settle_timeout"] + keepalived["takeover"] + 1)


def _is_number(value: t.Any) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", str(value)) is not None


def _slowest(instance: _instances.Instance) -> float:
    return max(
        (takeover["crash"] for takeover in instance.expected_takeover().values()), default=4 * instance.advert_int
    )
