# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties of the plan: any valid group is planned well, and any single corruption of one is told alone."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import masking
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.writer import render
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import plan as _plan
from builders import instance, interface, inventory, observed, plan, told
from hmac_texts import MARK, PLAIN, blocks
from hypothesis import given, settings, strategies as st
from shapes import SCRIPTS, valid_groups

FIRST = f"{INSTANCES}[0]"


@settings(max_examples=150)
@given(valid_groups())
def test_any_valid_group_is_planned(hosts):
    result = plan(hosts)
    assert result["errors"] == []
    assert list(result["members"]) == list(hosts)
    for position, planned in enumerate(result["groups"]["web"]["instances"]):
        sides = {
            name: model["keepalived"]["config"]["vrrp_instance"][position] for name, model in result["members"].items()
        }
        masters = [name for name, side in sides.items() if side["state"] == "MASTER"]
        assert masters == ([planned["ranking"][0]] if planned["preempt"] else [])
        priorities = [side["priority"] for side in sides.values()]
        assert len(set(priorities)) == len(hosts)
        assert all(1 <= priority <= 254 for priority in priorities)
        assert planned["ranking"] == sorted(sides, key=lambda name: -sides[name]["priority"])
        owner = next(iter(hosts.values()))["variables"][INSTANCES][position].get("owner")
        assert owner in (None, planned["ranking"][0])
        for name, side in sides.items():
            for other, opposite in sides.items():
                heard = side.get("unicast_src_ip") in opposite.get("unicast_peer", [])
                assert heard == ("unicast_src_ip" in side and name != other)
        for takeover in planned["expected_takeover"].values():
            assert 0 < takeover["graceful"] < takeover["crash"]
    for name, model in result["members"].items():
        assert f"router_id {name}" in render(model["keepalived"]["config"])
        assert {"what", "value", "why"} == {key for row in model["keepalived"]["derived"] for key in row}


def change(key, value):
    """A corruption of the first instance, the same for all members."""

    def corrupt(hosts):
        for host in hosts.values():
            host["variables"][INSTANCES][0][key] = copy.deepcopy(value)

    return corrupt


def variable(name, value, only=None):
    def corrupt(hosts):
        for member, host in hosts.items():
            if only in (None, member):
                host["variables"][name] = copy.deepcopy(value)

    return corrupt


def second_owner_of_an_address(hosts):
    for host in hosts.values():
        address = host["variables"][INSTANCES][0]["virtual_ipaddress"][0]
        host["variables"][INSTANCES].append({"virtual_ipaddress": [address], "virtual_router_id": 99})


def two_interfaces(hosts):
    host = hosts["app2"]
    number = 2
    seen = [*observed(number)["interfaces"], interface("eth7", "192.0.2.77/24", "2001:db8::77/64")]
    host["observed"]["interfaces"] = seen


def own_address(hosts):
    hosts["app1"]["address"] = hosts["app1"]["variables"][INSTANCES][0]["virtual_ipaddress"][0].split("/")[0]


CORRUPTIONS = {
    "virtual router id too large": (change("virtual_router_id", 256), [("app1", f"{FIRST}.virtual_router_id")]),
    "no addresses": (change("virtual_ipaddress", []), [("app1", f"{FIRST}.virtual_ipaddress")]),
    "no address": (change("virtual_ipaddress", ["192.0.2.300"]), [("app1", f"{FIRST}.virtual_ipaddress[0]")]),
    "both families": (
        change("virtual_ipaddress", ["192.0.2.16/24", "2001:db8::16/64"]),
        [("app1", f"{FIRST}.virtual_ipaddress")],
    ),
    "address twice": (second_owner_of_an_address, None),
    "address of a host": (own_address, [("app1", f"{FIRST}.virtual_ipaddress[0]")]),
    "interface that is not there": (change("interface", {"app2": "eth9"}), [("app2", f"{FIRST}.interface")]),
    "two interfaces": (two_interfaces, None),
    "version 1": (change("version", 1), [("app1", f"{FIRST}.version")]),
    "advert interval too long": (change("advert_int", 256), [("app1", f"{FIRST}.advert_int")]),
    "flag in quotes": (
        change("dont_track_primary", "yes"),
        [("app1", f"{FIRST}.dont_track_primary")],
    ),
    "script that is not there": (
        change("track_script", ["disc"]),
        None,
    ),
    "injection": (change("debug", "1 }"), [("app1", f"{FIRST}.debug")]),
    "include in a list": (change("virtual_routes", ["include /etc/passwd"]), [("app1", f"{FIRST}.virtual_routes[0]")]),
    "unknown failover": (variable("keepalived_failover", "faster"), None),
    "failover of one member": (variable("keepalived_failover", "other", "app2"), None),
    "facility": (variable("keepalived_log_facility", 9, "app2"), [("app2", "keepalived_log_facility")]),
    "script without a name": (
        variable("keepalived_vrrp_scripts", [*SCRIPTS, {"script": "/x"}]),
        [("app1", "keepalived_vrrp_scripts[2]")],
    ),
    "raw that gets out": (variable("keepalived_raw", "}\nx {"), [("app1", "keepalived_raw")]),
    "sync group of nothing": (
        variable("keepalived_vrrp_sync_groups", [{"name": "G", "group": ["nobody"]}]),
        None,
    ),
}
#: Those that are told of every member, or of a variable that depends on the group.
NAMED = {
    "address twice": lambda hosts: [
        ("app1", f"{INSTANCES}[{len(hosts['app1']['variables'][INSTANCES]) - 1}].virtual_ipaddress")
    ],
    "script that is not there": lambda hosts: [(name, f"{FIRST}.track_script") for name in hosts],
    "unknown failover": lambda hosts: [(name, "keepalived_failover") for name in hosts],
    "failover of one member": lambda _hosts: [("app2", "keepalived_failover")],
    "sync group of nothing": lambda hosts: [(name, "keepalived_vrrp_sync_groups[0].group") for name in hosts],
    "two interfaces": lambda hosts: [
        ("app2", f"{INSTANCES}[{position}].interface") for position in range(len(hosts["app2"]["variables"][INSTANCES]))
    ],
}


