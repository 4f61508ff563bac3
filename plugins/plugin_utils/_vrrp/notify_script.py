# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""A script that keepalived runs at each transition: it logs it as one line, and runs the user's own command."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems

NAME = "log_transition"
SCRIPT = f"/usr/libexec/keepalived/{NAME}"
LOG, COMMAND = "keepalived_log_transitions", "keepalived_transition_command"
#: keepalived takes the words apart itself, and knows no quotes within quotes that all its versions agree on.
_COMMAND = re.compile(r"/[A-Za-z0-9_./@%+=:,-]+( [A-Za-z0-9_./@%+=:,-]+)*")


def place(
    name: str, configs: t.Sequence[dict[str, t.Any]], variables: t.Mapping[str, t.Any], problems: Problems
) -> bool:
    """Has every instance of a member run the script, unless it has a C(notify) of its own. Returns whether any does.

    :arg configs: the member's instances, which are changed in place.
    """
    command = variables[COMMAND]
    if command is not None and not _COMMAND.fullmatch(command):
        problems.error(
            name, COMMAND,
            f"{shown(command, COMMAND)} is no absolute path with words of letters, digits and _./@%+=:,- behind it.",
            "Put what it does into a script of its own.",
        )  # fmt: skip
        return False
    if not variables[LOG] and command is None:
        return False
    free = [config for config in configs if not config.get("notify")]
    for config in free:
        config["notify"] = SCRIPT if command is None else f"{SCRIPT} {command}"
    for config in configs:
        if config not in free:
            problems.warning(
                name, LOG, f"{config['name']} has a notify of its own, so its transitions are not logged.",
                "Leave its notify out, and set keepalived_transition_command to that.",
            )  # fmt: skip
    return bool(free)
