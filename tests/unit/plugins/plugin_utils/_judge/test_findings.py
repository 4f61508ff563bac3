# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the judge may believe of a member, and what a finding is."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import Case
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import CONFIG
from judged import KEY, digest, healthy

PLANNED, SEEN = healthy()


def case(**changes):
    """The healthy group, with other things told of app2's daemon."""
    seen = copy.deepcopy(SEEN)
    seen["app2"]["keepalived"].update(changes)
    return Case("web", PLANNED["groups"]["web"], PLANNED["members"], seen, KEY)


@pytest.mark.parametrize(
    ("status", "is_live", "knows", "knows_standing"),
    [
        ("ok", True, True, True),
        ("not_running", False, True, True),
        ("frozen", False, False, True),
        ("not_permitted", False, False, False),
        ("no_answer", False, False, False),
    ],
)
def test_what_is_known_of_a_daemon(status, is_live, knows, knows_standing):
    found = case(status=status)
    told = found.is_live("app2"), found.knows("app2"), found.knows_standing("app2")
    assert told == (is_live, knows, knows_standing)


def test_nothing_is_known_of_who_was_not_seen():
    found = case()
    for question in (found.is_live, found.knows, found.knows_standing, found.in_maintenance):
        assert not question("app9")


def test_instance_is_known_by_its_name_and_router_id():
    (instance,) = PLANNED["groups"]["web"]["instances"]
    assert case().state("app1", instance) == "MASTER"
    assert case().state("app1", {**instance, "virtual_router_id": 9}) is None
    assert case().state("app1", {**instance, "name": "other"}) is None


@pytest.mark.parametrize(("number", "is_away"), [(0, False), (-253, True), (-251, True), (None, False)])
def test_maintenance_is_what_the_file_says(number, is_away):
    found = case()
    found.seen["app2"]["numbers"] = dict.fromkeys(found.seen["app2"]["numbers"], number)
    assert found.in_maintenance("app2") is is_away


def test_digest_is_the_one_that_hosts_tell():
    assert case().digest(b"x") == digest(b"x")


def test_finding():
    found = case()
    found.find("warning", "drift", "app2", "it is not as planned.", "it differs", "Run site.")
    (one,) = found.findings
    assert one["text"] == "app2: it is not as planned. (it differs) Run site."
    assert (one["group"], one["part"]) == ("web", CONFIG)
