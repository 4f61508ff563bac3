# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Plain Python data out of what Ansible's templating hands to a filter."""

from __future__ import annotations

import typing as t

#: The host variable under which the role hot_standby keeps what hot_standby_info returned.
OBSERVED = "__hot_standby_observed"


def plain(value: t.Any) -> t.Any:
    """The value as dicts, lists and scalars: templates resolved, vaulted strings decrypted, tags and lazy types gone."""
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
