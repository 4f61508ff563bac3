# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stops a run of a playbook at a named point, until it is told to go on: for the campaign, see faults.py.

CAMPAIGN_POINT is C(before STEP), C(after STEP) or C(call NUMBER). In the folder CAMPAIGN_PLACE the file C(reached) says
that it is there, and C(go) has it go on.
"""

from __future__ import annotations

import importlib
import os
import pathlib
import sys
import time
import typing as t

from ansible.plugins.callback import CallbackBase

# Ansible has this file by another name.
sys.path.append(str(pathlib.Path(__file__).parents[2] / "lab"))
times = importlib.import_module("times")

DOCUMENTATION = """
name: points
type: notification
short_description: Stops at a named point
description: Stops a run of a playbook at a named point, until it is told to go on.
"""
LONGEST = 120  # seconds to wait for to be told


class CallbackModule(CallbackBase):
    """Counts the calls, and knows the steps of a change by their modules."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "points"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._point = os.environ.get("CAMPAIGN_POINT", "")
        self._place = pathlib.Path(os.environ.get("CAMPAIGN_PLACE", "."))
        self._calls, self._last = 0, ""

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        """The moment before a task."""
        action = task.action.rpartition(".")[2]
        if not times.calls_a_module(action) or not self._point:
            return
        self._calls += 1
        steps = {"keepalived_config": task.args.get("step"), "nginx_site": "site", "hot_standby_files": "files"}
        step = steps.get(action)
        here = {f"call {self._calls}", f"after {self._last}", f"before {step}"}
        self._last = step or self._last
        if self._point in here:
            self._point = ""
            (self._place / "reached").touch()
            deadline = time.monotonic() + LONGEST
            while not (self._place / "go").exists() and time.monotonic() < deadline:
                time.sleep(0.02)
