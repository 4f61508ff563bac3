# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of nginx as the service behind the virtual addresses."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _service
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._variables import effective
from builders import derived, instance, told


def nginx(*instances, name="app1", **variables):
    problems = Problems()
    found, _problems = derived(*(instances or (instance(),)))
    return _service.nginx(name, effective(variables), found, problems), problems


def test_defaults():
    service, problems = nginx()
    assert problems.errors == []
    assert service == {
        "repository": "distribution",
        "port": 80,
        "health_path": "/health",
        "root": None,
        "served_by": "app1",
        "server_names": ["192.0.2.10"],
        "ipv6": False,
    }


def test_ipv6():
    service, _problems = nginx(instance(), instance(virtual_ipaddress=["2001:db8::20/64"]))
    assert (service["server_names"], service["ipv6"]) == (["192.0.2.10", "[2001:db8::20]"], True)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("nginx_repository", "epel"),
        ("nginx_port", 0),
        ("nginx_port", 65536),
        ("nginx_port", True),
        ("nginx_port", "80"),
        ("nginx_health_path", "health"),
        ("nginx_health_path", "/health;"),
        ("nginx_health_path", "/a b"),
        ("nginx_health_path", "/a\n"),
        ("nginx_root", "/srv/{x}"),
        ("nginx_root", "srv"),
        ("nginx_root", "/srv/$x"),
    ],
)
def test_refused(variable, value):
    _nginx, problems = nginx(**{variable: value})
    assert told(problems) == [("app1", variable)]
    assert problems.errors[0]["fix"].startswith("Set it to")
    assert "\n" not in problems.errors[0]["text"]


def test_accepted():
    _nginx, problems = nginx(
        nginx_repository="nginx.org", nginx_port=65535, nginx_health_path="/~ok/a-b_c.1", nginx_root="/srv/www"
    )
    assert problems.errors == []


@pytest.mark.parametrize("name", ["app1; return 444", "app 1", "app1{", "app$1", 'app"1', "app1\n", "äpp1"])
def test_name_that_nginx_would_take_for_more(name):
    _nginx, problems = nginx(name=name)
    assert told(problems) == [(name, "hot_standby_members")]


@pytest.mark.parametrize("name", ["app1.example.com", "192.0.2.11", "2001:db8::11", "app_1-a", "ops@app1"])
def test_name_that_is_one_word(name):
    assert nginx(name=name)[1].errors == []


def test_lowest_port():
    assert nginx(nginx_port=1)[1].errors == []


def test_check():
    service, _problems = nginx(nginx_port=8080, nginx_health_path="/up")
    assert _service.check(service) == {
        "name": "check_nginx",
        "script": "/usr/libexec/keepalived/check_nginx 8080 /up 192.0.2.10",
        "interval": 1,
        "timeout": 1,
        "fall": 2,
        "rise": 2,
    }
