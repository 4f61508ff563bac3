# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of how one group's VRRP instances are checked and derived."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.members import Member
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES, effective
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instances import derive
from builders import SECRET, derived, instance, interface, interfaces, told

FIRST = f"{INSTANCES}[0]"


def test_defaults():
    (found,), problems = derived(instance(), count=3)
    assert problems.errors == []
    assert (found.name, found.virtual_router_id, found.version, found.advert_int) == ("VI_1", 10, 2, 1)
    assert (found.unicast, found.preempt) == (False, True)
    assert found.priorities == {"app1": 200, "app2": 180, "app3": 160}
    assert found.ranking == ["app1", "app2", "app3"]
    assert found.interfaces == {"app1": "eth0", "app2": "eth0", "app3": "eth0"}
    assert [config["state"] for config in found.configs.values()] == ["MASTER", "BACKUP", "BACKUP"]


def test_takeover_times():
    (found,), _problems = derived(instance(priority={"app1": 100, "app2": 99, "app3": 254}, advert_int=2), count=3)
    assert found.ranking == ["app3", "app1", "app2"]
    assert found.expected_takeover() == {
        "app3": {"by": "app1", "graceful": 0.609, "crash": 6.609},
        "app1": {"by": "app3", "graceful": 0.008, "crash": 6.008},
        "app2": {"by": "app3", "graceful": 0.008, "crash": 6.008},
    }


def test_ipv6_is_version_3():
    (found,), problems = derived(instance(virtual_ipaddress=["2001:db8::a/64"], advert_int=0.5))
    assert problems.errors == []
    assert (found.version, found.virtual_router_id, found.advert_int) == (3, 10, 0.5)
    # Version 3: the skew is a share of the interval.
    assert found.expected_takeover()["app1"]["crash"] == pytest.approx(1.5 + (256 - 180) / 256 / 2, abs=0.001)


def test_second_instance():
    found, problems = derived(instance(), instance(virtual_ipaddress=["198.51.100.20/24"]))
    assert problems.errors == []
    assert [(one.name, one.virtual_router_id, one.interfaces["app1"]) for one in found] == [
        ("VI_1", 10, "eth0"),
        ("VI_2", 20, "eth1"),
    ]


@pytest.mark.parametrize(
    ("entry", "written", "planned"),
    [
        ("192.0.2.10", "192.0.2.10/24", "192.0.2.10/24"),
        ("192.0.2.10/25", "192.0.2.10/25", "192.0.2.10/25"),
        ("192.0.2.10 dev eth0 label eth0:0", "192.0.2.10/24 dev eth0 label eth0:0", "192.0.2.10/24"),
        (
            {"address": "192.0.2.10", "brd": "192.0.2.255"},
            {"address": "192.0.2.10/24", "brd": "192.0.2.255"},
            "192.0.2.10/24",
        ),
    ],
    ids=["of the network", "written", "more words", "mapping"],
)
def test_prefix_length(entry, written, planned):
    (found,), problems = derived(instance(virtual_ipaddress=[entry]))
    assert problems.errors == []
    assert found.configs["app1"]["virtual_ipaddress"] == [written]
    assert found.addresses == [planned]


def test_unicast():
    (found,), problems = derived(instance(unicast=True), count=3)
    assert problems.errors == []
    assert {name: (config["unicast_src_ip"], config["unicast_peer"]) for name, config in found.configs.items()} == {
        "app1": ("192.0.2.101", ["192.0.2.102", "192.0.2.103"]),
        "app2": ("192.0.2.102", ["192.0.2.101", "192.0.2.103"]),
        "app3": ("192.0.2.103", ["192.0.2.101", "192.0.2.102"]),
    }
    assert "unicast" not in found.configs["app1"]


def test_held_vip_is_not_an_own_address():
    seen = interfaces(1)
    seen[1] = interface("eth0", "192.0.2.10/24", "192.0.2.101/24")
    (found,), problems = derived(instance(unicast=True), seen={1: seen})
    assert problems.errors == []
    assert found.sources["app1"] == "192.0.2.101"


def test_nopreempt_starts_everybody_as_backup():
    (found,), _problems = derived(instance(nopreempt=True))
    assert found.preempt is False
    assert {config["state"] for config in found.configs.values()} == {"BACKUP"}
    assert found.configs["app1"]["nopreempt"] is True


