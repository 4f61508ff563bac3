# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter outcome: thin; see plugin_utils/_report/outcome.py."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import expects, plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import outcome as _outcome


@expects(verdict="group_verdict")
def outcome(verdict: t.Any) -> dict[str, t.Any]:
    """See outcome.yml."""
    return _outcome.outcome(plain(verdict))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"outcome": outcome}
