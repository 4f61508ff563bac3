# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the plan: the whole way from an inventory to models or errors."""

from __future__ import annotations

import copy
import ipaddress
import json

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.writer import render
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import DEFAULTS, INSTANCES
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.verdict import judge
from builders import SECRET, instance, interface, inventory, names, observed, plan, told
from hypothesis import given, strategies as st

FIRST = f"{INSTANCES}[0]"


def auth(password):
    return {"auth_type": "PASS", "auth_pass": password}


def test_smallest_inventory():
    result = plan(inventory())
    assert (result["errors"], result["warnings"], result["refused"]) == ([], [], {})
    assert result["groups"]["web"]["members"] == ["app1", "app2"]
    first, second = (result["members"][name]["keepalived"] for name in ("app1", "app2"))
    assert first["config"]["vrrp_instance"] == [
        {
            "name": "VI_1",
            "state": "MASTER",
            "interface": "eth0",
            "virtual_router_id": 10,
            "priority": 200,
            "advert_int": 1,
            "virtual_ipaddress": ["192.0.2.10/24"],
            "track_script": ["check_nginx"],
        }
    ]
    assert [second["config"]["vrrp_instance"][0][key] for key in ("state", "priority")] == ["BACKUP", 180]
    assert first["config"]["global_defs"]["router_id"] == "app1"
    assert [script["name"] for script in first["config"]["vrrp_script"]] == ["check_nginx"]
    assert first["flags"] == ["-D", "-d", "-S", "0"]
    assert first["sysctl"] == {"net.ipv4.ip_forward": 1}
    known = {"scripts": ["check_nginx"], "restart": None, "running": False, "installed": True}
    assert {key: first[key] for key in known} == known
    assert result["members"]["app2"]["nginx"]["served_by"] == "app2"
    assert result["members"]["app1"]["planned_members"] == ["app1", "app2"]


def test_everything_of_the_blog():
    hosts = inventory(
        {
            "name": "VI_1",
            "interface": "eth0",
            "virtual_router_id": 51,
            "priority": {"app1": 100, "app2": 99},
            "advert_int": 1,
            "unicast": True,
            "authentication": auth(SECRET),
            "virtual_ipaddress": [{"address": "192.0.2.10/24", "brd": "192.0.2.255"}],
        },
        hot_standby_service="none",
        keepalived_global_defs={
            "notification_email": ["acassen@firewall.loc", "failover@firewall.loc"],
            "notification_email_from": "Alexandre.Cassen@firewall.loc",
            "smtp_server": "192.168.200.1",
            "smtp_connect_timeout": 30,
            "vrrp_skip_check_adv_addr": True,
            "vrrp_garp_interval": 0,
            "vrrp_gna_interval": 0,
        },
        keepalived_virtual_servers=[
            {
                "address": "192.0.2.10",
                "port": 80,
                "delay_loop": 6,
                "lb_algo": "rr",
                "lb_kind": "NAT",
                "persistence_timeout": 50,
                "protocol": "TCP",
                "real_servers": [{"address": "self", "port": 80, "weight": 1}],
            }
        ],
    )
    result = plan(hosts)
    assert result["errors"] == []
    assert sorted({entry["variable"] for entry in result["warnings"]}) == [
        "keepalived_global_defs.vrrp_garp_interval",
        "keepalived_global_defs.vrrp_gna_interval",
    ]
    config = result["members"]["app2"]["keepalived"]["config"]
    assert config["vrrp_instance"] == [
        {
            "name": "VI_1",
            "state": "BACKUP",
            "interface": "eth0",
            "virtual_router_id": 51,
            "priority": 99,
            "advert_int": 1,
            "unicast_src_ip": "192.0.2.102",
            "unicast_peer": ["192.0.2.101"],
            "authentication": auth(SECRET),
            "virtual_ipaddress": [{"address": "192.0.2.10/24", "brd": "192.0.2.255"}],
        }
    ]
    assert config["virtual_server"][0]["real_server"] == [{"address": "192.0.2.102", "port": 80, "weight": 1}]
    assert "vrrp_script" not in config
    # The flag -d would write the password to the log.
    assert result["members"]["app2"]["keepalived"]["flags"] == ["-D", "-S", "0"]
    assert result["members"]["app2"]["nginx"] is None
    assert "virtual_server 192.0.2.10 80 {" in render(config).splitlines()


