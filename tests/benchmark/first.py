# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the first run of site, a second one and status take on real hosts: pairs in containers, as many as fit.

Before, what a first run cannot do without, and how many times as long it takes: the start of ansible-playbook, the
packages, and the election of the first owner.

The hosts share the machine with the controller, so the time grows with them where the machine is busy; the CPU is the
controller's alone. Prints a table, and writes .cache/benchmark/first.json.
"""

from __future__ import annotations

import contextlib
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

from labhosts import LabHosts, wait_for  # noqa: E402

SIZES = (2, 4, 8)
RUNS = {"site, first run": "site.yml", "site, second run": "site.yml", "status": "playbooks/status.yml"}


#: What a first run installs on Debian 12 with firewalld.
PACKAGES = ["keepalived", "nginx", "iptables", "logrotate", "rsyslog"]
START: list[dict[str, t.Any]] = [{"ansible.builtin.debug": {"msg": "started"}}]
INSTALL: list[dict[str, t.Any]] = [{"ansible.builtin.apt": {"name": PACKAGES, "update_cache": True}}]
MEMBERS = ("app1", "app2")


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


@contextlib.contextmanager
def fresh(folder: str) -> t.Iterator[LabHosts]:
    """A pair as it came."""
    written = pathlib.Path(folder) / "inventory.json"
    written.write_text(json.dumps(inventory(2)))
    lab = LabHosts("site-2", written)
    try:
        run(lab, "tests/lab/create.yml")
        yield lab
    finally:
        run(lab, "tests/lab/destroy.yml")


def least() -> dict[str, float]:
    """Seconds of each thing that a first run of a pair cannot do without, and of that run."""
    with tempfile.TemporaryDirectory() as folder:
        play = pathlib.Path(folder) / "play.json"

        def seconds(tasks: list[dict[str, t.Any]]) -> float:
            play.write_text(json.dumps([{"hosts": "pair0", "gather_facts": False, "tasks": tasks}]))
            return run(lab, str(play))["seconds"]

        with fresh(folder) as lab:
            found = {"start": seconds(START)}
            found["packages"] = seconds(INSTALL) - found["start"]
        with fresh(folder) as lab:
            found["first run"] = run(lab, "site.yml")["seconds"]
            found["election"] = election(lab)
    return found


def election(lab: LabHosts) -> float:
    """Seconds from the start of keepalived on both members until one of them has the address."""
    for name in MEMBERS:
        lab.hosts[name].check_output("systemctl stop keepalived")
    began = time.perf_counter()
    for name in MEMBERS:
        lab.hosts[name].check_output("systemctl start keepalived")
    look = f"ip -o address show to {lab.vars['lab_vips'][0]}"
    wait_for("it is owned", lambda: any(lab.hosts[name].check_output(look) for name in MEMBERS))
    return time.perf_counter() - began


def main() -> None:
    """Measures and prints."""
    found: dict[t.Any, t.Any] = {"least": least()}
    first = found["least"].pop("first run")
    total = sum(found["least"].values())
    print("; ".join(f"{what} {took:.1f} s" for what, took in found["least"].items()))
    print(f"together {total:.1f} s; the first run of a pair {first:.1f} s: {first / total:.2f} times as long\n")
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