@pytest.mark.parametrize("name", CORRUPTIONS)
@settings(max_examples=12)
@given(hosts=valid_groups())
def test_any_single_corruption_is_told_and_nothing_else(name, hosts):
    corrupt, named = CORRUPTIONS[name]
    corrupt(hosts)
    result = plan(hosts)
    assert told(result) == (named or NAMED[name](hosts))
    assert set(result["refused"]) == set(hosts)
    assert all(error["problem"] and error["fix"] for error in result["errors"])


# Lists of keys, right and wrong, as they may be written as data.
KEYS = st.one_of(
    st.sampled_from([f"1 {PLAIN}", PLAIN, {1: PLAIN}, {"1": PLAIN}, True, f"1 {PLAIN}\n", f"{PLAIN}}}", [[]]]),
    st.lists(
        st.sampled_from([f"1 {PLAIN}", ["2", f"{MARK} {MARK}"], [3, f'{MARK}"'], {"id": 1, "key": PLAIN}, [[MARK]]]),
        max_size=3,
    ),
)
INSTANCES_WITH_KEYS = st.one_of(
    KEYS.map(lambda keys: {"auth_hmac": {"key": keys, "active_key": 1}}),
    KEYS.map(lambda keys: {"auth_hmac": keys}),
    KEYS.map(lambda keys: {"auth_hmca": {"key": keys}}),
    KEYS.map(lambda keys: {"key": keys}),
    st.just({"auth_hmac": [f"key 1 {PLAIN}", "active_key 1"]}),
    st.just({"auth_hmca": [f"key 1 {PLAIN}"]}),
    st.just({"auth_hmac": {f"key 1 {PLAIN}": True}}),
    st.just({"auth_hmac": {"mode": [PLAIN, True]}}),
    st.just({"auth_hmac": {"key": f"1 {PLAIN}"}, "priority": {"auth_hmac": {"key": f"1 {PLAIN}"}}}),
    st.just({"interface": {"auth_hmac": {"key": f"1 {PLAIN}"}}}),
    blocks().map(lambda text: {"raw": text}),
    blocks().map(lambda text: {"raw": text.split("\n")}),
)


@settings(max_examples=200, deadline=None)
@given(INSTANCES_WITH_KEYS, st.sampled_from([None, "2.2.7", "2.4.0"]))
def test_no_key_comes_out_of_a_plan(written, version):
    """In whatever shape it is written: not in what is told, reported or shown as JSON; nor does -d log it."""
    hosts = inventory(instance(**written))
    for host in hosts.values():
        host["observed"]["keepalived"]["version"] = version
    result = plan(hosts)
    assert MARK not in str([result["errors"], result["warnings"], result["refused"], result["groups"]])
    assert MARK not in _plan.report(result)
    assert MARK not in str(masking.masked(result))
    for model in result["members"].values():
        assert MARK not in str({key: value for key, value in model["keepalived"].items() if key != "config"})
        assert "-d" not in model["keepalived"]["flags"] or MARK not in str(model)


def test_keys_are_planned_without_a_word_about_them():
    hosts = inventory(instance(auth_hmac={"key": [f"1 {PLAIN}", "2 file:/x"], "active_key": 1, "mode": "enforce"}))
    for host in hosts.values():
        host["observed"]["keepalived"]["version"] = "2.4.0"
    result = plan(hosts)
    assert (result["errors"], [one for one in result["warnings"] if "hmac" in one["variable"]]) == ([], [])
    model = result["members"]["app1"]["keepalived"]
    assert f"auth_hmac {{\n        key 1 {PLAIN}\n        key 2 file:/x\n" in render(model["config"])
    assert "-d" not in model["flags"]
    for host in hosts.values():
        host["observed"]["keepalived"]["version"] = "2.3.4"
    older = plan(hosts)
    assert ("app1", f"{FIRST}.auth_hmac") in told(older)
    assert MARK not in str(older["errors"])
