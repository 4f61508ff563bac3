# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's part of the module keepalived_config: an instant by its clock becomes one by the host's."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _clock_offset


class ActionModule(ActionBase):
    """Measures the clock of the host where an instant is given, then runs the module."""

    TRANSFERS_FILES = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module, with its instant by the host's clock."""
        result = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        measured = {}
        if arguments.get("at") is not None and arguments.get("transaction"):
            window = float(arguments.get("window", 3.0))
            try:
                offset, error = _clock_offset.measure(self._ask)
            except _clock_offset.NoClockError as unknown:
                if arguments.get("step") == "load":
                    raise AnsibleActionFail(f"{unknown} Nothing was loaded.") from unknown
                # To revert a little early or late is better than not at all.
                offset, error = 0.0, window
            if error > window / 2 and arguments.get("step") == "load":
                raise AnsibleActionFail(
                    f"The clock of the host could be measured to {error:.3f} s only, and the members must load within "
                    f"{window:g} s. Nothing was loaded. See that the connection is not held up, and run again."
                )
            arguments["at"] = float(arguments["at"]) + offset
            measured = {"clock_offset": round(offset, 4), "clock_error": round(error, 4)}
        done = self._execute_module(module_args=arguments, task_vars=task_vars)
        return {**result, **done, **measured}

    def _ask(self) -> str:
        """What date(1) of the host says. It needs no other user, so none is become."""
        return str(self._low_level_execute_command("date +%s.%N", sudoable=False).get("stdout", ""))
