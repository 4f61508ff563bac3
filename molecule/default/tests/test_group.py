# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two members are one hot-standby group, and stay one through its faults: the tests run in this order."""

import json
import subprocess
import sys

import pytest
from labhosts import CHECKOUT, wait_for


def test_adverts_arrive(lab):
    def received():
        (instance,) = lab.module("app2", "keepalived_info")["instances"]
        return instance["counters"]["advert_rcvd"]

    before = received()
    wait_for("app2 receives adverts", lambda: received() > before)


def test_address_is_on_the_first_member_only(lab):
    assert lab.holders() == ["app1"]


def test_states_agree(lab):
    states = {name: lab.module(name, "keepalived_info")["instances"][0]["state"] for name in ("app1", "app2")}
    assert states == {"app1": "MASTER", "app2": "BACKUP"}


def test_one_mac_answers_for_the_address(lab):
    (address,) = lab.module("client", "vip_info", addresses=[lab.vip], probe=True)["addresses"]
    assert len(address["probe"]["answers"]) == 1


def test_page_and_header_name_the_owner(lab):
    status, headers, body = lab.fetch(f"http://{lab.vip}/")
    assert status == 200
    assert headers["X-Served-By"] == "app1"
    assert "Served by app1" in body


def test_health_page_answers(lab):
    assert lab.fetch(f"http://{lab.vip}/health")[0] == 200


def test_measured_failover_is_within_vrrps_timers(lab, tmp_path):
    report = tmp_path / "failover.json"
    done = lab.ansible("ansible-playbook", "tests/lab/failover.yml", "-e", f"lab_report={report}")
    assert done.returncode == 0, done.stdout + done.stderr
    measured = json.loads(report.read_text())
    assert measured["expected"] == {
        "by": "app2",
        "graceful": pytest.approx(76 / 256, abs=0.001),
        "crash": pytest.approx(3 + 76 / 256, abs=0.001),
    }
    shown = subprocess.run(
        [sys.executable, CHECKOUT / "tests/lab/show_failover.py", report], check=True, capture_output=True, text=True
    ).stdout
    assert f"Outage: {measured['probe']['outage_longest']:.3f} s" in shown


def test_standby_takes_over_when_the_owner_stops(lab):
    lab.hosts["app1"].check_output("systemctl stop keepalived")
    lab.wait_for_owner("app2")
    assert lab.fetch(f"http://{lab.vip}/")[1]["X-Served-By"] == "app2"


def test_address_comes_home_when_the_first_member_is_back(lab):
    lab.hosts["app1"].check_output("systemctl start keepalived")
    lab.wait_for_owner("app1")
    assert lab.fetch(f"http://{lab.vip}/")[1]["X-Served-By"] == "app1"


def test_owner_gives_the_address_up_when_nginx_dies(lab):
    lab.hosts["app1"].check_output("systemctl kill --signal=KILL nginx")
    lab.wait_for_owner("app2")
    assert lab.module("app1", "keepalived_info")["instances"][0]["state"] == "FAULT"


def test_address_comes_home_when_nginx_is_back(lab):
    lab.hosts["app1"].check_output("systemctl restart nginx")
    lab.wait_for_owner("app1")


def test_judge_refuses_a_group_with_a_frozen_daemon(lab):
    app2 = lab.hosts["app2"]
    app2.check_output("systemctl kill --kill-whom=all --signal=STOP keepalived")
    try:
        done = lab.ansible("ansible-playbook", "site.yml", "--tags", "judge")
    finally:
        app2.check_output("systemctl kill --kill-whom=all --signal=CONT keepalived")
    assert done.returncode == 2
    assert "ERROR: app2: keepalived does not tell its state.\n    seen: keepalived is stopped (SIGSTOP," in done.stdout
    assert app2.run("ls /tmp/keepalived.json").rc != 0


def test_check_mode_on_a_finished_pair_changes_nothing(lab):
    lab.wait_for_owner("app1")
    done = lab.ansible("ansible-playbook", "site.yml", "--check", "--diff")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("changed=0") == 2


def test_next_run_mends_the_flags_of_a_running_daemon(lab):
    """Flags that the running daemon does not have."""
    app2 = lab.hosts["app2"]
    app2.check_output(
        "sed -i 's/^DAEMON_ARGS=.*/DAEMON_ARGS=\"-D -S 0\"/' /etc/default/keepalived && systemctl restart keepalived"
    )
    done = lab.ansible("ansible-playbook", "site.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    running = app2.check_output("pgrep --full --list-full --oldest /usr/sbin/keepalived")
    assert running.endswith(" --dont-fork " + lab.flags("app2", "-D", "-d", "-S", "0"))
    assert lab.holders() == ["app1"]


def test_run_brings_a_stopped_owner_back_and_waits_for_the_address(lab):
    """While the judge waits for app1 to take the address back, app2 still is its owner: one of them, never both."""
    lab.hosts["app1"].check_output("systemctl stop keepalived")
    lab.wait_for_owner("app2")
    done = lab.ansible("ansible-playbook", "site.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert lab.holders() == ["app1"]


def test_check_mode_with_a_missing_check_script_tells_and_does_not_fail(lab):
    lab.hosts["app2"].check_output("mv /usr/libexec/keepalived/check_nginx /run/")
    try:
        done = lab.ansible("ansible-playbook", "site.yml", "--check", "--diff")
    finally:
        lab.hosts["app2"].check_output("mv /run/check_nginx /usr/libexec/keepalived/")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("changed=0") == 1
