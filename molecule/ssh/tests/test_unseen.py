# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What could not be seen: a member that is frozen while ssh keeps its connection to it, and a user without rights."""

import contextlib
import json
import subprocess

import pytest

#: Seconds that the frozen member has, and those that a playbook may take with it at most.
DEADLINE, LONGEST = 3, 90
#: Logged in as root: with become Ansible gives up by itself, when no prompt comes.
ROOT = ("-e", "ansible_user=root", "-e", "ansible_become=false")


@contextlib.contextmanager
def frozen(lab, member):
    """A member that stands still while ssh keeps its connection to it."""
    container = lab.hostvars[member]["ansible_host"]
    lab.hosts[member].check_output("install -D --mode=600 /home/ops/.ssh/authorized_keys /root/.ssh/authorized_keys")
    done = lab.ansible("ansible", member, "-m", "ansible.builtin.ping", *ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    lab.docker("pause", container)
    try:
        yield
    finally:
        lab.docker("unpause", container)
    lab.wait_for_owner("app1")


def run(lab, tmp_path, playbook, *arguments):
    """Runs a playbook with a short deadline for app2; returns its exit status and what it printed."""
    overlay = tmp_path / "overlay.yml"
    own = f"{{hot_standby_observe_timeout: {DEADLINE}, ansible_user: root, ansible_become: false}}"
    overlay.write_text(f"web: {{vars: {{hot_standby_observe_timeout: 300}}, hosts: {{app2: {own}}}}}\n")
    playbook = lab.start("ansible-playbook", f"--inventory={overlay}", f"playbooks/{playbook}.yml", *arguments)
    try:
        stdout, stderr = playbook.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        playbook.terminate()
        pytest.fail(f"it hung for {LONGEST} s: {playbook.communicate()[0]}")
    return playbook.returncode, stdout + stderr


def state_in(printed):
    """What status prints as JSON."""
    return json.JSONDecoder().raw_decode(printed, printed.index("\n{\n") + 1)[0]


def test_frozen_member_is_named_by_the_plan_with_the_seconds(lab, tmp_path):
    with frozen(lab, "app2"):
        status, printed = run(lab, tmp_path, "plan")
    assert status != 0
    words = " ".join(printed.split())
    late = f"no answer within {DEADLINE} s: hot_standby_observe_timeout is {DEADLINE} s"
    assert f"app2 of the group web could not be observed (app2: {late})." in words


def test_frozen_member_is_not_reached_and_the_other_one_is_judged(lab, tmp_path):
    with frozen(lab, "app2"):
        status, printed = run(lab, tmp_path, "status", "-e", "hot_standby_format=json")
    assert status == 2
    (group,) = state_in(printed)["groups"].values()
    assert [(one["code"], one["host"]) for one in group["findings"]] == [("unreachable", "app2")]
    assert f"hot_standby_observe_timeout is {DEADLINE} s" in group["findings"][0]["evidence"]
    assert group["members"]["app1"]["instances"]["VI_1"]["state"] == "MASTER"
    assert group["instances"][0]["owner"] == "app1"


def test_ordinary_user_is_told_what_is_missing_and_nothing_else(lab):
    done = lab.ansible(
        "ansible-playbook", "playbooks/status.yml", "-e", "ansible_become=false", "-e", "hot_standby_format=json",
        "-e", "hot_standby_observe_timeout=300",
    )  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    (group,) = state_in(done.stdout)["groups"].values()
    assert [(one["code"], one["host"]) for one in group["findings"]] == [
        ("not_permitted", "app1"),
        ("not_permitted", "app2"),
    ]
    assert "ansible_become to true for app1" in group["findings"][0]["remedy"]
