# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vrrp_adverts_info against keepalived of each release, FRR and hostile packets, and beside tcpdump."""

from __future__ import annotations

import json
import re
import subprocess
import typing as t

import pytest
from conftest import RELEASES, Lab, instance

PASSWORD = "s3cr3t78"
PASS = f"  authentication {{\n    auth_type PASS\n    auth_pass {PASSWORD}\n  }}\n"
VRID = {"deb11": 121, "deb12": 122, "deb13": 123}
VIP = {"deb11": 24, "deb12": 25, "deb13": 26}
KEY = "a-random-key-of-the-controller"
# Sends what no VRRP speaker does: truncated, of another version and type, with a wrong count and checksum, a low TTL.
HOSTILE = """
import socket
advert = bytes.fromhex("21fa960100010000c000020a0000000000000000")
sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("{source}"))
for ttl, message in (
    (255, advert[:1]), (255, b"\\x41" + advert[1:]), (255, b"\\x22" + advert[1:]), (255, advert[:-1]), (9, advert)
):
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
    sock.sendto(message, ("224.0.0.18", 0))
"""


def pairs(lab: Lab, version: int = 2, body: str = PASS) -> None:
    """A pair of each release, each with one instance, of which the first host is master."""
    for release in RELEASES:
        for host, priority in zip(lab.pair(release), (200, 100), strict=True):
            vip = f"{lab.address(VIP[release])}/27"
            lab.configure(host, instance("VI_1", VRID[release], priority, vip, body=body, version=version))
    lab.systemctl("start", *lab.members)
    for release in RELEASES:
        lab.wait_for_address(f"{release}a", lab.address(VIP[release]))


def listen(lab: Lab, *hosts: str, **options: t.Any) -> dict[str, dict[str, t.Any]]:
    """vrrp_adverts_info on hosts; no answer holds the password."""
    results = lab.modules(hosts, "vrrp_adverts_info", **{"interface": "eth0", **options})
    assert PASSWORD not in json.dumps(results)
    return results


def router(result: dict[str, t.Any], vrid: int) -> dict[str, t.Any]:
    """The entry of a virtual router."""
    (found,) = [entry for entry in result["virtual_routers"] if entry["virtual_router_id"] == vrid]
    return found


@pytest.mark.parametrize(("version", "body"), [(2, PASS), (3, "")], ids=["version 2", "version 3"])
def test_each_release(daemons: Lab, version: int, body: str) -> None:
    pairs(daemons, version, body)
    results = listen(daemons, *daemons.members, digest_key=KEY)
    digests = set()
    for host in daemons.members:
        for release in RELEASES:
            master = daemons.addresses[f"{release}a"]
            found = router(results[host], VRID[release])
            (source,) = found["sources"]
            assert (found["masters"], found["versions"], found["blocked"]) == ([master], [version], 0)
            assert (source["source"], source["priority"], source["errors"]) == (master, 200, [])
            assert source["addresses"] == [daemons.address(VIP[release])]
            assert source["own"] is (host == f"{release}a")
            assert source["delivered"] == (0 if source["own"] else source["packets"])
            assert source["interval"] == pytest.approx(1.0, abs=0.2)
            digests.add((source["auth_type"], source["auth_digest"]))
    ((auth_type, digest),) = digests
    assert auth_type == ("PASS" if version == 2 else None)
    assert (digest is None) is (version == 3)


def test_blocked_by_the_firewall(daemons: Lab) -> None:
    pairs(daemons)
    backup = "deb12b"
    daemons.sh(backup, "iptables -w -A INPUT -p 112 -j DROP")
    daemons.wait_for_address(backup, daemons.address(VIP["deb12"]))
    found = router(listen(daemons, backup)[backup], VRID["deb12"])
    assert sorted(found["masters"]) == sorted(daemons.addresses[host] for host in daemons.pair("deb12"))
    (other,) = [source for source in found["sources"] if not source["own"]]
    assert (other["blocked"], other["delivered"]) == (other["packets"], 0)
    assert found["blocked"] >= 2


