# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three members, three versions, two addresses: the fault is made on the owner of the one that is asked for."""

import json

from labhosts import wait_for


def status(lab):
    """The findings of the group, by code and host."""
    done = lab.ansible("ansible-playbook", "playbooks/status.yml", "-e", "hot_standby_format=json")
    output = done.stdout
    state = json.JSONDecoder().raw_decode(output, output.index("\n{\n") + 1)[0]
    (group,) = state["groups"].values()
    return group, sorted({(one["code"], one["host"]) for one in group["findings"]})


def test_status_knows_that_the_versions_differ_and_nothing_else(lab):
    group, found = status(lab)
    assert [code for code, _host in found] == ["versions"]
    assert [one["owner"] for one in group["instances"]] == ["app1", "app2"]
    assert all(facts["instances"]["VI_1"]["priority"] for facts in group["members"].values())


def test_drill_of_the_second_address(lab):
    second = lab.vars["lab_vips"][1]
    (name,) = lab.plan()["groups"]
    variables = {"hot_standby_drill_confirm": name, "hot_standby_drill_from": "client",
                 "hot_standby_drill_faults": ["stop", "kill"], "hot_standby_drill_address": second}  # fmt: skip
    done = lab.ansible("ansible-playbook", "playbooks/drill.yml", "-e", json.dumps(variables))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("app2 > app3 > app2") == 2
    assert lab.holder(second) == ["app2"]


def test_handover_to_the_third_takes_both_and_gives_both_back(lab):
    first, second = lab.vars["lab_vips"][:2]
    (name,) = lab.plan()["groups"]
    there = lab.ansible("ansible-playbook", "playbooks/handover.yml", "-e", "hot_standby_handover_to=app3")
    assert there.returncode == 0, there.stdout + there.stderr
    assert [lab.holder(first), lab.holder(second)] == [["app3"], ["app3"]]
    back = lab.ansible("ansible-playbook", "playbooks/handover.yml", "-e", f"hot_standby_handover_end={name}")
    assert back.returncode == 0, back.stdout + back.stderr
    wait_for("each is back", lambda: [lab.holder(first), lab.holder(second)] == [["app1"], ["app2"]])
