# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of one lab: who its hosts are, and the addresses they have.

Ansible calls it with --list. A lab is named by HOTSTANDBY_LAB, else by the molecule scenario, else it is the
demo. Each lab of each checkout gets a /27 of the documentation ranges (RFC 5737) of its own, remembered in
.cache/lab/, and its containers and network carry the checkout's digest in their names.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import ipaddress
import json
import os
import pathlib
import socket
import subprocess
import typing as t

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTATION_RANGES = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
# Where packages come from. Nobody should have an address of the documentation ranges, and behind some proxies they do.
SERVERS = ("deb.debian.org", "pypi.org")
VIP_OFFSET = 10
VIPS = 4  # from VIP_OFFSET down
# Number in the subnet, Debian release, and packages that the image has beside those of all.
Host = tuple[int, str, str]
HOSTS: dict[str, Host] = {
    "app1": (11, "bookworm", ""),
    "app2": (12, "bookworm", ""),
    "client": (20, "bookworm", ""),
}
# Three members, and as many versions of keepalived.
THREE: dict[str, Host] = {
    "app1": (11, "bookworm", ""),
    "app2": (12, "trixie", ""),
    "app3": (13, "bullseye", ""),
    "client": (20, "bookworm", ""),
}
# The third member is in a network of its own, behind the client, which routes.
ACROSS: dict[str, Host] = {**HOSTS, "app3": (13, "bookworm", "")}
FAR = ("app3",)
# The lab of tests/integration: a pair of each release that is tested, and one host beside them.
INTEGRATION: dict[str, Host] = {
    "deb11a": (11, "bullseye", "python2.7"),
    "deb11b": (12, "bullseye", "python2.7"),
    "deb12a": (13, "bookworm", ""),
    "deb12b": (14, "bookworm", ""),
    "deb13a": (15, "trixie", ""),
    "deb13b": (16, "trixie", ""),
    "client": (20, "bookworm", "frr tshark"),
}


def alike(members: int) -> dict[str, Host]:
    """That many members, up to nine."""
    return {f"app{number}": (10 + number, "bookworm", "") for number in range(1, members + 1)} | {
        "client": HOSTS["client"]
    }


def pair(release: str) -> dict[str, Host]:
    """The usual hosts, with members of another release."""
    return {name: (number, "bookworm" if name == "client" else release, "") for name, (number, *_more) in HOSTS.items()}


# The tools and a policy: the kernel of the lab has none of it.
SELINUX = "selinux-policy-default policycoreutils-python-utils python3-selinux python3-semanage"
# netbase is on every host, and the repository is to have it too: without --reinstall it would not be downloaded.
FILTERED = f"ufw {SELINUX} --reinstall netbase"
LABS = {
    "integration": INTEGRATION,
    "drill3": THREE,
    "unicast": ACROSS,
    "outages-3": alike(3),
    "site-4": alike(4),
    "site-8": alike(8),
    "firewall": {**HOSTS, "app1": (11, "bookworm", FILTERED), "app2": (12, "bookworm", FILTERED)},
    "debian11": pair("bullseye"),
    "debian13": pair("trixie"),
    "debian14": pair("forky"),
    "el-standin": pair("el9-standin"),
}


#: Their subject is not the firewall, and firewalld is off on their hosts: each of its answers takes a third of a
#: second, and a look asks five times.
WITHOUT_FIREWALLD = ("change", "drill3", "fast", "operate")


def digest(*parts: object) -> str:
    """Short stable name for the given parts."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()


def subnets_in_use(own_network: str) -> list[ipaddress.IPv4Network]:
    """The IPv4 subnets of all Docker networks but the lab's own."""
    names = subprocess.run(["docker", "network", "ls", "-q"], check=True, capture_output=True, text=True).stdout.split()
    listing = subprocess.run(
        ["docker", "network", "inspect", *names], check=True, capture_output=True, text=True
    ).stdout
    others = [network for network in json.loads(listing) if network["Name"] != own_network]
    configs = [config for network in others for config in network["IPAM"]["Config"] or []]
    subnets = [ipaddress.ip_network(config["Subnet"]) for config in configs]
    return [subnet for subnet in subnets if subnet.version == 4]


def servers() -> list[ipaddress.IPv4Network]:
    """The IPv4 addresses of the servers that the lab's networks must not hide."""
    found = []
    for name in SERVERS:
        try:
            answers = socket.getaddrinfo(name, None, socket.AF_INET)
        except OSError:
            continue
        found += [ipaddress.ip_network(answer[4][0]) for answer in answers]
    return found


