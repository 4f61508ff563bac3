# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The controller's part of every observer: a host that has not answered by its deadline is not reached.

With C(async) the deadline is for the start of it: async has a limit of its own.
"""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.module_utils.common.validation import check_type_bool, check_type_float
from ansible.plugins.action import ActionBase
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._action import deadline

#: The variable of the role hot_standby.
VARIABLE = "hot_standby_observe_timeout"


class Observer(ActionBase):
    """Runs the module, and gives the host up at its deadline."""

    TRANSFERS_FILES = False
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module."""
        result = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if arguments.get("deadline") is None:
            return {**result, **self._module(arguments, task_vars)}
        allowed, waits = self._seconds(arguments)
        try:
            with deadline.within(allowed + waits):
                return {**result, **self._module(arguments, task_vars)}
        except deadline.DeadlineError as late:
            deadline.end_children()
            # It would be removed over the connection that does not answer.
            self._connection._shell.tmpdir = None
            also = f", and it was to wait for {waits:g} s" if waits else ""
            raise AnsibleConnectionFailure(
                f"no answer within {allowed + waits:g} s: {VARIABLE} is {allowed:g} s{also}"
            ) from late

    def _module(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        """The module itself; with C(async) it is started, and is not waited for here."""
        apart = bool(self._task.async_val and not self._connection.has_native_async)
        return self._execute_module(module_args=arguments, task_vars=task_vars, wrap_async=apart)

    def _seconds(self, arguments: t.Mapping[str, t.Any]) -> tuple[float, float]:
        """What the call may take beside what it was told to wait, and that.

        :raises AnsibleActionFail: the deadline is none.
        """
        known = {name: _converted(name, value) for name, value in arguments.items()}
        allowed = known["deadline"]
        if allowed is None or not 0 < allowed < float("inf"):
            raise AnsibleActionFail(
                f"deadline: {arguments['deadline']} is no span of time. Set {VARIABLE} (or, without the role, the "
                "option deadline) to a number of seconds above 0."
            )
        return allowed, deadline.waits(self._task.action.rpartition(".")[2], known)


def _converted(name: str, value: t.Any) -> t.Any:
    """A switch or a number as the module will take it; C(None) for what it will refuse, and for everything else."""
    try:
        return check_type_bool(value) if name in deadline.SWITCHES else check_type_float(value)
    except (TypeError, ValueError):
        return None