def test_other_keywords_are_kept():
    block = {"auth_type": "PASS", "auth_pass": SECRET}
    (found,), _problems = derived(instance(garp_master_delay=1, authentication=block, dont_track_primary=True))
    assert all(
        found.configs["app2"][key] == value
        for key, value in {
            "garp_master_delay": 1,
            "authentication": block,
            "dont_track_primary": True,
        }.items()
    )


@pytest.mark.parametrize(
    ("keys", "named", "words"),
    [
        pytest.param({"name": "VI 1"}, [("app1", "name")], "'VI 1' is not one word", id="name of two words"),
        pytest.param({"name": {"a": "b"}}, [("app1", "name")], "is not one word", id="name a mapping"),
        pytest.param({"name": ""}, [("app1", "name")], "'' is not one word", id="empty name"),
        pytest.param(
            {"nopreempt": "no"},
            [("app1", "nopreempt"), ("app2", "nopreempt")],
            "'no' is neither true nor false",
            id="nopreempt",
        ),
        pytest.param({"version": 4}, [("app1", "version")], "4 is not an integer from 2 to 3", id="version"),
        pytest.param(
            {"virtual_ipaddress": ["2001:db8::10/64"], "version": 2},
            [("app1", "version")],
            "from 3 to 3",
            id="VRRPv2 for IPv6",
        ),
        pytest.param(
            {"virtual_router_id": "51"}, [("app1", "virtual_router_id")], "'51' is not an integer", id="vrid a string"
        ),
        pytest.param(
            {"virtual_router_id": True}, [("app1", "virtual_router_id")], "true is not an integer", id="vrid a boolean"
        ),
        pytest.param(
            {"virtual_ipaddress": ["192.0.2.0/24"]},
            [("app1", "virtual_router_id")],
            "last octet is 0",
            id="vrid not derivable",
        ),
        pytest.param(
            {"priority": 255}, [("app1", "priority"), ("app2", "priority")], "255, which is not", id="priority 255"
        ),
        pytest.param(
            {"priority": True},
            [("app1", "priority"), ("app2", "priority")],
            "true, which is not",
            id="priority a boolean",
        ),
        pytest.param(
            {"priority": {"app8": 1, "app9": 2}},
            [("app1", "priority"), ("app2", "priority")],
            '"app8": 1',
            id="strangers' priority",
        ),
        pytest.param(
            {"advert_int": 0.5}, [("app1", "advert_int")], "VRRPv2 can carry", id="less than a second in version 2"
        ),
        pytest.param(
            {"advert_int": 1.5}, [("app1", "advert_int")], "whole seconds only", id="half seconds in version 2"
        ),
        pytest.param(
            {"advert_int": 41, "version": 3}, [("app1", "advert_int")], "VRRPv3 can carry", id="too long for version 3"
        ),
        pytest.param({"advert_int": float("inf")}, [("app1", "advert_int")], "Infinity is not", id="no number"),
        pytest.param(
            {"virtual_ipaddress": []}, [("app1", "virtual_ipaddress")], "no list of virtual addresses", id="no address"
        ),
        pytest.param(
            {"virtual_ipaddress": ["192.0.2.10/24", "x"]},
            [("app1", "virtual_ipaddress[1]")],
            "'x' is not",
            id="not an address",
        ),
        pytest.param(
            {"virtual_ipaddress": [{"adress": "x"}]},
            [("app1", "virtual_ipaddress[0]")],
            "is not an IPv4",
            id="mapping without address",
        ),
        pytest.param(
            {"virtual_ipaddress": ["192.0.2.10/24", "2001:db8::10/64"]},
            [("app1", "virtual_ipaddress")],
            "one family",
            id="two families",
        ),
        pytest.param(
            {"interface": {"app2": "eth7"}},
            [("app2", "interface")],
            "no interface 'eth7'; it has eth0, eth1",
            id="no interface",
        ),
        pytest.param(
            {"authentication": SECRET}, [("app1", "authentication")], "not a mapping", id="authentication a string"
        ),
        pytest.param(
            {"authentication": {"auth_type": "MD5", "auth_pass": "1"}},
            [("app1", "authentication.auth_type")],
            "neither PASS nor AH",
            id="auth_type",
        ),
        pytest.param(
            {"authentication": {"auth_type": "PASS", "auth_pass": ""}},
            [("app1", "authentication.auth_pass")],
            "0 bytes",
            id="no auth_pass",
        ),
        pytest.param(
            {"authentication": {"auth_type": "PASS", "auth_pass": "\u00e9" * 5}},
            [("app1", "authentication.auth_pass")],
            "10 bytes",
            id="bytes count, not characters",
        ),
        pytest.param(
            {"authentication": {"auth_type": "PASS", "auth_pass": "a b"}},
            [("app1", "authentication.auth_pass")],
            "a space",
            id="a space",
        ),
        pytest.param(
            {"version": 3, "authentication": {"auth_type": "PASS", "auth_pass": "a"}},
            [("app1", "authentication")],
            "VRRPv3 has no",
            id="authentication in version 3",
        ),
        pytest.param(
            {"unicast_src_ip": {"app1": "192.0.2.101", "app2": "eth0"}},
            [("app2", "unicast_src_ip")],
            "'eth0' is not an ipv4 address",
            id="source no address",
        ),
        pytest.param(
            {"unicast_src_ip": {"app1": "2001:db8::1"}},
            [("app1", "unicast_src_ip")],
            "is not an ipv4",
            id="source of the other family",
        ),
        pytest.param(
            {"unicast_src_ip": {"app1": "192.0.2.1/24"}},
            [("app1", "unicast_src_ip")],
            "without prefix",
            id="source with prefix length",
        ),
        pytest.param(
            {"unicast": True, "interface": {"app1": "eth0"}, "virtual_ipaddress": ["203.0.113.9/24"]},
            [("app2", "interface")],
            "in no network",
            id="interface found for one member only",
        ),
    ],
)
def test_refused(keys, named, words):
    _found, problems = derived(instance(**keys))
    assert told(problems) == [(host, f"{FIRST}.{key}") for host, key in named]
    assert all(words in error["problem"] for error in problems.errors)
    assert all(error["fix"] for error in problems.errors)
    assert SECRET not in str(problems.errors)


