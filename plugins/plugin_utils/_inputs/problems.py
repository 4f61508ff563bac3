# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What is wrong with the user's variables, and what is worth knowing about the plan."""

from __future__ import annotations

import typing as t


class Problems:
    """Collects every error and warning of one plan, so that they can be told all at once."""

    def __init__(self) -> None:
        self.errors: list[dict[str, t.Any]] = []
        self.warnings: list[dict[str, t.Any]] = []

    def error(self, host: str, variable: str, problem: str, fix: str) -> None:
        """Something that makes the plan impossible.

        :arg host: the host whose variable it is; for a group's variable, its first member.
        :arg variable: path such as C(keepalived_vrrp_instances[0].priority).
        :arg problem: what is wrong, in words that hold no secret.
        :arg fix: which variable to set to what.
        """
        self._add(self.errors, host, variable, problem, fix)

    def warning(self, host: str, variable: str, problem: str, fix: str) -> None:
        """Something the plan copes with, but the user should know."""
        self._add(self.warnings, host, variable, problem, fix)

    @staticmethod
    def _add(kind: list[dict[str, t.Any]], host: str, variable: str, problem: str, fix: str) -> None:
        entry = {"host": host, "variable": variable, "problem": problem, "fix": fix}
        entry["text"] = f"{host}: {variable}: {problem} {fix}"
        if entry not in kind:
            kind.append(entry)
