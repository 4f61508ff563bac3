# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of all scenarios share: the lab's hosts, and ways to wait for what they are to become."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import time
import typing as t

import pytest
import testinfra

CHECKOUT = pathlib.Path(__file__).resolve().parents[1]
SCENARIO = os.environ["MOLECULE_SCENARIO_NAME"]
LAB = json.loads(
    subprocess.run([CHECKOUT / "tests/lab/inventory.sh"], check=True, capture_output=True, text=True).stdout
)
MEMBERS = ("app1", "app2")
FETCH = """
import json, sys, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen(sys.argv[1], timeout=2)
except urllib.error.HTTPError as error:
    answer = error
print(json.dumps([answer.status, dict(answer.headers), answer.read().decode()]))
"""


def wait_for(what: str, look: t.Callable[[], t.Any], timeout: float = 20.0) -> t.Any:
    """Looks until what it sees is true, and returns it. Fails after C(timeout) seconds and says what for."""
    deadline = time.monotonic() + timeout
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            pytest.fail(f"after {timeout} s still not: {what} (last seen: {seen!r})")
        time.sleep(0.1)


class Lab:
    """The scenario's hosts, by name, and the playbook run on them."""

    vip: str = LAB["lab"]["vars"]["lab_vip"]

    def __init__(self) -> None:
        hostvars = LAB["_meta"]["hostvars"]
        self.hosts = {name: testinfra.get_host(f"docker://{own['ansible_host']}") for name, own in hostvars.items()}
        self.addresses = {name: own["lab_address"] for name, own in hostvars.items()}

    def holders(self) -> list[str]:
        """The members on which the kernel has the virtual address."""
        return [
            name for name in MEMBERS if f" {self.vip}/" in self.hosts[name].check_output("ip -4 address show dev eth0")
        ]

    def wait_for_owner(self, name: str) -> None:
        """Waits until this member, and no other, has the virtual address."""
        wait_for(f"{name} alone holds {self.vip}", lambda: self.holders() == [name])

    def fetch(self, url: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and body of a page, asked for from the client."""
        return tuple(json.loads(self.hosts["client"].check_output(f"python3 -c '{FETCH}' {url}")))

    def ansible(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of Ansible on the scenario's inventory, as the user would run it in the checkout."""
        inventories = [
            f"--inventory={CHECKOUT / 'tests/lab/inventory.sh'}",
            f"--inventory={CHECKOUT / 'molecule' / SCENARIO / 'inventory.yml'}",
        ]
        environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / "collections"),
            "ANSIBLE_PIPELINING": "true",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_FORCE_COLOR": "false",
        }
        command = [arguments[0], *inventories, *arguments[1:]]
        return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)

    def flags(self, member: str, *flags: str) -> str:
        """The command line flags of a member: --vrrp too where the machine's kernel has no IPVS."""
        ipvs = self.module(member, "hot_standby_info")["kernel"]["ipvs"]
        return " ".join([*flags, *([] if ipvs else ["--vrrp"])])

    def module(self, host: str, name: str, **options: t.Any) -> dict[str, t.Any]:
        """What a module of the collection returns on a host."""
        given = ["-a", json.dumps(options)] if options else []
        done = self.ansible("ansible", host, "-m", f"hotstandby.vrrp.{name}", *given)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.JSONDecoder().raw_decode(done.stdout.split("=> ", 1)[1])[0]


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
