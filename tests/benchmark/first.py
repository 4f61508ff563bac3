# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the first run of site, a second one and status take on real hosts: pairs in containers, as many as fit.

The hosts share the machine with the controller, so the time grows with them where the machine is busy; the CPU is the
controller's alone. Prints a table, and writes .cache/benchmark/first.json.
"""

from __future__ import annotations

import json
import pathlib
import re
import resource
import sys
import tempfile
import time
import typing as t

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests/lab"))

from labhosts import LabHosts  # noqa: E402

SIZES = (2, 4, 8)
RUNS = {"site, first run": "site.yml", "site, second run": "site.yml", "status": "playbooks/status.yml"}


def inventory(members: int) -> dict[str, t.Any]:
    """Pairs, each with an address."""
    return {
        f"pair{number}": {
            "hosts": {f"app{2 * number + 1}": {}, f"app{2 * number + 2}": {}},
            "vars": {"keepalived_vrrp_instances": [{"virtual_ipaddress": [f"{{{{ lab_vips[{number}] }}}}"]}]},
        }
        for number in range(members // 2)
    }


def run(lab: LabHosts, playbook: str, **environment: str) -> dict[str, float]:
    """Seconds, seconds of the controller's CPU, and tasks per host that did something."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = lab.ansible("ansible-playbook", playbook, **environment)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{playbook} failed:\n{done.stdout[-6000:]}{done.stderr[-2000:]}")
    tasks = [int(number) for number in re.findall(r"^app\d+ +: ok=(\d+)", done.stdout, re.MULTILINE)]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cpu": cpu, "tasks": sum(tasks) / max(1, len(tasks))}


def measure(members: int) -> dict[str, dict[str, float]]:
    """By name what each run takes on that many hosts."""
    with tempfile.TemporaryDirectory() as name:
        written = pathlib.Path(name) / "inventory.json"
        written.write_text(json.dumps(inventory(members)))
        lab = LabHosts(f"site-{members}", written)
        try:
            run(lab, "tests/lab/create.yml")
            return {what: run(lab, playbook, ANSIBLE_FORKS="25") for what, playbook in RUNS.items()}
        finally:
            run(lab, "tests/lab/destroy.yml")


def main() -> None:
    """Measures and prints."""
    found = {}
    print("| run | hosts | time | controller's CPU | tasks per host |")
    print("| --- | --- | --- | --- | --- |")
    for members in SIZES:
        found[members] = measure(members)
        for what, one in found[members].items():
            figures = f"{one['seconds']:.1f} s | {one['cpu']:.1f} s | {one['tasks']:g}"
            print(f"| {what} | {members} | {figures} |", flush=True)
    target = CHECKOUT / ".cache/benchmark/first.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
