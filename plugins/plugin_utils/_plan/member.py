# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The explicit model of one member: what its keepalived and its nginx are to be."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import masking, writer
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import sections
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.groups import Group
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import (
    daemon,
    firewall,
    log_target,
    managed_files,
    nginx as _nginx,
    observation,
    reasons as _reasons,
    restart,
    selinux,
    sysctl,
    systemd_unit,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import (
    instances as _instances,
    maintenance,
    notify_script,
    sync_groups,
    timers,
    tracking,
)

#: Seconds that a daemon may take to start, beside what VRRP's timers allow.
START_ALLOWANCE = 10

LEAST_WINDOW = 0.1


class MemberPlan:
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
        target = log_target.target(
            self._name, self._variables["keepalived_log_target"], self._observed["programs"], self._problems
        )
        facility = self._variables["keepalived_log_facility"]
        if isinstance(facility, bool) or facility not in range(8):
            self._problems.error(
                self._name, "keepalived_log_facility", f"{facility!r} is not a local facility.", "Set it to 0 to 7."
            )
        ports = [f"{service['port']}/tcp"] if service else []
        if ipvs:
            ports += daemon.served_ports(servers)
        ports = firewall.served(self._name, self._variables[firewall.SERVED], ports, self._problems)
        flags, place = daemon.flags(facility, config, ipvs), managed_files.platform(self._observed)
        arguments = running["arguments"] if running["running"] else None
        needs = sysctl.needs(config.get("vrrp_instance", []), servers)
        renew = restart.takes_no_reload(running)
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
            "restart": restart.restart(arguments, flags, renew),
            "flags_late": restart.are_written_late(arguments, flags),
            "expected": not self._version.installed,
            "version": self._version.number and str(self._version) or None,
            "version_text": _reasons.keepalived(self._version, self._version.installed),
            "derived": _reasons.derived(self._name, self._own, config, self._settings, needs, flags),
            "log_facility": facility,
            "log_target": target,
            "has_rsyslog": bool(self._observed["programs"].get("rsyslogd")),
            "sysctl": sysctl.derive(self._name, self._variables["keepalived_sysctl"], needs, self._problems),
            "scripts": self._scripts,
            "try_scripts": self._tried(config) if running["running"] else [],
            "selinux": self._selinux(service, servers),
            "maintenance": maintenance.of(config),
            "drop_in": self._variables["keepalived_unit_drop_in"],
            "needrestart": systemd_unit.has_needrestart(self._observed),
            "unit_is_stale": systemd_unit.is_stale(self._observed),
            "addresses": systemd_unit.addresses(self._own, self._name),
            "installed": log_target.is_installed(target, self._observed["programs"]),
            "running": running["running"],
            "live": live,
            "reload": restart.is_to_be_read_again(running),
            "firewall": firewall.derive(
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
            "settings": managed_files.settings(place, flags),
            "platform": dict(self._observed.get("platform") or {}),
            "script_directory": managed_files.SCRIPTS_FOLDER,
            "log_file": managed_files.LOG_FILE,
            "log_group": place.log_group,
        }
        nginx = service and {**service, "installed": bool(self._observed["programs"].get("nginx"))}
        keepalived["files"] = managed_files.files(keepalived, nginx)
        keepalived["writes"] = managed_files.writes(keepalived)
        keepalived["kept"] = managed_files.kept(keepalived["files"])
        look, asked = observation.options(self._own, keepalived, nginx), self._observed.get("asked") or {}
        return {
            "keepalived": keepalived,
            "nginx": nginx,
            "texts": managed_files.sources(keepalived["files"]),
            "look": look,
            "look_again": {kind: observation.missing(look, asked, kind == "wire") for kind in ("host", "wire")},
        }

    def _tried(self, config: t.Mapping[str, t.Any]) -> list[str]:
        """The checks that are run before they are loaded."""
        down = [one["name"] for one in self._observed["keepalived"]["instances"] if one["state"] == "FAULT"]
        return tracking.faulting(config, [_nginx.CHECK_NAME], down)

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
        return max(LEAST_WINDOW, timers.ADVERTS_BEFORE_DOWN * min(intervals, default=1.0))

    def _selinux(
        self, service: t.Mapping[str, t.Any] | None, servers: t.Sequence[t.Mapping[str, t.Any]]
    ) -> list[dict[str, t.Any]]:
        if not self._variables["keepalived_selinux"]:
            return []
        port = service and service["port"]
        return selinux.entries(self._name, self._observed, port, servers, self._problems)

    def _service(self) -> dict[str, t.Any] | None:
        wanted = self._variables["hot_standby_service"]
        if wanted not in _nginx.SERVICES:
            self._problems.error(
                self._name, "hot_standby_service", f"{wanted!r} is not known.",
                f"Set it to {' or '.join(_nginx.SERVICES)}.",
            )  # fmt: skip
        if wanted != "nginx" or not self._own:
            return None
        return _nginx.nginx(self._name, self._variables, self._own, self._observed, self._problems)

    def _config(self, service: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
        """What the member's keepalived.conf says, in the order of the file."""
        parts = {keyword: sections.own(self._view, keyword, self._names) for keyword in sections.SECTIONS}
        parts["vrrp_instance"] = [dict(instance.configs[self._name]) for instance in self._own]
        hidden = bool(parts["include"] or parts["raw"])
        sync_groups.check(self._name, parts["vrrp_sync_group"], self._own, hidden, self._problems)
        self._check_tracked(parts, [_nginx.CHECK_NAME] if service else [])
        if service:
            parts["vrrp_script"] = [*parts["vrrp_script"], _nginx.check(service)]
            self._scripts.append(_nginx.CHECK_NAME)
        if notify_script.place(self._name, parts["vrrp_instance"], self._variables, self._problems):
            self._scripts.append(notify_script.NAME)
        parts["vrrp_sync_group"] = sync_groups.place(
            self._name, parts["vrrp_sync_group"], parts["vrrp_instance"], service and _nginx.CHECK_NAME,
            self._version, self._problems,
        )  # fmt: skip
        parts["vrrp_track_file"] = maintenance.place(
            parts["vrrp_track_file"], parts["vrrp_sync_group"], parts["vrrp_instance"], self._version
        )
        parts["virtual_server"] = daemon.virtual_servers(
            self._name, parts["virtual_server"], self._own[0].sources.get(self._name) if self._own else None,
            self._observed["kernel"]["ipvs"], self._problems,
        )  # fmt: skip
        settings, lines = sections.parted(parts["global_defs"])
        self._settings = settings
        has_scripts = masking.runs_scripts({**parts, "global_defs": settings})
        parts["global_defs"] = daemon.global_defs(self._name, settings, has_scripts, self._version, self._problems)
        config = {**lines, **{keyword: part for keyword, part in parts.items() if part}}
        self._check_rendering(config)
        return config

    def _check_tracked(self, parts: t.Mapping[str, t.Any], provided: t.Sequence[str]) -> None:
        blocks = [
            (f"{sections.SECTIONS[keyword]}[{position}]", block)
            for keyword in ("vrrp_instance", "vrrp_sync_group")
            for position, block in enumerate(parts[keyword])
        ]
        names = [one["name"] for one in self._observed["interfaces"]]
        tracking.check(self._name, blocks, provided, self._variables, names, self._problems)

    def _check_rendering(self, config: t.Mapping[str, t.Any]) -> None:
        """Whatever has passed so far must have a spelling: found out here and not when hosts have been changed."""
        if any(error["host"] in self._names for error in self._problems.errors):
            return
        try:
            writer.render(config)
        except writer.RenderError as error:
            path, _space, problem = str(error).partition(" ")
            self._problems.error(self._name, path, f"it {problem}", "This is a mistake of the plan; please report it.")


def _is_number(value: t.Any) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", str(value)) is not None


def _slowest(instance: _instances.Instance) -> float:
    return max(
        (takeover["crash"] for takeover in instance.expected_takeover().values()), default=4 * instance.advert_int
    )
