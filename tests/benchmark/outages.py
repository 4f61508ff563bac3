# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outage of each fault of the owner, with standard and with fast timers, in groups of two and of three members.

Sets labs up, runs the playbook drill on them, and holds each outage against what VRRP's timers allow. Prints the table
of docs/operations.md, and writes .cache/benchmark/outages.json with the timelines. Takes a quarter of an hour: run it
on an idle machine.
"""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile
import typing as t

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests/lab"))

from labhosts import LabHosts  # noqa: E402

FAULTS = ("stop", "kill", "freeze", "nginx", "link", "block", "reboot")
SPEEDS = ("standard", "fast")
SIZES = (2, 3)


def inventory(members: int, speed: str) -> dict[str, t.Any]:
    """The smallest one, with that many members and those timers."""
    variables = {
        "keepalived_failover": speed,
        "keepalived_vrrp_instances": [{"virtual_ipaddress": ["{{ lab_vip }}/{{ lab_prefixlen }}"]}],
    }
    return {"web": {"hosts": {f"app{number}": {} for number in range(1, members + 1)}, "vars": variables}}


def run(lab: LabHosts, *arguments: str) -> None:
    """A playbook, which must end well."""
    done = lab.ansible("ansible-playbook", *arguments)
    if done.returncode:
        raise SystemExit(f"{arguments[0]} failed:\n{done.stdout[-6000:]}{done.stderr[-2000:]}")


def drilled(lab: LabHosts, report: pathlib.Path) -> list[dict[str, t.Any]]:
    """What the drill measured of each fault."""
    variables = {
        "hot_standby_drill_confirm": "web",
        "hot_standby_drill_from": "client",
        "hot_standby_drill_faults": list(FAULTS),
        "hot_standby_report": str(report),
    }
    done = lab.ansible("ansible-playbook", "playbooks/drill.yml", "-e", json.dumps(variables))
    # One that took longer than expected fails the playbook, and is a result all the same.
    if not report.exists():
        raise SystemExit(f"the drill failed:\n{done.stdout[-6000:]}{done.stderr[-2000:]}")
    return t.cast("list[dict[str, t.Any]]", json.loads(report.read_text())["faults"])


def measure(members: int) -> dict[str, list[dict[str, t.Any]]]:
    """By speed the faults of groups of that size."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        written = pathlib.Path(name) / "inventory.json"
        lab = LabHosts(f"outages-{members}", written)
        try:
            for speed in SPEEDS:
                written.write_text(json.dumps(inventory(members, speed)))
                run(lab, "tests/lab/create.yml")
                run(lab, "site.yml")
                lab.lets_drop(name for name in lab.hosts if name != "client")
                found[speed] = drilled(lab, pathlib.Path(name) / f"{speed}.json")
        finally:
            run(lab, "tests/lab/destroy.yml")
    return found


def cell(one: dict[str, t.Any]) -> str:
    """An outage beside its bound, marked where it is longer than that and half a second."""
    return f"{one['outage']:.2f} s (<= {one['expected']:.2f}){'' if one['ok'] else ' !'}"


def main() -> None:
    """Measures and prints."""
    found = {members: measure(members) for members in SIZES}
    columns = [(members, speed) for members in SIZES for speed in SPEEDS]
    print("| fault | " + " | ".join(f"{members} members, {speed}" for members, speed in columns) + " |")
    print("| --- |" + " --- |" * len(columns))
    for fault in FAULTS:
        rows = [next(one for one in found[members][speed] if one["fault"] == fault) for members, speed in columns]
        print(f"| `{fault}` | " + " | ".join(map(cell, rows)) + " |")
    target = CHECKOUT / ".cache/benchmark/outages.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
