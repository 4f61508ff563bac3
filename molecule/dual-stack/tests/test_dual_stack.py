# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An IPv4 and an IPv6 address move together, and both are served."""

import pytest
from labhosts import wait_for


@pytest.fixture(scope="module")
def addresses(lab):
    return [lab.vip, lab.vars["lab_vip6"]]


def owners(lab, addresses):
    return [lab.holder(address) for address in addresses]


def test_plan(lab):
    found = lab.instances()
    assert {name: one["version"] for name, one in found.items()} == {"ipv4": 2, "ipv6": 3}
    assert all(one["ranking"] == ["app1", "app2"] for one in found.values())
    # Prefix lengths are those of the networks.
    assert [found[name]["addresses"][0].rpartition("/")[2] for name in ("ipv4", "ipv6")] == ["27", "64"]


def test_both_are_on_the_first_member_only(lab, addresses):
    assert owners(lab, addresses) == [["app1"], ["app1"]]


def test_both_are_served(lab, addresses):
    for address in addresses:
        host = f"[{address}]" if ":" in address else address
        assert lab.fetch(f"http://{host}/")[1]["X-Served-By"] == "app1"


def test_adverts_of_both_arrive(lab):
    heard = lab.module("app2", "vrrp_adverts_info", duration=3)
    assert sorted(one["family"] for one in heard["virtual_routers"]) == ["ipv4", "ipv6"]
    assert all(one["blocked"] == 0 for one in heard["virtual_routers"])


def test_one_check_moves_both(lab, addresses):
    """nginx dies: the sync group is what tracks it."""
    lab.hosts["app1"].check_output("systemctl kill --signal=KILL nginx")
    wait_for("app2 has both", lambda: owners(lab, addresses) == [["app2"], ["app2"]])
    lab.hosts["app1"].check_output("systemctl restart nginx")
    wait_for("app1 has both back", lambda: owners(lab, addresses) == [["app1"], ["app1"]])


def test_a_crash_is_over_within_the_expected_time(lab, addresses):
    expected = max(one["expected_takeover"]["app1"]["crash"] for one in lab.instances().values())
    for address in addresses:
        measured = lab.crash("app1", address)
        assert 1 < measured["outage_longest"] <= expected + 1
        wait_for("app1 has both back", lambda: owners(lab, addresses) == [["app1"], ["app1"]], timeout=30)
