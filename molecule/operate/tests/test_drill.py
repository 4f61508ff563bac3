# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault of the owner is made, measured and healed; also when the drill itself dies half way."""

from __future__ import annotations

import json
import pathlib
import signal

from labhosts import wait_for

UNIT = "hot-standby-drill"
LEFT = "ls /run/systemd/system/hot-standby-drill.service /run/hot-standby/drill-* 2>/dev/null"


def arguments(faults, **extra):
    """Of the playbook."""
    variables = {"hot_standby_drill_confirm": "web", "hot_standby_drill_from": "client",
                 "hot_standby_drill_faults": faults, **extra}  # fmt: skip
    return ("ansible-playbook", "playbooks/drill.yml", "-e", json.dumps(variables))


def test_every_fault_is_measured_and_healed(lab, tmp_path: pathlib.Path):
    lab.wait_for_owner("app1")
    report = tmp_path / "drill.json"
    faults = ["stop", "kill", "freeze", "nginx", "link", "block", "reboot"]
    if not lab.hosts["app1"].package("iptables").is_installed:
        done = lab.ansible(*arguments(faults))
        assert done.returncode == 2
        assert "Nothing was done. hot_standby_drill_faults: block drops VRRP by nft" in done.stdout + done.stderr
    lab.lets_drop(["app1", "app2"])
    done = lab.ansible(*arguments(faults, hot_standby_report=str(report)))
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(report.read_text())
    assert (results["format"], results["group"], results["address"]) == (1, "web", lab.vip)
    found = {one["fault"]: one for one in results["faults"]}
    assert list(found) == faults
    for name, one in found.items():
        assert one["owner"] == "app1", name
        assert one["served_by"] == ["app1", "app2", "app1"], one
        assert 0 <= one["outage"] <= one["expected"] + 0.5, one
    # A crash is longer than a clean end: nobody is told.
    assert found["kill"]["outage"] > 1 > found["stop"]["outage"] > 0
    assert done.stdout.count("as expected") == len(faults)
    assert lab.holders() == ["app1"]
    assert lab.hosts["app1"].run(LEFT).stdout == ""


def test_nothing_is_done_unless_the_group_is_confirmed(lab):
    done = lab.ansible("ansible-playbook", "playbooks/drill.yml")
    assert done.returncode == 2
    assert "Nothing was done. A drill breaks the group for some seconds." in done.stdout + done.stderr


def test_group_that_is_not_well_is_left_alone(lab):
    lab.hosts["app2"].check_output("systemctl stop keepalived")
    try:
        done = lab.ansible(*arguments(["stop"]))
    finally:
        lab.hosts["app2"].check_output("systemctl start keepalived")
    assert done.returncode == 2
    assert "Nothing was done. The group web is not well" in done.stdout + done.stderr
    wait_for("app2 stands by", lambda: "BACKUP" in json.dumps(lab.module("app2", "keepalived_info")["instances"]))


def test_drill_that_dies_half_way_is_healed_by_the_host(lab):
    app1 = lab.hosts["app1"]
    before = [app1.check_output(f"ip {family} route show | sort") for family in ("-4", "-6")]
    running = lab.start(*arguments(["link"]))
    wait_for("the other member takes over", lambda: "app2" in lab.holder(lab.vip), timeout=60)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    wait_for("the host has healed", lambda: app1.run(f"systemctl is-active {UNIT}").stdout.strip() == "inactive")
    lab.wait_for_owner("app1")
    assert [app1.check_output(f"ip {family} route show | sort") for family in ("-4", "-6")] == before
    # The end of the next one clears away what that has left.
    assert lab.module("app1", "hot_standby_fault", step="end")["changed"]
    assert app1.run(LEFT).stdout == ""
