# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab of these tests, and what they do to its hosts; see conftest.py."""

from __future__ import annotations

import concurrent.futures
import json
import subprocess
import typing as t

from labhosts import LabHosts, wait_for

RELEASES = ("deb11", "deb12", "deb13")
PACKAGES = "keepalived iptables iproute2 tcpdump"
GLOBAL = "global_defs {\n  router_id test\n  enable_script_security\n  script_user root\n}\n"


def instance(
    name: str, vrid: int, priority: int, *addresses: str, body: str = "", interface: str = "eth0", version: int = 2
) -> str:
    """A vrrp_instance; C(body) holds more lines of it."""
    lines = "".join(f"    {address}\n" for address in addresses)
    return (
        f"vrrp_instance {name} {{\n  state BACKUP\n  interface {interface}\n  virtual_router_id {vrid}\n"
        f"  priority {priority}\n  version {version}\n  advert_int 1\n{body}"
        f"  virtual_ipaddress {{\n{lines}  }}\n}}\n"
    )


class Lab(LabHosts):
    """The lab, and what the tests do to it."""

    def __init__(self) -> None:
        super().__init__("integration")
        self.members = [name for name in self.hosts if name != "client"]
        self.ipv6 = bool(self.vars["lab_subnet6"])

    def pair(self, release: str) -> tuple[str, str]:
        """The two hosts of a release."""
        return f"{release}a", f"{release}b"

    def address(self, number: int, family: int = 4) -> str:
        """Address of that number in the lab's network; those from 21 to 30 are free for virtual ones."""
        host = self.addresses["client"] if family == 4 else self.hostvars["client"]["lab_address6"]
        if family == 4:
            first, last = host.rsplit(".", 1)
            return f"{first}.{int(last) - 20 + number}"
        return f"{host.rsplit(':', 1)[0]}:{number:x}"

    def sh(self, host: str, script: str, check: bool = True, stdin: str | None = None) -> str:
        """Output of a shell script on a host."""
        done = subprocess.run(
            ["docker", "exec", "--interactive", self.hostvars[host]["ansible_host"], "sh", "-c", script],
            input=stdin if stdin is not None else "",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, f"{host}: {script}: {done.stdout}{done.stderr}"
        return done.stdout

    def everywhere(self, script: str, hosts: t.Iterable[str] | None = None) -> None:
        """A shell script on several hosts at once, by default on all."""
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda host: self.sh(host, script), hosts or self.hosts))

    def write(self, host: str, path: str, text: str, mode: str = "0644") -> None:
        """Writes a file on a host."""
        self.sh(host, f"mkdir -p $(dirname {path}) && cat >{path} && chmod {mode} {path}", stdin=text)

    def configure(self, host: str, *parts: str) -> None:
        """Writes keepalived.conf, of the global part and these."""
        self.write(host, "/etc/keepalived/keepalived.conf", GLOBAL + "".join(parts), "0640")

    def systemctl(self, verb: str, *hosts: str, unit: str = "keepalived") -> None:
        """systemctl on several hosts at once."""
        self.everywhere(f"systemctl {verb} {unit}", hosts)

    def modules(
        self, hosts: t.Iterable[str], name: str, check: bool = True, arguments: t.Iterable[str] = (), **options: t.Any
    ) -> dict[str, dict[str, t.Any]]:
        """What a module returns on each of several hosts, in one call of Ansible.

        :arg name: of the collection's, or a full one.
        :arg check: whether it must not fail; otherwise a result may have C(failed).
        :arg arguments: more of the command line, such as C(--become --become-user=ops).
        """
        full = name if "." in name else f"hotstandby.vrrp.{name}"
        # The callback that is in the package ansible, and not in ansible-core.
        callback = {"ANSIBLE_LOAD_CALLBACK_PLUGINS": "true", "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json"}
        given = ["-a", json.dumps(options)] if options else []
        done = self.ansible("ansible", ",".join(hosts), "-m", full, *given, *arguments, **callback)
        answer = json.loads(done.stdout)
        results = answer["plays"][0]["tasks"][0]["hosts"]
        failed = {host: result for host, result in results.items() if result.get("failed") or result.get("unreachable")}
        assert not (check and failed), json.dumps(failed, indent=1)
        return results

    def states(self, *hosts: str) -> dict[str, dict[str, str]]:
        """State of each VRRP instance by host and name, as keepalived_info tells it."""
        results = self.modules(hosts, "keepalived_info")
        return {host: {one["name"]: one["state"] for one in result["instances"]} for host, result in results.items()}

    def wait_for_address(self, host: str, address: str, held: bool = True, timeout: float = 20.0) -> None:
        """Waits until the kernel of a host has an address, or has not."""
        wait_for(
            f"{host} {'holds' if held else 'does not hold'} {address}",
            lambda: (f" {address}/" in self.sh(host, "ip -oneline address show")) == held,
            timeout,
        )
