# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a group is about to take, and somebody has."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge import vacancy
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import Case
from judged import healthy

STRANGER = "00:00:5e:00:53:66"


def refusals(planned, seen, **more):
    return vacancy.refusals(Case("web", planned["groups"]["web"], planned["members"], seen), **more)


def group(count=2):
    """A healthy one; the owner answers with his MAC address."""
    planned, seen = healthy(count=count)
    for number, facts in enumerate(seen.values(), start=1):
        facts["interfaces"][0]["mac"] = f"00:00:5e:00:53:0{number}"
    return planned, seen


def nobody(count=2):
    """A group that nobody has yet: none holds an address, answers, or speaks."""
    planned, seen = group(count)
    for facts in seen.values():
        facts["adverts"]["virtual_routers"] = []
        facts["addresses"] = [{**one, "held": False, "probe": {"answers": []}} for one in facts["addresses"]]
    return planned, seen


def test_nobody_has_it():
    assert refusals(*nobody()) == []


def test_group_that_runs_already():
    assert refusals(*group(3)) == []


def test_stranger_on_the_id():
    planned, seen = group()
    for heard in seen.values():
        (source,) = heard["adverts"]["virtual_routers"][0]["sources"]
        source.update(source="192.0.2.66", source_mac=STRANGER)
    (text,) = refusals(planned, seen)
    assert text.startswith("app1: 192.0.2.66 speaks virtual router id 10, and is no member.")
    assert STRANGER in text
    assert "set virtual_router_id of" in text


def test_stranger_with_the_address():
    planned, seen = nobody(3)
    for facts in seen.values():
        facts["addresses"][0]["probe"]["answers"] = [{"mac": STRANGER}]
    (text,) = refusals(planned, seen)
    name = planned["groups"]["web"]["instances"][0]["name"]
    assert text == (
        f"app1: 192.0.2.10 is another host's, which is no member. ({STRANGER} answers for it) Take it from the host "
        f"with that MAC address, or give the group another one in virtual_ipaddress of {name}."
    )


def test_member_has_it_without_keepalived():
    planned, seen = nobody()
    seen["app2"]["addresses"][0]["probe"]["answers"] = [{"mac": seen["app1"]["interfaces"][0]["mac"]}]
    assert refusals(planned, seen) == []


@pytest.mark.parametrize("probe", [None, {"answers": []}])
def test_who_did_not_ask_has_no_answer(probe):
    planned, seen = nobody()
    for facts in seen.values():
        facts["addresses"][0]["probe"] = probe
        facts["adverts"] = None
    assert refusals(planned, seen) == []


def test_unknown_answer_may_be_of_the_member_that_was_not_looked_at():
    planned, seen = nobody()
    seen["app2"]["addresses"][0]["probe"]["answers"] = [{"mac": STRANGER}]
    del seen["app1"]
    assert refusals(planned, seen) == []


def test_other_group_of_this_play_has_it_still():
    planned, seen = nobody()
    seen["app1"]["addresses"][0]["probe"]["answers"] = [{"mac": STRANGER}]
    (text,) = refusals(planned, seen, elsewhere={STRANGER: "db1"})
    assert text.startswith("app1: 192.0.2.10 is still held by db1, of another group.")
    assert text.endswith("Run site again once the group of db1 has given it up.")


def test_address_that_an_earlier_run_has_noted_is_nobodys_business():
    planned, seen = nobody()
    answered = {"address": "192.0.2.99", "held": False, "probe": {"answers": [{"mac": STRANGER}]}}
    seen["app1"]["addresses"].append(answered)
    assert refusals(planned, seen) == []
