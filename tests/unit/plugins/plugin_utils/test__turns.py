# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said before one member after the other is worked on."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _turns


def member(group, turn, settle_timeout):
    return {"group": group, "turn": turn, "keepalived": {"settle_timeout": settle_timeout}}


def test_one_line_for_each_group_in_the_order_of_turns():
    members = {"app1": member("web", 2, 18), "app2": member("web", 0, 20), "app3": member("web", 1, 18)}
    members["db1"] = member("db", 0, 12)
    web, database = _turns.text({"groups": {"web": {}, "db": {}}, "members": members}).splitlines()
    assert web.startswith("web: app2, then app3, then app1. ")
    assert " 20 s at most." in web
    assert database.startswith("db: db1. ")


def test_group_of_which_nobody_was_looked_at():
    members = {"app1": member("web", 0, 18)}
    (web,) = _turns.text({"groups": {"web": {}, "db": {}}, "members": members}).splitlines()
    assert web.startswith("web: app1. ")


def test_no_group():
    assert _turns.text({"groups": {}, "members": {}}) == ""
