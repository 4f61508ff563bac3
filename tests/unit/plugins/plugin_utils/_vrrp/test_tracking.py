# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that what is tracked is there."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import tracking
from builders import told

VARIABLES = {
    "keepalived_vrrp_scripts": [{"name": "disk", "script": "/x"}],
    "keepalived_vrrp_track_files": [{"name": "maint"}],
    "keepalived_vrrp_track_processes": [],
    "keepalived_bfd_instances": [],
    "keepalived_includes": [],
    "keepalived_raw": "",
    "keepalived_global_defs": {},
}


def check(block, **changes):
    problems = Problems()
    tracking.check("app1", [("here", block)], ["check_nginx"], {**VARIABLES, **changes}, ["lo", "eth0"], problems)
    return problems


@pytest.mark.parametrize(
    "block",
    [
        {},
        {"track_script": ["check_nginx weight -5"]},
        {"track_script": ["disk weight -5"]},
        {"track_file": "maint"},
        {"track_interface": [{"name": "eth0"}]},
    ],
)
def test_well(block):
    assert check(block).errors == []


@pytest.mark.parametrize(
    ("block", "keyword", "words"),
    [
        ({"track_script": ["disc"]}, "track_script", "'disc' is not in keepalived_vrrp_scripts"),
        ({"track_file": ["a", "maint"]}, "track_file", "'a' is not in keepalived_vrrp_track_files"),
        ({"track_process": "nginx"}, "track_process", "keepalived_vrrp_track_processes"),
        ({"track_bfd": ["x"]}, "track_bfd", "keepalived_bfd_instances"),
        ({"track_interface": ["eth9 weight 5"]}, "track_interface", "no interface 'eth9'; it has lo, eth0"),
    ],
)
def test_not_there(block, keyword, words):
    problems = check(block)
    assert told(problems) == [("app1", f"here.{keyword}")]
    assert words in problems.errors[0]["problem"]


def test_interfaces_that_come_and_go():
    assert check({"track_interface": ["ppp0"]}, keepalived_global_defs={"dynamic_interfaces": True}).errors == []


def test_what_an_include_defines_cannot_be_seen():
    assert check({"track_script": ["disc"]}, keepalived_includes=["/etc/keepalived/conf.d/*.conf"]).errors == []
    assert check({"track_script": ["disc"]}, keepalived_raw="vrrp_script disc {\n}").errors == []
    assert told(check({"track_interface": ["eth9"]}, keepalived_includes=["/x"])) == [("app1", "here.track_interface")]


SCRIPT = {"name": "disk", "script": "/usr/bin/true"}


@pytest.mark.parametrize(
    ("script", "entry", "tried"),
    [
        ({}, "disk", ["disk"]),
        ({}, {"name": "disk"}, ["disk"]),
        ({"weight": 0}, "disk", ["disk"]),
        ({"weight": -20}, "disk", []),
        ({"weight": -20}, "disk weight 0", ["disk"]),
        ({}, "disk weight 5", []),
        ({}, {"name": "disk", "weight": 5}, []),
        ({}, "disk weight 0 reverse", []),
        ({}, {"name": "disk", "weight": 0, "reverse": True}, []),
        ({}, "other", []),
    ],
)
def test_scripts_that_put_an_instance_in_fault(script, entry, tried):
    config = {"vrrp_script": [{**SCRIPT, **script}], "vrrp_instance": [{"name": "VI_1", "track_script": [entry]}]}
    assert tracking.faulting(config, [], []) == tried
    assert tracking.faulting(config, ["disk"], []) == []
    # It is in FAULT as it is.
    assert tracking.faulting(config, [], ["VI_1"]) == []


def test_scripts_of_a_sync_group():
    groups = [{"track_script": "disk"}]
    config = {"vrrp_script": [SCRIPT], "vrrp_instance": [{"name": "VI_1"}], "vrrp_sync_group": groups}
    assert tracking.faulting(config, [], []) == ["disk"]
    assert tracking.faulting(config, [], ["VI_1"]) == []
