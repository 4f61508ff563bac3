# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One word makes the takeover ten times as fast: the plan says how fast, and a crash is over by then."""

import pytest
from labhosts import wait_for


def test_plan(lab):
    (instance,) = lab.instances().values()
    assert (instance["version"], instance["expected_takeover"]["app1"]["by"]) == (3, "app2")
    assert instance["expected_takeover"]["app1"]["crash"] == pytest.approx(0.33, abs=0.001)


def test_states_and_timers(lab):
    for name, state in (("app1", "MASTER"), ("app2", "BACKUP")):
        (instance,) = lab.module(name, "keepalived_info")["instances"]
        assert (instance["state"], instance["version"], instance["advert_int"]) == (state, 3, 0.1)


def test_a_crash_is_over_within_the_expected_time(lab):
    (instance,) = lab.instances().values()
    measured = lab.crash("app1", lab.vip)
    expected = instance["expected_takeover"]["app1"]["crash"]
    # The probe's own steps, the gratuitous ARP and a busy machine come on top; a slow takeover would be 3 seconds.
    assert 0.1 < measured["outage_longest"] <= expected + 0.5
    wait_for("app1 has the address back", lambda: lab.holder(lab.vip) == ["app1"])


def test_it_stays_where_it_is(lab):
    """No flapping at this speed: the number of times that a member became master does not grow."""

    def transitions():
        looks = [lab.module(name, "keepalived_info")["instances"][0] for name in ("app1", "app2")]
        return [look["counters"]["become_master"] for look in looks]

    before = transitions()
    heard = lab.module("client", "vrrp_adverts_info", duration=5)
    assert len(heard["virtual_routers"]) == 1
    assert transitions() == before
