# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""firewalld_direct with the firewalld of each release: what it does, and whether a rule really has an effect."""

from __future__ import annotations

import typing as t

import pytest
from labhosts import wait_for
from observed import RELEASES, Lab, instance

HOSTS = [f"{release}a" for release in RELEASES]
VRRP = {"args": ["--in-interface", "eth0", "--destination", "224.0.0.18", "--protocol", "vrrp", "-j", "ACCEPT"]}
ASKED: dict[str, t.Any] = {
    "rules": [VRRP, {"ipv": "ipv6", "chain": "vrrp_in", "args": ["-s", "2001:db8::13", "-j", "DROP"]}],
    "chains": [{"ipv": "ipv6", "chain": "vrrp_in"}],
    "passthroughs": [{"args": ["-I", "INPUT", "-p", "112", "-s", "198.18.2.250", "-j", "DROP"]}],
}
FOREIGN = "ipv4 filter INPUT 0 -s 198.18.2.251 -j DROP"


@pytest.fixture
def firewalls(daemons: Lab) -> t.Iterator[Lab]:
    """firewalld runs on the first host of each release, with a direct rule of somebody else's."""
    daemons.everywhere(
        "systemctl start firewalld; for scope in '' --permanent; do"
        f" firewall-cmd --quiet $scope --direct --add-rule {FOREIGN}; done",
        HOSTS,
    )
    yield daemons
    daemons.everywhere(
        "systemctl stop firewalld; rm -f /etc/firewalld/direct.xml /etc/firewalld/zones/*.xml;"
        " sed -i 's/^FirewallBackend=.*/FirewallBackend=nftables/' /etc/firewalld/firewalld.conf; true",
        HOSTS,
    )


def listing(lab: Lab, host: str, scope: str = "") -> list[str]:
    """All direct entries of a host."""
    kinds = ("chains", "rules", "passthroughs")
    commands = "; ".join(f"firewall-cmd {scope} --direct --get-all-{kind}" for kind in kinds)
    return sorted(lab.sh(host, commands).splitlines())


def test_added_kept_and_removed(firewalls: Lab) -> None:
    before = {host: (listing(firewalls, host), listing(firewalls, host, "--permanent")) for host in HOSTS}
    checked = firewalls.modules(HOSTS, "firewalld_direct", arguments=("--check",), **ASKED)
    assert all(result["changed"] for result in checked.values())
    assert before == {host: (listing(firewalls, host), listing(firewalls, host, "--permanent")) for host in HOSTS}
    for result in firewalls.modules(HOSTS, "firewalld_direct", **ASKED).values():
        assert result["changed"]
        assert [(one["permanent"], one["runtime"]) for one in result["entries"]] == [(True, True)] * 4
    for host in HOSTS:
        for scope in ("", "--permanent"):
            found = listing(firewalls, host, scope)
            assert len(found) == 5 and FOREIGN in found
    assert not any(result["changed"] for result in firewalls.modules(HOSTS, "firewalld_direct", **ASKED).values())
    # A reload of firewalld loads what was stored.
    firewalls.everywhere("firewall-cmd --quiet --reload", HOSTS)
    assert not any(result["changed"] for result in firewalls.modules(HOSTS, "firewalld_direct", **ASKED).values())
    for result in firewalls.modules(HOSTS, "firewalld_direct", state="absent", **ASKED).values():
        assert result["changed"]
    assert before == {host: (listing(firewalls, host), listing(firewalls, host, "--permanent")) for host in HOSTS}
    again = firewalls.modules(HOSTS, "firewalld_direct", state="absent", **ASKED)
    assert not any(result["changed"] for result in again.values())


def test_firewalld_that_does_not_run(firewalls: Lab) -> None:
    firewalls.systemctl("stop", *HOSTS, unit="firewalld")
    for result in firewalls.modules(HOSTS, "firewalld_direct", check=False, **ASKED).values():
        assert result["failed"] and "not running" in result["msg"] and "immediate" in result["msg"]
    for changed in (True, False):
        for result in firewalls.modules(HOSTS, "firewalld_direct", immediate=False, **ASKED).values():
            assert result["changed"] is changed
            assert [(one["permanent"], one["runtime"]) for one in result["entries"]] == [(True, None)] * 4
    firewalls.systemctl("start", *HOSTS, unit="firewalld")
    for host in HOSTS:
        assert len(listing(firewalls, host)) == 5


@pytest.mark.parametrize("backend", ["nftables", "iptables"])
def test_whether_a_rule_is_effective_is_what_the_adverts_show(firewalls: Lab, backend: str) -> None:
    firewalls.everywhere(
        f"sed -i 's/^FirewallBackend=.*/FirewallBackend={backend}/' /etc/firewalld/firewalld.conf;"
        " systemctl restart firewalld; firewall-cmd --state",
        HOSTS,
    )
    firewalls.configure("client", instance("VI_1", 151, 100, f"{firewalls.address(24)}/27"))
    firewalls.systemctl("start", "client")
    firewalls.wait_for_address("client", firewalls.address(24))

    def blocked() -> list[bool]:
        results = firewalls.modules(HOSTS, "vrrp_adverts_info", interface="eth0", duration=2.5)
        routers = [results[host]["virtual_routers"] for host in HOSTS]
        return [found["blocked"] > 0 for ((found,)) in routers]

    wait_for("firewalld's own rules block adverts", lambda: blocked() == [True] * 3)
    results = firewalls.modules(HOSTS, "firewalld_direct", rules=[VRRP])
    for result in results.values():
        (entry,) = result["entries"]
        assert (result["backend"], entry["effective"]) == (backend, backend == "iptables"), result
        assert (entry["reason"] is None) is entry["effective"]
    assert blocked() == [backend == "nftables"] * 3
