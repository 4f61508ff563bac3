# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter named_hosts: which hosts a playbook is for.

Ansible resolves the hosts of a play by itself, before it starts a process for each task on each host. What is imported
here is there in each of them; otherwise each would compile again what its filters need, a fifth of all that a run costs
the controller.
"""

from __future__ import annotations

import importlib
import pathlib
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _ansible

for _path in sorted(pathlib.Path(_ansible.__file__).parent.glob("_*/*.py")):
    importlib.import_module(f"{_ansible.__name__.rpartition('.')[0]}.{_path.parent.name}.{_path.stem}")


def named_hosts(named: t.Any, default: str = "all") -> t.Any:
    """See named_hosts.yml."""
    return _ansible.plain(named) or default


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"named_hosts": named_hosts}
