# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Plain Python data out of what Ansible's templating hands to a filter."""

from __future__ import annotations

import typing as t

#: The host variable under which the role hot_standby keeps what hot_standby_info returned.
OBSERVED = "__hot_standby_observed"
#: Those under which it keeps what its other observers returned: a host may be lost there as well.
LOOKS = ("__hot_standby_waited", "__hot_standby_looked", "__hot_standby_turned", "__hot_standby_upgraded")


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
