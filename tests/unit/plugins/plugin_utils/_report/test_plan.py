# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what the plan says of itself."""

from __future__ import annotations

import re

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import plan as _plan
from builders import firewall, instance, inventory, observed, plan


def test_report():
    hosts = inventory(instance(unicast=True))
    hosts["app1"]["observed"] = observed(1, firewall=firewall(True, "nftables", eth0="internal"))
    hosts["app2"]["observed"] = None
    hosts["app2"]["address"] = "192.0.2.102"
    hosts["app1"]["address"] = "192.0.2.101"
    hosts["app1"]["variables"]["hot_standby_allow_partial"] = True
    text = _plan.report(plan(hosts))
    assert text.splitlines()[:7] == [
        "Group web: app1, app2",
        "",
        "  VI_1: 192.0.2.10/24 by VRRPv2, virtual_router_id 10, owner app1",
        "    if app1 stops, app2 takes over after 0.297 s; if it falls silent, after 3.297 s at most",
        "    if app2 stops, app1 takes over after 0.219 s; if it falls silent, after 3.219 s at most",
        "    if the owner's nginx is dead, that is seen after 3 s at most; if it is silent, after 12 s, and then as if "
        "the owner stops",
        "",
    ]
    assert re.search(
        r"^    VI_1\.unicast_peer +192\.0\.2\.102  the addresses of the other members$", text, re.MULTILINE
    )
    assert "    firewall: zone internal lets in http" in text.splitlines()
    assert 'lets in rule family="ipv4" source address="192.0.2.102" protocol value="vrrp" accept' in text
    assert "  app2: not observed, nothing planned for it" in text


def test_report_tells_from_when_on_direct_rules_count():
    hosts = inventory(instance(), keepalived_firewall="direct")
    for name, families in (("app1", ["ipv4"]), ("app2", [])):
        hosts[name]["observed"]["firewall"] = {**firewall(True, "iptables"), "direct_families": families}
    lines = [line for line in _plan.report(plan(hosts)).splitlines() if "direct rule --" in line]
    assert [line.rpartition(" (ipv4)")[2] for line in lines] == ["", "", *[", from firewalld's next start on"] * 2]


def test_report_tells_errors_and_warnings():
    text = _plan.report(plan(inventory(instance(prioritty=5, nopreempt="yes"))))
    assert "Errors:\n  app1: keepalived_vrrp_instances[0].nopreempt: " in text
    assert "Warnings:\n  app1: keepalived_vrrp_instances[0].prioritty: " in text
