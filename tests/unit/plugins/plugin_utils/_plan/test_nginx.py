# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of nginx as the service behind the virtual addresses."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import effective
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import nginx as _plan_nginx
from builders import derived, instance, observed, told
from hypothesis import given, strategies as st

OLD_HOST = "192.0.2.77"


def nginx(*instances, name="app1", keepalived=None, **variables):
    problems = Problems()
    found, _problems = derived(*(instances or (instance(),)))
    seen = observed(1, **({"keepalived": keepalived} if keepalived else {}))
    return _plan_nginx.nginx(name, effective(variables), found, seen, problems), problems


def daemon(*commands, addresses=("192.0.2.10/24",), **changes):
    """A running keepalived with these scripts, the last of which has the name of ours, and addresses."""
    names = [*(f"s{number}" for number in range(1, len(commands))), _plan_nginx.CHECK_NAME]
    return {
        "status": "ok",
        "running": True,
        "scripts": [{"name": name, "command": command} for name, command in zip(names, commands, strict=False)],
        "instances": [{"virtual_ipaddress": list(addresses)}],
        **changes,
    }


def check(port=80, path="/health", host=_plan_nginx.CHECK_HOST):
    return f"/usr/libexec/keepalived/check_nginx {port} {path} {host}"


def test_defaults():
    service, problems = nginx()
    assert problems.errors == []
    assert service == {
        "repository": "distribution",
        "port": 80,
        "health_path": "/health",
        "root": None,
        "check": {"interval": 1, "timeout": 5, "fall": 2, "rise": 2},
        "served_by": "app1",
        "sites": "managed",
        "host_header": None,
        "site": {
            "ports": [80],
            "addresses": ["192.0.2.10"],
            "health_paths": ["/health"],
            "server_names": ["192.0.2.10", "check.hot-standby.invalid"],
            "ipv6": False,
            "requests": [
                {"address": "127.0.0.1", "port": 80, "path": "/health", "host": "check.hot-standby.invalid"}
            ],
        },
        "transition": None,
        "unknown": False,
    }


def test_ipv6():
    service, _problems = nginx(instance(), instance(virtual_ipaddress=["2001:db8::20/64"]))
    site = service["site"]
    assert site["addresses"] == site["server_names"][:-1] == ["192.0.2.10", "[2001:db8::20]"]
    assert site["ipv6"]


@pytest.mark.parametrize("text", ["fe80::20", "FE80::20", "fe80:0:0:0::20"])
def test_link_local_address(text):
    """nginx has no way to listen on one of an interface, and is reached at it by the port alone."""
    service, _problems = nginx(instance(virtual_ipaddress=[f"{text}/64"]))
    assert (service["site"]["addresses"], service["site"]["ipv6"]) == ([], True)


def test_address_that_the_adverts_do_not_carry():
    service, _problems = nginx(instance(virtual_ipaddress_excluded=["192.0.2.11/24"]))
    assert service["site"]["addresses"] == ["192.0.2.10", "192.0.2.11"]


def test_names_of_its_own():
    service, problems = nginx(nginx_server_names=["www.example.org", "*.example.com", "a_b.*"])
    assert problems.errors == []
    assert service["site"]["addresses"] == []
    assert service["site"]["server_names"] == [
        "www.example.org", "*.example.com", "a_b.*", "192.0.2.10", _plan_nginx.CHECK_HOST,
    ]  # fmt: skip


NO_NAMES = ["", "a b", "~^www", "a;", "a{", "*", "a..b", "*.*", "$host", "a\n", '"a"', "ä.example"]


@pytest.mark.parametrize("text", NO_NAMES)
def test_names_that_are_none(text):
    _nginx, problems = nginx(nginx_server_names=["www.example.org", text])
    assert told(problems) == [("app1", "nginx_server_names")]


def test_sites_that_are_there():
    service, problems = nginx(instance(virtual_ipaddress=["2001:db8::20/64"]), nginx_sites="existing")
    assert problems.errors == []
    site = service["site"]
    assert (site["addresses"], site["server_names"], site["ipv6"]) == ([], [_plan_nginx.CHECK_HOST], True)
    assert service["host_header"] == _plan_nginx.CHECK_HOST


def test_sites_that_are_there_have_their_own_names():
    _nginx, problems = nginx(nginx_sites="existing", nginx_server_names=["www.example.org"])
    assert told(problems) == [("app1", "nginx_server_names")]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("nginx_repository", "epel"),
        ("nginx_sites", "none"),
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
        ("nginx_check_interval", 0),
        ("nginx_check_timeout", -5),
        ("nginx_check_timeout", "5"),
        ("nginx_check_timeout", 3601),
        ("nginx_check_fall", 1.5),
        ("nginx_check_rise", True),
    ],
)
def test_refused(variable, value):
    _nginx, problems = nginx(**{variable: value})
    assert told(problems) == [("app1", variable)]
    assert problems.errors[0]["fix"].startswith("Set it to")
    assert "\n" not in problems.errors[0]["text"]


def test_accepted():
    _nginx, problems = nginx(
        nginx_repository="nginx.org", nginx_port=65535, nginx_health_path="/~ok/a-b_c.1", nginx_root="/srv/www",
        nginx_check_interval=3, nginx_check_timeout=1, nginx_check_fall=1, nginx_check_rise=3600,
    )  # fmt: skip
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
    assert _plan_nginx.check(service) == {
        "name": "check_nginx",
        "script": "/usr/libexec/keepalived/check_nginx 8080 /up check.hot-standby.invalid 4.5",
        "interval": 1,
        "timeout": 5,
        "fall": 2,
        "rise": 2,
    }