# What is bad, the hosts and the variable that the errors name, and words of the problem and of the fix.
BAD_INPUT = {
    "vip outside every network": (
        (instance(virtual_ipaddress=["203.0.113.10/24"]),),
        {},
        [("app1", f"{FIRST}.interface"), ("app2", f"{FIRST}.interface")],
        "eth1 198.51.100.10",
        "correct virtual_ipaddress",
    ),
    "vrid 0": ((instance(virtual_router_id=0),), {}, [("app1", f"{FIRST}.virtual_router_id")], "0 is not", "1 to 255"),
    "vrid 256": (
        (instance(virtual_router_id=256),),
        {},
        [("app1", f"{FIRST}.virtual_router_id")],
        "256 is not",
        "1 to 255",
    ),
    "priority 0": (
        (instance(priority={"app1": 100, "app2": 0}),),
        {},
        [("app2", f"{FIRST}.priority")],
        "app2 has 0",
        "1 to 254",
    ),
    "priority 256": (
        (instance(priority={"app1": 256, "app2": 9}),),
        {},
        [("app1", f"{FIRST}.priority")],
        "app1 has 256",
        "1 to 254",
    ),
    "priority map without a member": (
        (instance(priority={"app1": 9, "app9": 8}),),
        {},
        [("app2", f"{FIRST}.priority")],
        "no entry for app2",
        "Add app2: with 1 to 254",
    ),
    "priority twice": (
        (instance(priority=100),),
        {},
        [("app2", f"{FIRST}.priority")],
        "app1 and app2 both have 100",
        "app2: 99",
    ),
    "auth_pass of 9 characters": (
        (instance(authentication=auth("s3cr3t789")),),
        {},
        [("app1", f"{FIRST}.authentication.auth_pass")],
        "9 bytes",
        "1 to 8 characters",
    ),
    "auth_pass not a string": (
        (
            instance(
                authentication=auth(31337),
            ),
        ),
        {},
        [("app1", f"{FIRST}.authentication.auth_pass")],
        "not a string",
        "in quotes",
    ),
    "same vip twice": (
        (instance(virtual_ipaddress=["192.0.2.10/24", "192.0.2.10/24"]),),
        {},
        [("app1", f"{FIRST}.virtual_ipaddress")],
        "192.0.2.10 is given twice",
        "once",
    ),
    "same vip in two instances": (
        (instance(), instance(virtual_router_id=11)),
        {},
        [("app1", f"{INSTANCES}[1].virtual_ipaddress")],
        f"192.0.2.10 is given twice, in {FIRST}.virtual_ipaddress of app1",
        "once",
    ),
    "same vrid twice": (
        (instance(), instance(virtual_ipaddress=["192.0.2.11/24"], virtual_router_id=10)),
        {},
        [("app1", f"{INSTANCES}[1].virtual_router_id")],
        f"by {FIRST} of app1 too",
        "1 to 255",
    ),
    "newline": (
        (instance(),),
        {"keepalived_global_defs": {"smtp_server": "a\nb"}},
        [("app1", "keepalived_global_defs.smtp_server")],
        "a newline",
        "without it",
    ),
    "brace": (
        (instance(debug="/x }"),),
        {},
        [("app1", f"{FIRST}.debug")],
        "a brace",
        "without it",
    ),
    "quote": (
        (instance(notify='/x "'),),
        {},
        [("app1", f"{FIRST}.notify")],
        "double quote",
        "without it",
    ),
    "newline in auth_pass": (
        (instance(authentication=auth("s3\n")),),
        {},
        [("app1", f"{FIRST}.authentication.auth_pass")],
        "a newline",
        "without it",
    ),
    "virtual_ipaddress a string": (
        (instance(virtual_ipaddress="192.0.2.10/24"),),
        {},
        [("app1", f"{FIRST}.virtual_ipaddress")],
        "no list",
        "[192.0.2.10/24]",
    ),
    "instance not a mapping": (
        ("192.0.2.10/24",),
        {},
        [("app1", FIRST), ("app2", FIRST)],
        "not a mapping",
        "a mapping",
    ),
    "global_defs a list": (
        (instance(),),
        {"keepalived_global_defs": [1]},
        [("app1", "keepalived_global_defs"), ("app2", "keepalived_global_defs")],
        "not a mapping",
        "a mapping",
    ),
    "sysctl with a newline": (
        (instance(),),
        {"keepalived_sysctl": {"net.ipv4.ip_forward": "1\nkernel.panic=1"}},
        [("app1", "keepalived_sysctl.net.ipv4.ip_forward"), ("app2", "keepalived_sysctl.net.ipv4.ip_forward")],
        "of one line",
        "a number such as 1",
    ),
    "unicast in quotes": (
        (instance(unicast="yes"),),
        {},
        [("app1", f"{FIRST}.unicast"), ("app2", f"{FIRST}.unicast")],
        "neither true nor false",
        "without quotes",
    ),
    "log facility 8": (
        (instance(),),
        {"keepalived_log_facility": 8},
        [("app1", "keepalived_log_facility"), ("app2", "keepalived_log_facility")],
        "8 is not",
        "0 to 7",
    ),
    "unknown service": (
        (instance(),),
        {"hot_standby_service": "apache"},
        [("app1", "hot_standby_service"), ("app2", "hot_standby_service")],
        "'apache' is not known",
        "nginx or none",
    ),
    "unknown member": (
        (instance(),),
        {"hot_standby_members": ["app9", "app1", "app2"]},
        [("app1", "hot_standby_members")],
        "no host app9",
        "Add app9 to the inventory",
    ),
    "no spelling": (
        (instance(track_interface=[["x", None]]),),
        {"keepalived_raw": "# more"},
        [
            ("app1", f"{FIRST}.track_interface[0]"),
            ("app1", f"{FIRST}.track_interface"),
            ("app2", f"{FIRST}.track_interface"),
        ],
        "",
        "Set it",
    ),
}