@contextlib.contextmanager
def one_at_a_time() -> t.Iterator[None]:
    """Labs of one checkout that come up together choose their networks one after the other."""
    folder = CHECKOUT / ".cache" / "lab"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def subnet_of(lab: str, own_network: str, *others: ipaddress.IPv4Network) -> ipaddress.IPv4Network:
    """The lab's /27: the one it had, while nobody else has taken it, or the first free one.

    The search starts at a place that differs between labs, so that they seldom meet. C(others) are networks that are
    spoken for and may not be there yet.
    """
    state = CHECKOUT / ".cache" / "lab" / f"{lab}.subnet"
    documentation = map(ipaddress.ip_network, DOCUMENTATION_RANGES)
    candidates = [subnet for network in documentation for subnet in network.subnets(new_prefix=27)]
    start = int(digest(CHECKOUT, lab), 16) % len(candidates)
    remembered = [ipaddress.ip_network(state.read_text().strip())] if state.exists() else []
    used = [*subnets_in_use(own_network), *others]
    for subnet in remembered:
        if not any(subnet.overlaps(other) for other in used):
            return subnet
    used += servers()
    # Other labs of the checkout may be about to come up: theirs are taken only when nothing else is left.
    kept = {path.read_text().strip() for path in state.parent.glob("*.subnet") if path != state}
    candidates = [*candidates[start:], *candidates[:start]]
    for subnet in sorted(candidates, key=lambda subnet: str(subnet) in kept):
        if not any(subnet.overlaps(other) for other in used):
            state.parent.mkdir(parents=True, exist_ok=True)
            state.write_text(f"{subnet}\n")
            return subnet
    raise SystemExit("No /27 of the documentation ranges is free: remove labs (docker network ls, docker network rm).")


def subnet6_of(subnet: ipaddress.IPv4Network) -> ipaddress.IPv6Network:
    """A /64 of the documentation range (RFC 3849) that is the lab's as long as the IPv4 subnet is."""
    return ipaddress.ip_network(
        f"2001:db8:{int(subnet.network_address) >> 16:x}:{int(subnet.network_address) & 0xFFFF:x}::/64"
    )


def inventory(lab: str) -> dict:
    """The lab as Ansible's inventory structure."""
    prefix = f"hotstandby-{digest(CHECKOUT)[:6]}-{lab}"
    chosen = LABS.get(lab, HOSTS)
    with one_at_a_time():
        subnet = subnet_of(lab, prefix)
        far = subnet_of(f"{lab}-far", f"{prefix}-far", subnet) if chosen is ACROSS else None
    subnet6 = subnet6_of(subnet) if pathlib.Path("/proc/net/if_inet6").exists() else None
    hosts = {
        name: {
            "ansible_host": f"{prefix}-{name}",
            "lab_address": str((far if far and name in FAR else subnet)[number]),
            "lab_far": bool(far) and name in FAR,
            "lab_address6": str(subnet6[number]) if subnet6 else "",
            "lab_release": release,
            "lab_packages": packages,
        }
        for name, (number, release, packages) in chosen.items()
    }
    return {
        "_meta": {"hostvars": hosts},
        "lab": {
            "hosts": list(hosts),
            "vars": {
                "ansible_connection": "community.docker.docker",
                "ansible_python_interpreter": "/usr/bin/python3",
                # They share this machine's cores: a look at one takes as long as all of them have to do.
                "hot_standby_observe_timeout": 120,
                "lab_container_prefix": prefix,
                "lab_firewalld": lab not in WITHOUT_FIREWALLD,
                "lab_subnet": str(subnet),
                "lab_subnet6": str(subnet6 or ""),
                "lab_broadcast": str(subnet.broadcast_address),
                "lab_prefixlen": subnet.prefixlen,
                "lab_vip": str(subnet[VIP_OFFSET]),
                "lab_vips": [str(subnet[VIP_OFFSET - number]) for number in range(VIPS)],
                "lab_vip6": str(subnet6[VIP_OFFSET]) if subnet6 else "",
                "lab_subnet_far": str(far or ""),
                "lab_router": str(subnet[chosen["client"][0]]),
                "lab_router_far": str(far[chosen["client"][0]]) if far else "",
            },
        },
    }


if __name__ == "__main__":
    name = os.environ.get("HOTSTANDBY_LAB") or os.environ.get("MOLECULE_SCENARIO_NAME") or "demo"
    print(json.dumps(inventory(name)))
