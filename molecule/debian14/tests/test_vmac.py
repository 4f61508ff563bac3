# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair with the virtual router's own MAC address (use_vmac): what comes to that interface alone is delivered."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def as_it_was(lab):
    """The tests of the pair that follow have the inventory's."""
    yield
    done = lab.site(keepalived_allow_disruption=True)
    assert done.returncode == 0, done.stdout + done.stderr
    lab.wait_for_owner("app1")


def test_pair_with_virtual_mac_addresses_is_well(lab, as_it_was):
    """Both members' interfaces have the same MAC address, so the kernel hands an advert to the upper one alone."""
    instance = {
        "virtual_ipaddress": [f"{lab.vip}/{lab.vars['lab_prefixlen']}"],
        "authentication": {"auth_type": "PASS", "auth_pass": "Hw2xRt6d"},
        "use_vmac": True,
    }
    done = lab.site(keepalived_vrrp_instances=[instance], keepalived_allow_disruption=True)
    assert done.returncode == 0, done.stdout + done.stderr
    vmac = lab.module("app2", "keepalived_info")["instances"][0]["vmac_interface"]
    assert f" {vmac}@" in lab.hosts["app2"].check_output("ip -oneline link show")
    done = lab.playbook("playbooks/status.yml", "-e", "hot_standby_format=json", keepalived_vrrp_instances=[instance])
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.JSONDecoder().raw_decode(done.stdout, done.stdout.index("\n{\n") + 1)[0]
    codes = {finding["code"] for finding in told["groups"]["web"]["findings"]}
    assert not codes & {"blocked", "no_owner", "split", "two_answers", "stranger"}, told["groups"]["web"]["findings"]
