# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of who speaks from where. The whole of it is tested with the instances."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instance_values import Values
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.source_addresses import Speaking
from builders import interfaces, told

VIP = addresses.parse("192.0.2.10/24")


def speaking(own, seen=(1, 2), reached=True):
    problems = Problems()
    members = [
        Member(name, {}, interfaces(number) if number in seen else None, f"192.0.2.{100 + number}" if reached else name)
        for number, name in enumerate(own, 1)
    ]
    values = Values(own, "here", 0, problems, {})
    speaks = {name: "eth0" for number, name in enumerate(own, 1) if number in seen}
    made = Speaking(members, own, values)
    return made.addresses(speaks, VIP, {"192.0.2.10"}, True), made, problems


def test_found_and_written():
    sources, made, problems = speaking({"app1": {}, "app2": {"unicast_src_ip": "198.51.100.102"}})
    assert problems.errors == []
    assert sources == {"app1": "192.0.2.101", "app2": "198.51.100.102"}
    assert made.peers(sources) == {"app1": ["198.51.100.102"], "app2": ["192.0.2.101"]}


def test_one_wrong_source_is_one_error():
    _sources, _made, problems = speaking({"app1": {"unicast_src_ip": "192.0.2.9"}, "app2": {}})
    assert told(problems) == [("app1", "here.unicast_src_ip")]


def test_a_member_that_was_not_seen():
    sources, _made, problems = speaking({"app1": {}, "app2": {}, "app3": {}})
    assert sources["app3"] == "192.0.2.103"
    assert problems.errors == []
    _sources, _made, problems = speaking({"app1": {}, "app2": {}, "app3": {}}, reached=False)
    assert told(problems) == [("app3", "here.unicast_src_ip")]


def test_nothing_is_missing_where_the_peers_were_written():
    sources, made, problems = speaking({"app1": {"unicast_peer": ["192.0.2.9"]}, "app2": {}, "app3": {}}, reached=False)
    assert problems.errors == []
    assert made.peers(sources)["app1"] == ["192.0.2.9"]
