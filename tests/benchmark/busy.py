# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a pair keeps its address while its hosts are slow: nginx answers all the while, so no check may fail.

Sets a pair up, and for five minutes has more to do on its hosts than their processors bear: first with all the
processors that there are, and the owner stands still for 1.5 s now and then; then each host gets 40 ms of a processor
in each second, as from a busy hypervisor, and the standby stands still now and then. Prints a table, writes
.cache/benchmark/busy.json, and fails if a check has moved anything. An argument is the timeout of the check to try.
"""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile
import time
import typing as t

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests/lab"))

from labhosts import LabHosts  # noqa: E402

MEMBERS = ("app1", "app2")
#: By name: milliseconds of a processor in a second (all by default), who stands still, and for how long all lasts.
LOADS: dict[str, tuple[int | None, str, int]] = {
    "all processors busy, the owner stands still for 1.5 s every 20 s": (None, "app1", 120),
    "40 ms of a processor in a second, the standby stands still for 1.5 s every 20 s": (40, "app2", 180),
}
EVERY, STILL = 20, 1.5


def inventory(timeout: int | None) -> dict[str, t.Any]:
    """The smallest one."""
    variables: dict[str, t.Any] = {
        "keepalived_vrrp_instances": [{"virtual_ipaddress": ["{{ lab_vip }}/{{ lab_prefixlen }}"]}]
    }
    if timeout:
        variables["nginx_check_timeout"] = timeout
    return {"web": {"hosts": dict.fromkeys(MEMBERS, {}), "vars": variables}}


def run(lab: LabHosts, playbook: str) -> None:
    """A playbook, which must end well."""
    done = lab.ansible("ansible-playbook", playbook)
    if done.returncode:
        raise SystemExit(f"{playbook} failed:\n{done.stdout[-6000:]}{done.stderr[-2000:]}")


def under(lab: LabHosts, share: int | None, still: str, seconds: int) -> dict[str, t.Any]:
    """By member: its transitions, and how many runs of the check were late by its interval."""
    since = lab.hosts["app1"].check_output("date +%s.%N")
    with lab.busy(MEMBERS, share):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(EVERY)
            lab.stand_still(still, STILL)
    late = f"journalctl --unit=keepalived --output=cat --since=@{since} | grep -c 'skipping run'"
    return {
        name: {"transitions": lab.transitions(name, since), "late": int(lab.hosts[name].run(late).stdout)}
        for name in MEMBERS
    }


def main() -> None:
    """Measures, prints and judges."""
    timeout = int(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as name:
        written = pathlib.Path(name) / "inventory.json"
        written.write_text(json.dumps(inventory(timeout)))
        lab = LabHosts("busy", written)
        try:
            run(lab, "tests/lab/create.yml")
            run(lab, "site.yml")
            found = {what: under(lab, *load) for what, load in LOADS.items()}
        finally:
            run(lab, "tests/lab/destroy.yml")
    print("| load | member | FAULT | other transitions | checks late by a second or more |\n" + "| --- " * 5 + "|")
    faults = 0
    for what, members in found.items():
        for name, one in members.items():
            mine = one["transitions"].count("FAULT")
            faults += mine
            print(f"| {what} | {name} | {mine} | {len(one['transitions']) - mine} | {one['late']} |")
    target = CHECKOUT / ".cache/benchmark/busy.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1))
    if faults:
        raise SystemExit(f"{faults} times a check gave an address up although nginx answers.")


if __name__ == "__main__":
    main()
