# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A group of which nothing has drifted, and each reason why something has."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.verdict import judge
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import PARTS
from judged import KEY, healthy, texts, verdict

MAINTENANCE = "/etc/keepalived/maintenance"


def reasons(planned, seen):
    return verdict(planned, seen)["pending_changes"]["web"]["reasons"]


def parts(planned, seen):
    return verdict(planned, seen)["pending_changes"]["web"]["parts"]


def test_nothing():
    assert reasons(*healthy()) == parts(*healthy()) == []


def test_maintenance_on_purpose_wants_nothing():
    planned, seen = healthy(owner="app2")
    seen["app1"]["numbers"]["/etc/keepalived/maintenance"] = -253
    assert reasons(planned, seen) == []


def test_forced():
    assert reasons(*healthy(hot_standby_force=True)) == ["hot_standby_force asks for it."]


def unasked(seen, planned):
    seen["asked"] = {**seen["asked"], "sysctls": []}


def cut_off(seen, planned):
    seen["numbers"]["/etc/keepalived/maintenance"] = -252


@pytest.mark.parametrize(
    ("corrupt", "reason"),
    [
        (unasked, "app2: not everything was looked at."),
        (cut_off, "app2: a hand-over was cut off."),
        (lambda seen, planned: seen["manifest"].update(pending=True), "app2: a change of it was not ended."),
        (lambda seen, planned: seen["manifest"]["files"].clear(), "app2: it is not noted what was there before."),
        (lambda seen, planned: seen["manifest"]["sysctl"].clear(), "app2: it is not noted what was there before."),
        (lambda seen, planned: seen["manifest"]["services"].clear(), "app2: it is not noted what was there before."),
        (lambda seen, planned: seen["manifest"]["directories"].pop(), "app2: it is not noted what was there before."),
        (
            lambda seen, planned: seen["manifest"]["files"].remove("/etc/keepalived/maintenance"),
            "app2: it is not noted what was there before.",
        ),
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
    assert reasons(planned, seen) == [reason]
    assert parts(planned, seen) == list(PARTS)


def test_any_finding_is_one():
    planned, seen = healthy()
    seen["app2"]["sysctls"]["net.ipv4.ip_forward"] = "0"
    (reason,) = reasons(planned, seen)
    assert reason.startswith("app2: net.ipv4.ip_forward is 0.")


def test_what_no_run_mends_is_none():
    planned, seen = healthy()
    seen["app2"]["clock_offset"] = 61.0
    assert [one["code"] for one in verdict(planned, seen)["findings"]] == ["clock"]
    assert reasons(planned, seen) == []


def test_member_that_was_not_looked_at():
    planned, seen = healthy()
    del seen["app2"]
    assert "app2: it was not looked at." in reasons(planned, seen)


def test_files_that_were_not_compared():
    planned, seen = healthy()
    made = {member: texts(planned, member) for member in seen}
    assert judge(planned, seen, None, made)["pending_changes"]["web"]["reasons"] == [
        "app1: its files were not compared.",
        "app2: its files were not compared.",
    ]
    made["app2"].pop("/etc/keepalived/keepalived.conf")
    pending = judge(planned, seen, KEY, made)["pending_changes"]["web"]
    assert pending["reasons"] == ["app2: its files were not compared."]


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
        (lambda seen: seen["programs"].update(nginx=None), ["packages", "record", "config"]),
        (lambda seen: seen["programs"].update(sysctl=None), ["packages", "record", "config"]),
        (lambda seen: seen["services"]["rsyslog"].update(active_state="failed"), ["log", "config"]),
        (lambda seen: seen["services"]["nginx"].update(active_state="failed"), ["nginx", "serve", "config"]),
        (lambda seen: seen["services"]["nginx"].update(unit_file_state="disabled"), ["nginx", "serve", "config"]),
        (lambda seen: seen["services"]["keepalived"].update(unit_file_state="disabled"), ["start", "config"]),
        (lambda seen: seen["keepalived"]["instances"][0].update(state="FAULT"), ["config"]),
        (lambda seen: seen["files"][MAINTENANCE].update(mode="0666"), ["maintenance", "config"]),
        (lambda seen: seen["files"].update({MAINTENANCE: {"exists": False}}), ["maintenance", "config"]),
        (lambda seen: seen["settings"].update({"/etc/sysconfig/keepalived": None}), ["flags", "config"]),
        (lambda seen: seen["files"]["/etc/sysconfig/keepalived"].update(owner="ops"), ["flags", "config"]),
    ],
)
def test_only_the_part_that_has_drifted(corrupt, wanted):
    planned, seen = healthy()
    corrupt(seen["app2"])
    assert parts(planned, seen) == wanted


@pytest.mark.parametrize("name", ["keepalived", "nginx"])
@pytest.mark.parametrize("unit", [None, {"active_state": None, "unit_file_state": "enabled", "result": None}])
def test_what_systemd_does_not_tell_of_is_started(name, unit):
    planned, seen = healthy()
    seen["app2"]["services"][name] = unit
    edited("/etc/keepalived/keepalived.conf")(seen["app1"])
    assert {"keepalived": "start", "nginx": "serve"}[name] in parts(planned, seen)


def test_keepalived_that_does_not_run_is_started():
    planned, seen = healthy()
    seen["app2"]["keepalived"].update(status="not_running", message="it is off", running=False, instances=[])
    seen["app2"]["services"]["keepalived"].update(active_state="inactive")
    assert parts(planned, seen) == ["start", "config"]


def test_keepalived_that_has_ended_since_systemd_was_asked_is_started():
    planned, seen = healthy()
    seen["app2"]["keepalived"].update(status="crashed", message="it is gone", running=False, instances=[])
    assert parts(planned, seen) == ["start", "config"]


def test_what_is_not_installed_gets_all_parts():
    planned, seen = healthy()
    planned["members"]["app2"]["keepalived"]["expected"] = True
    assert parts(planned, seen) == list(PARTS)
