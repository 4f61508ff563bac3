# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""vip_info beside ip(8), with two masters, a virtual MAC, and an address that is somebody else's."""

from __future__ import annotations

import json
import threading
import typing as t

import pytest
from labhosts import wait_for
from observed import RELEASES, Lab, instance

VRID = {"deb11": 131, "deb12": 132, "deb13": 133}
VIP = {"deb11": 21, "deb12": 22, "deb13": 23}
# Of ip(8): the names it has for what the kernel's flags say.
FLAGS = ("tentative", "dadfailed", "deprecated", "secondary")


def mac_of(lab: Lab, host: str) -> str:
    """MAC address of a host."""
    return lab.sh(host, "cat /sys/class/net/eth0/address").strip()


def answers(lab: Lab, host: str, *addresses: str) -> list[list[str]]:
    """The MAC addresses that answer for each address, as a host hears it."""
    result = lab.modules([host], "vip_info", addresses=list(addresses), probe=True)[host]
    assert {entry["probe"]["status"] for entry in result["addresses"]} <= {"answered", "silent"}
    return [[answer["mac"] for answer in entry["probe"]["answers"]] for entry in result["addresses"]]


def test_beside_ip(daemons: Lab) -> None:
    """Every interface and address, label, scope and flag that ip(8) tells."""
    script = (
        "ip address add {vip}/27 dev eth0 label eth0:vip; ip address add 198.18.8.9/32 dev lo;"
        " ip link add vrrp.9 link eth0 type macvlan mode private; ip link set vrrp.9 up;"
        " ip address add 198.18.9.9/25 brd + dev vrrp.9"
    )
    if daemons.ipv6:
        script += "; ip -6 address add 2001:db8:9::9/64 dev eth0 nodad preferred_lft 0"
    try:
        for release in RELEASES:
            daemons.sh(f"{release}a", script.format(vip=daemons.address(VIP[release])))
        hosts = [f"{release}a" for release in RELEASES]
        results = daemons.modules(hosts, "vip_info", addresses=["198.18.9.9/25", daemons.address(VIP["deb12"])])
        for host in hosts:
            told = {entry["name"]: entry for entry in results[host]["interfaces"]}
            shown = {entry["ifname"]: entry for entry in json.loads(daemons.sh(host, "ip -details -json address show"))}
            assert set(told) == set(shown)
            for name, entry in shown.items():
                assert told[name]["mtu"] == entry["mtu"]
                assert told[name]["up"] is ("UP" in entry["flags"])
                # ip has zeros for the loopback.
                assert told[name]["mac"] == (None if name == "lo" else entry["address"])
                expected = [
                    (
                        one["local"],
                        one["prefixlen"],
                        {"inet": "ipv4", "inet6": "ipv6"}[one["family"]],
                        one["scope"],
                        one.get("label"),
                        one.get("broadcast"),
                        sorted(flag for flag in FLAGS if one.get(flag)),
                    )
                    for one in entry["addr_info"]
                ]
                keys = ("address", "prefixlen", "family", "scope", "label", "broadcast")
                found = [
                    (*(one[key] for key in keys), sorted(set(FLAGS) & set(one["flags"])))
                    for one in told[name]["addresses"]
                ]
                assert found == expected
            assert (told["vrrp.9"]["kind"], told["vrrp.9"]["parent"]) == ("macvlan", "eth0")
            first, second = results[host]["addresses"]
            assert (first["held"], [place["interface"] for place in first["interfaces"]]) == (True, ["vrrp.9"])
            assert second["held"] is (host == "deb12a")
            if second["held"]:
                (place,) = second["interfaces"]
                assert (place["label"], place["secondary"], second["usable"]) == ("eth0:vip", True, True)
    finally:
        daemons.everywhere(
            "ip link delete vrrp.9; ip address delete 198.18.8.9/32 dev lo;"
            " ip -6 address delete 2001:db8:9::9/64 dev eth0; true",
            daemons.members,
        )


def test_two_masters_answer_with_two_macs(daemons: Lab) -> None:
    families = (4, 6) if daemons.ipv6 else (4,)
    for release in RELEASES:
        for host, priority in zip(daemons.pair(release), (200, 100), strict=True):
            texts = [instance("VI_4", VRID[release], priority, f"{daemons.address(VIP[release])}/27")]
            if daemons.ipv6:
                link, vip = f"fe80::2:{VRID[release]:x}/64", f"{daemons.address(VIP[release], 6)}/64"
                texts.append(instance("VI_6", VRID[release], priority, link, vip, version=3))
            daemons.configure(host, *texts)
    daemons.systemctl("start", *daemons.members)
    vips = [daemons.address(VIP[release], family) for release in RELEASES for family in families]
    owners = [mac_of(daemons, f"{release}a") for release in RELEASES for _family in families]
    standbys = [mac_of(daemons, f"{release}b") for release in RELEASES for _family in families]
    wait_for("the owners alone answer", lambda: answers(daemons, "client", *vips) == [[mac] for mac in owners])
    # From the owner itself nobody else answers.
    assert answers(daemons, "deb12a", daemons.address(VIP["deb12"])) == [[]]
    block = " ".join(f"{tables} -w -A INPUT -p 112 -j DROP;" for tables in ("iptables", "ip6tables")[: len(families)])
    daemons.everywhere(block, daemons.members)
    both = [sorted(pair) for pair in zip(owners, standbys, strict=True)]
    wait_for("both answer", lambda: answers(daemons, "client", *vips) == both)
    # The owner hears the stranger, and no packet of it is delivered.
    assert answers(daemons, "deb12a", daemons.address(VIP["deb12"])) == [[mac_of(daemons, "deb12b")]]
    heard = daemons.modules(["deb12b"], "vrrp_adverts_info", interface="eth0")["deb12b"]
    for family in ("ipv4", "ipv6")[: len(families)]:
        (router,) = [
            one for one in heard["virtual_routers"] if one["virtual_router_id"] == 132 and one["family"] == family
        ]
        assert len(router["masters"]) == 2
        assert router["blocked"] > 0
    daemons.everywhere(block.replace("-A", "-D"), daemons.members)
    wait_for("the owners alone answer", lambda: answers(daemons, "client", *vips) == [[mac] for mac in owners])