@pytest.mark.parametrize("case", BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_is_one_clear_error(case):
    instances, variables, named, problem, fix = case
    result = plan(inventory(*instances, **variables))
    assert told(result) == named
    for error in result["errors"]:
        assert problem in error["problem"]
        assert fix in error["fix"]
        assert error["text"] == f"{error['host']}: {error['variable']}: {error['problem']} {error['fix']}"
        assert error["text"] in result["refused"][error["host"]]
        assert not any(secret in error["text"] for secret in ("s3cr3t", "31337", "s3"))


def test_group_of_one():
    result = plan(inventory(count=1))
    assert told(result) == [("app1", "hot_standby_members")]
    assert "has one member only" in result["errors"][0]["problem"]
    assert result["errors"][0]["fix"] == "Add a member, or set hot_standby_allow_single to true."


def test_two_fitting_interfaces():
    hosts = inventory()
    hosts["app2"]["observed"]["interfaces"].append(interface("eth2", "192.0.2.222/24"))
    result = plan(hosts)
    assert told(result) == [("app2", f"{FIRST}.interface")]
    assert "several interfaces in the network of 192.0.2.10: eth0, eth2" in result["errors"][0]["problem"]
    assert result["errors"][0]["fix"].startswith("Set interface for app2")


def test_all_errors_at_once_without_a_secret():
    bad = instance(
        virtual_router_id=256, priority={"app1": 0, "app2": 256}, advert_int=0, authentication=auth(SECRET + "x")
    )
    result = plan(inventory(bad, keepalived_firewall="maybe", nginx_port=0, keepalived_log_facility=9))
    named = told(result)
    assert {variable for host, variable in named if host == "app1"} >= {
        f"{FIRST}.virtual_router_id",
        f"{FIRST}.priority",
        f"{FIRST}.advert_int",
        f"{FIRST}.authentication.auth_pass",
        "keepalived_firewall",
        "keepalived_log_facility",
    }
    assert ("app2", f"{FIRST}.priority") in named
    assert SECRET not in json.dumps([result["errors"], result["refused"], result["warnings"]])
    assert set(result["refused"]) == {"app1", "app2"}


def test_password_stays_out_of_messages_when_its_block_is_malformed():
    for block in (
        SECRET,
        [SECRET],
        {"auth_type": SECRET * 9, "auth_pass": [SECRET]},
        {SECRET + " x": SECRET, "auth_pass": 1},
    ):
        result = plan(inventory(instance(authentication=block)))
        assert result["errors"]
        problems = [error["problem"] for error in result["errors"] if "auth_type" not in error["variable"]]
        assert SECRET not in json.dumps(problems)


def test_inventory_in_ini_format_gives_strings():
    hosts = inventory(count=1, hot_standby_allow_single="false", keepalived_log_facility="3", nginx_port="8080")
    assert told(plan(hosts)) == [("app1", "hot_standby_members")]
    hosts["app1"]["variables"]["hot_standby_allow_single"] = "true"
    result = plan(hosts)
    assert result["errors"] == []
    assert result["members"]["app1"]["keepalived"]["flags"][-2:] == ["-S", "3"]
    assert result["members"]["app1"]["nginx"]["port"] == 8080


def test_member_left_out_by_a_limit():
    hosts = inventory(instance(unicast=True), count=3)
    hosts["app3"]["observed"] = None
    result = plan(hosts, play_hosts=["app1", "app2"], batch=["app1", "app2"])
    assert told(result) == [("app1", "hot_standby_allow_partial")]
    assert "leaves out app3" in result["errors"][0]["problem"]
    assert result["members"] == {}


def test_partial_group_goes_on_without_the_dead_member():
    hosts = inventory(hot_standby_allow_partial=True, count=3)
    hosts["app2"]["observed"] = None
    result = plan(hosts, batch=["app1", "app3"], remaining=["app1", "app3"])
    assert result["errors"] == []
    assert list(result["members"]) == ["app1", "app3"]
    assert result["members"]["app1"]["planned_members"] == ["app1", "app3"]
    assert result["groups"]["web"]["partial"] is True
    # The rank stays the declared one: app3 keeps its priority when app2 comes back.
    assert result["members"]["app3"]["keepalived"]["config"]["vrrp_instance"][0]["priority"] == 160


def test_unicast_needs_the_address_of_a_member_that_was_not_seen():
    hosts = inventory(instance(unicast=True), hot_standby_allow_partial=True, count=3)
    hosts["app2"]["observed"] = None
    result = plan(hosts, play_hosts=["app1", "app3"], batch=["app1", "app3"])
    assert told(result) == [("app2", f"{FIRST}.unicast_src_ip")]
    for host in hosts.values():
        host["variables"][INSTANCES][0]["unicast_src_ip"] = {"app2": "192.0.2.102"}
    result = plan(hosts, play_hosts=["app1", "app3"], batch=["app1", "app3"])
    assert result["errors"] == []
    assert result["members"]["app3"]["keepalived"]["config"]["vrrp_instance"][0]["unicast_peer"] == [
        "192.0.2.101",
        "192.0.2.102",
    ]


@pytest.mark.parametrize(
    ("batch", "remaining", "variable", "problem"),
    [
        pytest.param(["app1"], ["app1", "app2"], "serial", "app2 come later", id="serial splits the group"),
        pytest.param(
            ["app1"],
            ["app1"],
            "hot_standby_allow_partial",
            "app2 of the group web could not",
            id="unreachable, no later batch",
        ),
    ],
)
def test_a_member_that_is_not_in_the_batch(batch, remaining, variable, problem):
    result = plan(inventory(), batch=batch, remaining=remaining)
    assert told(result) == [("app1", variable)]
    assert problem in result["errors"][0]["problem"]


def test_variable_set_outside_the_inventory():
    result = plan(inventory(), elsewhere={"nginx_port", "keepalived_firewall"})
    variables = ("keepalived_firewall", "nginx_port")
    assert sorted(told(result)) == [(host, variable) for host in ("app1", "app2") for variable in variables]
    assert "inventory" in result["errors"][0]["fix"]


def test_variable_set_outside_the_inventory_refuses_every_group():
    hosts, groups = two_groups()
    assert set(plan(hosts, groups=groups, elsewhere={"nginx_port"})["refused"]) == set(names(4))


def test_host_without_instances_is_refused_and_stops_nobody():
    hosts = inventory()
    hosts["client"] = {"variables": {INSTANCES: []}, "observed": hosts["app1"]["observed"]}
    result = plan(hosts, groups={"all": [*names(2), "client"], "web": names(2)}, play_hosts=[*names(2), "client"])
    assert set(result["refused"]) == {"client"}
    assert set(result["members"]) == set(names(2))


def test_template_that_fails_is_an_error_of_its_variable():
    hosts = inventory()
    hosts["app2"]["unresolved"] = {"nginx_port": "'not_there' is undefined"}
    result = plan(hosts)
    assert told(result) == [("app2", "nginx_port")]
    assert "it cannot be resolved: 'not_there' is undefined" in result["errors"][0]["text"]


def two_groups():
    hosts = inventory(count=4)
    for name in ("app3", "app4"):
        hosts[name]["variables"][INSTANCES] = [instance(virtual_ipaddress=["192.0.2.20/24"])]
    groups = {"all": names(4), "web": ["app1", "app2"], "db": ["app3", "app4"]}
    return hosts, groups


def test_an_error_refuses_its_own_group_only():
    hosts, groups = two_groups()
    hosts["app3"]["variables"]["nginx_port"] = 0
    result = plan(hosts, groups=groups)
    assert told(result) == [("app3", "nginx_port")]
    assert set(result["refused"]) == {"app3", "app4"}
    assert set(result["groups"]) == {"web", "db"}


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        pytest.param(
            {"virtual_ipaddress": ["192.0.2.10/24"], "virtual_router_id": 77}, "virtual_ipaddress", id="address"
        ),
        pytest.param({"virtual_ipaddress": ["192.0.2.20/24"], "virtual_router_id": 10}, "virtual_router_id", id="vrid"),
    ],
)
def test_clash_of_two_groups(change, variable):
    hosts, groups = two_groups()
    for name in ("app3", "app4"):
        hosts[name]["variables"][INSTANCES] = [dict(change)]
    result = plan(hosts, groups=groups)
    assert told(result) == [("app3", f"{FIRST}.{variable}")]
    assert f"{FIRST}" in result["errors"][0]["problem"]
    assert "of app1 too" in result["errors"][0]["problem"]


