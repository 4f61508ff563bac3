# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is heard on the wire: strangers, packet filters, adverts that are not as planned, and who answers."""

from __future__ import annotations

import pytest
from builders import instance
from judged import codes, digest, healthy, verdict

SECRET = "Tq4vWn8s"


def secret():
    return healthy(instance(authentication={"auth_type": "PASS", "auth_pass": SECRET}), count=3)


def on_all(seen, **facts):
    """All members hear the same."""
    for heard in seen.values():
        heard["adverts"]["virtual_routers"][0]["sources"][0].update(facts)


def test_a_healthy_group_with_a_password_has_no_finding():
    assert codes(*secret()) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"addresses": ["192.0.2.10", "192.0.2.99"]}, "wire_addresses"),
        ({"advert_int": 2.0}, "wire_interval"),
        ({"auth_type": "NONE", "auth_digest": None}, "wire_auth"),
        ({"auth_digest": digest(b"wrong\0\0\0")[:16]}, "wire_auth"),
    ],
)
def test_adverts_that_are_not_as_planned(facts, code):
    planned, seen = secret()
    on_all(seen, **facts)
    assert codes(planned, seen) == [("error", code, "app1")]
    assert SECRET not in str(verdict(planned, seen))


def test_stranger_is_told_once():
    planned, seen = healthy(count=3)
    stranger = {"source": "192.0.2.66", "source_mac": "00:00:5e:00:53:66", "priority": 250, "advert_int": 1.0}
    for heard in seen.values():
        sources = heard["adverts"]["virtual_routers"][0]["sources"]
        sources.append({**sources[0], **stranger})
    assert codes(planned, seen) == [("error", "stranger", "app1")]
    (finding,) = verdict(planned, seen)["findings"]
    assert finding["problem"] == "192.0.2.66 speaks virtual router id 10, and is no member."
    assert finding["evidence"] == "its MAC address is 00:00:5e:00:53:66, its priority 250"


def test_member_that_was_not_looked_at_is_no_stranger():
    planned, seen = healthy()
    del seen["app1"]
    assert ("error", "stranger", "app2") not in codes(planned, seen)


def test_other_interfaces_and_routers_are_nobody_s_business():
    planned, seen = healthy()
    for changes in ({"interface": "eth1"}, {"virtual_router_id": 99}, {"family": "ipv6"}, {"vlan": 7}):
        router = seen["app2"]["adverts"]["virtual_routers"][0]
        other = {**router, **changes, "sources": [{**router["sources"][0], "source": "198.51.100.66"}], "blocked": 3}
        seen["app2"]["adverts"]["virtual_routers"].append(other)
    assert codes(planned, seen) == []


def test_packet_filter():
    planned, seen = healthy()
    router = seen["app2"]["adverts"]["virtual_routers"][0]
    router["sources"][0]["blocked"] = 2
    assert codes(planned, seen) == [("error", "blocked", "app2")]


def test_source_with_nothing_but_errors():
    planned, seen = healthy()
    on_all(seen, advert_int=None, addresses=[], auth_type=None, auth_digest=None, priority=None)
    assert codes(planned, seen) == []


@pytest.mark.parametrize(("member", "macs"), [("app2", 2), ("app1", 1)])
def test_more_than_the_owner_answers(member, macs):
    planned, seen = healthy()
    answers = [{"mac": f"00:00:5e:00:53:0{number}"} for number in range(macs)]
    seen[member]["addresses"][0]["probe"]["answers"] = answers
    assert codes(planned, seen) == [("error", "two_answers", member)]


def test_stranger_that_is_kept_out_is_no_fault_of_the_firewall():
    planned, seen = healthy()
    sources = seen["app2"]["adverts"]["virtual_routers"][0]["sources"]
    sources.append({**sources[0], "source": "192.0.2.66", "blocked": 3})
    assert codes(planned, seen) == [("error", "stranger", "app2")]


def test_owner_with_two_interfaces_in_the_network_answers_on_both():
    planned, seen = healthy()
    for interface, mac in zip(seen["app1"]["interfaces"][1:], ("00:00:5e:00:53:0a", "00:00:5e:00:53:0b"), strict=True):
        interface["mac"] = mac
    both = [{"mac": "00:00:5e:00:53:0a"}, {"mac": "00:00:5e:00:53:0b"}]
    seen["app2"]["addresses"][0]["probe"]["answers"] = both
    seen["app1"]["addresses"][0]["probe"]["answers"] = both[1:]
    assert codes(planned, seen) == []
