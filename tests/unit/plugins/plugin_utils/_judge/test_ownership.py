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


def test_address_that_was_never_loaded_was_not_taken_away():
    """A change was refused, and the inventory still has it: to restart the owner would cost a takeover for nothing."""
    planned, seen = healthy()
    for one in seen.values():
        one["keepalived"]["instances"][0]["virtual_ipaddress"] = ["192.0.2.9/24"]
        for interface in one["interfaces"]:
            for entry in interface["addresses"]:
                if entry["address"] == "192.0.2.10":
                    entry["address"] = "192.0.2.9"
    found = [one for one in verdict(planned, seen)["findings"] if one["severity"] == "error"]
    told = {one["code"]: one for one in found}
    assert "master_without_address" not in told
    assert told["instance_missing"]["problem"] == "its keepalived runs VI_1 without 192.0.2.10."
    assert all("run the site playbook" in told[code]["remedy"] for code in ("instance_missing", "no_owner"))
    assert not [one for one in found if "systemctl restart" in one["remedy"]]


def test_address_that_was_taken_away():
    planned, seen = healthy()
    for interface in seen["app1"]["interfaces"]:
        interface["addresses"] = [one for one in interface["addresses"] if one["address"] != "192.0.2.10"]
    told = {one["code"]: one for one in verdict(planned, seen)["findings"]}
    assert "Something took it away" in told["master_without_address"]["remedy"]
