# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of a lab as the tests see them, and ways to wait for what they are to become."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import typing as t

import pytest
import testinfra
import times

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
#: The members of most labs.
MEMBERS = ("app1", "app2")
#: A check that is well when it is tried, and on app2 fails in keepalived's own hands: seen after a load only.
PICKY = r"""#!/bin/sh
read parent </proc/$PPID/comm
case $parent-$(uname -n) in keepalived*-app2) exit 1;; esac
"""
#: So many loops that never end.
LOOPS = "for each in $(seq {}); do while :; do :; done & done; wait"


def wait_for(what: str, look: t.Callable[[], t.Any], timeout: float = 20.0) -> t.Any:
    """Looks until what it sees is true, and returns it. Fails after C(timeout) seconds and says what for."""
    began = time.monotonic()
    while True:
        seen = look()
        passed = time.monotonic() - began
        if seen:
            times.waited(passed)
            return seen
        if passed > timeout:
            pytest.fail(f"after {timeout} s still not: {what} (last seen: {seen!r})")
        time.sleep(0.1)


# Everything of a host that can be listed: files with their content, units, firewall, kernel, addresses. Left out is
# what changes by itself, or is the packages' own business.
LISTING = r"""
for folder in /etc /usr/libexec /var/lib/hot-standby /srv; do
    find $folder -xdev ! -type d -printf '%p %m %u %g %l ' \
        \( -type f -exec sha256sum '{}' ';' -o -printf '\n' \) 2>/dev/null
    find $folder -xdev -type d -printf '%p %m %u %g\n' 2>/dev/null
done | sort | grep --invert-match --extended-regexp \
    '^/etc/(firewalld/zones/.*[.]old|ssh/ssh_host.*|machine-id|ld.so.cache|resolv.conf|hosts|hostname) '
systemctl list-unit-files --no-legend --no-pager | awk '{print $1, $2}'
systemctl list-units --no-legend --no-pager --plain --state=active --type=service,timer | awk '{print $1}' | sort
for zone in "" --permanent; do
    firewall-cmd $zone --list-all; firewall-cmd $zone --direct --get-all-rules
done
sysctl --all 2>/dev/null | grep -e '^net.ipv4.ip_forward ' -e 'all.arp_notify'
ip -oneline address show | awk '{print $2, $4}' | grep --invert-match 198.18.0.9/
"""


def lost(measured: t.Mapping[str, t.Any]) -> str:
    """What vip_probe measured of requests that failed, whole: pytest would cut it."""
    return json.dumps({key: measured[key] for key in ("requests", "outages")}, indent=1)


