# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs what reads foreign bytes, and what writes the users' values, on damaged and hostile input:

    fuzz.py [--seed SEED] [--packets COUNT] [--dumps COUNT] [--values COUNT]

A run either ends well, or is refused by the error that the code declares. Anything else is a crash, or (of values) an
injection: a text of the value's that stands in a written file as a statement of its own. Prints a table with the seed,
by which the same runs can be made again, and the first few of each failure; ends with 1 if there was any.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import random
import sys
import time
import traceback
import typing as t

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(CHECKOUT / "collections"), str(CHECKOUT / "tests/unit")]

import fuzz_dumps  # noqa: E402
import fuzz_packets  # noqa: E402
import fuzz_values  # noqa: E402

SHOWN = 5
FAILURES = ("crash", "injection")


class Tally:
    """What came out of the runs of one kind."""

    def __init__(self) -> None:
        self.outcomes: collections.Counter[str] = collections.Counter()
        #: By where it happened, an input that leads there.
        self.failures: dict[str, str] = {}

    def run(self, cases: t.Iterator[t.Any], judge: t.Callable[[t.Any], str], count: int) -> None:
        """Judges COUNT cases. C(judge) names the outcome; what it raises is a crash."""
        for _number in range(count):
            case = next(cases)
            try:
                outcome, where = judge(case), repr(case)[:80]
            except Exception as error:
                frame = traceback.extract_tb(error.__traceback__)[-1]
                outcome = "crash"
                where = f"{type(error).__name__} in {pathlib.Path(frame.filename).name}:{frame.lineno}"
            self.outcomes[outcome] += 1
            if outcome in FAILURES:
                self.failures.setdefault(f"{outcome}: {where}", repr(case)[:600])


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    sizes = {"packets": 100_000, "dumps": 20_000, "values": 20_000}
    for name, size in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    failed = False
    for name, module in (("packets", fuzz_packets), ("dumps", fuzz_dumps), ("values", fuzz_values)):
        # Each of its own: fewer packets leave the dumps the same.
        dice, tally, start = random.Random(f"{arguments.seed} {name}"), Tally(), time.monotonic()
        count = getattr(arguments, name)
        tally.run(module.cases(dice), module.judge, count)
        told = {**dict.fromkeys(module.OUTCOMES, 0), **tally.outcomes}
        outcomes = ", ".join(f"{number} {what}" for what, number in told.items())
        print(f"{name}: {count} in {time.monotonic() - start:.0f} s: {outcomes}", flush=True)
        for where, case in list(tally.failures.items())[:SHOWN]:
            print(f"  {where}\n    {case}")
        failed = failed or bool(tally.failures)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