def test_unicast_without_an_address_to_speak_from():
    seen = [interface("lo", "127.0.0.1/8", loopback=True), interface("eth0", "2001:db8::1/64")]
    for extra in ({}, {"unicast_peer": ["192.0.2.109"]}):
        found, problems = derived(instance(unicast=True, interface="eth0", **extra), seen={1: seen})
        assert told(problems) == ([] if extra else [("app1", f"{FIRST}.unicast_src_ip")])
        assert "unicast_src_ip" not in found[0].configs["app1"]


def members(*instances):
    """A member for each list of instances."""
    return [
        Member(f"app{number}", effective({INSTANCES: list(written)}), interfaces(number))
        for number, written in enumerate(instances, 1)
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("virtual_router_id", 51),
        ("advert_int", 2),
        ("unicast", True),
        ("name", "VI_9"),
        ("virtual_ipaddress", ["192.0.2.11/24"]),
        ("authentication", {"auth_type": "PASS", "auth_pass": SECRET}),
    ],
)
def test_members_that_would_not_hear_each_other(key, value):
    problems = Problems()
    derive(members([instance()], [instance(**{key: value})]), problems)
    assert ("app2", f"{FIRST}.{key}") in told(problems)
    assert "app2 and app1 differ" in problems.errors[0]["problem"]
    assert SECRET not in str(problems.errors)


def test_members_with_different_numbers_of_instances():
    problems = Problems()
    assert derive(members([instance()], [instance(), instance()]), problems) == []
    assert told(problems) == [("app1", INSTANCES)]
    assert "app1 has 1, app2 has 2" in problems.errors[0]["problem"]


def test_owner_of_each_instance():
    found, problems = derived(
        instance(owner="app1"),
        instance(owner="app2", virtual_ipaddress=["192.0.2.20/24"]),
        instance(owner="app3", virtual_ipaddress=["192.0.2.30/24"]),
        count=3,
    )
    assert problems.errors == []
    assert [one.ranking for one in found] == [
        ["app1", "app2", "app3"],
        ["app2", "app3", "app1"],
        ["app3", "app1", "app2"],
    ]
    assert all("owner" not in config for one in found for config in one.configs.values())


@pytest.mark.parametrize(
    ("keys", "named", "words"),
    [
        ({"owner": "app9"}, "owner", "no member of the group: app1, app2"),
        ({"owner": ["x"]}, "owner", "no member"),
        ({"owner": "app2", "priority": {"app1": 2, "app2": 1}}, "owner", "priority says already"),
    ],
)
def test_owner_refused(keys, named, words):
    _found, problems = derived(instance(**keys))
    assert told(problems) == [("app1", f"{FIRST}.{named}")]
    assert words in problems.errors[0]["problem"]


