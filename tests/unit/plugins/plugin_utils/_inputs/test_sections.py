# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the parts of keepalived.conf as variables: what has no spelling, what is not known, what is too new."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import keywords
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import sections
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import DEFAULTS, effective
from builders import SECRET, told


def members(variables, count=2, version=()):
    return [Member(f"app{number + 1}", effective(variables), [], None, version) for number in range(count)]


def check(variables, version=(2, 3, 3), installed=True):
    problems = Problems()
    known = members(variables)
    sections.check(known, {one.name: Version(version, installed) for one in known}, problems)
    return problems


def test_every_part_has_its_variable_and_every_block_its_part():
    assert set(sections.SECTIONS.values()) <= set(DEFAULTS)
    listed = {word for word in keywords.ROOT if word not in keywords.ROOT_LINES and word != "track_file"}
    assert {*sections.SECTIONS} - {"raw"} == listed


@pytest.mark.parametrize(
    ("variables", "path", "words"),
    [
        pytest.param(
            {"keepalived_vrrp_scripts": [{"script": "/x"}]}, "keepalived_vrrp_scripts[0]", "has no name", id="no name"
        ),
        pytest.param(
            {"keepalived_vrrp_scripts": [{"name": "a b"}]},
            "keepalived_vrrp_scripts[0].name",
            "contains a space",
            id="two words",
        ),
        pytest.param(
            {"keepalived_vrrp_track_files": [{"name": "a"}, {"name": "a"}]},
            "keepalived_vrrp_track_files[1].name",
            "another one too",
            id="same name",
        ),
        pytest.param(
            {"keepalived_vrrp_instances": [{"nopreempt": "yes"}]},
            "keepalived_vrrp_instances[0].nopreempt",
            "not true or false",
            id="kind",
        ),
        pytest.param(
            {"keepalived_vrrp_instances": [{"authentication": {"auth_pass": SECRET + '"'}}]},
            "keepalived_vrrp_instances[0].authentication.auth_pass",
            "double quote",
            id="password",
        ),
        pytest.param(
            {"keepalived_global_defs": {"net_namespace": "a}"}},
            "keepalived_global_defs.net_namespace",
            "brace",
            id="line of the top level",
        ),
        pytest.param(
            {
                "keepalived_virtual_servers": [
                    {"fwmark": 1, "real_servers": [{"address": "self", "port": 80, "weight": "1\n"}]}
                ]
            },
            "keepalived_virtual_servers[0].real_servers[0].weight",
            "newline",
            id="deep inside",
        ),
        pytest.param(
            {"keepalived_static_routes": ["include /x"]}, "keepalived_static_routes[0]", "include", id="include"
        ),
        pytest.param({"keepalived_raw": "}"}, "keepalived_raw", "closes a block", id="raw"),
    ],
)
def test_no_spelling_is_told_once(variables, path, words):
    problems = check(variables)
    assert told(problems) == [("app1", path)]
    assert words in problems.errors[0]["problem"]
    assert SECRET not in str(problems.errors)


def test_own_keys_are_no_keywords():
    problems = check(
        {"keepalived_vrrp_instances": [{"unicast": True, "owner": "app1", "virtual_ipaddress": ["192.0.2.1"]}]}
    )
    assert (problems.errors, problems.warnings) == ([], [])


def test_values_that_differ_by_member_are_each_looked_at():
    problems = check({"keepalived_global_defs": {"smtp_server": {"app1": "192.0.2.1", "app2": "a{"}}})
    assert told(problems) == [("app2", "keepalived_global_defs.smtp_server")]


def test_an_unknown_keyword_is_a_warning_with_the_nearest():
    problems = check(
        {"keepalived_vrrp_instances": [{"virtual_ip_address": ["192.0.2.1"]}], "keepalived_global_defs": {"zzz": 1}}
    )
    assert problems.errors == []
    assert {warning["variable"]: warning["fix"].split(" ")[:2] for warning in problems.warnings} == {
        "keepalived_vrrp_instances[0].virtual_ip_address": ["Set", "virtual_ipaddress"],
        "keepalived_global_defs.zzz": ["It", "is"],
    }


@pytest.mark.parametrize(
    ("version", "installed", "errors", "warnings"),
    [((2, 2, 7), True, 2, 0), ((2, 2, 7), False, 0, 2), ((2, 2, 8), True, 0, 0), ((), False, 0, 0)],
)
def test_a_keyword_that_the_version_does_not_know(version, installed, errors, warnings):
    problems = check({"keepalived_global_defs": {"json_version": 2}}, version, installed)
    assert (len(problems.errors), len(problems.warnings)) == (errors, warnings)
    for problem in problems.errors + problems.warnings:
        assert "json_version needs keepalived 2.2.8, and app" in problem["problem"]


def test_a_flag_that_is_off_needs_no_version():
    assert check({"keepalived_vrrp_instances": [{"no_virtual_ipaddress": False}]}, (2, 0, 0)).errors == []


def test_scripts_get_the_path_that_the_version_needs():
    (member,) = members(
        {
            "keepalived_vrrp_scripts": [{"name": "a", "script": {"app1": "/bin/x", "app2": "/y"}}],
            "keepalived_vrrp_sync_groups": [{"name": "g", "notify": ["/sbin/x", "root"]}],
        },
        count=1,
        version=(2, 3, 3),
    )
    assert sections.own(member, "vrrp_script", ["app1", "app2"]) == [{"name": "a", "script": "/usr/bin/x"}]
    assert sections.own(member, "vrrp_sync_group", ["app1", "app2"]) == [
        {"name": "g", "notify": ["/usr/sbin/x", "root"]}
    ]


def test_parted():
    assert sections.parted({"router_id": "x", "net_namespace": "blue", "use_pid_dir": True}) == (
        {"router_id": "x"},
        {"net_namespace": "blue", "use_pid_dir": True},
    )
