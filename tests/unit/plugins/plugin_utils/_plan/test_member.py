# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of one member."""

from __future__ import annotations

import pytest
from builders import SECRET, firewall, instance, inventory, plan


def auth(password):
    return {"auth_type": "PASS", "auth_pass": password}


def test_virtual_server_is_let_in_where_it_is_served():
    hosts = inventory()
    server = {"address": "192.0.2.10", "port": 3306, "real_servers": [{"address": "self", "port": 3306}]}
    for name, ipvs in (("app1", True), ("app2", False)):
        hosts[name]["variables"].update(keepalived_virtual_servers=[server], hot_standby_service="none")
        hosts[name]["observed"].update(
            firewall=firewall(running=True, backend="nftables"), kernel={"ipvs": ipvs, "selinux": "disabled"}
        )
    members = plan(hosts)["members"]
    zones = {name: model["keepalived"]["firewall"]["zone"] for name, model in members.items()}
    opened = {name: [entry.get("port") for entry in zone] for name, zone in zones.items()}
    assert opened == {"app1": ["3306/tcp", None], "app2": [None]}


@pytest.mark.parametrize(
    ("arguments", "restart"),
    [(["--dont-fork", "-D", "-d", "-S", "0"], None), (["-D", "-S", "0"], "after"), (["-D", "-d", "-S", "1"], "after")],
    ids=["the planned flags", "one missing", "another value"],
)
def test_restart_where_it_runs_with_other_flags(arguments, restart):
    hosts = inventory()
    hosts["app1"]["observed"]["keepalived"].update(running=True, arguments=arguments)
    assert plan(hosts)["members"]["app1"]["keepalived"]["restart"] == restart


def test_daemon_that_takes_no_reload_is_restarted_first_and_the_plan_says_so():
    hosts = inventory()
    config = {"loaded": True, "takes_reload": False}
    hosts["app1"]["observed"]["keepalived"].update(running=True, arguments=["-D", "-d", "-S", "0"], config=config)
    planned = plan(hosts)
    models = planned["members"]
    assert [models[name]["keepalived"]["renew"] for name in ("app1", "app2")] == [True, False]
    assert [one["text"] for one in planned["warnings"] if "takes no reload" in one["text"]][0].startswith("app1")


@pytest.mark.parametrize(
    ("arguments", "password", "restart", "late"),
    [
        # It would log the password as it reads it.
        (["-D", "-d", "-S", "0"], True, "before", False),
        # The password may come back, and would be logged at the next start.
        (["-D", "-S", "0"], False, "after", True),
        (["-D", "-S", "0"], True, None, False),
        (["-D", "-d", "-S", "0"], False, None, False),
        (None, False, None, True),
        (None, True, None, False),
    ],
)
def test_no_daemon_that_logs_its_configuration_is_given_a_password(arguments, password, restart, late):
    secret = {"authentication": {"auth_type": "PASS", "auth_pass": SECRET}} if password else {}
    hosts = inventory(instance(**secret))
    if arguments is not None:
        hosts["app1"]["observed"]["keepalived"].update(running=True, arguments=arguments)
    model = plan(hosts)["members"]["app1"]["keepalived"]
    assert (model["restart"], model["flags_late"]) == (restart, late)


def test_settle_timeout_covers_a_slow_group():
    fast, slow = (plan(inventory(instance(advert_int=seconds))) for seconds in (1, 100))
    # Three intervals and the skew of the second member (priority 180), twice.
    assert slow["members"]["app1"]["keepalived"]["settle_timeout"] >= 2 * 300
    assert fast["members"]["app1"]["keepalived"]["settle_timeout"] < 30


def test_users_own_track_script_is_kept():
    for written in (["check_disk"], "check_disk"):
        result = plan(
            inventory(
                instance(track_script=written), keepalived_vrrp_scripts=[{"name": "check_disk", "script": "/bin/true"}]
            )
        )
        assert result["errors"] == []
        config = result["members"]["app1"]["keepalived"]["config"]
        assert config["vrrp_instance"][0]["track_script"] == ["check_disk", "check_nginx"]


def test_check_of_the_services_name_is_its_own():
    """keepalived runs the first of two blocks of one name, which would not be ours."""
    script = {"name": "check_nginx", "script": "/usr/bin/true"}
    refused = plan(inventory(keepalived_vrrp_scripts=[script]))["refused"]
    assert "keepalived_vrrp_scripts[0].name: check_nginx is the name of the check that" in refused["app1"][0]
    assert plan(inventory(keepalived_vrrp_scripts=[script], hot_standby_service="none"))["errors"] == []
