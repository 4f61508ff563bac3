# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter failed_in: which hosts a step did not go well on."""

from __future__ import annotations

import typing as t


def failed_in(hosts: t.Sequence[str], hostvars: t.Mapping[str, t.Mapping[str, t.Any]], name: str) -> list[str]:
    """See failed_in.yml."""
    return [host for host in hosts if not _went_well(hostvars[host].get(name))]


def _went_well(result: t.Any) -> bool:
    """Ansible registers the answer of a host that failed or could not be reached too; one that came later has none."""
    return isinstance(result, t.Mapping) and not result.get("failed") and not result.get("unreachable")


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"failed_in": failed_in}
