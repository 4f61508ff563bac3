# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs molecule scenarios in lanes, each lane one after the other, and prints what each said when it has ended.

Call it with lists of scenarios, separated by commas: tests/lab/scenarios.py default,fast debian11,debian13
No more begin when one has failed.
"""

from __future__ import annotations

import concurrent.futures
import subprocess
import sys
import threading
import time


class Runner:
    """Runs scenarios of all lanes, until one fails."""

    def __init__(self) -> None:
        self._print = threading.Lock()
        self.failed: list[str] = []

    def say(self, text: str) -> None:
        """One message at a time, at once."""
        with self._print:
            print(text, flush=True)

    def lane(self, scenarios: list[str]) -> None:
        """One lane."""
        for scenario in scenarios:
            if self.failed:
                self.say(f"==> {scenario}: not begun")
                continue
            self.say(f"==> {scenario}: begins")
            began = time.monotonic()
            done = subprocess.run(
                ["molecule", "test", "--scenario-name", scenario],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            )  # fmt: skip
            word = "passed" if done.returncode == 0 else "FAILED"
            if done.returncode:
                self.failed.append(scenario)
            self.say(f"{done.stdout}\n==> {scenario}: {word} after {time.monotonic() - began:.0f} s")


def main() -> int:
    """Entry point."""
    runner, lanes = Runner(), [argument.split(",") for argument in sys.argv[1:]]
    with concurrent.futures.ThreadPoolExecutor(len(lanes)) as pool:
        list(pool.map(runner.lane, lanes))
    if runner.failed:
        runner.say(f"==> FAILED: {', '.join(runner.failed)}")
    return bool(runner.failed)


if __name__ == "__main__":
    sys.exit(main())
