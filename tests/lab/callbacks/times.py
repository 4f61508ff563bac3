# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes what a playbook took, and how many module calls it made: see tests/lab/times.py."""

from __future__ import annotations

import importlib
import os
import pathlib
import sys
import time
import typing as t

from ansible.plugins.callback import CallbackBase

# Ansible has this file by another name.
sys.path.append(str(pathlib.Path(__file__).parents[1]))
times = importlib.import_module("times")

DOCUMENTATION = """
name: times
type: notification
short_description: Notes what a playbook took
description: Notes what a playbook took, and how many module calls it made.
"""


class CallbackModule(CallbackBase):
    """One note for each playbook."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "times"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._began, self._calls, self._name = time.monotonic(), 0, ""

    def v2_playbook_on_start(self, playbook: t.Any) -> None:
        """Its name."""
        self._name = pathlib.Path(playbook._file_name).name

    def _called(self, result: t.Any, **_more: t.Any) -> None:
        """One call for each host, and of a loop one for each item."""
        if times.calls_a_module(result._task.action):
            self._calls += "results" not in result._result

    v2_runner_on_ok = v2_runner_on_failed = v2_runner_on_unreachable = _called
    v2_runner_item_on_ok = v2_runner_item_on_failed = _called

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        """The note."""
        in_test = "PYTEST_CURRENT_TEST" in os.environ
        times.note("playbook", self._name, time.monotonic() - self._began, calls=self._calls, in_test=in_test)
