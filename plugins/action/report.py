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
        """Print, and return the text where somebody can read it: in an event of AWX it would stand a second time."""
        result = super().run(tmp, task_vars)
        _valid, arguments = self.validate_argument_spec(
            {"text": {"type": "str", "required": True}, "refusal": {"type": "str", "default": ""}}
        )
        if arguments["text"]:
            show(arguments["text"].rstrip("\n"))
        if arguments["refusal"]:
            return {**result, "failed": True, "msg": arguments["refusal"]}
        kept = {"text": arguments["text"]} if self._task.register else {}
        return {**result, "changed": False, **kept}


def show(text: str) -> None:
    """Print a text as a whole, so that it is one event of a job and not one for each line.

    An action runs in a process of its own, from which the display sends what it is to print to the first process. The
    callback of ansible-runner before 2.4.2 (AWX 24.6.1 has 2.4.0) stands in front of that, and writes an event from
    the wrong process: Ansible warns of it, and a job with a long plan was seen that never ended. So the text is sent
    without asking the callback, which sees it in the first process, where its events belong.
    """
    display = Display()
    queue = getattr(display, "_final_q", None)
    if queue is None:
        display.display(text)
    else:
        # As the display itself does, in ansible-core 2.16 to 2.21.
        queue.send_display("display", text)
