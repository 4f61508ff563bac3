# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's part of keepalived_config: how long the call takes, and what an instant is by the host's clock."""

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import clock_offset


class ActionModule(ActionBase):
    """Measures the clock of the host where an instant is given, then runs the module."""

    TRANSFERS_FILES = False
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module, with its instant by the host's clock."""
        began = time.time()
        result = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        measured: dict[str, t.Any] = {}
        if arguments.get("at") is not None and arguments.get("transaction"):
            measured = self._instant(arguments)
        if not measured.get("failed"):
            apart = bool(self._task.async_val and not self._connection.has_native_async)
            done = self._execute_module(module_args=arguments, task_vars=task_vars, wrap_async=apart)
            measured = {**done, **measured}
        return {**result, **measured, "began": began, "ended": time.time()}

    def _instant(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """Puts the instant by the host's clock into the arguments.

        :returns: what was measured; a failure where the instant could not be kept, C(again) where it may be later.
        """
        loads, window = arguments.get("step") == "load", float(arguments.get("window", 3.0))
        try:
            offset, error = clock_offset.measure(self._ask)
        except clock_offset.NoClockError as unknown:
            if loads:
                raise AnsibleActionFail(f"{unknown} Nothing was loaded.") from unknown
            # To revert a little early or late is better than not at all.
            offset, error = 0.0, window
        told = {"clock_offset": round(offset, 4), "clock_error": round(error, 4)}
        if loads and error > window / 2:
            problem = (
                f"The clock of the host could be measured to {error:.3f} s only, and the members must load within "
                f"{window:g} s. Nothing was loaded on it. See that the connection is not held up, and run again."
            )
            return {**told, "failed": True, "again": True, "msg": problem}
        arguments["at"] = float(arguments["at"]) + offset
        return told

    def _ask(self) -> str:
        """What date(1) of the host says. It needs no other user, so none is become."""
        return str(self._low_level_execute_command("date +%s.%N", sudoable=False).get("stdout", ""))
