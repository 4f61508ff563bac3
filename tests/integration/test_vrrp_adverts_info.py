# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vrrp_adverts_info against keepalived of each release, FRR and hostile packets, and beside tshark."""

from __future__ import annotations

import json
import subprocess
import typing as t

import pytest
from labhosts import wait_for
from observed import RELEASES, Lab, instance

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
# Sends an advert in a frame that is tagged for a VLAN.
TAGGED = """
import socket, struct
def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return struct.pack("!H", ~total & 0xffff)
source, group = socket.inet_aton("{source}"), socket.inet_aton("224.0.0.18")
vrrp = bytes.fromhex("21fa960100010000c000020a0000000000000000")
vrrp = vrrp[:6] + checksum(vrrp) + vrrp[8:]
ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(vrrp), 0, 0, 255, 112, 0) + source + group
ip = ip[:10] + checksum(ip) + ip[12:]
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind(("eth0", 0))
sock.send(bytes.fromhex("01005e000012") + sock.getsockname()[4] + bytes.fromhex("8100001e0800") + ip + vrrp)
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


def test_virtual_mac_addresses(daemons: Lab) -> None:
    """Both members have the same one: the kernel hands the master's adverts to the backup's own interface alone."""
    master, backup = daemons.pair("deb12")
    for host, priority in ((master, 200), (backup, 100)):
        vip = f"{daemons.address(VIP['deb12'])}/27"
        daemons.configure(host, instance("VI_1", VRID["deb12"], priority, vip, body="  use_vmac\n"))
    daemons.systemctl("start", master, backup)
    daemons.wait_for_address(master, daemons.address(VIP["deb12"]))
    for options in ({}, {"interface": None}):
        heard = listen(daemons, backup, **options)[backup]["virtual_routers"]
        (found,) = [one for one in heard if (one["interface"], one["virtual_router_id"]) == ("eth0", VRID["deb12"])]
        (source,) = found["sources"]
        assert (source["source"], source["blocked"]) == (daemons.addresses[master], 0)
        assert source["delivered"] == source["packets"] >= 2
    daemons.sh(backup, f"iptables -w -A INPUT -i vrrp.{VRID['deb12']} -p 112 -j DROP")
    found = router(listen(daemons, backup)[backup], VRID["deb12"])
    (other,) = [source for source in found["sources"] if not source["own"]]
    assert (other["blocked"], other["delivered"]) == (other["packets"], 0)
    assert other["blocked"] >= 2


@pytest.fixture
def frr(daemons: Lab) -> t.Iterator[Lab]:
    """The vrrpd of FRR speaks VRRPv3 on the client, with the virtual router id 127."""
    vip = daemons.address(29)
    daemons.sh(
        "client",
        "sed -i s/^vrrpd=no/vrrpd=yes/ /etc/frr/daemons && systemctl restart frr"
        " && ip link add vrrp4-1 link eth0 type macvlan mode bridge"
        " && ip link set dev vrrp4-1 address 00:00:5e:00:01:7f"
        f" && ip address add {vip}/27 dev vrrp4-1 && ip link set vrrp4-1 up"
        " && vtysh -c 'configure terminal' -c 'interface eth0' -c 'vrrp 127 version 3' -c 'vrrp 127 priority 180'"
        f" -c 'vrrp 127 ip {vip}'",
    )
    heard = listen(daemons, "deb12a", virtual_router_id=[127], count=1, duration=30)["deb12a"]
    assert heard["packets_total"] > 0, daemons.sh("client", "vtysh -c 'show vrrp'")
    yield daemons
    daemons.sh("client", "systemctl stop frr; ip link delete vrrp4-1", check=False)


# What tshark calls the fields of a packet, and how the module's values look in its words.
FIELDS = {
    "frame.time_epoch": lambda packet: None,
    "vrrp.version": lambda packet: packet["version"],
    "vrrp.type": lambda packet: packet["type"],
    "vrrp.virt_rtr_id": lambda packet: packet["virtual_router_id"],
    "vrrp.prio": lambda packet: packet["priority"],
    "vrrp.addr_count": lambda packet: len(packet["addresses"]),
    "vrrp.auth_type": lambda packet: {None: "", "NONE": 0, "PASS": 1, "AH": 2}[packet["auth_type"]],
    "vrrp.adver_int": lambda packet: int(packet["advert_int"]) if packet["version"] == 2 else "",
    "vrrp.short_adver_int": lambda packet: round(packet["advert_int"] * 100) if packet["version"] == 3 else "",
    "vrrp.ip_addr": lambda packet: ",".join(packet["addresses"]) if packet["family"] == "ipv4" else "",
    "vrrp.ipv6_addr": lambda packet: ",".join(packet["addresses"]) if packet["family"] == "ipv6" else "",
    # 1: right.
    "vrrp.checksum.status": lambda packet: {"ok": 1, "wrong": 0}[packet["checksum"]],
    "eth.src": lambda packet: packet["source_mac"],
    "ip.src": lambda packet: packet["source"] if packet["family"] == "ipv4" else "",
    "ip.dst": lambda packet: packet["destination"] if packet["family"] == "ipv4" else "",
    "ip.ttl": lambda packet: packet["ttl"] if packet["family"] == "ipv4" else "",
    "ipv6.src": lambda packet: packet["source"] if packet["family"] == "ipv6" else "",
    "ipv6.dst": lambda packet: packet["destination"] if packet["family"] == "ipv6" else "",
    "ipv6.hlim": lambda packet: packet["ttl"] if packet["family"] == "ipv6" else "",
}


def test_beside_tshark(frr: Lab) -> None:
    """Field by field, on the same packets: version 2 with a password, 3, IPv6, unicast to the listener, and FRR's."""
    daemons = frr
    client = daemons.addresses["client"]
    v6 = [f"fe80::3/64\n    {daemons.address(VIP['deb13'], 6)}/64"] if daemons.ipv6 else []
    texts = {
        "deb11a": [instance("VI_1", 121, 200, f"{daemons.address(24)}/27", f"{daemons.address(27)}/27", body=PASS)],
        "deb12a": [
            instance("VI_1", 122, 90, f"{daemons.address(25)}/27", version=3),
            instance("VI_2", 124, 255, f"{daemons.address(28)}/27", body=f"  unicast_peer {{\n    {client}\n  }}\n"),
        ],
        "deb13a": [instance("VI_1", 123, 1, *v6, version=3)] if daemons.ipv6 else [],
    }
    for host, parts in texts.items():
        daemons.configure(host, *parts)
    daemons.systemctl("start", *[host for host, parts in texts.items() if parts])
    expected = {121, 122, 124, 127} | ({123} if daemons.ipv6 else set())
    wait_for(
        "all speak",
        lambda: {one["virtual_router_id"] for one in listen(daemons, "client")["client"]["packets"]} == expected,
        40,
    )
    options = " ".join(f"-e {name}" for name in FIELDS)
    daemons.sh(
        "client",
        f"timeout 60 tshark -l -n -i eth0 -f 'ip proto 112 or ip6 proto 112' -o vrrp.v3_checksum_as_in_v2:FALSE"
        f" -T fields -E separator='|' {options} >/run/dump 2>/run/dump.log & echo $! >/run/dump.pid",
    )
    wait_for("tshark has begun", lambda: "|" in daemons.sh("client", "cat /run/dump"))
    heard = listen(daemons, "client")["client"]["packets"]
    wait_for(
        "tshark has printed the last packet",
        lambda: float(daemons.sh("client", "tail -n 1 /run/dump").split("|")[0]) > heard[-1]["time"],
    )
    dump = daemons.sh("client", "kill $(cat /run/dump.pid); cat /run/dump; rm /run/dump*")
    rows = [dict(zip(FIELDS, line.split("|"), strict=True)) for line in dump.splitlines()]
    assert {packet["virtual_router_id"] for packet in heard} == expected
    for packet in heard:
        (row,) = [
            row for row in rows
            if abs(float(row["frame.time_epoch"]) - packet["time"]) < 0.0001
            and row["vrrp.virt_rtr_id"] == str(packet["virtual_router_id"])
        ]  # fmt: skip
        told = {name: str(value(packet)) for name, value in FIELDS.items() if name != "frame.time_epoch"}
        assert told == {name: value for name, value in row.items() if name != "frame.time_epoch"}
        assert packet["unicast"] is (packet["virtual_router_id"] == 124)