def test_interface_by_mac_address():
    seen = {
        number: [{**one, "mac": f"52:54:00:00:0{number}:01"} for one in interfaces(number)[1:2]] for number in (1, 2)
    }
    macs = {"app1": "52:54:00:00:01:01", "app2": "52:54:00:00:02:01"}
    (found,), problems = derived(instance(interface=macs), seen=seen)
    assert problems.errors == []
    assert [config["interface"] for config in found.configs.values()] == ["eth0", "eth0"]
    assert "MAC address" in found.reasons["app1"]["interface"]


def test_an_address_in_the_network_of_another_interface_goes_there():
    (found,), problems = derived(
        instance(
            interface="eth1",
            virtual_ipaddress=["192.0.2.10", "198.51.100.10", "192.0.2.11/24 dev eth0 label x"],
            virtual_ipaddress_excluded=["192.0.2.12/25"],
        )
    )
    assert problems.errors == []
    assert found.configs["app1"]["virtual_ipaddress"] == [
        "192.0.2.10/24 dev eth0",
        "198.51.100.10/24",
        "192.0.2.11/24 dev eth0 label x",
    ]
    assert found.configs["app1"]["virtual_ipaddress_excluded"] == ["192.0.2.12/25 dev eth0"]
    assert "192.0.2.12 goes to eth0" in found.reasons["app2"]["virtual_ipaddress"]


FAST = {"keepalived_failover": "fast"}


def group(*instances, count=2, addresses=True, seen=None, **variables):
    """The instances of a group whose members have more variables, and are reached at their own address."""
    problems = Problems()
    members = [
        Member(
            f"app{number}",
            effective({INSTANCES: list(instances), **variables}),
            (seen or {}).get(number, interfaces(number)),
            f"192.0.2.{100 + number}" if addresses else None,
        )
        for number in range(1, count + 1)
    ]
    return derive(members, problems), problems


def test_fast():
    (found,), problems = group(instance(), **FAST)
    assert problems.errors == []
    assert (found.version, found.advert_int) == (3, 0.1)
    assert [found.configs["app1"][key] for key in ("version", "advert_int")] == [3, 0.1]
    assert found.expected_takeover()["app1"] == {"by": "app2", "graceful": 0.03, "crash": 0.33}


@pytest.mark.parametrize(
    ("keys", "variables", "version", "advert_int"),
    [
        ({"version": 3, "advert_int": 0.5}, FAST, 3, 0.5),
        ({"virtual_ipaddress": ["2001:db8::10/64"]}, FAST, 3, 0.1),
        ({}, {"keepalived_global_defs": {"vrrp_version": "3"}}, 3, 1),
        ({"version": 2}, {"keepalived_global_defs": {"vrrp_version": 3}}, 2, 1),
        ({"version": 2, "advert_int": 1}, FAST, 2, 1),
    ],
)
def test_what_was_written_comes_before_what_is_fast(keys, variables, version, advert_int):
    (found,), problems = group(instance(**keys), **variables)
    assert problems.errors == []
    assert (found.version, found.advert_int) == (version, advert_int)


@pytest.mark.parametrize(
    ("keys", "named", "words"),
    [
        ({"version": 2}, "advert_int", "0.1 is not an interval that VRRPv2 can carry"),
        ({"authentication": {"auth_type": "PASS", "auth_pass": "x"}}, "authentication", "VRRPv3 has no authentication"),
        ({"advert_int": 0.015}, "advert_int", "hundredths"),
    ],
)
def test_fast_refused(keys, named, words):
    _found, problems = group(instance(**keys), **FAST)
    assert told(problems) == [("app1", f"{FIRST}.{named}")]
    assert words in problems.errors[0]["problem"]


@pytest.mark.parametrize(
    ("keys", "variables"),
    [({"down_timer_adverts": 5}, {}), ({}, {"keepalived_global_defs": {"vrrp_down_timer_adverts": 5}})],
)
def test_takeover_with_other_timers(keys, variables):
    (found,), _problems = group(instance(**keys), **variables)
    assert found.expected_takeover()["app1"]["crash"] == pytest.approx(5 + 76 / 256, abs=0.001)


def test_keepalived_1_waits_one_more_interval():
    problems = Problems()
    members = [
        Member(f"app{number}", effective({INSTANCES: [instance()]}), interfaces(number), None, (1, 3, 5))
        for number in (1, 2)
    ]
    (found,) = derive(members, problems)
    assert found.expected_takeover()["app1"] == {"by": "app2", "graceful": 1.297, "crash": 4.297}


