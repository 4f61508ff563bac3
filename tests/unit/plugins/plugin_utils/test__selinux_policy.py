# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of a port that the policy does not know the user is told before nginx, or a check, fails on it."""

from __future__ import annotations

import pytest
from builders import inventory, observed, plan


def warnings(mode, **variables):
    hosts = inventory(**variables)
    for number, host in enumerate(hosts.values(), 1):
        host["observed"] = observed(number, kernel={"ipvs": True, "selinux": mode})
    result = plan(hosts)
    assert result["errors"] == []
    return [entry["text"] for entry in result["warnings"] if "SELinux" in entry["text"]]


@pytest.mark.parametrize(("mode", "count"), [("enforcing", 2), ("permissive", 0), ("disabled", 0)])
def test_port_of_nginx(mode, count):
    found = warnings(mode, nginx_port=8085)
    assert len(found) == count
    assert all("semanage port --add --type http_port_t --proto tcp 8085" in text for text in found)


def test_port_that_the_policy_knows():
    assert warnings("enforcing", nginx_port=8443) == []


def server(port, **check):
    return {
        "address": "192.0.2.10", "port": 80, "delay_loop": 6, "lb_algo": "rr", "lb_kind": "NAT", "protocol": "TCP",
        "real_servers": [{"address": "self", "port": port, "weight": 1, **check}],
    }  # fmt: skip


def test_check_of_a_real_server():
    assert warnings("enforcing", keepalived_virtual_servers=[server(8085)]) == []
    assert warnings("enforcing", keepalived_virtual_servers=[server(3306, TCP_CHECK={"connect_timeout": 3})]) == []
    found = warnings("enforcing", keepalived_virtual_servers=[server(5432, TCP_CHECK={"connect_timeout": 3})])
    assert len(found) == 2
    assert "check port 5432 on app1" in found[0]
    assert "keepalived_connect_any" in found[0]
    other = server(80, TCP_CHECK={"connect_timeout": 3, "connect_port": 5432})
    assert len(warnings("enforcing", keepalived_virtual_servers=[other])) == 2
