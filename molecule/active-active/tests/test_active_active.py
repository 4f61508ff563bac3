# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each of two members owns an address, a third stands by for both; and they have three versions of keepalived."""

import re

import pytest
from labhosts import wait_for

MEMBERS = ("app1", "app2", "app3")


@pytest.fixture(scope="module")
def addresses(lab):
    return lab.vars["lab_vips"][:2]


def owners(lab, addresses):
    return [lab.holder(address) for address in addresses]


def test_plan(lab):
    found = lab.instances()
    assert found["VI_1"]["ranking"] == ["app1", "app2", "app3"]
    assert found["VI_2"]["ranking"] == ["app2", "app3", "app1"]
    assert len({one["virtual_router_id"] for one in found.values()}) == 2


def test_versions_differ(lab):
    versions = {lab.module(name, "keepalived_info")["version"] for name in MEMBERS}
    assert len(versions) == 3


def test_each_address_is_on_its_owner_only(lab, addresses):
    assert owners(lab, addresses) == [["app1"], ["app2"]]


def test_both_are_served_by_their_owners(lab, addresses):
    assert [lab.fetch(f"http://{address}/")[1]["X-Served-By"] for address in addresses] == ["app1", "app2"]


def test_states(lab):
    states = {name: [one["state"] for one in lab.module(name, "keepalived_info")["instances"]] for name in MEMBERS}
    assert states == {"app1": ["MASTER", "BACKUP"], "app2": ["BACKUP", "MASTER"], "app3": ["BACKUP", "BACKUP"]}


@pytest.mark.parametrize("owner", ["app1", "app2"])
def test_a_crash_is_over_within_the_expected_time(lab, addresses, owner):
    """The other address stays where it is, and the right member takes over."""
    position = ["app1", "app2"].index(owner)
    takeover = lab.instances()[f"VI_{position + 1}"]["expected_takeover"][owner]
    measured = lab.crash(owner, addresses[position])
    assert 1 < measured["outage_longest"] <= takeover["crash"] + 1
    assert takeover["by"] == {"app1": "app2", "app2": "app3"}[owner]
    wait_for("everybody has their own back", lambda: owners(lab, addresses) == [["app1"], ["app2"]], timeout=30)


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
