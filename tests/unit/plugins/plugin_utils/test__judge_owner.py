# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who follows the owner as things are, which is not always who was planned to."""

from __future__ import annotations

from judged import healthy, verdict

FILE = "/etc/keepalived/maintenance"


def follows(planned, seen):
    return verdict(planned, seen)["takeover"]["web"]["VI_1"]


def priority(seen, member, number):
    seen[member]["keepalived"]["instances"][0]["effective_priority"] = number


def test_as_planned():
    planned, seen = healthy(count=3)
    for member, number in (("app1", 200), ("app2", 180), ("app3", 160)):
        priority(seen, member, number)
    assert follows(planned, seen) == {"by": "app2", "graceful": 0.297, "crash": 3.297}


def test_second_in_maintenance():
    planned, seen = healthy(count=3)
    priority(seen, "app2", 1)
    priority(seen, "app3", 160)
    seen["app2"]["numbers"][FILE] = -253
    assert follows(planned, seen) == {"by": "app3", "graceful": 0.375, "crash": 3.375}


def test_the_only_standby_in_maintenance_follows_late():
    planned, seen = healthy()
    priority(seen, "app2", 1)
    seen["app2"]["numbers"][FILE] = -253
    assert follows(planned, seen) == {"by": "app2", "graceful": 0.996, "crash": 3.996}


def test_second_in_fault():
    planned, seen = healthy(count=3)
    seen["app2"]["keepalived"]["instances"][0]["state"] = "FAULT"
    priority(seen, "app3", 160)
    assert follows(planned, seen)["by"] == "app3"


def test_nobody_stands_by():
    planned, seen = healthy()
    seen["app2"]["keepalived"]["instances"].clear()
    assert follows(planned, seen) is None
    assert verdict(planned, seen)["summary"] == ["web: 192.0.2.10/24 (VI_1) is owned by app1."]


def test_keepalived_that_does_not_tell_the_effective_priority():
    planned, seen = healthy(count=3)
    for member, number in (("app2", 180), ("app3", 160)):
        seen[member]["keepalived"]["instances"][0].update(effective_priority=None, base_priority=number)
    assert follows(planned, seen) == {"by": "app2", "graceful": 0.297, "crash": 3.297}
