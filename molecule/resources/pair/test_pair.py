# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair of another platform: set up, changed at one instant, refused, started again, and handed over."""

from __future__ import annotations

from labhosts import lost, wait_for


def base(lab):
    """What the inventory has."""
    return {
        "virtual_ipaddress": [f"{lab.vip}/{lab.vars['lab_prefixlen']}"],
        "authentication": {"auth_type": "PASS", "auth_pass": "Hw2xRt6d"},
    }


def test_address_is_on_the_first_member_only(lab):
    assert lab.holders() == ["app1"]
    states = {name: lab.module(name, "keepalived_info")["instances"][0]["state"] for name in ("app1", "app2")}
    assert states == {"app1": "MASTER", "app2": "BACKUP"}


def test_check_mode_changes_nothing(lab):
    done = lab.site("--check", "--diff")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("changed=0") == 2


def test_list_of_addresses_is_changed_at_one_instant(lab):
    """keepalived 2 splits where one member has another list, or another password, for longer than three adverts."""
    more = [f"{address}/{lab.vars['lab_prefixlen']}" for address in lab.vars["lab_vips"][:2]]
    authentication = {"auth_type": "PASS", "auth_pass": "Bv5kQs1j"}
    with lab.probing(lab.vip, 0.01) as measured:
        done = lab.site(
            keepalived_vrrp_instances=[base(lab) | {"virtual_ipaddress": more, "authentication": authentication}]
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert measured["requests"]["failed"] == 0, lost(measured)
    assert lab.holder(lab.vars["lab_vips"][1]) == ["app1"]


def test_broken_configuration_is_refused(lab):
    with lab.probing(lab.vip, 0.01) as measured:
        done = lab.site(keepalived_vrrp_instances=[base(lab) | {"raw": "nonsense yes"}])
    assert done.returncode == 2
    assert "nonsense" in done.stdout + done.stderr
    assert measured["requests"]["failed"] == 0, lost(measured)


def test_killed_daemon_leaves_no_address_and_comes_back(lab):
    app1 = lab.hosts["app1"]
    pid = app1.check_output("systemctl show keepalived --property=MainPID")
    app1.check_output("systemctl kill --signal=KILL keepalived")
    wait_for("it is started again", lambda: app1.run("systemctl is-active keepalived").stdout.strip() == "active")
    assert app1.check_output("systemctl show keepalived --property=MainPID") != pid
    lab.wait_for_owner("app1")


def test_killed_daemon_that_does_not_come_back_leaves_no_address(lab):
    app1 = lab.hosts["app1"]
    # Without its program it cannot be started again.
    app1.check_output("mv /usr/sbin/keepalived /usr/sbin/keepalived.away && systemctl kill --signal=KILL keepalived")
    try:
        wait_for("app2 alone owns the address", lambda: lab.holders() == ["app2"])
    finally:
        app1.check_output("mv /usr/sbin/keepalived.away /usr/sbin/keepalived; systemctl reset-failed keepalived; true")
        app1.check_output("systemctl start keepalived")
    lab.wait_for_owner("app1")


def test_member_in_maintenance_owns_nothing(lab):
    """What the file does that every instance tracks."""
    app1 = lab.hosts["app1"]
    with lab.probing(lab.vip, 0.01) as measured:
        app1.check_output("echo -253 >/etc/keepalived/maintenance")
        lab.wait_for_owner("app2")
        app1.check_output("echo 0 >/etc/keepalived/maintenance")
        lab.wait_for_owner("app1")
    # A request that is under way in that very moment cannot go on with the other member.
    assert measured["requests"]["failed"] <= 2, lost(measured)
    assert measured["outage_longest"] < 0.1, lost(measured)


def test_log_is_apart_and_rotated(member):
    member.check_output("logger --priority local0.info 'before the rotation'")
    wait_for("its line", lambda: "before the rotation" in member.file("/var/log/keepalived.log").content_string)
    member.run_expect([0], "logrotate --force --state /run/logrotate.test /etc/logrotate.d/keepalived")
    member.check_output("logger --priority local0.info 'after the rotation'")
    wait_for("its line", lambda: "after the rotation" in member.file("/var/log/keepalived.log").content_string)
    for other in ("/var/log/syslog", "/var/log/messages", "/var/log/daemon.log"):
        assert not member.file(other).exists or "Keepalived_vrrp" not in member.file(other).content_string
