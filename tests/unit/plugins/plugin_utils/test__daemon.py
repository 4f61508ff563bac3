# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of one member's daemon: flags, global settings, virtual servers."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _daemon
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._versions import Version
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
        ({"a": [{"auth_hmac": {"key": ["1 x"]}}]}, True),
        ({"a": [{"auth_hmac": {"mode": "enforce"}}]}, True),
        ({"a": [{"key": ["1 x"]}]}, True),
        ({"a": ["key 1 x"]}, True),
        ({"SSL": {"key": "/x.pem", "ca": "a"}}, False),
        ({"raw": "auth_hmac {"}, True),
        ({"raw": ["a {", "key 1 x", "}"]}, True),
        ({"raw": "SSL {\n key /x.pem\n}"}, False),
        ([], False),
        ("auth_pass", False),
        ({"raw": "a {\n  auth_pass x\n}"}, True),
        ({"raw": ["b", '"auth_pass" x']}, True),
        ({"raw": "b auth_passed"}, False),
        ({"raw": "$A=auth_pass x"}, True),
        ({"global_defs": {"include_check": "readable"}}, False),
        ({"raw": "include /x"}, True),
        ({"include": ["/x"]}, True),
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
    assert _daemon.global_defs("app1", written, has_scripts, NOT_KNOWN, problems) == {**always, **expected}
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
    settings = _daemon.global_defs("app1", {}, False, Version(version, True), Problems())
    assert settings == {"router_id": "app1", "vrrp_higher_prio_send_advert": True, **added}
    own = {"reload_check_config": False, "vrrp_skip_check_adv_addr": False, "router_id": "x"}
    own["vrrp_higher_prio_send_advert"] = False
    assert _daemon.global_defs("app1", own, False, Version(version, True), Problems()) == own


@pytest.mark.parametrize(
    ("version", "has_scripts", "refused"),
    [((2, 2, 7), True, True), ((2, 2, 7), False, False), ((2, 2, 8), True, False), ((), True, False)],
)
def test_a_check_that_would_refuse_every_reload_is_refused(version, has_scripts, refused):
    problems = Problems()
    _daemon.global_defs("app1", {"reload_check_config": True}, has_scripts, Version(version, True), problems)
    assert told(problems) == ([("app1", "keepalived_global_defs.reload_check_config")] if refused else [])


@pytest.mark.parametrize(
    "written", [{"reload_check_config": True}, {"reload_check_config": "/x"}, {"raw": ["x", "reload_check_config"]}]
)
@pytest.mark.parametrize(("version", "refused"), [((2, 3, 3), False), ((2, 3, 4), True), ((2, 4, 3), True)])
def test_check_with_which_no_reload_takes_effect_is_refused(written, version, refused):
    problems = Problems()
    _daemon.global_defs("app1", written, True, Version(version, True), problems)
    assert told(problems) == ([("app1", "keepalived_global_defs.reload_check_config")] if refused else [])


@pytest.mark.parametrize(
    ("running", "expected"),
    [
        ({"running": False, "config": None}, False),
        ({"running": True, "config": None}, False),
        ({"running": True, "config": {"takes_reload": None}}, False),
        ({"running": True, "config": {"takes_reload": True}}, False),
        ({"running": True, "config": {"takes_reload": False}}, True),
    ],
)
def test_takes_no_reload(running, expected):
    assert _daemon.takes_no_reload(running) is expected


@pytest.mark.parametrize(
    ("arguments", "wanted", "expected"),
    [
        pytest.param(["-D", "-d", "-S", "0"], ["-D", "-S", "0"], None, id="the restart before has taken the flags"),
        pytest.param(["-D", "-S", "0"], ["-D", "-d", "-S", "0"], "after", id="flags that are written late"),
        pytest.param(["-D", "-S", "0"], ["-D", "-S", "0"], None, id="no other flags"),
    ],
)
def test_restart_for_the_flags_of_a_daemon_that_is_restarted_anyway(arguments, wanted, expected):
    assert _daemon.restart(arguments, wanted, renewed=True) == expected


@pytest.mark.parametrize(
    ("loaded", "not_tracked", "expected"),
    [(True, [], False), (False, [], True), (None, [], True), (True, [{"name": "chk"}], True)],
)
def test_is_to_be_read_again(loaded, not_tracked, expected):
    running = {"running": True, "config": {"loaded": loaded}, "not_tracked": not_tracked}
    assert _daemon.is_to_be_read_again(running) is expected
    assert _daemon.is_to_be_read_again({**running, "running": False}) is False
    assert _daemon.is_to_be_read_again({**running, "config": None}) is False


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, False),
        ({"vrrp_script": [{"name": "a", "script": "/x"}]}, True),
        ({"vrrp_instance": [{"notify": "/x"}]}, True),
        ({"virtual_server": [{"real_server": [{"MISC_CHECK": [{"misc_path": "/x"}]}]}]}, True),
        ({"virtual_server": [{"real_server": [{"HTTP_GET": [{"url": [{"regex": "/x"}]}]}]}]}, False),
        ({"vrrp_instance": [{"notify": ""}], "vrrp_script": []}, False),
        ({"vrrp_instance": [{"raw": ["x {", 'notify_master "/x"', "}"]}]}, True),
        ({"raw": "notified y"}, False),
        ({"include": ["/etc/keepalived/conf.d/*.conf"]}, True),
    ],
)
def test_runs_scripts(config, expected):
    assert _daemon.runs_scripts(config) is expected


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
    (server,) = _daemon.virtual_servers("app1", [written], "192.0.2.101", True, problems)
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
