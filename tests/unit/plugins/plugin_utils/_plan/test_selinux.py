# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SELinux's policy must allow before nginx, or a check, fails on it."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import plan as _plan
from builders import inventory, observed, plan


def planned(mode, family="RedHat", **variables):
    hosts = inventory(**variables)
    for number, host in enumerate(hosts.values(), 1):
        host["observed"] = observed(number, kernel={"ipvs": True, "selinux": mode})
        host["observed"]["platform"] = {**(host["observed"].get("platform") or {}), "os_family": family}
    result = plan(hosts)
    assert result["errors"] == []
    return result


def entries(mode, **variables):
    return planned(mode, **variables)["members"]["app1"]["keepalived"]["selinux"]


@pytest.mark.parametrize(("mode", "count"), [("enforcing", 1), ("permissive", 1), ("disabled", 0)])
def test_port_of_nginx(mode, count):
    assert entries(mode, nginx_port=8085) == [{"port": 8085, "setype": "http_port_t"}] * count


def test_policy_that_is_left_to_the_user():
    assert entries("enforcing", nginx_port=8085, keepalived_selinux=False) == []


def test_port_that_the_policy_knows():
    assert entries("enforcing", nginx_port=8443) == []


def server(port, **check):
    return {
        "address": "192.0.2.10", "port": 80, "delay_loop": 6, "lb_algo": "rr", "lb_kind": "NAT", "protocol": "TCP",
        "real_servers": [{"address": "self", "port": port, "weight": 1, **check}],
    }  # fmt: skip


CONNECT = [{"boolean": "keepalived_connect_any"}]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (server(8085), []),
        (server(3306, TCP_CHECK={"connect_timeout": 3}), []),
        (server(5432, TCP_CHECK={"connect_timeout": 3}), CONNECT),
        (server(80, TCP_CHECK={"connect_timeout": 3, "connect_port": 5432}), CONNECT),
    ],
)
def test_check_of_a_real_server(written, expected):
    assert entries("enforcing", keepalived_virtual_servers=[written]) == expected


@pytest.mark.parametrize(("mode", "warned"), [("enforcing", 2), ("permissive", 0)])
def test_policy_that_has_no_such_boolean(mode, warned):
    written = server(5432, TCP_CHECK={"connect_timeout": 3})
    result = planned(mode, "Debian", keepalived_virtual_servers=[written])
    assert result["members"]["app1"]["keepalived"]["selinux"] == []
    assert sum("check port 5432" in entry["text"] for entry in result["warnings"]) == warned


def test_plan_tells_it():
    written = server(5432, TCP_CHECK={"connect_timeout": 3})
    told = _plan.report(planned("enforcing", nginx_port=8085, keepalived_virtual_servers=[written])).splitlines()
    assert "    SELinux: lets nginx listen on port 8085 (http_port_t)" in told
    assert "    SELinux: lets keepalived check any port (boolean keepalived_connect_any)" in told
