# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of all scenarios share: the lab's hosts, and ways to wait for what they are to become."""

from __future__ import annotations

import json
import os
import typing as t

import pytest
import times
from labhosts import CHECKOUT, MEMBERS, LabHosts, wait_for

# Counted and told at the end: see tests/lab/times.py.
pytest_runtest_logreport, pytest_terminal_summary = times.pytest_runtest_logreport, times.pytest_terminal_summary
SCENARIO = os.environ["MOLECULE_SCENARIO_NAME"]
FETCH = """
import json, sys, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen(sys.argv[1], timeout=2)
except urllib.error.HTTPError as error:
    answer = error
print(json.dumps([answer.status, dict(answer.headers), answer.read().decode()]))
"""


class Lab(LabHosts):
    """The scenario's hosts, by name, and the playbook run on them."""

    def __init__(self) -> None:
        super().__init__(SCENARIO, CHECKOUT / "molecule" / SCENARIO / "inventory.yml")
        self.vip: str = self.vars["lab_vip"]

    def holders(self) -> list[str]:
        """The members on which the kernel has the virtual address."""
        return [
            name for name in MEMBERS if f" {self.vip}/" in self.hosts[name].check_output("ip -4 address show dev eth0")
        ]

    def plan(self) -> dict[str, t.Any]:
        """What the plan says, as playbooks/plan.yml prints it."""
        done = self.ansible("ansible-playbook", "playbooks/plan.yml", "-e", "hot_standby_format=json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.JSONDecoder().raw_decode(done.stdout, done.stdout.index("\n{\n") + 1)[0]

    def instances(self) -> dict[str, dict[str, t.Any]]:
        """The planned instances of the scenario's one group, by name."""
        (group,) = self.plan()["groups"].values()
        return {instance["name"]: instance for instance in group["instances"]}

    def crash(self, owner: str, address: str) -> dict[str, t.Any]:
        """Freezes a member from one moment to the next, while the client asks for an address it owns every 5 ms.

        :returns: what vip_probe measured.
        """
        client, container = self.hosts["client"], self.hostvars[owner]["ansible_host"]
        page = f"http://[{address}]/" if ":" in address else f"http://{address}/"
        successor = [name for name in self.hosts if name.startswith("app") and name != owner]
        with self.probing(address) as measured:
            self.docker("pause", container)
            try:
                wait_for("another member takes over", lambda: set(self.holder(address)) & set(successor))
                wait_for("it answers", lambda: client.run(f"python3 -c '{FETCH}' {page}").rc == 0)
            finally:
                self.docker("unpause", container)
        return measured

    def wait_for_owner(self, name: str) -> None:
        """Waits until this member, and no other, has the virtual address."""
        wait_for(f"{name} alone holds {self.vip}", lambda: self.holders() == [name])

    def fetch(self, url: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and body of a page, asked for from the client."""
        return tuple(json.loads(self.hosts["client"].check_output(f"python3 -c '{FETCH}' {url}")))

    def flags(self, member: str, *flags: str) -> str:
        """The command line flags of a member: --vrrp too where the machine's kernel has no IPVS."""
        ipvs = self.module(member, "hot_standby_info")["kernel"]["ipvs"]
        return " ".join([*flags, *([] if ipvs else ["--vrrp"])])


@pytest.fixture(scope="session")
def lab() -> Lab:
    """The scenario's lab."""
    return Lab()


@pytest.fixture(params=MEMBERS)
def member(request: pytest.FixtureRequest, lab: Lab) -> t.Any:
    """Each member in turn, as a testinfra host with its C(name)."""
    host = lab.hosts[request.param]
    host.name = request.param
    return host
