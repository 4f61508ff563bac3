# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each member is set up as it must be, by the smallest inventory."""

import pytest
from labhosts import wait_for


@pytest.mark.parametrize("name", ["keepalived", "nginx", "rsyslog", "logrotate"])
def test_package_is_installed(member, name):
    assert member.package(name).is_installed


@pytest.mark.parametrize("name", ["keepalived", "nginx", "rsyslog", "firewalld"])
def test_service_is_enabled_and_runs(member, name):
    service = member.service(name)
    assert service.is_enabled
    assert service.is_running, member.check_output(f"journalctl --no-pager --lines=20 --unit={name}")


def test_running_configuration_means_what_was_asked(lab, member):
    (instance,) = lab.module(member.name, "keepalived_info")["instances"]
    last_octet = int(lab.vip.rsplit(".", 1)[1])
    assert instance["virtual_router_id"] == last_octet
    assert instance["interface"] == "eth0"
    assert instance["base_priority"] == {"app1": 200, "app2": 180}[member.name]
    assert instance["advert_int"] == 1
    assert instance["virtual_ipaddress"] == [f"{lab.vip}/27"]
    assert instance["track_script"] == [{"name": "check_nginx", "weight": 0}]


def test_configuration_is_for_root_alone(member):
    assert member.file("/etc/keepalived/keepalived.conf").mode == 0o640
    assert not member.file("/etc/keepalived/.keepalived.conf.staged").exists


def test_daemon_runs_with_the_flags(lab, member):
    # There is no password that -d could write to the log.
    running = member.check_output("pgrep --full --list-full --oldest /usr/sbin/keepalived")
    assert running.endswith(" --dont-fork " + lab.flags(member.name, "-D", "-d", "-S", "0"))


def test_packets_are_forwarded_now_and_after_a_reboot(member):
    assert member.sysctl("net.ipv4.ip_forward") == 1
    assert member.file("/etc/sysctl.d/60-hot-standby.conf").contains("^net.ipv4.ip_forward=1$")


@pytest.mark.parametrize("permanent", ["", "--permanent"])
def test_zone_lets_in_adverts_and_http(member, permanent):
    assert "vrrp" in member.check_output(f"firewall-cmd {permanent} --zone=public --list-protocols").split()
    assert "http" in member.check_output(f"firewall-cmd {permanent} --zone=public --list-services").split()


def test_log_is_apart(member):
    log = member.file("/var/log/keepalived.log")
    assert "Entering BACKUP STATE" in log.content_string
    assert (log.mode, log.user, log.group) == (0o640, "root", "adm")
    for other in ("/var/log/syslog", "/var/log/messages", "/var/log/daemon.log"):
        assert not member.file(other).exists or "Keepalived_vrrp" not in member.file(other).content_string


def test_log_is_rotated(member):
    member.run_expect([0], "logrotate --force --state /run/logrotate.test /etc/logrotate.d/keepalived")
    assert member.file("/var/log/keepalived.log.1").exists

    def written():
        """A line that comes before rsyslog has opened the new file is in the old one."""
        member.check_output("logger --priority local0.info 'after the rotation'")
        return "after the rotation" in member.file("/var/log/keepalived.log").content_string

    wait_for("rsyslog writes into the new file", written)


def test_no_dump_is_left_behind(member):
    assert member.check_output("find /tmp /run -name 'keepalived*.json*' -o -name 'keepalived*.data*'") == ""
