# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plan costs for 10, 100 and 1,000 groups: by itself, and in a play against the same play without it.

Prints a table, and writes .cache/benchmark/plan.json. No host is contacted: what would be observed is given.
"""

from __future__ import annotations

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
import typing as t

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(CHECKOUT / "collections"), str(CHECKOUT / "tests/unit")]

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import OBSERVED  # noqa: E402
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import plan  # noqa: E402
from builders import interface, observed  # noqa: E402

SIZES = (10, 100, 1000)
ROUNDS = 5
ROUNDS_OF_A_PLAY = 3
DERIVE = CHECKOUT / "roles/hot_standby/tasks/common/derive.yml"


def network(number: int) -> str:
    """The first three octets of a group's network."""
    return f"10.{number // 250}.{number % 250}"


def inventory(groups: int) -> dict[str, dict[str, t.Any]]:
    """Pairs, each in a network of its own: variables, address and observation of each host."""
    hosts = {}
    for number in range(groups):
        for member in (1, 2):
            address = f"{network(number)}.{10 + member}"
            seen = observed(member, interfaces=[interface("eth0", f"{address}/24")])
            variables = {
                "keepalived_vrrp_instances": [{"virtual_ipaddress": [f"{network(number)}.10/24"]}],
                "keepalived_global_defs": {"smtp_server": "192.0.2.25"},
            }
            hosts[f"g{number}-{member}"] = {"variables": variables, "address": address, "observed": seen}
    return hosts


def membership(groups: int) -> dict[str, list[str]]:
    """The inventory's groups."""
    return {f"g{number}": [f"g{number}-1", f"g{number}-2"] for number in range(groups)}


def measure(groups: int) -> dict[str, float]:
    """Seconds (median) and bytes (peak) of one plan."""
    hosts, listed = inventory(groups), membership(groups)
    names = list(hosts)
    arguments = ({"all": names, **listed}, names, names)
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        result = plan.plan(hosts, *arguments)
        times.append(time.perf_counter() - start)
    if result["errors"] or len(result["members"]) != 2 * groups:
        raise SystemExit(f"the plan is not what it should be: {result['errors'][:3]}")
    tracemalloc.start()
    plan.plan(hosts, *arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {"seconds": statistics.median(times), "bytes": peak}


def play(groups: int, folder: pathlib.Path, planned: bool) -> float:
    """Seconds of a play on all hosts, with the task that plans or with one that says a word."""
    hosts = inventory(groups)
    children = {
        name: {
            "hosts": {
                host: {"ansible_host": hosts[host]["address"], OBSERVED: hosts[host]["observed"]} for host in members
            },
            "vars": hosts[members[0]]["variables"],
        }
        for name, members in membership(groups).items()
    }
    (folder / "inventory.json").write_text(json.dumps({"all": {"children": children}}))
    task: dict[str, t.Any] = {"ansible.builtin.debug": {"msg": "nothing"}, "run_once": True}
    if planned:
        task = {"ansible.builtin.import_tasks": str(DERIVE)}
    tasks = [{"ansible.builtin.debug": {"msg": "nothing"}, "run_once": True}, task]
    (folder / "play.json").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / "collections"), "ANSIBLE_FORKS": "2"}
    start = time.perf_counter()
    done = subprocess.run(
        ["ansible-playbook", "-i", folder / "inventory.json", folder / "play.json"],
        check=False, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return time.perf_counter() - start


def main() -> None:
    """Measures and prints."""
    alone = {groups: measure(groups) for groups in SIZES}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        plays = {
            groups: [
                statistics.median(pair)
                for pair in zip(
                    *[
                        [play(groups, folder, planned) for planned in (False, True)]
                        for _round in range(ROUNDS_OF_A_PLAY)
                    ],
                    strict=True,
                )
            ]
            for groups in SIZES
        }
    first = SIZES[0]
    print("| groups | plan | per group, of 10's | memory | per group, of 10's | play without | with | of it |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for groups in SIZES:
        seconds, peak = alone[groups]["seconds"], alone[groups]["bytes"]
        growth = seconds / groups / (alone[first]["seconds"] / first)
        weight = peak / groups / (alone[first]["bytes"] / first)
        without, planned = plays[groups]
        print(
            f"| {groups} | {seconds:.3f} s | {growth:.2f} | {peak / 2**20:.1f} MiB | {weight:.2f} "
            f"| {without:.2f} s | {planned:.2f} s | {planned / without:.2f} |"
        )
    target = CHECKOUT / ".cache/benchmark/plan.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"alone": alone, "plays": plays}, indent=1))


if __name__ == "__main__":
    main()
