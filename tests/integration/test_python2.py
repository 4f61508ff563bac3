# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts whose Python is 2.7, managed by the last ansible-core that does: every module, and site.yml as a whole."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from labhosts import CHECKOUT
from observed import Lab

HOSTS = ("deb11a", "deb11b")
COMMANDS = CHECKOUT / ".cache/ansible-2.16/bin"
PYTHON = "/usr/local/bin/python2"
# Debian 11 has Python 2.7, but not with the bindings of apt and of firewalld; and ansible-core 2.16 cannot start such a
# module again by a Python 3 (what it hands over is not bytes there). Only these two run by it.
WRAPPER = """#!/bin/sh
case $1 in
*/AnsiballZ_apt.py | */AnsiballZ_firewalld.py) exec /usr/bin/python3 "$@" ;;
*) exec /usr/bin/python2.7 "$@" ;;
esac
"""


@pytest.fixture
def hosts(daemons: Lab) -> t.Iterator[Lab]:
    """The pair with Debian 11 as fresh hosts, but for packages, with firewalld on."""
    for host in HOSTS:
        daemons.write(host, PYTHON, WRAPPER, "0755")
    daemons.everywhere("cp /etc/default/keepalived /root/flags; systemctl start firewalld", HOSTS)
    yield daemons
    daemons.everywhere(
        "systemctl disable --quiet --now keepalived nginx; systemctl stop firewalld;"
        " mv /root/flags /etc/default/keepalived; rm -f /etc/firewalld/zones/*.xml;"
        f" rm -f /etc/sysctl.d/60-hot-standby.conf {PYTHON}; true",
        HOSTS,
    )


def run(lab: Lab, command: str, *arguments: str) -> str:
    """Output of a command of ansible-core 2.16, with the hosts' Python 2.7; it must not fail."""
    # Without pipelining: the wrapper is to see which module it runs.
    environment = {"ANSIBLE_PIPELINING": "false"}
    python = f"--extra-vars=ansible_python_interpreter={PYTHON}"
    done = lab.ansible(str(COMMANDS / command), *arguments, python, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout


def module(lab: Lab, name: str, **options: t.Any) -> dict[str, t.Any]:
    """What a module of the collection returns on the first host."""
    output = run(lab, "ansible", HOSTS[0], "-m", f"hotstandby.vrrp.{name}", "-a", json.dumps(options))
    return json.JSONDecoder().raw_decode(output.split("=> ", 1)[1])[0]


def test_site_and_every_module(hosts: Lab, tmp_path: pathlib.Path) -> None:
    vip = hosts.vars["lab_vip"]
    instances = [{"virtual_ipaddress": [f"{vip}/27"]}]
    group = {"hosts": dict.fromkeys(HOSTS, {}), "vars": {"keepalived_vrrp_instances": instances}}
    inventory = tmp_path / "inventory.json"
    inventory.write_text(json.dumps({"web": group}))
    site = ["-i", str(inventory), "site.yml"]
    assert "is owned by deb11a" in run(hosts, "ansible-playbook", *site)
    assert run(hosts, "ansible-playbook", *site).count("changed=0") == 2

    python = run(hosts, "ansible", HOSTS[0], "-m", "ansible.builtin.setup", "-a", "filter=ansible_python_version")
    assert '"ansible_python_version": "2.7.' in python
    (instance,) = module(hosts, "keepalived_info", wait=True, wait_state="MASTER")["instances"]
    assert instance["addresses_held"] == [f"{vip}/27"]
    (address,) = module(hosts, "vip_info", addresses=[vip], probe=True, probe_timeout=0.3)["addresses"]
    assert (address["held"], address["probe"]["status"]) == (True, "silent")
    (router,) = module(hosts, "vrrp_adverts_info", interface="eth0", duration=2.5)["virtual_routers"]
    assert router["masters"] == [hosts.addresses[HOSTS[0]]]
    rules = [{"args": ["-p", "vrrp", "-j", "ACCEPT"]}]
    assert module(hosts, "firewalld_direct", rules=rules)["entries"][0]["effective"] is False
    assert module(hosts, "firewalld_direct", rules=rules, state="absent")["changed"] is True
    requests = module(hosts, "vip_probe", address=vip, port=80, duration=0.5)["requests"]
    assert requests["ok"] == requests["sent"] > 10
    look = module(
        hosts, "hot_standby_info", files=["/etc/keepalived/keepalived.conf"], services=["keepalived"],
        packages=["nginx"], sysctls=["net.ipv4.ip_forward"], firewall_zones=["public"], addresses=[vip], listen=1.5,
    )  # fmt: skip
    assert (look["keepalived"]["status"], look["sysctls"]) == ("ok", {"net.ipv4.ip_forward": "1"})
    assert look["firewall"]["entries"]["permanent"]["public"]["protocols"] == ["vrrp"]
    assert look["files"]["/etc/keepalived/keepalived.conf"]["mode"] == "0640"
    assert look["packages"]["nginx"] and look["adverts"]["virtual_routers"][0]["masters"]
