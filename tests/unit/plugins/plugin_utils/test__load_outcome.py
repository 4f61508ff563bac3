# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what is said of a group after a change was taken back: never more than what was seen."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _load_outcome
from builders import interface

VIP, OTHER = "192.0.2.10", "192.0.2.16"
NOTHING = "Nothing has changed"


def seen(state="MASTER", held=(VIP,), status="ok", loaded=True, addresses=(VIP,)):
    """What a look at one member tells."""
    return {
        "interfaces": [interface("eth0", "192.0.2.101/24", *(f"{address}/24" for address in held))],
        "keepalived": {
            "status": status,
            "message": None if status == "ok" else f"it is {status}.",
            "config": {"loaded": loaded, "reason": "It told so."},
            "instances": [
                {"name": "VI_1", "state": state, "virtual_ipaddress": [f"{address}/24" for address in addresses]}
            ],
        },
    }


STANDBY = seen("BACKUP", ())
BEFORE = {"app1": seen(), "app2": STANDBY}


def told(after, final=(), services=None, before=None):
    owned = _load_outcome.owners(before or BEFORE)
    return _load_outcome.text("web", owned, after, final, services or {}, 70)


def test_all_is_as_it_was():
    assert told(BEFORE) == (
        "Nothing has changed: the group web runs its former configuration again, seen on app1, app2; "
        "192.0.2.10 is owned by app1."
    )


def test_another_member_owns_it_now():
    text = told({"app1": STANDBY, "app2": seen()})
    assert "192.0.2.10 is owned by app2 (app1 before)." in text


MEMBERS = {
    "well": seen(),
    "standby": STANDBY,
    "fault": seen("FAULT", ()),
    "no address": seen("MASTER", ()),
    "stopped": seen("BACKUP", (), "not_running"),
    "other text": seen("BACKUP", (), loaded=False),
    "unknown text": seen("MASTER", (VIP,), loaded=None),
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
    before = {"app1": seen("FAULT", ()), "app2": seen("BACKUP", ())}
    assert "has nobody as owner" not in told(before, before=before)


def test_owners_hold_the_address_and_are_master():
    both = seen(held=(VIP, OTHER), addresses=(VIP, OTHER))
    assert _load_outcome.owners({"app1": both, "app2": seen("BACKUP", (VIP,)), "app3": None}) == {
        VIP: ["app1"],
        OTHER: ["app1"],
    }
