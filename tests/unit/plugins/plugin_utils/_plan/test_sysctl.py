# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the kernel parameters: the user's own, and those that what was planned needs."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import sysctl
from builders import told

NAT = {"address": "192.0.2.10", "port": 80, "lb_kind": "NAT"}


@pytest.mark.parametrize(
    ("key", "value", "variable"),
    [
        ("net.ipv4.ip_forward", "1\nx", "keepalived_sysctl.net.ipv4.ip_forward"),
        ("net.ipv4.ip_forward", "", "keepalived_sysctl.net.ipv4.ip_forward"),
        ("net.ipv4.ip_forward", "1 ", "keepalived_sysctl.net.ipv4.ip_forward"),
        ("net.ipv4.ip_forward", True, "keepalived_sysctl.net.ipv4.ip_forward"),
        ("net.ipv4.ip_forward", None, "keepalived_sysctl.net.ipv4.ip_forward"),
        ("net.ipv4.ip_forward", [1], "keepalived_sysctl.net.ipv4.ip_forward"),
        ("a=1\nb", 1, "keepalived_sysctl"),
        ("", 1, "keepalived_sysctl"),
        ("-x", 1, "keepalived_sysctl"),
        (5, 1, "keepalived_sysctl"),
    ],
)
def test_sysctl_refused(key, value, variable):
    problems = Problems()
    sysctl.derive("app1", {key: value}, {}, problems)
    assert told(problems) == [("app1", variable)]
    assert "\n" not in problems.errors[0]["text"]


def test_sysctl():
    problems = Problems()
    written = {
        "net.ipv4.ip_forward": 1,
        "net.ipv4.ip_local_port_range": "1024 65000",
        "net.ipv4.conf.eth0/100.rp_filter": 0,
    }
    assert sysctl.derive("app1", written, {}, problems) == written
    assert problems.errors == []


@pytest.mark.parametrize(
    ("instances", "servers", "expected"),
    [
        pytest.param([{}], [], {}, id="nothing"),
        pytest.param(
            [{}, {"use_vmac": "vrrp10"}],
            [],
            {"net.ipv4.conf.all.arp_ignore": 1, "net.ipv4.conf.all.arp_announce": 2},
            id="virtual MAC",
        ),
        pytest.param([], [NAT], {"net.ipv4.ip_forward": 1}, id="NAT"),
        pytest.param([], [{**NAT, "lb_kind": "DR"}], {}, id="direct routing"),
        pytest.param(
            [],
            [{"address": "2001:db8::1", "lvs_method": "nat"}],
            {"net.ipv4.ip_forward": 1, "net.ipv6.conf.all.forwarding": 1},
            id="NAT of IPv6, the other keyword",
        ),
    ],
)
def test_needs(instances, servers, expected):
    needs = sysctl.needs(instances, servers)
    assert {key: need.value for key, need in needs.items()} == expected
    assert sysctl.derive("app1", {"a.b": 2}, needs, Problems()) == {**expected, "a.b": 2}


def test_what_is_needed_and_set_otherwise_is_kept_and_told():
    problems = Problems()
    needs = sysctl.needs([], [NAT])
    assert sysctl.derive("app1", {"net.ipv4.ip_forward": 0}, needs, problems) == {"net.ipv4.ip_forward": 0}
    assert problems.errors == []
    assert [(one["host"], one["variable"]) for one in problems.warnings] == [
        ("app1", "keepalived_sysctl.net.ipv4.ip_forward")
    ]
    assert sysctl.derive("app1", {"net.ipv4.ip_forward": "1"}, needs, Problems()) == {"net.ipv4.ip_forward": "1"}