def test_same_vrid_on_another_network_or_in_the_other_family_is_no_clash():
    result = plan(
        inventory(
            instance(virtual_router_id=51),
            instance(virtual_router_id=51, virtual_ipaddress=["198.51.100.10/24"]),
            instance(virtual_router_id=51, virtual_ipaddress=["2001:db8::10/64"]),
        )
    )
    assert result["errors"] == []


def test_hosts_without_instances_are_left_alone():
    hosts = inventory()
    hosts["client"] = {"variables": {"keepalived_sysctl": 5}, "observed": observed(9)}
    result = plan(hosts, groups={"all": list(hosts), "web": ["app1", "app2"]})
    assert result["errors"] == []
    assert set(result["members"]) == {"app1", "app2"}


def test_the_inventory_is_not_changed():
    hosts = inventory(instance(unicast=True, track_script=["x"]), keepalived_sysctl={"vm.swappiness": 1})
    before = copy.deepcopy(hosts)
    plan(hosts)
    assert hosts == before
    assert DEFAULTS["keepalived_global_defs"] == {}


# Properties

INSTANCE = st.fixed_dictionaries(
    {},
    optional={
        "unicast": st.booleans(),
        "nopreempt": st.booleans(),
        "advert_int": st.integers(1, 255),
        "virtual_router_id": st.integers(1, 84),
        "authentication": st.just(auth("1111")),
    },
)


