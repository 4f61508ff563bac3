# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter to_keepalived_conf: thin; see plugin_utils/_conf/writer.py."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import plain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import writer


def to_keepalived_conf(config: t.Any) -> str:
    """See to_keepalived_conf.yml."""
    if not isinstance(config, t.Mapping):
        raise AnsibleFilterError(f"to_keepalived_conf expects a mapping, not {type(config).__name__}.")
    try:
        return writer.render(plain(config))
    except writer.RenderError as error:
        raise AnsibleFilterError(f"to_keepalived_conf: {error}") from error


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"to_keepalived_conf": to_keepalived_conf}
