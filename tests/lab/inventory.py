# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of one lab: who its hosts are, and the addresses they have.

Ansible calls it with --list. A lab is named by HOTSTANDBY_LAB, else by the molecule scenario, else it is the
demo. Each lab of each checkout gets a /27 of its own, of the documentation ranges (RFC 5737) or of LAB_SUBNET,
that overlaps no network, address or route of the machine; it is remembered in .cache/lab/. Its containers and
network carry the checkout's digest in their names.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import ipaddress
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import typing as t

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTATION_RANGES = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
#: The variable of the environment that names another network to take the labs' /27 from.
RANGE = "LAB_SUBNET"
#: A route to more addresses than this is no network of somebody's.
SHORTEST = 8
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


def three(release: str) -> dict[str, Host]:
    """Three members of one release."""
    return {name: (number, "bookworm" if name == "client" else release, "") for name, (number, *_more) in THREE.items()}


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
    **{f"campaign-{release}": three(release) for release in ("bullseye", "bookworm", "trixie", "forky")},
    "el-standin": pair("el9-standin"),
}


#: Tenths of seconds are measured in them. Their hosts come before those of other labs that run at the same time.
TIMED = ("change", "costs", "demo", "drill3", "fast", "operate", "outages", "outages-3")
SHARES, TIMED_SHARES = 1024, 8192
#: Their subject is not the firewall, and firewalld is off on their hosts: each of its answers takes a third of a
#: second, and a look asks five times.
WITHOUT_FIREWALLD = ("change", "drill3", "fast", "operate")
#: Hosts have it (CAP_SYS_PTRACE), and containers as Docker starts them have not: there root may not look into each
#: process, and some things are seen in other ways.
WITHOUT_PTRACE = ("debian13", "integration")


def digest(*parts: object) -> str:
    """Short stable name for the given parts."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()


def networks() -> list[dict[str, t.Any]]:
    """All Docker networks, as docker network inspect has them."""
    names = subprocess.run(["docker", "network", "ls", "-q"], check=True, capture_output=True, text=True).stdout.split()
    return json.loads(
        subprocess.run(["docker", "network", "inspect", *names], check=True, capture_output=True, text=True).stdout
    )


def subnets_in_use(own_network: str) -> list[ipaddress.IPv4Network]:
    """The IPv4 subnets that a lab must not overlap: of all Docker networks but its own, and of the machine itself."""
    known = networks()
    configs = [config for one in known if one["Name"] != own_network for config in one["IPAM"]["Config"] or []]
    subnets = [ipaddress.ip_network(config["Subnet"]) for config in configs]
    bridges = {(one["Options"] or {}).get("com.docker.network.bridge.name", f"br-{one['Id'][:12]}") for one in known}
    return [*(one for one in subnets if isinstance(one, ipaddress.IPv4Network)), *of_the_machine(routes(), bridges)]


def routes() -> list[dict[str, t.Any]]:
    """Those of all tables, by ip(8); none where it is not there, as on macOS: Docker has a machine of its own there."""
    ip = shutil.which("ip", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if not ip:
        return []
    command = [ip, "-json", "-4", "route", "show", "table", "all"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout or "[]")


def of_the_machine(told: t.Iterable[dict[str, t.Any]], bridges: t.Collection[str]) -> list[ipaddress.IPv4Network]:
    """What the machine has addresses in, has routes to, and its gateways: a lab there would hide them.

    :arg told: routes of all tables, which have the machine's own addresses too (type local).
    :arg bridges: interfaces of Docker's, whose networks are known by themselves.
    """
    found = []
    for route in told:
        if route.get("dev") in bridges:
            continue
        hops = [route, *route.get("nexthops", [])]
        ends = [hop["gateway"] for hop in hops if "gateway" in hop]
        found += [ipaddress.IPv4Network(end) for end in ends]
        destination = ipaddress.IPv4Network("0.0.0.0/0" if route["dst"] == "default" else route["dst"])
        # A tunnel that takes everything has two halves of it in place of a default route: neither is a network.
        if destination.prefixlen >= SHORTEST:
            found.append(destination)
    return found


def servers() -> list[ipaddress.IPv4Network]:
    """The IPv4 addresses of the servers that the lab's networks must not hide."""
    found = []
    for name in SERVERS:
        try:
            answers = socket.getaddrinfo(name, None, socket.AF_INET)
        except OSError:
            continue
        found += [ipaddress.IPv4Network(answer[4][0]) for answer in answers]
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
    candidates = [subnet for network in ranges() for subnet in network.subnets(new_prefix=27)]
    start = int(digest(CHECKOUT, lab), 16) % len(candidates)
    remembered = [ipaddress.IPv4Network(state.read_text().strip())] if state.exists() else []
    used = [*subnets_in_use(own_network), *others]
    for subnet in remembered:
        if subnet in candidates and not any(subnet.overlaps(other) for other in used):
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
    raise SystemExit(
        f"No /27 of {', '.join(map(str, ranges()))} is free: all overlap an address or a route of this machine or "
        "another network of Docker. Remove labs that are not used any more (docker network ls, docker network rm), or "
        "set LAB_SUBNET to a network that nobody uses here, with room for several /27: LAB_SUBNET=10.99.0.0/24."
    )


def ranges() -> list[ipaddress.IPv4Network]:
    """Where the labs' networks may be."""
    if not os.environ.get(RANGE):
        return [ipaddress.IPv4Network(text) for text in DOCUMENTATION_RANGES]
    try:
        chosen = ipaddress.IPv4Network(os.environ[RANGE])
        if chosen.prefixlen > 27:
            raise ValueError(f"{chosen} has no room for a /27")
    except ValueError as error:
        raise SystemExit(f"{RANGE} is no IPv4 network for a lab: {error}. Set it to one like 10.99.0.0/24.") from error
    return [chosen]


def subnet6_of(subnet: ipaddress.IPv4Network) -> ipaddress.IPv6Network:
    """A /64 of the documentation range (RFC 3849) that is the lab's as long as the IPv4 subnet is."""
    return ipaddress.IPv6Network(
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
                "lab_cpu_shares": TIMED_SHARES if lab in TIMED else SHARES,
                "lab_firewalld": lab not in WITHOUT_FIREWALLD,
                "lab_ptrace": lab not in WITHOUT_PTRACE,
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


def images() -> list[str]:
    """What tests/lab/build_image.sh is given for each image of the labs."""
    labs = [HOSTS, *LABS.values()]
    return sorted({f"{release} {packages}".strip() for lab in labs for _number, release, packages in lab.values()})


if __name__ == "__main__" and sys.argv[1:] == ["--images"]:
    print("\n".join(images()))
elif __name__ == "__main__":
    name = os.environ.get("HOTSTANDBY_LAB") or os.environ.get("MOLECULE_SCENARIO_NAME") or "demo"
    print(json.dumps(inventory(name)))
