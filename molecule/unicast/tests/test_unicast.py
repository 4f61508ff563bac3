# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adverts to the members' own addresses, one of them behind a router: heard by all, and let in from peers only."""

import yaml
from labhosts import wait_for

PASSWORD = "v#8{!}q"
MEMBERS = ("app1", "app2", "app3")


def test_plan(lab):
    plan = lab.plan()
    members = {name: model["keepalived"]["config"]["vrrp_instance"][0] for name, model in plan["members"].items()}
    assert {name: one["unicast_src_ip"] for name, one in members.items()} == {
        name: lab.addresses[name] for name in MEMBERS
    }
    for name, one in members.items():
        assert sorted(one["unicast_peer"]) == sorted(lab.addresses[other] for other in MEMBERS if other != name)
    # The address has the length of its network where it is in one; elsewhere it must not hide the way there.
    assert [members[name]["virtual_ipaddress"][0].rpartition("/")[2] for name in MEMBERS] == ["27", "27", "32"]
    assert "v#8" not in str(plan)


def test_the_far_member_hears_the_owner(lab):
    (instance,) = lab.module("app3", "keepalived_info")["instances"]
    assert (instance["state"], instance["base_priority"]) == ("BACKUP", 160)
    heard = lab.module("app3", "vrrp_adverts_info", duration=3)
    (router,) = heard["virtual_routers"]
    assert router["blocked"] == 0
    assert router["masters"] == [lab.addresses["app1"]]


def test_only_the_first_member_holds_the_address(lab):
    assert lab.holder(lab.vip) == ["app1"]


def test_the_firewall_lets_in_the_peers_only(lab):
    rules = lab.hosts["app1"].check_output("firewall-cmd --list-rich-rules")
    for name in ("app2", "app3"):
        assert f'source address="{lab.addresses[name]}" protocol value="vrrp" accept' in rules
    assert "vrrp" not in lab.hosts["app1"].check_output("firewall-cmd --list-protocols")


def test_the_group_can_be_adopted(lab, tmp_path):
    """From the members' own files come variables that plan the same group, without the password."""
    done = lab.ansible(
        "ansible-playbook", "playbooks/adopt.yml", "-vvv",
        "-e", "hot_standby_hosts=web", "-e", f"hot_standby_adopt_directory={tmp_path}",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    text = (tmp_path / "group_vars/web/keepalived.yml").read_text()
    assert PASSWORD not in done.stdout + done.stderr + text
    assert "ansible-vault encrypt_string --stdin-name vault_keepalived_auth_pass_VI_1" in done.stdout
    (instance,) = yaml.safe_load(text)["keepalived_vrrp_instances"]
    assert instance["unicast"] is True
    assert instance["unicast_src_ip"] == {name: lab.addresses[name] for name in MEMBERS}
    assert instance["priority"] == {"app1": 200, "app2": 180, "app3": 160}
    # The far member has it with another prefix length.
    assert {name: entry[0].rpartition("/")[2] for name, entry in instance["virtual_ipaddress"].items()} == {
        "app1": "27", "app2": "27", "app3": "32",
    }  # fmt: skip

    again = lab.ansible(
        "ansible-playbook",
        "playbooks/adopt.yml",
        "-e",
        "hot_standby_hosts=web",
        "-e",
        f"hot_standby_adopt_directory={tmp_path}",
    )
    assert again.returncode != 0
    assert "is there already" in again.stdout + again.stderr
    limited = lab.ansible(
        "ansible-playbook", "playbooks/adopt.yml", "--limit", "app1",
        "-e", "hot_standby_hosts=web", "-e", f"hot_standby_adopt_directory={tmp_path / 'x'}",
    )  # fmt: skip
    assert limited.returncode != 0
    assert not (tmp_path / "x").exists()


def test_a_crash_is_over_within_the_expected_time(lab):
    (instance,) = lab.instances().values()
    takeover = instance["expected_takeover"]["app1"]
    measured = lab.crash("app1", lab.vip)
    assert takeover["by"] == "app2"
    assert 1 < measured["outage_longest"] <= takeover["crash"] + 1
    wait_for("app1 has the address back", lambda: lab.holder(lab.vip) == ["app1"])