def test_unicast_across_subnets():
    seen = {2: [interface("lo", "127.0.0.1/8", loopback=True), interface("ens5", "198.51.100.7/24")]}
    (found,), problems = group(instance(unicast=True), seen=seen)
    assert problems.errors == []
    assert found.interfaces == {"app1": "eth0", "app2": "ens5"}
    assert found.configs["app1"]["unicast_peer"] == ["198.51.100.7"]
    # Its own network there must not be hidden behind the address.
    assert found.configs["app1"]["virtual_ipaddress"] == ["192.0.2.10/24"]
    (bare,), _problems = group(instance(unicast=True, virtual_ipaddress=["192.0.2.10"]), seen=seen)
    assert [config["virtual_ipaddress"] for config in bare.configs.values()] == [["192.0.2.10/24"], ["192.0.2.10/32"]]


def test_the_address_of_a_dead_member_is_that_of_the_inventory():
    (found,), problems = group(instance(unicast=True), count=3, seen={3: None})
    assert problems.errors == []
    assert found.configs["app1"]["unicast_peer"] == ["192.0.2.102", "192.0.2.103"]
    assert set(found.configs) == {"app1", "app2"}


def test_the_address_of_a_dead_member_is_not_guessed():
    """The others speak from addresses at which Ansible does not reach them."""
    _found, problems = group(instance(unicast=True, interface="eth1"), count=3, seen={3: None})
    assert told(problems) == [("app3", f"{FIRST}.unicast_src_ip")]


def test_peers_by_hand_are_those_that_are_heard():
    (found,), problems = group(instance(unicast_peer={"app1": ["192.0.2.102 min_ttl 9"], "app2": ["192.0.2.101"]}))
    assert problems.errors == []
    assert found.unicast
    assert found.peers == {"app1": ["192.0.2.102"], "app2": ["192.0.2.101"]}
    assert found.configs["app1"]["unicast_peer"] == ["192.0.2.102 min_ttl 9"]


@pytest.mark.parametrize(
    "keys",
    [
        {"strict_mode": True},
        {"preempt_delay": 60},
        {"nopreempt": True},
        {"authentication": {"auth_type": "AH", "auth_pass": "x"}},
    ],
)
def test_states_that_need_a_backup_at_the_start(keys):
    (found,), problems = group(instance(**keys))
    assert problems.errors == []
    assert {config["state"] for config in found.configs.values()} == {"BACKUP"}


def test_strict_for_all_or_not_for_one():
    strict = {"keepalived_global_defs": {"vrrp_strict": True}}
    _found, problems = group(instance(unicast=True), **strict)
    assert told(problems) == [("app1", f"{FIRST}.unicast"), ("app2", f"{FIRST}.unicast")]
    _found, problems = group(instance(unicast=True, strict_mode=False), **strict)
    assert problems.errors == []


def test_a_source_that_the_member_does_not_have():
    _found, problems = group(instance(unicast=True, unicast_src_ip={"app1": "192.0.2.99"}))
    assert told(problems) == [("app1", f"{FIRST}.unicast_src_ip")]
    assert "app1 does not have the address 192.0.2.99" in problems.errors[0]["problem"]


def test_priorities_leave_room_for_weights():
    scripts = {"keepalived_vrrp_scripts": [{"name": "disk", "script": "/x", "weight": -10}]}
    (found,), problems = group(instance(track_script=["disk"]), **scripts)
    assert (problems.errors, problems.warnings) == ([], [])
    assert found.priorities == {"app1": 200, "app2": 191}
    assert "less than the smallest weight, 10" in found.reasons["app1"]["priority"]


def test_weights_that_differ_by_member():
    scripts = [{"name": "disk", "script": "/x", "weight": {"app1": -5, "app2": "-6 reverse"}}]
    (found,), _problems = group(instance(track_script=["disk"]), keepalived_vrrp_scripts=scripts)
    assert found.priorities == {"app1": 200, "app2": 196}


def test_a_weight_that_can_never_matter_is_told():
    scripts = {"keepalived_vrrp_scripts": [{"name": "disk", "script": "/x", "weight": -10}]}
    written = instance(track_script=["disk"], priority={"app1": 150, "app2": 100})
    _found, problems = group(written, **scripts)
    assert problems.errors == []
    assert [warning["variable"] for warning in problems.warnings] == [f"{FIRST}.priority"]
