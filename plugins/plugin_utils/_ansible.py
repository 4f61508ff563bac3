# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What all filters need of Ansible: plain Python data out of its templating, and a guard for what they are given."""

from __future__ import annotations

import functools
import inspect
import typing as t

from ansible.errors import AnsibleFilterError

#: The host variable under which the role hot_standby keeps what hot_standby_info returned.
OBSERVED = "__hot_standby_observed"
#: Those under which it keeps what its other observers returned: a host may be lost there as well.
LOOKS = (
    "__hot_standby_begun", "__hot_standby_waited", "__hot_standby_heard", "__hot_standby_looked",
    "__hot_standby_turned", "__hot_standby_upgraded",
)  # fmt: skip
#: What a filter's result is known by.
KEYS = {
    "group_plan": "groups", "group_verdict": "findings", "group_status": "groups", "handover_capability": "possible",
}  # fmt: skip

Filter = t.TypeVar("Filter", bound=t.Callable[..., t.Any])


def expects(named: tuple[str, str] | None = None, **sources: str) -> t.Callable[[Filter], Filter]:
    """Decorator of a filter that works on what another one returned.

    :arg named: an argument that must be a name, and the key of the plan in which it must be: C(("member", "members")).
    :arg sources: by argument the filter that returned it. What is C(None), and may be, was not given.
    :raises AnsibleFilterError: it is something else.
    """

    def decorated(function: Filter) -> Filter:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def guarded(*given: t.Any, **keywords: t.Any) -> t.Any:
            bound = signature.bind(*given, **keywords)
            for argument, source in sources.items():
                value = bound.arguments.get(argument)
                if value is None and signature.parameters[argument].default is None:
                    continue
                if not isinstance(value, t.Mapping) or KEYS[source] not in value:
                    raise AnsibleFilterError(f"{function.__name__} expects what {source} returned.")
                name = bound.arguments[named[0]] if named else None
                if named and name not in value.get(named[1], {}):
                    words = f"{source} returned, with {name} among its {named[1]}"
                    raise AnsibleFilterError(f"{function.__name__} expects what {words}.")
            return function(*given, **keywords)

        return t.cast("Filter", guarded)

    return decorated


def observation(host_variables: t.Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    """What hot_standby_info returned for a host, or C(None).

    Ansible registers the answer of a host that failed or could not be reached too: that one has seen nothing.
    """
    seen = plain(host_variables[OBSERVED]) if OBSERVED in host_variables else None
    return seen if isinstance(seen, dict) and "interfaces" in seen and not seen.get("failed") else None


def reason(host_variables: t.Mapping[str, t.Any]) -> str | None:
    """Why nothing was observed on a host, in its own words; C(None) if it gave none."""
    for name in (*LOOKS, OBSERVED):
        result = host_variables.get(name)
        # What failed otherwise while a host was waited for is not why it was not looked at.
        if isinstance(result, t.Mapping) and result.get("msg") and (name == OBSERVED or result.get("unreachable")):
            # Newer versions of ansible-core put that in front.
            return str(result["msg"]).removeprefix("Task failed: ")
    return None


def plain(value: t.Any) -> t.Any:
    """The value as dicts, lists and scalars: templates resolved, vaults decrypted, tags and lazy types gone."""
    if value is None or isinstance(value, bool):
        return value
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, t.Mapping):
        return {plain(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return str(value)
