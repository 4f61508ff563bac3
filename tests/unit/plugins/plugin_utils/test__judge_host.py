# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each thing of a member that is not as planned has its own finding, on that member, and nothing else has one."""

from __future__ import annotations

import pytest
from builders import firewall, instance, inventory, plan
from hypothesis import given
from hypothesis import strategies as st
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


def guarded():
    """A group behind firewalld, and what its zone lets in."""
    hosts = inventory(instance())
    for host in hosts.values():
        host["observed"]["firewall"] = firewall(running=True, backend="nftables")
    planned, seen = plan(hosts), healthy()[1]
    for facts in seen.values():
        zone = {"target": "default", "services": ["http"], "protocols": ["vrrp"], "ports": [], "rich_rules": []}
        facts["firewall"] = {**firewall(running=True, backend="nftables"), "entries": {"runtime": {"public": zone}}}
    return planned, seen


def directed(families):
    """The same, with direct rules that are written; FAMILIES are those of which firewalld takes rules."""
    seen_of = {**firewall(running=True, backend="nftables"), "direct_families": families}
    hosts = inventory(instance(), keepalived_firewall="direct")
    for host in hosts.values():
        host["observed"]["firewall"] = seen_of
    planned, seen = plan(hosts), guarded()[1]
    for member, facts in seen.items():
        rules = planned["members"][member]["keepalived"]["firewall"]["direct"]
        assert rules
        runtime = rules if "ipv4" in families else []
        facts["firewall"] = {**facts["firewall"], "direct_rules": {"runtime": runtime, "permanent": list(rules)}}
        facts["programs"] = {**facts["programs"], "iptables": "/usr/sbin/iptables"}
    return planned, seen


def test_direct_rules_that_wait_for_the_next_start_are_told_and_not_missed():
    planned, seen = directed(["ipv4"])
    assert codes(planned, seen) == []
    planned, seen = directed([])
    assert codes(planned, seen) == [("info", "direct_later", "app1"), ("info", "direct_later", "app2")]
    seen["app2"]["firewall"]["direct_rules"]["permanent"] = []
    assert codes(planned, seen) == [("warning", "firewall", "app2"), ("info", "direct_later", "app1")]


def test_iptables_is_for_direct_rules_alone():
    for planned, seen, expected in (
        (*guarded(), []),
        (*directed(["ipv4"]), [("warning", "not_installed", "app2")]),
    ):
        seen["app2"]["programs"]["iptables"] = None
        assert codes(planned, seen) == expected


def test_firewall():
    planned, seen = guarded()
    assert codes(planned, seen) == []
    zone = seen["app2"]["firewall"]["entries"]["runtime"]["public"]
    zone["protocols"] = []
    assert codes(planned, seen) == [("error", "firewall", "app2")]
    zone["target"] = "ACCEPT"
    assert codes(planned, seen) == []
    seen["app2"]["firewall"]["entries"]["runtime"]["public"] = None
    assert codes(planned, seen) == [("error", "firewall", "app2")]


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        ("80/tcp", []), ("79-81/tcp", []), ("80-80/tcp", []), ("80/udp", ["firewall"]), ("81-90/tcp", ["firewall"]),
        ("8080/tcp", ["firewall"]),
    ],
)  # fmt: skip
def test_firewall_with_a_range_of_ports(opened, expected):
    planned, seen = guarded()
    entry = {"zone": "public", "port": "80/tcp"}
    for member, facts in seen.items():
        firewall_of = planned["members"][member]["keepalived"]["firewall"]
        firewall_of["zone"] = [one for one in firewall_of["zone"] if "service" not in one] + [entry]
        facts["firewall"]["entries"]["runtime"]["public"].update(services=[], ports=[opened])
    assert [code for _severity, code, _host in codes(planned, seen)] == expected * 2


def test_configuration_behind_a_link_is_not_judged():
    planned, seen = healthy()
    seen["app2"]["files"][CONF].update(kind="link", mode="0777", digest=None)
    assert codes(planned, seen) == []


def test_protocols_have_to_be_there_for_the_zone():
    planned, seen = guarded()
    seen["app2"]["files"]["/etc/protocols"] = {"exists": False}
    assert codes(planned, seen) == [("warning", "drift", "app2")]
    seen["app2"]["files"]["/etc/protocols"] = {"exists": True, "kind": "link", "mode": "0777"}
    assert codes(planned, seen) == []


def test_protocols_have_to_be_there_for_direct_rules():
    hosts = inventory(instance(), keepalived_firewall="direct", keepalived_firewall_services=[])
    for host in hosts.values():
        host["observed"]["firewall"] = firewall(running=True, backend="iptables")
    model = plan(hosts)["members"]["app1"]["keepalived"]
    assert model["firewall"]["zone"] == []
    assert "/etc/protocols" in model["files"]


def test_firewall_at_its_next_start():
    planned, seen = guarded()
    entries = seen["app2"]["firewall"]["entries"]
    entries["permanent"] = {"public": {**entries["runtime"]["public"], "protocols": []}}
    assert codes(planned, seen) == [("warning", "firewall", "app2")]


def test_firewall_lets_in_what_is_planned_no_more():
    planned, seen = guarded()
    stale = {"zone": "public", "port": "8080/tcp"}
    entries = planned["members"]["app2"]["keepalived"]["firewall"]["zone"]
    seen["app2"]["manifest"]["firewall"]["zone"] = [stale, *entries]
    assert codes(planned, seen) == [("warning", "drift", "app2")]


def test_selinux_allows_what_is_planned_no_more():
    planned, seen = healthy()
    entry = {"port": 8085, "setype": "http_port_t"}
    seen["app2"]["manifest"]["selinux"] = [entry]
    assert codes(planned, seen) == [("warning", "drift", "app2")]
    planned["members"]["app2"]["keepalived"]["selinux"] = [entry]
    assert codes(planned, seen) == []


def test_file_that_is_planned_no_more():
    planned, seen = healthy(keepalived_unit_drop_in=False)
    path = "/etc/systemd/system/keepalived.service.d/50-hot-standby.conf"
    assert codes(planned, seen) == []
    seen["app1"]["files"][path] = {"exists": True}
    assert codes(planned, seen) == [("warning", "drift", "app1")]


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
