# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of one member's daemon: flags, global settings, virtual servers."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import daemon
from builders import SECRET, told

NOT_KNOWN = Version((), False)

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
    flags = daemon.flags(facility, config, ipvs)
    assert flags == expected
    # What is written is what is compared with the running daemon's arguments.
    assert daemon.managed_flags(["--dont-fork", *flags, "-f", "/x"]) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(["--dont-fork"], []), (["-S"], ["-S"]), (["-f", "/x", "-S", "1", "--vrrp", "-l"], ["-S", "1", "--vrrp"])],
)
def test_managed_flags(arguments, expected):
    assert daemon.managed_flags(arguments) == expected


@pytest.mark.parametrize(
    ("written", "has_scripts", "expected", "warned"),
    [
        pytest.param({}, False, {"router_id": "app1"}, [], id="nothing written"),
        pytest.param({"vrrp_strict": True}, False, {"router_id": "app1", "vrrp_strict": True}, [], id="strict"),
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
    always = {} if "vrrp_strict" in written else {"vrrp_higher_prio_send_advert": True}
    assert daemon.global_defs("app1", written, has_scripts, NOT_KNOWN, problems) == {**always, **expected}
    assert [warning["variable"] for warning in problems.warnings] == warned
    assert problems.errors == []


@pytest.mark.parametrize(
    ("version", "added"),
    [
        ((), {}),
        ((1, 3, 5), {"vrrp_skip_check_adv_addr": True}),
        ((2, 1, 5), {"vrrp_skip_check_adv_addr": True}),
        ((2, 2, 7), {"vrrp_skip_check_adv_addr": True}),
        ((2, 2, 8), {"vrrp_skip_check_adv_addr": True, "reload_check_config": True}),
        ((2, 3, 3), {"reload_check_config": True}),
        ((2, 3, 4), {}),
        ((2, 4, 3), {}),
    ],
)
def test_global_defs_of_each_version(version, added):
    settings = daemon.global_defs("app1", {}, False, Version(version, True), Problems())
    assert settings == {"router_id": "app1", "vrrp_higher_prio_send_advert": True, **added}
    own = {"reload_check_config": False, "vrrp_skip_check_adv_addr": False, "router_id": "x"}
    own["vrrp_higher_prio_send_advert"] = False
    assert daemon.global_defs("app1", own, False, Version(version, True), Problems()) == own


@pytest.mark.parametrize(
    ("version", "has_scripts", "refused"),
    [((2, 2, 7), True, True), ((2, 2, 7), False, False), ((2, 2, 8), True, False), ((), True, False)],
)
def test_a_check_that_would_refuse_every_reload_is_refused(version, has_scripts, refused):
    problems = Problems()
    daemon.global_defs("app1", {"reload_check_config": True}, has_scripts, Version(version, True), problems)
    assert told(problems) == ([("app1", "keepalived_global_defs.reload_check_config")] if refused else [])


@pytest.mark.parametrize(
    "written", [{"reload_check_config": True}, {"reload_check_config": "/x"}, {"raw": ["x", "reload_check_config"]}]
)
@pytest.mark.parametrize(("version", "refused"), [((2, 3, 3), False), ((2, 3, 4), True), ((2, 4, 3), True)])
def test_check_with_which_no_reload_takes_effect_is_refused(written, version, refused):
    problems = Problems()
    daemon.global_defs("app1", written, True, Version(version, True), problems)
    assert told(problems) == ([("app1", "keepalived_global_defs.reload_check_config")] if refused else [])


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
    assert daemon.virtual_servers("app1", written, "192.0.2.101", True, problems) == [
        {
            **SERVER,
            "real_server": [{"address": "192.0.2.101", "port": 80, "weight": 1}, {"address": "192.0.2.55", "port": 0}],
        },
        {**SERVER, "port": 65535},
    ]
    assert (problems.errors, problems.warnings) == ([], [])


def test_servers_of_all_ports_and_both_spellings():
    problems = Problems()
    written = {
        "address": "192.0.2.10",
        "real_servers": [{"address": "self"}],
        "real_server": [{"address": "192.0.2.55"}],
    }
    (server,) = daemon.virtual_servers("app1", [written], "192.0.2.101", True, problems)
    assert problems.errors == []
    assert server == {
        "address": "192.0.2.10",
        "real_server": [{"address": "192.0.2.101"}, {"address": "192.0.2.55"}],
    }


@pytest.mark.parametrize(
    ("server", "variable"),
    [
        ({"port": 80}, "keepalived_virtual_servers[0]"),
        ({"address": "192.0.2.10", "port": None}, "keepalived_virtual_servers[0]"),
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
    daemon.virtual_servers("app1", [server], "192.0.2.101", True, problems)
    assert told(problems) == [("app1", variable)]


def test_self_without_an_own_address():
    problems = Problems()
    daemon.virtual_servers(
        "app1", [{**SERVER, "real_servers": [{"address": "self", "port": 80}]}], None, True, problems
    )
    assert told(problems) == [("app1", "keepalived_virtual_servers[0].real_servers[0]")]


def test_virtual_servers_on_a_kernel_without_ipvs():
    problems = Problems()
    daemon.virtual_servers("app1", [SERVER], None, False, problems)
    assert [(warning["host"], warning["variable"]) for warning in problems.warnings] == [
        ("app1", "keepalived_virtual_servers")
    ]
    assert problems.errors == []
