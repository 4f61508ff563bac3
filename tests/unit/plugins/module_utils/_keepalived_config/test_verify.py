# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a load counts as well."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import verify

KEY = "51 eth0 ipv4"


def facts(state="MASTER", loaded=True, status="ok", not_tracked=(), **more):
    instance = {
        "name": "VI_1", "state": state, "virtual_router_id": 51, "interface": "eth0", "family": "ipv4",
        "fault_causes": ["script chk is BAD"] if state == "FAULT" else [], "master_priority": 200,
        "effective_priority": 100, "base_priority": 100, "nopreempt": False,
    }  # fmt: skip
    instance.update(more)
    config = {"loaded": loaded, "reason": "It is so.", "differences": ["VI_1: priority differs"]}
    return {"status": status, "message": "It does not run.", "running": status == "ok", "config": config,
            "instances": [instance], "not_tracked": list(not_tracked)}  # fmt: skip


OFF = {"by": "VI_1", "kind": "script", "name": "chk", "reason": "script '/chk' is not executable - disabling."}


@pytest.mark.parametrize("seen", [facts(), facts("BACKUP"), facts(addresses_not_held=None)])
def test_well(seen):
    assert verify.trouble(seen, {KEY: "MASTER"}) is None


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (facts(status="frozen"), "It does not run."),
        (facts(loaded=False), "It is so. VI_1: priority differs"),
        (facts("FAULT"), "VI_1 is in FAULT, script chk is BAD."),
        (facts("INIT"), "its instances have not settled: VI_1 is INIT."),
        (facts("BACKUP", master_priority=None), "its instances have not settled: VI_1 is BACKUP."),
        (facts("BACKUP", master_priority=50), "its instances have not settled: VI_1 is BACKUP."),
        (
            facts(addresses_not_held=["192.0.2.10/24"]),
            "its instances have not settled: VI_1 is MASTER without 192.0.2.10/24.",
        ),
        (
            facts(not_tracked=[OFF]),
            "VI_1 does not track the script chk: keepalived has left it out. "
            "script '/chk' is not executable - disabling.",
        ),
    ],
)
def test_trouble(seen, expected):
    assert verify.trouble(seen, {KEY: "MASTER"}) == expected


def test_not_known_is_not_in_effect():
    assert "it is not known whether keepalived runs" in verify.trouble(facts(loaded=None), {})
    # Where there was nothing to read it may stay unknown.
    assert verify.trouble(facts(loaded=None), {}, due=False) is None
    assert verify.wait(lambda: facts(loaded=None), {}, 0, due=False)[1] is None


def test_fault_from_before_is_none_of_the_change():
    assert verify.trouble(facts("FAULT"), verify.states(facts("FAULT"))) is None
    assert verify.trouble(facts("FAULT"), {}) is not None


def test_waits_until_it_is_well():
    looks = [facts(loaded=False), facts("BACKUP", master_priority=None), facts("BACKUP")]
    seen, trouble = verify.wait(lambda: looks.pop(0), {}, 5)
    assert (trouble, seen["instances"][0]["state"], looks) == (None, "BACKUP", [])


def test_wait_in_vain():
    begin = time.time()
    assert verify.wait(lambda: facts("FAULT"), {}, 0.5)[1] == "VI_1 is in FAULT, script chk is BAD."
    assert 0.4 < time.time() - begin < 3


def test_daemon_that_is_gone_is_not_waited_for():
    begin = time.time()
    assert verify.wait(lambda: facts(status="not_running"), {}, 60)[1] == "It does not run."
    assert time.time() - begin < 5


def test_look_before_its_time_does_not_count():
    begin = time.time()
    assert verify.wait(facts, {}, 5, 0.4)[1] is None
    assert time.time() >= begin + 0.4


def test_words_are_those_of_the_daemon_less_its_chatter():
    asked = []

    def run(argv):
        asked.append(argv)
        looks = "Printing VRRP data for process(4961) on signal\nPrinting VRRP as json for process(4961) on signal\n"
        lines = "Reloading\nOpening file '/etc/keepalived/keepalived.conf'.\n(Line 3) Unknown keyword 'x'\n\n"
        return 0, lines + 5 * looks, ""

    assert verify.words(run, "journalctl", 1700000000.7) == "(Line 3) Unknown keyword 'x'"
    assert "--since=@1700000000" in asked[0]
    assert verify.words(run, None, 0) == ""
