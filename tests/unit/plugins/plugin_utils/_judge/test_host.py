# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each thing of a member that is not as planned has its own finding, on that member, and nothing else has one."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from judged import codes, healthy, verdict

CONF = "/etc/keepalived/keepalived.conf"
MAINTENANCE = "/etc/keepalived/maintenance"
DROP_INS = "/etc/systemd/system/keepalived.service.d"
CHECK = "/usr/libexec/keepalived/check_nginx"


def change(*path, to):
    """A corruption: the value at a path of a member's observation becomes another."""

    def corrupt(seen):
        place = seen
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = to

    return corrupt


def first(**facts):
    """A corruption of what its daemon tells of the first instance."""
    return lambda seen: seen["keepalived"]["instances"][0].update(facts)


def failing(name):
    script = {"name": name, "status": "BAD", "command": "/usr/local/bin/check"}
    return change("keepalived", "scripts", to=[script])


CORRUPTIONS = {
    "edited by hand": (change("files", CONF, "digest", to="0" * 64), [("warning", "drift")]),
    "file gone": (change("files", CONF, "exists", to=False), [("error", "drift")]),
    "file writable by all": (change("files", CONF, "mode", to="0666"), [("warning", "drift")]),
    "file of another": (change("files", CONF, "owner", to="nobody"), [("warning", "drift")]),
    "file of another group": (change("files", CONF, "group", to="adm"), [("warning", "drift")]),
    "link in its place": (change("files", CHECK, "kind", to="link"), [("warning", "drift")]),
    "script gone": (change("files", CHECK, "exists", to=False), [("warning", "drift")]),
    "script edited": (change("files", CHECK, "digest", to="0" * 64), [("warning", "drift")]),
    "other flags at the next start": (
        change("settings", "/etc/sysconfig/keepalived", to={"KEEPALIVED_OPTIONS": '"-D"'}), [("warning", "drift")],
    ),
    "no flags at the next start": (change("settings", "/etc/sysconfig/keepalived", to=None), [("warning", "drift")]),
    "runs with other flags": (change("keepalived", "arguments", to=["keepalived"]), [("warning", "drift")]),
    "unit not read": (change("services", "keepalived", "need_daemon_reload", to=True), [("warning", "drift")]),
    "flags writable by all": (change("files", "/etc/sysconfig/keepalived", "mode", to="0666"), [("warning", "drift")]),
    "drop-ins writable by all": (change("files", DROP_INS, "mode", to="0777"), [("warning", "drift")]),
    "procps removed": (change("programs", "sysctl", to=None), [("warning", "not_installed")]),
    "logrotate removed": (change("programs", "logrotate", to=None), [("warning", "not_installed")]),
    "not loaded": (
        change("keepalived", "config", to={"loaded": False, "reason": "read before"}), [("warning", "not_loaded")],
    ),
    "not known whether it is loaded": (
        change("keepalived", "config", to={"loaded": None, "reason": "the log does not say"}),
        [("warning", "unknown_loaded")],
    ),
    "script left out": (
        change("keepalived", "not_tracked", to=[
            {"by": "VI_1", "kind": "script", "name": "chk", "reason": "'/x' is not executable"}
        ]), [("error", "not_tracked")],
    ),
    "file left out": (
        change("keepalived", "not_tracked", to=[{"by": "VI_1", "kind": "file", "name": "f", "reason": ""}]),
        [("error", "not_tracked")],
    ),
    "sysctl": (change("sysctls", "net.ipv4.ip_forward", to="0"), [("warning", "sysctl")]),
    "nginx down": (change("services", "nginx", "active_state", to="failed"), [("error", "service")]),
    "rsyslog down": (change("services", "rsyslog", "active_state", to="inactive"), [("warning", "service")]),
    "keepalived not at boot": (
        change("services", "keepalived", "unit_file_state", to="disabled"), [("warning", "not_enabled")],
    ),
    "check fails": (failing("chk"), [("warning", "script")]),
    "clock ahead": (change("clock_offset", to=61.0), [("warning", "clock")]),
    "clock behind": (change("clock_offset", to=-7.5), [("warning", "clock")]),
    "restless": (first(counters={"become_master": 500}), [("warning", "flapping")]),
    "maintenance": (change("numbers", MAINTENANCE, to=-253), [("info", "maintenance")]),
    "no answer": (
        lambda seen: seen["http"][0].update(status=None, error="Connection refused"), [("error", "not_answering")],
    ),
    "no answer from the owner": (
        lambda seen: seen["http"][1].update(status=None, error="timed out"), [("warning", "not_answering")],
    ),
    "error page": (lambda seen: seen["http"][0].update(status=502), [("error", "not_answering")]),
    "wrong server": (lambda seen: seen["http"][1].update(served_by="app9"), [("error", "wrong_server")]),
}  # fmt: skip


