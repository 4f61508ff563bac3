# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A link that goes down loses IPv6 addresses and routes: they are back afterwards, the virtual one is not doubled."""

import json

from labhosts import wait_for

LISTING = "ip -6 address show dev eth0 scope global | grep inet6 | sort; ip -6 route | sort; ip -4 route | sort"


def test_link_of_the_owner_goes_down_and_comes_back(lab):
    address = lab.vars["lab_vip6"]
    wait_for("app1 has it", lambda: lab.holder(address) == ["app1"])
    before = lab.hosts["app1"].check_output(LISTING)
    variables = {"hot_standby_drill_confirm": "web", "hot_standby_drill_from": "client",
                 "hot_standby_drill_faults": ["link"], "hot_standby_drill_address": address}  # fmt: skip
    done = lab.ansible("ansible-playbook", "playbooks/drill.yml", "-e", json.dumps(variables))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "app1 > app2 > app1" in done.stdout
    assert lab.holder(address) == ["app1"]
    assert lab.hosts["app1"].check_output(LISTING) == before