class LabHosts:
    """The hosts of a lab, by name, and Ansible run on them."""

    def __init__(self, name: str, *inventories: pathlib.Path) -> None:
        self.name = name
        self._environment = {**os.environ, "HOTSTANDBY_LAB": name}
        listing = subprocess.run(
            [CHECKOUT / "tests/lab/inventory.sh"], check=True, capture_output=True, text=True, env=self._environment
        ).stdout
        inventory = json.loads(listing)
        self._inventories = [self._written(inventory), *inventories]
        self.hostvars: dict[str, dict[str, t.Any]] = inventory["_meta"]["hostvars"]
        self.vars: dict[str, t.Any] = inventory["lab"]["vars"]
        self.hosts = {
            host: testinfra.get_host(f"docker://{own['ansible_host']}") for host, own in self.hostvars.items()
        }
        self.addresses = {host: own["lab_address"] for host, own in self.hostvars.items()}

    def _written(self, inventory: dict[str, t.Any]) -> pathlib.Path:
        """The lab's inventory as a file: asking Docker for it takes a while, and there are many calls of Ansible."""
        path = CHECKOUT / ".cache/lab" / f"{self.name}.json"
        group = {**inventory["lab"], "hosts": inventory["_meta"]["hostvars"]}
        path.write_text(json.dumps({"lab": group}))
        return path

    def ansible(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A command of Ansible on the lab's inventory, as the user would run it in the checkout."""
        command, settings = self._command(*arguments, **environment)
        began = time.monotonic()
        done = subprocess.run(command, **settings, capture_output=True, check=False)
        if arguments[0] == "ansible":
            # What a playbook takes is noted by tests/lab/callbacks/times.py, which counts its calls too.
            times.note("module", arguments[arguments.index("-m") + 1], time.monotonic() - began)
        return done

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """The same, without waiting for its end."""
        command, settings = self._command(*arguments, **environment)
        return subprocess.Popen(command, **settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def _command(self, *arguments: str, **environment: str) -> tuple[list[str], dict[str, t.Any]]:
        defaults = {
            "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / "collections"),
            "ANSIBLE_PIPELINING": "true",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_FORCE_COLOR": "false",
        }
        inventories = [f"--inventory={path}" for path in self._inventories]
        settings = {"cwd": CHECKOUT, "env": {**self._environment, **defaults, **environment}, "text": True}
        return [arguments[0], *inventories, *arguments[1:]], settings

    @staticmethod
    def docker(*arguments: str) -> None:
        """Runs docker."""
        subprocess.run(["docker", *arguments], check=True, capture_output=True)

    @contextlib.contextmanager
    def busy(self, names: t.Iterable[str], share: int | None = None, loops: int = 4) -> t.Iterator[None]:
        """Has more to do on these hosts than their processors bear, as a busy hypervisor has.

        :arg loops: how many never end on each of them.
        :arg share: milliseconds of a processor that each of them gets in each second, then it stands still until the
            next one; all that there is by default.
        """
        names = list(names)
        try:
            for name in names:
                self.hosts[name].check_output(f"systemd-run --quiet --unit=lab-busy sh -c '{LOOPS.format(loops)}'")
                if share:
                    self._give(name, share * 1000)
            yield
        finally:
            for name in names:
                self._give(name, -1)
                self.hosts[name].check_output("systemctl stop lab-busy")

    def _give(self, name: str, quota: int) -> None:
        """Microseconds of a processor in each second; -1 is all."""
        container = self.hostvars[name]["ansible_host"]
        self.docker("update", "--cpu-period=1000000", f"--cpu-quota={quota}", container)

    def stand_still(self, name: str, seconds: float) -> None:
        """Stops the whole host for so long."""
        container = self.hostvars[name]["ansible_host"]

        def pause() -> bool:
            return subprocess.run(["docker", "pause", container], check=False, capture_output=True).returncode == 0

        # Where processes are many and processors few it may not come about, and is taken back.
        wait_for(f"{name} stands still", pause)
        try:
            time.sleep(seconds)
        finally:
            self.docker("unpause", container)

    def holder(self, address: str) -> list[str]:
        """The members that are up and hold an address."""
        looks = {name: host.run("ip -o address show to %s", address) for name, host in self.hosts.items()}
        return [name for name, look in looks.items() if look.rc == 0 and look.stdout.strip()]

    def paused(self, name: str) -> bool:
        """Whether the whole host stands still."""
        command = ["docker", "inspect", "--format", "{{.State.Paused}}", self.hostvars[name]["ansible_host"]]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == "true"

    def started(self, output: t.Any, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Starts a command of Ansible in a group of processes of its own, which writes to a file."""
        command, settings = self._command(*arguments, **environment)
        return subprocess.Popen(command, **settings, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

    def lets_drop(self, names: t.Iterable[str]) -> None:
        """Puts a program that drops packets on these hosts, as an ordinary Debian has one (nftables)."""
        for name in names:
            self.hosts[name].check_output("apt-get install -qq -y iptables >/dev/null")

    def script(self, name: str, path: str, text: str) -> None:
        """Puts a script on a host, which all may run."""
        encoded = base64.b64encode(text.encode()).decode()
        self.hosts[name].check_output(f"echo {encoded} | base64 --decode >{path} && chmod 755 {path}")

    def listing(self, name: str) -> list[str]:
        """All that there is of a host: what changes nothing in the end leaves it as it was."""
        return self.hosts[name].check_output(LISTING).splitlines()

    def transitions(self, name: str, since: str) -> list[str]:
        """What states the instances of a member went to from then on (seconds since 1970), by its log, in order."""
        log = self.hosts[name].check_output(f"journalctl --unit=keepalived --output=cat --since=@{since}")
        return re.findall(r"Entering (\w+) STATE", log)

    def module(self, host: str, name: str, **options: t.Any) -> dict[str, t.Any]:
        """What a module of the collection returns on a host."""
        given = ["-a", json.dumps(options)] if options else []
        done = self.ansible("ansible", host, "-m", f"hotstandby.vrrp.{name}", *given)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.JSONDecoder().raw_decode(done.stdout.split("=> ", 1)[1])[0]

    def site(self, *arguments: str, **variables: t.Any) -> subprocess.CompletedProcess[str]:
        """Runs site.yml, with variables of the group web that differ from the inventory's."""
        return self.playbook("site.yml", *arguments, **variables)

    def playbook(self, name: str, *arguments: str, **variables: t.Any) -> subprocess.CompletedProcess[str]:
        """The same with another playbook."""
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as overlay:
            json.dump({"web": {"vars": variables}}, overlay)
            overlay.flush()
            return self.ansible("ansible-playbook", name, f"--inventory={overlay.name}", *arguments)

    @contextlib.contextmanager
    def probing(
        self, address: str, interval: float = 0.005, port: int = 80, answers: bool = True, name: str = "", **more: t.Any
    ) -> t.Iterator[dict[str, t.Any]]:
        """Has the client ask for an address all the while.

        Yields a dict that holds, when the block has ended, what vip_probe measured.

        :arg name: tells it from another one of the same port.
        :arg answers: whether it is answered from the beginning, so that the first answer is waited for.
        :arg more: further options of vip_probe.
        """
        client, measured = self.hosts["client"], dict[str, t.Any]()
        files = {"progress_file": f"/run/probe-{port}{name}.on", "stop_file": f"/run/probe-{port}{name}.stop"}
        client.run(f"rm -f {' '.join(files.values())}")
        options = {"address": address, "port": port, "duration": 900, "interval": interval, **files, **more}
        probe = self.start("ansible", "client", "-m", "hotstandby.vrrp.vip_probe", "-a", json.dumps(options))
        try:
            if answers:
                wait_for("the first answer", lambda: client.file(files["progress_file"]).exists, timeout=60)
            yield measured
        finally:
            client.check_output(f"touch {files['stop_file']}")
            stdout, stderr = probe.communicate(timeout=120)
        assert probe.returncode == 0, stdout + stderr
        measured.update(json.JSONDecoder().raw_decode(stdout.split("=> ", 1)[1])[0])