@pytest.mark.parametrize(("corrupt", "expected"), CORRUPTIONS.values(), ids=CORRUPTIONS)
@given(count=st.integers(2, 5), number=st.integers(2, 5))
def test_each_corruption_has_its_finding(corrupt, expected, count, number):
    """On any standby of a group of any size."""
    member = f"app{min(count, number)}"
    planned, seen = healthy(count=count)
    assert codes(planned, seen) == []
    corrupt(seen[member])
    assert codes(planned, seen) == [(severity, code, member) for severity, code in expected]
    for finding in verdict(planned, seen)["findings"]:
        assert finding["remedy"].endswith(".")


def test_restless_only_by_its_rate():
    planned, seen = healthy()
    seen["app2"]["keepalived"]["instances"][0]["counters"] = {"become_master": 100}
    assert codes(planned, seen) == []
    seen["app2"]["keepalived"]["uptime"] = 600.0
    assert codes(planned, seen) == [("warning", "flapping", "app2")]
    seen["app2"]["keepalived"]["instances"][0]["counters"] = {"become_master": 9}
    assert codes(planned, seen) == []


def test_arguments_of_a_check_are_not_told():
    planned, seen = healthy()
    command = '"/usr/bin/mysqladmin --password=s3cr3t78 ping"'
    seen["app2"]["keepalived"]["scripts"] = [{"name": "chk", "status": "BAD", "command": command}]
    (finding,) = verdict(planned, seen)["findings"]
    assert finding["evidence"] == "it runs /usr/bin/mysqladmin"


def test_maintenance_explains_another_owner():
    planned, seen = healthy(owner="app2")
    assert codes(planned, seen) == [("warning", "unexpected_owner", "app2")]
    seen["app1"]["numbers"][MAINTENANCE] = -253
    assert codes(planned, seen) == [("info", "maintenance", "app1")]


def test_versions():
    planned, seen = healthy(count=3)
    seen["app2"]["keepalived"]["version"] = "2.3.3"
    (finding,) = verdict(planned, seen)["findings"]
    assert (finding["severity"], finding["code"]) == ("warning", "versions")
    assert finding["evidence"] == "app1 2.2.7, app2 2.3.3, app3 2.2.7"


def test_what_is_remembered_but_planned_no_more_is_not_judged():
    planned, seen = healthy()
    seen["app1"]["services"]["chrony"] = {"active_state": "failed", "unit_file_state": "disabled", "result": ""}
    gone = {"address": "192.0.2.77", "port": 80, "path": "/", "status": None, "error": "timed out", "served_by": None}
    seen["app1"]["http"].append(gone)
    assert codes(planned, seen) == []


def test_what_was_not_looked_at_is_not_judged():
    planned, seen = healthy()
    for facts in seen.values():
        for key in ("files", "sysctls", "services", "numbers", "addresses", "http", "clock_offset", "adverts"):
            del facts[key]
    assert codes(planned, seen) == []
