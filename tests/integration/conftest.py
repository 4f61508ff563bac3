# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The observers against real daemons: a pair of each Debian release, and a client beside them, on one network.

How to write a test: take the fixture C(lab) (one for the whole session, see C(Lab)); give hosts a configuration with
C(lab.configure), made of C(instance(...)) texts, start and stop the daemon with C(lab.systemctl), wait with
C(wait_for) for a condition, never for a time, and look with C(lab.modules), which runs one module on several hosts in
one call of Ansible. The fixture C(daemons) stops keepalived everywhere and takes addresses away afterwards.
HOTSTANDBY_KEEP_LAB=1 keeps the lab for the next run.
"""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import typing as t

import pytest
import times
from labhosts import CHECKOUT
from observed import PACKAGES, Lab

# Counted and told at the end: see tests/lab/times.py.
pytest_runtest_logreport, pytest_terminal_summary = times.pytest_runtest_logreport, times.pytest_terminal_summary


@pytest.fixture(scope="session")
def lab() -> t.Iterator[Lab]:
    """The lab, brought up for this session."""
    lab = Lab()
    playbooks = CHECKOUT / "tests/lab"
    done = lab.ansible("ansible-playbook", str(playbooks / "create.yml"))
    assert done.returncode == 0, done.stdout + done.stderr
    ipvs = pathlib.Path("/proc/net/ip_vs").exists()
    flags = "-D" if ipvs else "-D --vrrp"
    install = (
        "systemctl disable --quiet --now firewalld; export DEBIAN_FRONTEND=noninteractive;"
        " apt-get install -qq -y --no-install-recommends {packages} >/dev/null && systemctl stop keepalived;"
        f" echo 'DAEMON_ARGS=\"{flags}\"' >/etc/default/keepalived; mkdir -p /etc/systemd/system/keepalived.service.d;"
        " iptables -w -F INPUT"
    )
    with concurrent.futures.ThreadPoolExecutor() as pool:
        scripts = {
            host: install.format(packages=f"{PACKAGES} {own['lab_packages']}") for host, own in lab.hostvars.items()
        }
        list(pool.map(lab.sh, scripts, scripts.values()))
    yield lab
    if not os.environ.get("HOTSTANDBY_KEEP_LAB"):
        done = lab.ansible("ansible-playbook", str(playbooks / "destroy.yml"))
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def daemons(lab: Lab) -> t.Iterator[Lab]:
    """The lab; afterwards keepalived runs nowhere, and no virtual address or blocking rule is left."""
    yield lab
    lab.everywhere(
        "systemctl thaw keepalived 2>/dev/null; pkill -CONT keepalived; systemctl stop keepalived;"
        " pkill -KILL keepalived;"
        " systemctl reset-failed keepalived 2>/dev/null; rm -f /run/keepalived.pid /run/vrrp.pid"
        " /etc/keepalived/*.conf;"
        " for tables in iptables ip6tables; do $tables -w -F INPUT; done;"
        " ip -oneline address show dev eth0 | awk '{print $4}' | while read -r address; do case $address in"
        + "".join(
            f" {lab.address(number, family)}/*|"
            for number in range(21, 31)
            for family in ((4, 6) if lab.ipv6 else (4,))
        )
        + "none) ip address delete $address dev eth0;; esac; done; true",
        lab.hosts,
    )
