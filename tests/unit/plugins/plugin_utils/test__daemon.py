# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of one member's daemon: flags, global settings, scripts, kernel parameters, virtual servers."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _daemon
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._problems import Problems
from builders import SECRET, told

WITH_SECRET = {"vrrp_instance": [{"name": "VI_1", "authentication": {"auth_type": "PASS", "auth_pass": SECRET}}]}
WITHOUT = {"vrrp_instance": [{"name": "VI_1", "authentication": {"auth_type": "PASS"}}], "vrrp_script": []}


@pytest.mark.parametrize(
    ("facility", "config", "ipvs", "expected"),
    [
        pytest.param(0, WITHOUT, True, ["-D", "-d", "-S", "0"], id="as in the blog"),
        pytest.param(3, WITH_SECRET, True, ["-D", "-S", "3"], id="no -d where it writes a password"),
        pytest.param(0, WITHOUT, False, ["-D", "-d", "-S", "0", "--vrrp"], id="no IPVS in the kernel"),
    ],
)
def test_flags(facility, config, ipvs, expected):
    flags = _daemon.flags(facility, config, ipvs)
    assert flags == expected
    # What is written is what is compared with the running daemon's arguments.
    assert _daemon.managed_flags(["--dont-fork", *flags, "-f", "/x"]) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (WITH_SECRET, True),
        (WITHOUT, False),
        ({}, False),
        ({"a": [{"b": {"auth_hmac_key": "x"}}]}, True),
        ([], False),
        ("auth_pass", False),
    ],
)
def test_holds_secret(config, expected):
    assert _daemon.holds_secret(config) is expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(["--dont-fork"], []), (["-S"], ["-S"]), (["-f", "/x", "-S", "1", "--vrrp", "-l"], ["-S", "1", "--vrrp"])],
)
def test_managed_flags(arguments, expected):
    assert _daemon.managed_flags(arguments) == expected


@pytest.mark.parametrize(
    ("written", "has_scripts", "expected", "warned"),
    [
        pytest.param({}, False, {"router_id": "app1"}, [], id="nothing written"),
        pytest.param(
            {}, True, {"router_id": "app1", "enable_script_security": True, "script_user": "nobody"}, [], id="scripts"
        ),
        pytest.param(
            {"router_id": "x", "script_user": "root"},
            True,
            {"router_id": "x", "enable_script_security": True, "script_user": "root"},
            [],
            id="the user's own win",
        ),
        pytest.param(
            {"vrrp_garp_interval": 0, "vrrp_gna_interval": 0.5},
            False,
            {"router_id": "app1", "vrrp_gna_interval": 0.5},
            ["keepalived_global_defs.vrrp_garp_interval"],
            id="0 is the default and refused by keepalived 2",
        ),
    ],
)
def test_global_defs(written, has_scripts, expected, warned):
    problems = Problems()
    assert _daemon.global_defs("app1", written, has_scripts, problems) == expected
    assert [warning["variable"] for warning in problems.warnings] == warned
    assert problems.errors == []


@pytest.mark.parametrize(
    ("written", "variable"),
    [
        ([{"script": "/bin/true"}], "keepalived_vrrp_scripts[0].name"),
        ([{"name": "a b"}], "keepalived_vrrp_scripts[0].name"),
        ([{"name": "a"}, {"name": 5}], "keepalived_vrrp_scripts[1].name"),
        ([{"name": "a"}, {"name": "a"}], "keepalived_vrrp_scripts[1].name"),
    ],
    ids=["no name", "two words", "a number", "twice"],
)
def test_scripts_refused(written, variable):
    problems = Problems()
    _daemon.scripts("app2", written, problems)
    assert told(problems) == [("app2", variable)]


def test_scripts():
    problems = Problems()
    written = [{"name": "a", "script": "/bin/true"}]
    assert _daemon.scripts("app1", written, problems) == written
    assert problems.errors == []


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
    _daemon.sysctl("app1", {key: value}, problems)
    assert told(problems) == [("app1", variable)]
    assert "\n" not in problems.errors[0]["text"]


def test_sysctl():
    problems = Problems()
    written = {
        "net.ipv4.ip_forward": 1,
        "net.ipv4.ip_local_port_range": "1024 65000",
        "net.ipv4.conf.eth0/100.rp_filter": 0,
    }
    assert _daemon.sysctl("app1", written, problems) == written
    assert problems.errors == []


SERVER = {"address": "192.0.2.10", "port": 80, "lb_algo": "rr"}


def test_virtual_servers():
    problems = Problems()
    written = [
        {
            **SERVER,
            "real_servers": [{"address": "self", "port": 80, "weight": 1}, {"address": "192.0.2.55", "port": 0}],
        },
        {**SERVER, "port": 65535},
    ]
    assert _daemon.virtual_servers("app1", written, "192.0.2.101", True, problems) == [
        {
            **SERVER,
            "real_server": [{"address": "192.0.2.101", "port": 80, "weight": 1}, {"address": "192.0.2.55", "port": 0}],
        },
        {**SERVER, "port": 65535, "real_server": []},
    ]
    assert (problems.errors, problems.warnings) == ([], [])


@pytest.mark.parametrize(
    ("server", "variable"),
    [
        ({"port": 80}, "keepalived_virtual_servers[0]"),
        ({"address": "192.0.2.10"}, "keepalived_virtual_servers[0]"),
        ({"address": "192.0.2.10/24", "port": 80}, "keepalived_virtual_servers[0]"),
        ({"address": "192.0.2.10", "port": "80"}, "keepalived_virtual_servers[0]"),
        ({"address": "192.0.2.10", "port": 65536}, "keepalived_virtual_servers[0]"),
        ({"address": "192.0.2.10", "port": True}, "keepalived_virtual_servers[0]"),
        ({**SERVER, "real_servers": "self"}, "keepalived_virtual_servers[0].real_servers"),
        ({**SERVER, "real_servers": ["self"]}, "keepalived_virtual_servers[0].real_servers"),
        ({**SERVER, "real_servers": 5}, "keepalived_virtual_servers[0].real_servers"),
        ({**SERVER, "real_servers": [{"address": "x", "port": 1}]}, "keepalived_virtual_servers[0].real_servers[0]"),
    ],
)
def test_virtual_servers_refused(server, variable):
    problems = Problems()
    _daemon.virtual_servers("app1", [server], "192.0.2.101", True, problems)
    assert told(problems) == [("app1", variable)]


def test_self_without_an_own_address():
    problems = Problems()
    _daemon.virtual_servers(
        "app1", [{**SERVER, "real_servers": [{"address": "self", "port": 80}]}], None, True, problems
    )
    assert told(problems) == [("app1", "keepalived_virtual_servers[0].real_servers[0]")]


def test_virtual_servers_on_a_kernel_without_ipvs():
    problems = Problems()
    _daemon.virtual_servers("app1", [SERVER], None, False, problems)
    assert [(warning["host"], warning["variable"]) for warning in problems.warnings] == [
        ("app1", "keepalived_virtual_servers")
    ]
    assert problems.errors == []