@pytest.mark.parametrize(("timeout", "waits"), [(1, "0.9"), (2, "1.8"), (10, "9"), (3600, "3240")])
def test_check_waits_less_long_than_keepalived_waits_for_it(timeout, waits):
    service, _problems = nginx(nginx_check_timeout=timeout)
    check = _plan_nginx.check(service)
    assert check["timeout"] == timeout
    assert check["script"].rpartition(" ")[2] == waits


def test_check_of_a_refused_plan_is_made_all_the_same():
    service, problems = nginx(nginx_check_timeout="soon")
    assert problems.errors
    assert _plan_nginx.check(service)["timeout"] == "soon"


def test_what_refuses_is_given_up_earlier_than_what_is_silent():
    check = {"interval": 1, "timeout": 5, "fall": 2, "rise": 2}
    assert (_plan_nginx.refused_after(check), _plan_nginx.silent_after(check)) == (3, 12)
    check = {"interval": 4, "timeout": 2, "fall": 3, "rise": 1}
    assert (_plan_nginx.refused_after(check), _plan_nginx.silent_after(check)) == (16, 18)


@pytest.mark.parametrize(
    "keepalived",
    [
        None,
        daemon(check()),
        # As an earlier version has it: by the first address, which is served in any case.
        daemon(check(host="192.0.2.10")),
        daemon("/usr/local/bin/mine"),
        daemon(),
    ],
)
def test_nothing_but_the_plan_is_to_be_served(keepalived):
    assert nginx(keepalived=keepalived)[0]["transition"] is None


PORTS, PATHS = st.integers(1, 65535), st.sampled_from(["/health", "/up", "/", "/a/b", "/~x.y-z"])
HOSTS = st.sampled_from([_plan_nginx.CHECK_HOST, OLD_HOST, "192.0.2.10", "[2001:db8::20]"])
LISTS = st.lists(st.sampled_from(["192.0.2.10/24", f"{OLD_HOST}/24", "2001:db8::20/64"]), min_size=1, unique=True)


@given(PORTS, PATHS, HOSTS, LISTS, PORTS, PATHS, st.booleans())
def test_whatever_the_running_check_and_the_clients_ask_for_is_served(port, path, host, running, new, alive, quoted):
    command = check(port, path, host)
    keepalived = daemon("/usr/local/bin/mine", f'"{command}"' if quoted else command, addresses=running)
    service, problems = nginx(keepalived=keepalived, nginx_port=new, nginx_health_path=alive)
    assert problems.errors == []
    served = service["transition"] or service["site"]
    assert {port, new} <= set(served["ports"])
    assert {path, alive} <= set(served["health_paths"])
    names = {f"[{text[:-3]}]" if ":" in text else text[:-3] for text in running}
    assert {host, "192.0.2.10", _plan_nginx.CHECK_HOST, *names} <= set(served["server_names"])
    # nginx refuses a port or a page that stands there twice.
    lists = [served[key] for key in ("ports", "addresses", "health_paths", "server_names")]
    assert all(len(set(values)) == len(values) for values in lists)
    assert served["ipv6"] == any(name.startswith("[") for name in served["addresses"])
    assert names <= set(served["addresses"])
    assert {(one["port"], one["path"]) for one in served["requests"]} == {
        (one, page) for one in served["ports"] for page in served["health_paths"]
    }
    # In the end it is the plan alone.
    assert (service["site"]["ports"], service["site"]["health_paths"]) == ([new], [alive])
    assert service["site"]["server_names"] == ["192.0.2.10", _plan_nginx.CHECK_HOST]


@pytest.mark.parametrize(
    "keepalived",
    [daemon(status="frozen", scripts=None, instances=[]), daemon(status="timeout"), daemon(scripts=None)],
)
def test_daemon_that_does_not_tell_what_it_checks(keepalived):
    assert nginx(keepalived=keepalived)[0]["unknown"] is True
    assert nginx(keepalived=daemon(check()))[0]["unknown"] is False


def test_daemon_without_vrrp_checks_nothing():
    assert nginx(keepalived=daemon(status="no_vrrp", scripts=None, instances=[]))[0]["unknown"] is False


def test_check_of_the_users_that_uses_our_program_displaces_nothing():
    """It may be of a site of his own, which is not served by ours; what ours asks for is."""
    service, _problems = nginx(keepalived=daemon(check(8081, "/ok", "www.example.com"), check()), nginx_port=8080)
    assert service["transition"]["ports"] == [8080, 80]
    assert service["transition"]["health_paths"] == ["/health"]
    assert nginx(keepalived=daemon(check(8081, "/ok", "www.example.com"), check()))[0]["transition"] is None


@pytest.mark.parametrize(
    "command", [check(port="80;"), check(path="/a;b"), check(host="x;y"), check() + " more", 'check_nginx "', ""]
)
def test_command_of_somebody_else_comes_into_no_site(command):
    assert nginx(keepalived=daemon(command))[0]["transition"] is None


def test_check_does_not_depend_on_addresses():
    one, other = (nginx(instance(virtual_ipaddress=[text]))[0] for text in ("192.0.2.10/24", "192.0.2.99/24"))
    assert _plan_nginx.check(one) == _plan_nginx.check(other)
