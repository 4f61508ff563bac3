# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action report: see modules/report.py."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display


class ActionModule(ActionBase):
    """Prints a text on the controller."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Print, and return the text."""
        result = super().run(tmp, task_vars)
        _valid, arguments = self.validate_argument_spec({"text": {"type": "str", "required": True}})
        # One call for each line: a log that is written line by line gets each with its time.
        for line in arguments["text"].rstrip("\n").split("\n"):
            Display().display(line)
        return {**result, "changed": False, "text": arguments["text"]}