def test_tagged_adverts(daemons: Lab) -> None:
    """What is tagged is heard with its tag, and is for nobody on the interface itself."""
    program = TAGGED.format(source=daemons.addresses["client"])
    host = daemons.hostvars["client"]["ansible_host"]
    loop = 'for number in $(seq 30); do python3 -c "$PROGRAM"; sleep 0.3; done'
    with subprocess.Popen(["docker", "exec", "--env", f"PROGRAM={program}", host, "sh", "-c", loop]):
        results = listen(daemons, "deb11b", "deb12b", "deb13b", duration=20, count=3)
    for result in results.values():
        packet = result["packets"][0]
        assert (packet["vlan"], packet["virtual_router_id"], packet["delivered"], packet["on_wire"]) == (
            30, 250, None, True
        )  # fmt: skip
        assert (packet["source"], packet["checksum"]) == (daemons.addresses["client"], "ok")
        assert router(result, 250)["vlan"] == 30


def test_vlan_interface(daemons: Lab) -> None:
    """Tagged adverts are heard on the VLAN interface, and with their tag on the one below."""
    if "Unknown device type" in daemons.sh("client", "ip link add link eth0 name vlan-try type vlan id 9 2>&1 || true"):
        pytest.skip("no VLAN interfaces (8021q) in this kernel; test_tagged_adverts has tagged packets all the same")
    daemons.sh("client", "ip link delete vlan-try")
    make = (
        "ip link add link eth0 name eth0.30 type vlan id 30 && ip link set eth0.30 up"
        " && ip address add 198.18.30.{number}/24 dev eth0.30"
    )
    members = daemons.pair("deb12")
    try:
        for number, host in enumerate(members, 1):
            daemons.sh(host, make.format(number=number))
        daemons.configure(members[0], instance("VI_1", 130, 200, "198.18.30.10/24", interface="eth0.30"))
        daemons.systemctl("start", members[0])
        daemons.wait_for_address(members[0], "198.18.30.10")
        for interface, vlan in (("eth0.30", None), ("eth0", 30)):
            results = listen(daemons, *members, interface=interface, virtual_router_id=[130])
            for host, result in results.items():
                found = router(result, 130)
                assert (found["vlan"], found["masters"], found["blocked"]) == (vlan, ["198.18.30.1"], 0), (host, found)
                if host == members[1] and vlan is None:
                    assert found["sources"][0]["delivered"] == found["sources"][0]["packets"]
    finally:
        daemons.everywhere("systemctl stop keepalived; ip link delete eth0.30", members)


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


def test_frr_as_speaker(frr: Lab) -> None:
    for result in listen(frr, *frr.members, virtual_router_id=[127]).values():
        (source,) = router(result, 127)["sources"]
        assert (source["source_mac"], source["priority"], source["advert_int"]) == ("00:00:5e:00:01:7f", 180, 1.0)
        assert source["addresses"] == [frr.address(29)]
        assert source["blocked"] == 0 and {packet["checksum"] for packet in result["packets"]} == {"ok"}
