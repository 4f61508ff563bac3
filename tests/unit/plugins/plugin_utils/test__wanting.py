# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A group in which nothing is wanting, and each reason why something is."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._findings import PARTS
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._group_verdict import judge
from judged import KEY, healthy, texts, verdict


def wanting(planned, seen):
    return verdict(planned, seen)["wanting"]["web"]["reasons"]


def parts(planned, seen):
    return verdict(planned, seen)["wanting"]["web"]["parts"]


def test_nothing():
    assert wanting(*healthy()) == parts(*healthy()) == []


def test_maintenance_on_purpose_wants_nothing():
    planned, seen = healthy(owner="app2")
    seen["app1"]["numbers"]["/etc/keepalived/maintenance"] = -253
    assert wanting(planned, seen) == []


def test_forced():
    assert wanting(*healthy(hot_standby_force=True)) == ["hot_standby_force asks for it."]


def unasked(seen, planned):
    seen["asked"] = {**seen["asked"], "sysctls": []}


def cut_off(seen, planned):
    seen["numbers"]["/etc/keepalived/maintenance"] = -252


@pytest.mark.parametrize(
    ("corrupt", "reason"),
    [
        (unasked, "app2: not everything was looked at."),
        (cut_off, "app2: a hand-over was cut off."),
        (lambda seen, planned: seen["manifest"]["files"].clear(), "app2: it is not noted what was there before."),
        (lambda seen, planned: seen["manifest"]["sysctl"].clear(), "app2: it is not noted what was there before."),
        (lambda seen, planned: seen["manifest"]["services"].clear(), "app2: it is not noted what was there before."),
        (
            lambda seen, planned: seen["files"]["/etc/keepalived/keepalived.conf"].update(kind="link"),
            "app2: its configuration is a link, behind which nothing was looked at.",
        ),
        (
            lambda seen, planned: seen["firewall"].update(problem="Not authorized."),
            "app2: its firewall could not be asked. Not authorized.",
        ),
        (
            lambda seen, planned: planned["members"]["app2"]["nginx"].update(repository="nginx.org"),
            "app2: a package repository is looked at by setting it up only.",
        ),
    ],
)
def test_reasons_that_are_no_findings(corrupt, reason):
    planned, seen = healthy()
    corrupt(seen["app2"], planned)
    assert wanting(planned, seen) == [reason]
    assert parts(planned, seen) == list(PARTS)


def test_any_finding_is_one():
    planned, seen = healthy()
    seen["app2"]["sysctls"]["net.ipv4.ip_forward"] = "0"
    (reason,) = wanting(planned, seen)
    assert reason.startswith("app2: net.ipv4.ip_forward is 0.")


def test_what_no_run_mends_is_none():
    planned, seen = healthy()
    seen["app2"]["clock_offset"] = 61.0
    assert [one["code"] for one in verdict(planned, seen)["findings"]] == ["clock"]
    assert wanting(planned, seen) == []


def test_member_that_was_not_looked_at():
    planned, seen = healthy()
    del seen["app2"]
    assert "app2: it was not looked at." in wanting(planned, seen)


def test_files_that_were_not_compared():
    planned, seen = healthy()
    made = {member: texts(planned, member) for member in seen}
    assert judge(planned, seen, None, made)["wanting"]["web"]["reasons"] == [
        "app1: its files were not compared.",
        "app2: its files were not compared.",
    ]
    made["app2"].pop("/etc/keepalived/keepalived.conf")
    assert judge(planned, seen, KEY, made)["wanting"]["web"]["reasons"] == ["app2: its files were not compared."]


def edited(path):
    return lambda seen: seen["files"][path].update(digest="0" * 64)


@pytest.mark.parametrize(
    ("corrupt", "wanted"),
    [
        (edited("/etc/keepalived/keepalived.conf"), ["config"]),
        (edited("/etc/nginx/conf.d/hot-standby.conf"), ["nginx", "config"]),
        (edited("/etc/rsyslog.d/10-keepalived.conf"), ["log", "config"]),
        (edited("/etc/sysctl.d/60-hot-standby.conf"), ["kernel", "config"]),
        (edited("/usr/libexec/keepalived/check_nginx"), ["scripts", "config"]),
        (edited("/usr/libexec/keepalived/release_addresses"), ["unit", "config"]),
        (lambda seen: seen["programs"].update(nginx=None), ["packages", "config"]),
        (lambda seen: seen["services"]["rsyslog"].update(active_state="failed"), ["log", "config"]),
        (lambda seen: seen["keepalived"]["instances"][0].update(state="FAULT"), ["config"]),
    ],
)
def test_only_the_part_in_which_something_is_wanting(corrupt, wanted):
    planned, seen = healthy()
    corrupt(seen["app2"])
    assert parts(planned, seen) == wanted


def test_what_is_not_installed_gets_all_parts():
    planned, seen = healthy()
    planned["members"]["app2"]["keepalived"]["expected"] = True
    assert parts(planned, seen) == list(PARTS)