def test_virtual_mac(daemons: Lab) -> None:
    hosts = ["deb12a", "deb13a"]
    for host in hosts:
        release = host[:-1]
        body = f"  use_vmac vrrp.{VRID[release]}\n  vmac_xmit_base\n"
        daemons.configure(host, instance("VI_1", VRID[release], 200, f"{daemons.address(VIP[release])}/27", body=body))
    daemons.systemctl("start", *hosts)
    for host in hosts:
        release = host[:-1]
        vip, mac = daemons.address(VIP[release]), f"00:00:5e:00:01:{VRID[release]:02x}"
        daemons.wait_for_address(host, vip)
        assert answers(daemons, "client", vip) == [[mac]]
        result = daemons.modules([host], "vip_info", addresses=[vip])[host]
        ((place,),) = [entry["interfaces"] for entry in result["addresses"]]
        assert place["interface"] == f"vrrp.{VRID[release]}"
        (virtual,) = [entry for entry in result["interfaces"] if entry["name"] == place["interface"]]
        assert (virtual["kind"], virtual["parent"], virtual["mac"]) == ("macvlan", "eth0", mac)
        (state,) = daemons.modules([host], "keepalived_info")[host]["instances"]
        assert (state["vmac_interface"], state["interface"]) == (place["interface"], "eth0")
        assert len(state["addresses_held"]) == 1


def test_address_of_somebody_else(daemons: Lab) -> None:
    if not daemons.ipv6:
        pytest.skip("no IPv6 in this kernel")
    address = daemons.address(30, 6)
    daemons.sh("client", f"ip -6 address add {address}/64 dev eth0 nodad")
    hosts = [f"{release}a" for release in RELEASES]
    daemons.everywhere(f"ip -6 address add {address}/64 dev eth0", hosts)
    for host in hosts:
        wait_for(
            f"duplicate address detection on {host}",
            lambda host=host: "dadfailed" in daemons.sh(host, "ip -6 address show dev eth0"),
        )
    for result in daemons.modules(hosts, "vip_info", addresses=[address], probe=True).values():
        (entry,) = result["addresses"]
        assert (entry["held"], entry["usable"]) == (True, False)
        assert {"tentative", "dadfailed"} <= set(entry["interfaces"][0]["flags"])
        assert entry["probe"]["answers"] == [{"mac": mac_of(daemons, "client"), "own": False}]


def waited(lab: Lab, host: str, change: str, **options: t.Any) -> dict[str, t.Any]:
    """The result of waiting, during which a change is made."""
    timer = threading.Timer(2.0, lab.sh, (host, change))
    timer.start()
    try:
        return lab.modules([host], "vip_info", wait=True, wait_timeout=20, **options)[host]
    finally:
        timer.join()


def test_wait_ends_with_the_change(daemons: Lab) -> None:
    vip = daemons.address(28)
    for host in ("deb11a", "deb13a"):
        result = waited(daemons, host, f"ip address add {vip}/27 dev eth0", addresses=[vip])
        assert result["addresses"][0]["held"] and result["elapsed"] < 10
        result = waited(
            daemons, host, f"ip address del {vip}/27 dev eth0", addresses=[vip], wait_state="not_held"
        )
        assert not result["addresses"][0]["held"] and result["elapsed"] < 10


def test_wait_that_is_in_vain(daemons: Lab) -> None:
    vip = daemons.address(28)
    result = daemons.modules(["deb12a"], "vip_info", check=False, addresses=[vip], wait=True, wait_timeout=1)["deb12a"]
    assert result["failed"] and vip in result["msg"]
    assert 1 <= result["elapsed"] < 3 and result["addresses"][0]["held"] is False


def test_as_an_ordinary_user(daemons: Lab) -> None:
    arguments = ("--become", "--become-user=ops")
    hosts = [f"{release}a" for release in RELEASES]
    asked = {"addresses": [daemons.addresses["client"]], "probe": True}
    for host, result in daemons.modules(hosts, "vip_info", arguments=arguments, **asked).items():
        (entry,) = result["addresses"]
        assert (entry["held"], entry["probe"]["status"], entry["probe"]["answers"]) == (False, "not_permitted", [])
        assert daemons.addresses[host] in [
            one["address"] for interface in result["interfaces"] for one in interface["addresses"]
        ]
