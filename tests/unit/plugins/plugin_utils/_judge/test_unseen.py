# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the judge with facts that could not be seen: a healthy group of which less is seen has nothing wrong."""

from __future__ import annotations

import copy
import itertools
import re

import pytest
from ansible_collections.hotstandby.vrrp.plugins.modules import keepalived_info
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import FROZEN, KNOWN, NOT_PERMITTED
from builders import firewall
from hypothesis import given, strategies as st
from judged import healthy, verdict

STATUSES = set(re.findall(r"^    - V\((\w+)\)", keepalived_info.RETURN.partition("message:")[0], re.MULTILINE))
UNKNOWN = sorted(STATUSES - KNOWN)
DENIED = "Permission denied"


def state(status):
    def hide(seen):
        untold = dict.fromkeys(("config", "scripts", "files", "processes", "interfaces", "sync_groups", "source"))
        seen["keepalived"].update(untold, status=status, message=f"it is {status}", instances=[], settled=False)

    return hide


def digests(seen):
    for one in seen["files"].values():
        one.update(digest=None, problem=DENIED)


def whole_files(seen):
    for one in seen["files"].values():
        one.update(dict.fromkeys(("kind", "mode", "owner", "group", "digest")), exists=None, problem=DENIED)


def filters(seen):
    seen["firewall"] = {**firewall(backend="nftables"), "problem": "Run the task as root.", "entries": {}}


def ufw(seen):
    seen["firewall"]["ufw"] = {"version": "0.36.2", "rules": None}


def units(seen):
    seen["services"] = dict.fromkeys(seen["services"])


def manifest(seen):
    seen["manifest"] = {"known": False, "firewall": {"zone": [], "direct": [], "ufw": []}, "selinux": [], "files": [],
                        "sysctl": [], "services": []}  # fmt: skip


def wire(seen):
    seen["adverts"] = {"status": "not_permitted", "virtual_routers": []}
    for one in seen["addresses"]:
        one["probe"] = {"status": "not_permitted", "answers": []}


#: What can be hidden of a member.
FACTS = {
    "digests": digests,
    "files": whole_files,
    "firewall": filters,
    "ufw": ufw,
    "units": units,
    "settings": lambda seen: seen.update(settings={}),
    "sysctls": lambda seen: seen.update(sysctls=dict.fromkeys(seen["sysctls"])),
    "manifest": manifest,
    "wire": wire,
    "clock": lambda seen: seen.pop("clock_offset"),
    "numbers": lambda seen: seen.update(numbers=dict.fromkeys(seen["numbers"])),
    "arguments": lambda seen: seen["keepalived"].update(arguments=None),
    "version": lambda seen: seen["keepalived"].update(version=None),
    **{status: state(status) for status in UNKNOWN},
}
#: What the judge may say of a healthy group of which not all was seen.
HONEST = {"not_permitted", "daemon", "owner_unseen"}


def found(planned, seen):
    return [(one["severity"], one["code"], one["host"]) for one in verdict(planned, seen)["findings"]]


def test_the_statuses_are_those_of_the_module():
    assert len(STATUSES) == 10
    assert STATUSES > KNOWN
    assert {NOT_PERMITTED, FROZEN} < set(UNKNOWN)


@given(st.lists(st.sets(st.sampled_from(sorted(FACTS)), min_size=0), min_size=2, max_size=2), st.booleans())
def test_no_finding_names_what_was_not_seen(hidden, partial):
    planned, seen = healthy(hot_standby_allow_partial=partial)
    for member, facts in zip(seen, hidden, strict=True):
        for fact in sorted(facts):
            FACTS[fact](seen[member])
    told = found(planned, seen)
    # A frozen daemon does not tell its state, and does not stand by.
    frozen = {"no_redundancy"} if any(FROZEN in facts for facts in hidden) else set()
    assert {code for _severity, code, _host in told} <= HONEST | frozen, told
    blind = [member for member, facts in zip(seen, hidden, strict=True) if facts & set(UNKNOWN)]
    assert verdict(planned, seen)["ok"] is not bool(blind) or bool(told)
    for member in blind:
        assert [severity for severity, code, host in told if host == member and code in ("daemon", "not_permitted")]


@pytest.mark.parametrize("status", UNKNOWN)
def test_group_whose_daemons_do_not_tell_is_not_well_and_nothing_is_said_of_its_owner(status):
    planned, seen = healthy()
    for one in seen.values():
        state(status)(one)
    code = "not_permitted" if status == NOT_PERMITTED else "daemon"
    assert found(planned, seen) == [("error", code, "app1"), ("error", code, "app2")]
    assert verdict(planned, seen)["lost"] == {"web": ["192.0.2.10"]}


def test_an_ordinary_user_is_told_that_alone():
    planned, seen = healthy()
    for one in seen.values():
        for fact in ("not_permitted", "digests", "firewall", "ufw", "manifest", "wire"):
            FACTS[fact](one)
    for error in ("app1", "app2"):
        planned["errors"].append({"host": error, "variable": "keepalived_firewall", "problem": "not asked.", "fix": ""})
    findings = verdict(planned, seen)["findings"]
    assert [(one["severity"], one["code"], one["host"], one["part"]) for one in findings] == [
        ("error", "not_permitted", "app1", None),
        ("error", "not_permitted", "app2", None),
    ]
    assert findings[1]["remedy"] == "Set ansible_become to true for app2, or log in there as root."


@pytest.mark.parametrize(("hidden", "status"), list(itertools.product(["app1", "app2"], UNKNOWN)))
def test_what_the_other_member_tells_is_judged(hidden, status):
    planned, seen = healthy()
    state(status)(seen[hidden])
    (other,) = set(seen) - {hidden}
    seen[other]["sysctls"]["net.ipv4.ip_forward"] = "0"
    told = found(planned, seen)
    assert ("warning", "sysctl", other) in told
    assert ("warning", "owner_unseen", "app1") in told if hidden == "app1" else verdict(planned, seen)["owners"]
    assert "no_owner" not in {code for _severity, code, _host in told}


@pytest.mark.parametrize("status", sorted(KNOWN - {"ok"}))
def test_what_is_known_is_judged(status):
    planned, seen = healthy()
    before = copy.deepcopy(seen["app2"])
    state(status)(seen["app1"])
    codes = {code for _severity, code, _host in found(planned, seen)}
    assert {"daemon", "address_without_master", "no_owner"} <= codes
    assert seen["app2"] == before


def test_a_remedy_that_takes_an_address_away_is_never_for_who_did_not_tell():
    for status in UNKNOWN:
        planned, seen = healthy()
        state(status)(seen["app1"])
        assert "ip address del" not in str(verdict(planned, seen)["findings"])