@st.composite
def groups_of_members(draw):
    """A valid inventory of 2 to 8 members with 1 to 3 instances."""
    count = draw(st.integers(2, 8))
    instances = []
    for position in range(draw(st.integers(1, 3))):
        written = {**draw(INSTANCE), "virtual_ipaddress": [f"192.0.2.{10 + position}/24"]}
        # Kept apart, so that no virtual router id is drawn twice.
        written["virtual_router_id"] = written.get("virtual_router_id", 1) + 85 * position
        if draw(st.booleans()):
            values = draw(st.lists(st.integers(1, 254), min_size=count, max_size=count, unique=True))
            written["priority"] = dict(zip(names(count), values, strict=True))
        instances.append(written)
    return inventory(*instances, count=count)


@given(groups_of_members())
def test_any_valid_group(hosts):
    result = plan(hosts)
    assert result["errors"] == []
    configs = {name: model["keepalived"]["config"] for name, model in result["members"].items()}
    assert list(configs) == list(hosts)
    for position, planned in enumerate(result["groups"]["web"]["instances"]):
        sides = {name: config["vrrp_instance"][position] for name, config in configs.items()}
        masters = [name for name, side in sides.items() if side["state"] == "MASTER"]
        assert masters == ([planned["ranking"][0]] if planned["preempt"] else [])
        priorities = [side["priority"] for side in sides.values()]
        assert len(set(priorities)) == len(priorities)
        assert max(sides, key=lambda name: sides[name]["priority"]) == planned["ranking"][0]
        sources = {name: side.get("unicast_src_ip") for name, side in sides.items()}
        for name, side in sides.items():
            if "unicast_src_ip" in side:
                assert side["unicast_peer"] == [sources[other] for other in sides if other != name]
                assert ipaddress.ip_address(side["unicast_src_ip"])
            else:
                assert "unicast_peer" not in side
        assert len({"unicast_src_ip" in side for side in sides.values()}) == 1
    for config in configs.values():
        assert render(config).count("vrrp_instance ") == len(config["vrrp_instance"])


JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-1, 300),
        st.floats(),
        st.text(max_size=6),
        st.sampled_from(["192.0.2.10/24", "2001:db8::10", "self", "eth0", "app1", "name", "address"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.sampled_from(["app1", "app2", "name", "address", "port", "auth_pass"]), st.integers(0, 3)),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)
KEYS = [
    "name",
    "unicast",
    "nopreempt",
    "interface",
    "virtual_router_id",
    "version",
    "priority",
    "advert_int",
    "authentication",
    "virtual_ipaddress",
    "virtual_ipaddress_excluded",
    "unicast_src_ip",
    "unicast_peer",
    "state",
    "track_script",
    "notify",
]


@given(st.dictionaries(st.sampled_from(list(DEFAULTS)), JUNK, min_size=1, max_size=3))
def test_no_variable_makes_the_plan_raise(variables):
    hosts = inventory()
    for host in hosts.values():
        host["variables"].update(copy.deepcopy(variables))
    result = plan(hosts)
    assert all(error["text"].startswith(error["host"]) for error in result["errors"])
    for name, model in result["members"].items():
        if name not in result["refused"]:
            assert render(model["keepalived"]["config"])


@given(st.dictionaries(st.sampled_from(KEYS), JUNK, min_size=1, max_size=3), st.booleans())
def test_no_instance_makes_the_plan_raise(keys, unicast):
    result = plan(inventory(instance(**{"unicast": unicast, **copy.deepcopy(keys)})))
    for name, model in result["members"].items():
        if name not in result["refused"]:
            assert render(model["keepalived"]["config"])


@given(st.fixed_dictionaries({"address": JUNK, "port": JUNK}, optional={"real_servers": JUNK, "lb_algo": JUNK}), JUNK)
def test_no_block_makes_the_plan_raise(server, script):
    result = plan(
        inventory(
            keepalived_virtual_servers=[{"address": "192.0.2.10", "port": 80, "real_servers": [script]}, server],
            keepalived_vrrp_scripts=[{"name": "x", "script": script}, {"name": script}],
        )
    )
    assert result["groups"]["web"]["members"] == ["app1", "app2"]


def test_group_of_which_nobody_answers_is_planned_only_to_be_looked_at():
    hosts = inventory()
    for host in hosts.values():
        host["observed"] = None
    assert set(plan(hosts)["groups"]) == set()
    seen = plan(hosts, whole=False)
    assert (set(seen["groups"]), seen["members"], seen["unplanned"]) == ({"web"}, {}, [])
    findings = judge(seen, {})["findings"]
    assert [one["host"] for one in findings if one["code"] == "unreachable"] == ["app1", "app2"]


def test_hosts_that_ask_for_a_group_and_are_in_none():
    hosts = inventory(count=1)
    hosts["client"] = {"variables": {}, "observed": None}
    result = plan(hosts, whole=False)
    assert result["unplanned"] == result["refused"]["app1"]
    assert len(result["unplanned"]) == 1


def test_members_have_one_service():
    hosts = inventory()
    hosts["app2"]["variables"]["hot_standby_service"] = "none"
    (text,) = plan(hosts)["refused"]["app2"]
    assert "app2: hot_standby_service: it is none here and nginx for app1. Set it once" in text
