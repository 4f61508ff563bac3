# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what is said of a group after a change was taken back: never more than what was seen."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import load_outcome
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import owners
from builders import ADDRESS, owning

OTHER = "192.0.2.16"
NOTHING = "Nothing has changed"


STANDBY = owning("BACKUP", ())
BEFORE = {"app1": owning(), "app2": STANDBY}


def told(after, final=(), services=None, before=None):
    owned = owners.owners(before or BEFORE)
    return load_outcome.text("web", owned, after, final, services or {}, 70)


def test_all_is_as_it_was():
    assert told(BEFORE) == (
        "Nothing has changed: the group web runs its former configuration again, seen on app1, app2; "
        "192.0.2.10 is owned by app1."
    )


def test_another_member_owns_it_now():
    text = told({"app1": STANDBY, "app2": owning()})
    assert "192.0.2.10 is owned by app2 (app1 before)." in text


MEMBERS = {
    "well": owning(),
    "standby": STANDBY,
    "fault": owning("FAULT", ()),
    "no address": owning("MASTER", ()),
    "stopped": owning("BACKUP", (), "not_running"),
    "other text": owning("BACKUP", (), loaded=False),
    "unknown text": owning("MASTER", (ADDRESS,), loaded=None),
    "not reached": None,
}


@pytest.mark.parametrize("pair", list(itertools.product(MEMBERS, MEMBERS)), ids="-".join)
def test_nothing_has_changed_is_said_where_it_was_seen_alone(pair):
    after = dict(zip(("app1", "app2"), (MEMBERS[one] for one in pair), strict=True))
    is_well = sorted(pair) == ["standby", "well"]
    assert (NOTHING in told(after)) == is_well, told(after)
    assert NOTHING not in told(after, services={"app1": "nginx goes on with what it had."})
    assert NOTHING not in told(after, final=["app2"])


def test_what_is_wrong_is_named():
    text = told({"app1": MEMBERS["fault"], "app2": None}, services={"app1": "nginx has ended."})
    assert NOTHING not in text
    for words in (
        "app1: nginx has ended.", "VI_1 is in FAULT", "192.0.2.10 has nobody as owner, and had app1 before.",
        "app2 could not be looked at. If it has loaded, it goes back by itself 70 s after that.",
    ):  # fmt: skip
        assert words in text


def test_address_that_had_no_owner_before_is_no_loss():
    before = {"app1": owning("FAULT", ()), "app2": owning("BACKUP", ())}
    assert "has nobody as owner" not in told(before, before=before)
