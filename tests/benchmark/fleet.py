# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plan, status and a run of site that has nothing to do cost the controller, for 2 to 200 hosts.

The hosts are pairs that are not there: connection_plugins/recorded.py answers for them with what hot_standby_info told
on two real members (recorded/), with their names, addresses and files replaced. So what a host itself takes is not in
it, and all that the controller does is. Prints a table, and writes .cache/benchmark/fleet.json.
For another ansible-core put its programs first in PATH, and name its collections path in FLEET_COLLECTIONS.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
RECORDED = CHECKOUT / "tests/benchmark/recorded"
SIZES = (2, 10, 50, 200)
PLAYBOOKS = ("plan", "status", "site")
FORKS = 25
KEY = "k" * 32
#: The members that were recorded.
MEMBERS = ("app1", "app2")
#: Dumps the texts that the plan gives each host, for the digests of its files.
TEXTS = [
    {
        "hosts": "all",
        "gather_facts": False,
        "tasks": [
            {"ansible.builtin.import_role": {"name": "hotstandby.vrrp.hot_standby", "tasks_from": "status"}},
            {
                "ansible.builtin.copy": {
                    "content": "{{ dict(ansible_play_hosts | zip(ansible_play_hosts"
                    " | map('extract', hostvars, '__hot_standby_texts'))) | to_json }}",
                    "dest": "{{ texts_file }}",
                    "mode": "0600",
                },
                "delegate_to": "localhost",
                "run_once": True,
                "vars": {"ansible_connection": "local"},
            },
        ],
    }
]


def network(number: int) -> str:
    """The first three octets of a pair's network."""
    return f"10.{number // 250}.{number % 250}."


def hosts_of(number: int) -> dict[str, str]:
    """By member of the recordings the host of a pair."""
    return {member: f"g{number:03}{member}" for member in MEMBERS}


def write(folder: pathlib.Path, pairs: int, texts: dict[str, dict[str, str]]) -> None:
    """The inventory, and the answer of each host."""
    children = {}
    for number in range(pairs):
        names, addresses = hosts_of(number), {}
        for member, name in names.items():
            text = (RECORDED / f"{member}.json").read_text()
            recorded = json.loads(text)["addresses"][0]["address"].rpartition(".")[0]
            text = text.replace(f"{recorded}.", network(number))
            for one, other in names.items():
                text = text.replace(f'"{one}"', f'"{other}"')
            answer = {**json.loads(text), "time": "NOW"}
            for path, content in texts.get(name, {}).items():
                digest = hmac.new(KEY.encode(), content.encode(), hashlib.sha256).hexdigest()
                answer["files"][path]["digest"] = digest
            (folder / f"{name}.json").write_text(json.dumps(answer))
            addresses[name] = {"ansible_host": name}
        (vip,) = {one["address"] for one in answer["addresses"]}
        instance = {"virtual_ipaddress": [f"{vip}/27"]}
        children[f"g{number:03}"] = {"hosts": addresses, "vars": {"keepalived_vrrp_instances": [instance]}}
    variables = {"ansible_connection": "recorded", "ansible_python_interpreter": "/usr/bin/python3"}
    (folder / "inventory.json").write_text(json.dumps({"all": {"children": children, "vars": variables}}))


def run(folder: pathlib.Path, playbook: pathlib.Path, *arguments: str) -> dict[str, float]:
    """Seconds, seconds of CPU, MiB of the largest process, and module calls of one run."""
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": os.environ.get("FLEET_COLLECTIONS", str(CHECKOUT / "collections")),
        "ANSIBLE_CONNECTION_PLUGINS": str(CHECKOUT / "tests/benchmark/connection_plugins"),
        "ANSIBLE_FORKS": str(FORKS),
        "ANSIBLE_PIPELINING": "true",
        "FLEET_FOLDER": str(folder),
    }
    calls = folder / "calls"
    calls.write_text("")
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        ["ansible-playbook", "-i", folder / "inventory.json", playbook, "-e", f"__hot_standby_key={KEY}", *arguments],
        check=False, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{playbook.name} failed:\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
    return {
        "seconds": seconds,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "mebibytes": after.ru_maxrss / 1024,
        "calls": len(calls.read_text().splitlines()),
    }


def measure(pairs: int) -> dict[str, dict[str, float]]:
    """By playbook what it costs on that many pairs, all well."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder, pairs, {})
        (folder / "texts.json").write_text(json.dumps(TEXTS))
        dump = folder / "dump.json"
        run(folder, folder / "texts.json", "-e", f"texts_file={dump}", "-e", "hot_standby_fail_on=never")
        write(folder, pairs, json.loads(dump.read_text()))
        # A warning is drift: then it is not a healthy fleet that was measured.
        run(folder, CHECKOUT / "playbooks/status.yml", "-e", "hot_standby_fail_on=warning")
        return {playbook: run(folder, CHECKOUT / f"playbooks/{playbook}.yml") for playbook in PLAYBOOKS}


def main() -> None:
    """Measures and prints."""
    sizes = [int(argument) for argument in sys.argv[1:]] or list(SIZES)
    found = {}
    print("| playbook | hosts | wall | CPU | CPU per host, of the fewest | memory | module calls per host |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for hosts in sizes:
        found[hosts] = measure(hosts // 2)
        for playbook, one in found[hosts].items():
            growth = one["cpu"] / hosts / (found[sizes[0]][playbook]["cpu"] / sizes[0])
            print(
                f"| {playbook} | {hosts} | {one['seconds']:.1f} s | {one['cpu']:.1f} s | {growth:.2f} "
                f"| {one['mebibytes']:.0f} MiB | {one['calls'] / hosts:g} |",
                flush=True,
            )
    target = CHECKOUT / ".cache/benchmark/fleet.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
