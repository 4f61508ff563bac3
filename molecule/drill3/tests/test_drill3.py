# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two of three members own addresses, one of them of both families, and each stands by for the others."""

from __future__ import annotations

import json
import pathlib
import re

import pytest
from labhosts import lost, wait_for

MEMBERS = ("app1", "app2", "app3")
FAULTS = ("stop", "kill", "freeze", "nginx", "link", "block", "reboot")
#: What a link that goes down takes along.
LISTING = "ip -6 address show dev eth0 scope global | grep inet6 | sort; ip -6 route | sort; ip -4 route | sort"


@pytest.fixture(scope="module")
def addresses(lab):
    """By the name of the instance."""
    return {"alone": lab.vars["lab_vips"][0], "ipv4": lab.vars["lab_vips"][1], "ipv6": lab.vars["lab_vip6"]}


def owners(lab, addresses):
    """The members that hold each of the three."""
    return [lab.holder(address) for address in addresses.values()]


AS_PLANNED = [["app1"], ["app2"], ["app2"]]


def test_plan(lab):
    found = lab.instances()
    assert {name: one["version"] for name, one in found.items()} == {"alone": 2, "ipv4": 2, "ipv6": 3}
    assert {name: one["ranking"] for name, one in found.items()} == {
        "alone": ["app1", "app2", "app3"],
        "ipv4": ["app2", "app3", "app1"],
        "ipv6": ["app2", "app3", "app1"],
    }
    by = {name: one["expected_takeover"][one["ranking"][0]]["by"] for name, one in found.items()}
    assert by == {"alone": "app2", "ipv4": "app3", "ipv6": "app3"}
    # Prefix lengths are those of the networks.
    assert [one["addresses"][0].rpartition("/")[2] for one in found.values()] == ["27", "27", "64"]


def test_versions_differ(lab):
    versions = {lab.module(name, "keepalived_info")["version"] for name in MEMBERS}
    assert len(versions) == 3


def test_each_address_is_on_its_owner_only(lab, addresses):
    assert owners(lab, addresses) == AS_PLANNED


def test_all_are_served_by_their_owners(lab, addresses):
    urls = [f"http://[{one}]/" if ":" in one else f"http://{one}/" for one in addresses.values()]
    assert [lab.fetch(url)[1]["X-Served-By"] for url in urls] == ["app1", "app2", "app2"]


def test_states(lab):
    states = {name: [one["state"] for one in lab.module(name, "keepalived_info")["instances"]] for name in MEMBERS}
    assert states == {
        "app1": ["MASTER", "BACKUP", "BACKUP"],
        "app2": ["BACKUP", "MASTER", "MASTER"],
        "app3": ["BACKUP", "BACKUP", "BACKUP"],
    }


def test_adverts_of_both_families_arrive(lab):
    heard = lab.module("app3", "vrrp_adverts_info", duration=3)
    assert sorted(one["family"] for one in heard["virtual_routers"]) == ["ipv4", "ipv4", "ipv6"]
    assert all(one["blocked"] == 0 for one in heard["virtual_routers"])


def test_status_knows_that_the_versions_differ_and_nothing_else(lab):
    output = lab.ansible("ansible-playbook", "playbooks/status.yml", "-e", "hot_standby_format=json").stdout
    (group,) = json.JSONDecoder().raw_decode(output, output.index("\n{\n") + 1)[0]["groups"].values()
    assert [one["code"] for one in group["findings"]] == ["versions"]
    assert [one["owner"] for one in group["instances"]] == ["app1", "app2", "app2"]
    assert all(facts["instances"]["alone"]["priority"] for facts in group["members"].values())


def test_one_check_moves_both_families(lab, addresses):
    """nginx dies: the sync group is what tracks it."""
    lab.hosts["app2"].check_output("systemctl kill --signal=KILL nginx")
    wait_for("app3 has both", lambda: owners(lab, addresses) == [["app1"], ["app3"], ["app3"]])
    lab.hosts["app2"].check_output("systemctl restart nginx")
    wait_for("app2 has both back", lambda: owners(lab, addresses) == AS_PLANNED)


@pytest.mark.parametrize(("name", "faults", "served"), [
    ("alone", ("kill",), ["app1", "app2", "app1"]),
    ("ipv6", FAULTS, ["app2", "app3", "app2"]),
])  # fmt: skip
def test_every_fault_is_measured_and_healed(lab, addresses, tmp_path: pathlib.Path, name, faults, served):
    """That of the one that is asked for, while the other owner's addresses stay where they are."""
    lab.lets_drop(MEMBERS)
    before = lab.hosts[served[0]].check_output(LISTING)
    report = tmp_path / "drill.json"
    variables = {"hot_standby_drill_confirm": "web", "hot_standby_drill_from": "client",
                 "hot_standby_drill_faults": list(faults), "hot_standby_drill_address": addresses[name],
                 "hot_standby_report": str(report)}  # fmt: skip
    done = lab.ansible("ansible-playbook", "playbooks/drill.yml", "-e", json.dumps(variables))
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(report.read_text())["faults"]
    assert [one["fault"] for one in found] == list(faults)
    for one in found:
        assert one["served_by"] == served, one
        # A crash is longer than a clean end: nobody is told.
        least = 1 if one["fault"] == "kill" else 0
        assert least <= one["outage"] <= one["expected"] + 0.5, one
    assert owners(lab, addresses) == AS_PLANNED
    assert lab.hosts[served[0]].check_output(LISTING) == before


def test_handover_to_the_third_takes_all_and_gives_all_back(lab, addresses):
    """One of the moves may cut the request that is under way in that very moment."""
    with lab.probing(addresses["ipv6"], 0.01) as measured:
        there = lab.ansible("ansible-playbook", "playbooks/handover.yml", "-e", "hot_standby_handover_to=app3")
        assert there.returncode == 0, there.stdout + there.stderr
        assert owners(lab, addresses) == [["app3"]] * 3
        back = lab.ansible("ansible-playbook", "playbooks/handover.yml", "-e", "hot_standby_handover_end=web")
        assert back.returncode == 0, back.stdout + back.stderr
        wait_for("each is back", lambda: owners(lab, addresses) == AS_PLANNED)
    assert measured["requests"]["failed"] <= 2, lost(measured)
    assert measured["outage_longest"] < 0.1, lost(measured)


def test_a_dead_member_does_not_stop_the_others_from_being_set_up(lab):
    """One member is dead for good: the survivors are configured all the same, if that is wanted."""
    container = lab.hostvars["app3"]["ansible_host"]
    lab.docker("stop", container)
    try:
        refused = lab.ansible("ansible-playbook", "site.yml")
        assert refused.returncode != 0
        assert "app3 of the group web could not be observed" in refused.stdout + refused.stderr
        done = lab.ansible("ansible-playbook", "site.yml", "-e", "hot_standby_allow_partial=true")
        # Whether a stopped container counts as unreachable or as failed is the connection's affair.
        for name in ("app1", "app2"):
            assert re.search(rf"^{name} .* failed=0 ", done.stdout, re.MULTILINE), done.stdout
        assert "is owned by app1" in done.stdout
        assert "is owned by app2" in done.stdout
    finally:
        lab.docker("start", container)
