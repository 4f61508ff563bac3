# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A group in which nothing is wanting, and each reason why something is."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._group_verdict import judge
from judged import KEY, healthy, texts, verdict


def wanting(planned, seen):
    return verdict(planned, seen)["wanting"]["web"]


def test_nothing():
    assert wanting(*healthy()) == []


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
            lambda seen, planned: planned["members"]["app2"]["nginx"].update(repository="nginx.org"),
            "app2: a package repository is looked at by setting it up only.",
        ),
    ],
)
def test_reasons_that_are_no_findings(corrupt, reason):
    planned, seen = healthy()
    corrupt(seen["app2"], planned)
    assert wanting(planned, seen) == [reason]


def test_any_finding_is_one():
    planned, seen = healthy()
    seen["app2"]["sysctls"]["net.ipv4.ip_forward"] = "0"
    (reason,) = wanting(planned, seen)
    assert reason.startswith("app2: net.ipv4.ip_forward is 0.")


def test_member_that_was_not_looked_at():
    planned, seen = healthy()
    del seen["app2"]
    assert "app2: it was not looked at." in wanting(planned, seen)


def test_files_that_were_not_compared():
    planned, seen = healthy()
    made = {member: texts(planned, member) for member in seen}
    assert judge(planned, seen, None, made)["wanting"]["web"] == [
        "app1: its files were not compared.",
        "app2: its files were not compared.",
    ]
    made["app2"].pop("/etc/keepalived/keepalived.conf")
    assert judge(planned, seen, KEY, made)["wanting"]["web"] == ["app2: its files were not compared."]
