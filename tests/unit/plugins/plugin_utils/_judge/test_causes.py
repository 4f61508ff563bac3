# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from what, in verdicts of groups that are not well."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge import causes
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report.outcome import outcome
from judged import healthy, verdict

ABSENT = {"kind": None, "digest": None, "mode": None, "owner": None, "group": None, "problem": None}


def stopped(facts, status="not_running", message="keepalived is not running."):
    facts["keepalived"].update(status=status, message=message, running=False, instances=[], arguments=[], config=None)


def strip(facts, status="not_installed", message="keepalived is not installed."):
    """A host on which nothing was set up."""
    stopped(facts, status, message)
    facts["manifest"] = {"known": False}
    facts["services"] = dict.fromkeys(facts["services"])
    facts["http"] = [{**one, "status": None, "error": "refused", "served_by": None} for one in facts["http"]]
    facts["addresses"] = [{**one, "held": False, "probe": {"answers": []}} for one in facts["addresses"]]
    facts["interfaces"] = [dict(one, addresses=one["addresses"][:1]) for one in facts["interfaces"]]
    facts["adverts"]["virtual_routers"] = []


def roots(found):
    return [(one["host"], one["code"]) for one in found["findings"] if one["cause"] is None]


def test_group_that_was_never_set_up():
    planned, seen = healthy()
    for facts in seen.values():
        strip(facts)
    found = verdict(planned, seen)
    assert roots(found) == [("app1", "daemon"), ("app2", "daemon")]
    assert len(found["findings"]) > 4
    text = outcome(found)["text"]
    assert text.startswith(
        "web: 2 errors\n  ERROR: app1: it was never set up.\n    seen: keepalived is not installed.\n"
        "    do:   Run the site playbook.\n    so:   "
    )
    assert "    so:   nobody owns 192.0.2.10." in text.splitlines()


def test_packages_are_there_and_nothing_was_set_up():
    planned, seen = healthy()
    for facts in seen.values():
        strip(facts, "not_running", "keepalived is not running.")
    found = verdict(planned, seen)
    assert roots(found) == [("app1", "daemon"), ("app2", "daemon")]
    assert "ERROR: app1: it was never set up." in outcome(found)["text"]


def test_owner_whose_keepalived_is_down():
    planned, seen = healthy()
    stopped(seen["app1"])
    found = verdict(planned, seen)
    assert roots(found) == [("app1", "daemon")]
    assert outcome(found)["text"].splitlines() == [
        "web: 1 error",
        "  ERROR: app1: keepalived does not tell its state.",
        "    seen: keepalived is not running.",
        "    do:   Start it: systemctl start keepalived; its log says why it is down.",
        "    so:   it holds 192.0.2.10 without being MASTER.",
        "    so:   nobody owns 192.0.2.10.",
    ]
    assert "None" not in str([one["text"] for one in found["findings"]])


def test_what_else_is_wrong_with_another_member_stands_by_itself():
    planned, seen = healthy()
    stopped(seen["app1"])
    seen["app2"]["services"]["nginx"]["active_state"] = "failed"
    assert {("app1", "daemon"), ("app2", "service")} == set(roots(verdict(planned, seen)))


def test_well():
    assert verdict(*healthy())["findings"] == []


def finding(code, host="app1", severity="error"):
    return {"code": code, "host": host, "severity": severity}


def linked(*findings, never_set_up=()):
    causes.link(findings, never_set_up)
    return [one["cause"] and one["cause"]["code"] for one in findings]


def test_worse_than_its_cause():
    """Allowed to be out, a member is a warning; that nobody owns the address is an error all the same."""
    assert linked(finding("unreachable", severity="warning"), finding("no_owner", "app2")) == [None, None]
    assert linked(finding("unreachable"), finding("no_owner", "app2")) == [None, "unreachable"]


def test_cause_is_on_the_same_host():
    assert linked(finding("daemon"), finding("not_loaded", "app2")) == [None, None]
    assert linked(finding("daemon"), finding("drift")) == [None, None]
    assert linked(finding("daemon"), finding("drift"), never_set_up=["app1"]) == [None, "daemon"]


def test_causes_do_not_follow_from_each_other():
    assert linked(finding("not_permitted"), finding("daemon"), finding("drift")) == [None, None, "not_permitted"]