def test_beside_tcpdump(daemons: Lab) -> None:
    pairs(daemons)
    capture = "timeout 60 tcpdump -nn -tt -v -l -i eth0 ip proto 112 >/run/dump 2>/dev/null &"
    daemons.sh("deb12b", f"{capture} echo $! >/run/dump.pid; sleep 2")
    heard = [packet for packet in listen(daemons, "deb12b")["deb12b"]["packets"] if packet["family"] == "ipv4"]
    dump = daemons.sh("deb12b", "sleep 1; kill $(cat /run/dump.pid); cat /run/dump; rm /run/dump /run/dump.pid")
    lines = re.findall(
        r"(?m)^(\d+\.\d+) IP .* ttl (\d+),.*\n\s+(\S+) > (\S+): VRRPv(\d), Advertisement, vrid (\d+), prio (\d+),"
        r" authtype (\w+), intvl (\d+)s, length (\d+), addrs: ([0-9.]+)",
        dump,
    )
    known = {(round(float(line[0]), 5), int(line[5])): line for line in lines}
    assert len(heard) >= 6
    for packet in heard:
        (line,) = [
            line for (at, vrid), line in known.items()
            if abs(at - packet["time"]) < 0.0001 and vrid == packet["virtual_router_id"]
        ]  # fmt: skip
        auth_type = {"simple": "PASS", "none": "NONE"}[line[7]]
        assert (packet["ttl"], packet["source"], packet["destination"]) == (int(line[1]), line[2], line[3])
        assert (packet["version"], packet["priority"], packet["auth_type"]) == (int(line[4]), int(line[6]), auth_type)
        assert (packet["advert_int"], packet["length"]) == (float(line[8]), int(line[9]))
        assert (packet["addresses"], packet["checksum"]) == ([line[10]], "ok")


def test_count_and_filter(daemons: Lab) -> None:
    pairs(daemons)
    result = listen(daemons, "client", virtual_router_id=[VRID["deb13"]], count=2, duration=30)["client"]
    assert result["elapsed"] < 10
    assert {packet["virtual_router_id"] for packet in result["packets"]} == {VRID["deb13"]}
    assert result["packets_total"] == 2


def test_hostile_packets(daemons: Lab) -> None:
    host = daemons.hostvars["client"]["ansible_host"]
    program = HOSTILE.format(source=daemons.addresses["client"])
    # It sends for long enough, so that it does not matter when the module begins.
    loop = 'for number in $(seq 30); do python3 -c "$PROGRAM"; sleep 0.3; done'
    with subprocess.Popen(["docker", "exec", "--env", f"PROGRAM={program}", host, "sh", "-c", loop]):
        result = listen(daemons, "deb13b", duration=4)["deb13b"]
    found = {(packet["error"], packet["checksum"], packet["ttl"], packet["delivered"]) for packet in result["packets"]}
    assert found == {
        ("truncated", None, 255, True), ("unknown version", None, 255, True), ("unknown type", "wrong", 255, True),
        ("address count does not fit", "wrong", 255, True), (None, "wrong", 9, True),
    }  # fmt: skip
    assert router(result, 250)["masters"] == []


def test_not_permitted(daemons: Lab) -> None:
    arguments = ("--become", "--become-user=nobody")
    result = daemons.modules(["deb12a"], "vrrp_adverts_info", arguments=arguments, duration=0.1)["deb12a"]
    assert (result["status"], result["packets"], result["changed"]) == ("not_permitted", [], False)


def test_frr_as_speaker(daemons: Lab) -> None:
    if "vrrpd" not in daemons.sh("client", "ls /usr/lib/frr 2>/dev/null || true"):
        pytest.skip("the client has no FRR")
    vip = daemons.address(27)
    try:
        daemons.sh(
            "client",
            "sed -i s/^vrrpd=no/vrrpd=yes/ /etc/frr/daemons && systemctl restart frr"
            " && ip link add vrrp4-1 link eth0 type macvlan mode bridge"
            " && ip link set dev vrrp4-1 address 00:00:5e:00:01:7f"
            f" && ip address add {vip}/27 dev vrrp4-1 && ip link set vrrp4-1 up"
            " && vtysh -c 'configure terminal' -c 'interface eth0' -c 'vrrp 127 version 3' -c 'vrrp 127 priority 180'"
            f" -c 'vrrp 127 ip {vip}' && sleep 5",
        )
        results = listen(daemons, *daemons.members, virtual_router_id=[127])
    finally:
        daemons.sh("client", "systemctl stop frr; ip link delete vrrp4-1", check=False)
    for result in results.values():
        (source,) = router(result, 127)["sources"]
        assert (source["source_mac"], source["priority"], source["addresses"]) == ("00:00:5e:00:01:7f", 180, [vip])
        assert source["blocked"] == 0 and {packet["checksum"] for packet in result["packets"]} == {"ok"}
