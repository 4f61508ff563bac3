# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call of each observing module costs, as multiples of ansible.builtin.ping in the same run.

A pair is set up in the lab, and everything runs on its owner: in rounds, so that the load of the machine meets all
alike, for the time; then each by itself, for the CPU that the host spends (by its control group). Beside the
modules stands what people write in a shell for the same. Prints a table, and writes .cache/benchmark/observers.json.
"""

from __future__ import annotations

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import typing as t
from datetime import datetime

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests/lab"))

from labhosts import LabHosts  # noqa: E402

ROUNDS = 20
HOST = "app1"
RULE = ["--in-interface", "eth0", "--destination", "224.0.0.18", "--protocol", "vrrp", "-j", "ACCEPT"]
DIRECT = "--direct --query-rule ipv4 filter INPUT 0 " + " ".join(RULE)
DUMP = "kill -USR1 $(cat /run/keepalived.pid); sleep 1; grep -E 'State|Priority' /tmp/keepalived.data"


def kinds(vip: str) -> dict[str, dict[str, t.Any]]:
    """What is measured: tasks by name. The first is the measure of the others."""
    ours = "hotstandby.vrrp."
    everything = {
        "files": ["/etc/keepalived/keepalived.conf"], "sysctls": ["net.ipv4.ip_forward"],
        "services": ["keepalived", "nginx"], "packages": ["keepalived", "nginx"], "addresses": [vip],
    }  # fmt: skip
    return {
        "ping": {"ansible.builtin.ping": {}},
        "vip_info": {f"{ours}vip_info": {"addresses": [vip]}},
        "  shell: ip, grep": {"ansible.builtin.shell": f"ip -4 address show | grep -F ' {vip}/'"},
        "keepalived_info": {f"{ours}keepalived_info": {}},
        "  shell: kill, sleep, grep": {"ansible.builtin.shell": DUMP},
        "firewalld_direct": {f"{ours}firewalld_direct": {"rules": [{"args": RULE}]}},
        "  shell: firewall-cmd twice": {
            "ansible.builtin.shell": f"firewall-cmd {DIRECT} || true; firewall-cmd --permanent {DIRECT} || true"
        },
        "vrrp_adverts_info, 0.1 s": {f"{ours}vrrp_adverts_info": {"duration": 0.1}},
        "hot_standby_info": {f"{ours}hot_standby_info": {}},
        "hot_standby_info, all but firewall": {f"{ours}hot_standby_info": everything},
    }  # fmt: skip


def play(lab: LabHosts, tasks: list[tuple[str, dict[str, t.Any]]]) -> list[tuple[str, float]]:
    """Runs the tasks on the host, in their order: name and seconds of each."""
    text = [
        {
            "hosts": HOST,
            "gather_facts": False,
            "tasks": [dict(task, name=name, changed_when=False) for name, task in tasks],
        }
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as stream:
        json.dump(text, stream)
        stream.flush()
        callback = {"ANSIBLE_LOAD_CALLBACK_PLUGINS": "true", "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json"}
        done = lab.ansible("ansible-playbook", stream.name, **callback)
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    entries = [entry["task"] for entry in json.loads(done.stdout)["plays"][0]["tasks"]]
    return [(entry["name"], seconds(entry["duration"])) for entry in entries]


def seconds(duration: dict[str, str]) -> float:
    """Length of a task as the callback tells it."""
    return (datetime.fromisoformat(duration["end"]) - datetime.fromisoformat(duration["start"])).total_seconds()


def cpu(lab: LabHosts) -> float:
    """CPU seconds that the host has spent so far."""
    container = lab.hostvars[HOST]["ansible_host"]
    # Control groups of version 1, in nanoseconds, or of version 2.
    look = (
        "cat /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null"
        " || awk '/^usage_usec/ {print $2 * 1000}' /sys/fs/cgroup/cpu.stat"
    )
    command = ["docker", "exec", container, "sh", "-c", look]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1e9


def main() -> None:
    """Entry point."""
    lab = LabHosts("benchmark", CHECKOUT / "tests/lab/demo/inventory.yml")
    for playbook in ("tests/lab/create.yml", "site.yml"):
        done = lab.ansible("ansible-playbook", playbook)
        if done.returncode != 0:
            raise SystemExit(done.stdout + done.stderr)
    try:
        tasks = kinds(lab.vars["lab_vip"])
        play(lab, list(tasks.items()))  # the first call of each compiles and caches, here and there
        times: dict[str, list[float]] = {name: [] for name in tasks}
        for name, length in play(lab, list(tasks.items()) * ROUNDS):
            times[name].append(length)
        spent = {}
        for name, task in tasks.items():
            before = cpu(lab)
            play(lab, [(name, task)] * ROUNDS)
            spent[name] = (cpu(lab) - before) / ROUNDS
    finally:
        lab.ansible("ansible-playbook", "tests/lab/destroy.yml")
    (measure, *_others) = tasks
    rows = [
        {
            "what": name,
            "median_ms": round(statistics.median(times[name]) * 1000, 1),
            "ratio": round(statistics.median(times[name]) / statistics.median(times[measure]), 2),
            "host_cpu_ms": round(spent[name] * 1000, 1),
            "host_cpu_ratio": round(spent[name] / spent[measure], 2),
        }
        for name in tasks
    ]
    print(f"{'':36}{'time':>9}{'of ping':>9}{'CPU':>9}{'of ping':>9}   (medians of {ROUNDS})")
    for row in rows:
        print(
            f"{row['what']:36}{row['median_ms']:>6.0f} ms{row['ratio']:>8.2f}x"
            f"{row['host_cpu_ms']:>6.0f} ms{row['host_cpu_ratio']:>8.2f}x"
        )
    report = CHECKOUT / ".cache/benchmark/observers.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
