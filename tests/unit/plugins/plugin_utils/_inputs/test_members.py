# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of values that differ from member to member."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import for_member, own_block, own_value

NAMES = ["app1", "app2"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5),
        ([1], [1]),
        ({"app1": 1, "app2": 2}, 1),
        ({"app2": 2}, None),
        ({"app1": {"app1": 1}}, {"app1": 1}),
        ({"auth_type": "PASS"}, {"auth_type": "PASS"}),
        ({}, {}),
    ],
    ids=["scalar", "list", "own part", "not named", "nested only once", "a block", "empty"],
)
def test_for_member(value, expected):
    assert for_member(value, "app1", NAMES) == expected


def test_a_member_that_is_not_named_has_nothing_and_null_stays_null():
    assert own_block({"a": {"app2": 1}, "b": None, "c": 0}, "app1", NAMES) == {"b": None, "c": 0}


def test_a_list_of_blocks():
    written = [{"weight": {"app1": 5, "app2": 6}}, "a text"]
    assert own_value(written, "app2", NAMES) == [{"weight": 6}, "a text"]
    assert own_value("a text", "app2", NAMES) == "a text"
