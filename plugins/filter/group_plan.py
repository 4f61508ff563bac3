# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter group_plan: thin; see plugin_utils/_plan/plan.py."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError, AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import observation, plain, reason
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses, digest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import DEFAULTS, INSTANCES
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import plan
from jinja2 import UndefinedError


def _host(variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The public variables of one host as its inventory has them, and what was observed on it.

    A variable whose template fails is C(unresolved), with the reason. Of a host without instances nothing else is read.
    """
    own: dict[str, t.Any] = {}
    unresolved: dict[str, str] = {}
    for name in [INSTANCES, *(name for name in DEFAULTS if name != INSTANCES)]:
        if name != INSTANCES and not own.get(INSTANCES) and INSTANCES not in unresolved:
            break
        try:
            if name in variables:
                own[name] = plain(variables[name])
        except (AnsibleError, UndefinedError) as error:
            unresolved[name] = str(error)
    try:
        address = plain(variables["ansible_host"]) if own and "ansible_host" in variables else None
    except (AnsibleError, UndefinedError):
        address = None  # the play has reached the host, or tells why not
    return {
        "variables": own,
        "unresolved": unresolved,
        "address": address,
        "observed": observation(variables),
        "reason": reason(variables),
    }


def _nothing_but(problem: str, play_hosts: t.Sequence[str]) -> dict[str, t.Any]:
    """A plan that is one error for all. An exception of a task that must not be logged would be hidden."""
    error = {"host": "localhost", "variable": "", "problem": problem, "fix": "", "text": problem}
    refused = {host: [problem] for host in play_hosts}
    told = {"errors": [error], "warnings": [], "refused": refused, "unplanned": [problem]}
    told["refusal"] = plan.refusal(refused)
    return {**told, "groups": {}, "members": {}, "digest": digest.UNKNOWN}


def group_plan(
    hostvars: t.Any,
    groups: t.Any,
    play_hosts: t.Any,
    batch: t.Any,
    visible: t.Any = (),
    asking: str | None = None,
    remaining: t.Any = None,
    whole: bool = True,
) -> dict[str, t.Any]:
    """See group_plan.yml."""
    if not isinstance(hostvars, t.Mapping):
        raise AnsibleFilterError(f"group_plan expects hostvars, not {type(hostvars).__name__}.")
    groups, play_hosts = plain(groups), plain(play_hosts)
    if addresses.NETADDR_ERROR:
        return _nothing_but(
            "group_plan needs the Python library netaddr on the controller (pip install netaddr): "
            f"{addresses.NETADDR_ERROR}", play_hosts,
        )  # fmt: skip
    # An implicit localhost is in the play, but not in the group all.
    hosts = {name: _host(hostvars[name]) for name in dict.fromkeys([*groups["all"], *play_hosts])}
    asker = asking or play_hosts[0]
    inventory = {*hosts[asker]["variables"], *hosts[asker]["unresolved"]}
    elsewhere = {name for name in plain(visible) if name in DEFAULTS and name not in inventory}
    return plan.plan(hosts, groups, play_hosts, plain(batch), elsewhere, plain(remaining), bool(whole))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"group_plan": group_plan}
