# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that the post's set-up, as docs/from-the-blog.md has it as an inventory, is planned as the post had it."""

from __future__ import annotations

import copy

import pages
import yaml
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.writer import render
from builders import firewall, interface, observed, plan

ADDRESSES = {"app1": "192.0.2.11", "app2": "192.0.2.12"}
#: By member what differs in the post's two files, in the names and addresses of the page.
OWN = {
    "app1": ["state MASTER", "priority 100", "unicast_src_ip 192.0.2.11", "real_server 192.0.2.11 80 {"],
    "app2": ["state BACKUP", "priority 99", "unicast_src_ip 192.0.2.12", "real_server 192.0.2.12 80 {"],
}
#: What is the same in both.
BOTH = [
    "notification_email_from keepalived@example.com", "smtp_server 192.0.2.25", "smtp_connect_timeout 30",
    "vrrp_skip_check_adv_addr", "vrrp_instance VI_1 {", "interface em1", "virtual_router_id 51", "advert_int 1",
    "auth_type PASS", "auth_pass 1111", "192.0.2.10/24 brd 192.0.2.255", "virtual_server 192.0.2.10 80 {",
    "delay_loop 6", "lb_algo rr", "lb_kind NAT", "persistence_timeout 50", "protocol TCP", "weight 1",
]  # fmt: skip


def planned():
    """The plan of the page's one inventory, on hosts as the post's: with em1, and firewalld as on CentOS 7."""
    ((_info, text),) = pages.code_blocks(pages.text_of("docs/from-the-blog.md"))
    (group,) = yaml.safe_load(text).values()
    group["vars"]["keepalived_vrrp_instances"][0]["authentication"]["auth_pass"] = "1111"  # what the vault has
    assert {name: own["ansible_host"] for name, own in group["hosts"].items()} == ADDRESSES
    hosts = {}
    for number, (name, address) in enumerate(ADDRESSES.items(), 1):
        interfaces = [interface("lo", "127.0.0.1/8", loopback=True), interface("em1", f"{address}/24")]
        seen = observed(number, interfaces=interfaces, firewall=firewall(running=True, backend="iptables"))
        hosts[name] = {"variables": copy.deepcopy(group["vars"]), "address": address, "observed": seen}
    return plan(hosts)


def test_it_is_planned_without_a_complaint():
    result = planned()
    assert (result["errors"], result["warnings"]) == ([], [])


def test_every_setting_of_the_post_is_in_the_files():
    for name, model in planned()["members"].items():
        lines = [line.strip() for line in render(model["keepalived"]["config"]).splitlines()]
        assert [line for line in BOTH + OWN[name] if line not in lines] == []
        assert "vrrp_strict" not in lines
        other = ADDRESSES["app2" if name == "app1" else "app1"]
        assert lines[lines.index("unicast_peer {") + 1] == other


def test_what_stands_around_it_is_there_too():
    for name, model in planned()["members"].items():
        assert model["keepalived"]["sysctl"] == {"net.ipv4.ip_forward": 1}
        # Less the post's -d, which would write the password to the log.
        assert model["keepalived"]["flags"] == ["-D", "-S", "0"]
        # Where the post's direct rules are effective they are written, for the other member's own address.
        rules = [" ".join(map(str, rule["args"])) for rule in model["keepalived"]["firewall"]["direct"]]
        other = ADDRESSES["app2" if name == "app1" else "app1"]
        assert [rule for rule in rules if f"--source {other}" in rule and "vrrp" in rule], rules
