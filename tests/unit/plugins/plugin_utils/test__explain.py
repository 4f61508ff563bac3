# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what the plan says of itself."""

from __future__ import annotations

import re

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _explain
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._versions import Version
from builders import SECRET, firewall, instance, inventory, observed, plan


def rows(result, member="app1"):
    return {row["what"]: (row["value"], row["why"]) for row in result["members"][member]["keepalived"]["derived"]}


def test_every_derived_value_has_its_reason():
    found = rows(plan(inventory()), "app2")
    assert found == {
        "VI_1.interface": ("eth0", "the one interface of app2 in the network of 192.0.2.10"),
        "VI_1.virtual_router_id": (10, "the last octet of 192.0.2.10"),
        "VI_1.version": (2, "keepalived's default for this family"),
        "VI_1.advert_int": (1, "keepalived_failover is standard"),
        "VI_1.priority": (180, "rank 2 of 2, 20 apart"),
        "VI_1.state": ("BACKUP", "not the highest priority"),
        "global_defs.router_id": ("app2", "the member's name"),
        "global_defs.enable_script_security": (True, "scripts are run"),
        "global_defs.script_user": ("nobody", "scripts are run, and never as root without being asked to"),
        "global_defs.vrrp_higher_prio_send_advert": (
            True,
            "after a split brain the network then hears from the owner at once",
        ),
        "-d": (True, "there is no password that it would write to the log"),
    }


def test_what_was_written_is_not_derived():
    written = instance(
        interface="eth0", virtual_router_id=7, priority={"app1": 9, "app2": 8}, advert_int=2, version=2, state="BACKUP",
        authentication={"auth_type": "PASS", "auth_pass": SECRET},
    )  # fmt: skip
    own = {"router_id": "x", "script_user": "root", "vrrp_higher_prio_send_advert": False}
    result = plan(inventory(written, keepalived_global_defs=own))
    assert set(rows(result)) == {"global_defs.enable_script_security"}


def test_needs_and_flags():
    hosts = inventory(instance(use_vmac=True))
    hosts["app1"]["observed"] = observed(1, kernel={"ipvs": False, "selinux": "disabled"})
    found = rows(plan(hosts))
    assert found["net.ipv4.conf.all.arp_ignore"] == (1, "use_vmac needs it")
    assert found["--vrrp"] == (True, "the kernel has no IPVS")


def test_report():
    hosts = inventory(instance(unicast=True))
    hosts["app1"]["observed"] = observed(1, firewall=firewall(True, "nftables", eth0="internal"))
    hosts["app2"]["observed"] = None
    hosts["app2"]["address"] = "192.0.2.102"
    hosts["app1"]["address"] = "192.0.2.101"
    hosts["app1"]["variables"]["hot_standby_allow_partial"] = True
    text = _explain.report(plan(hosts))
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
    lines = [line for line in _explain.report(plan(hosts)).splitlines() if "direct rule --" in line]
    assert [line.rpartition(" (ipv4)")[2] for line in lines] == ["", "", *[", from firewalld's next start on"] * 2]


def test_report_tells_errors_and_warnings():
    text = _explain.report(plan(inventory(instance(prioritty=5, nopreempt="yes"))))
    assert "Errors:\n  app1: keepalived_vrrp_instances[0].nopreempt: " in text
    assert "Warnings:\n  app1: keepalived_vrrp_instances[0].prioritty: " in text


@pytest.mark.parametrize(
    ("version", "installed", "words"),
    [
        ((2, 2, 7), True, "keepalived 2.2.7"),
        ((2, 2, 7), False, "keepalived 2.2.7 (as its distribution has it; not installed yet)"),
        ((), False, "keepalived, version not known yet"),
    ],
)
def test_keepalived(version, installed, words):
    assert _explain.keepalived(Version(version, installed), installed) == words


def test_masked():
    config = {"a": [{"authentication": {"auth_pass": SECRET, "auth_type": "PASS"}}], "raw": SECRET, "b": 5}
    assert SECRET not in str(_explain.masked(config))
    assert _explain.masked(config)["b"] == 5


@pytest.mark.parametrize(
    "part",
    [
        {"authentication_password": SECRET},
        {"authentication": f"PASS {SECRET}"},
        {"authentication": [f"auth_pass {SECRET}"]},
        {"authenticaton": [f"auth_pass {SECRET}"]},
        {"authentication": {"auth_pas": SECRET}},
        {f"auth_pass {SECRET}": True},
        {"text": f"authentication auth_pass {SECRET}"},
        {"auth_hmac": {"key": [f"1 {SECRET}"]}},
        {"aut": {"key": [f"1 {SECRET}"]}},
        {"aut": [f"key 1 {SECRET}"]},
        {"aut": [f"auth_hmac {{ {SECRET} }}"]},
        {"SSL": {"password": SECRET}},
    ],
)
def test_whatever_may_be_a_password_is_masked(part):
    assert SECRET not in str(_explain.masked({"vrrp_instance": [part]}))


def test_words_about_passwords_are_not():
    text = "there is no password that it would write to the log"
    assert _explain.masked({"why": text, "passive": True}) == {"why": text, "passive": True}
    text = "auth_hmac needs keepalived 2.4.0, and its key is a text"
    assert _explain.masked({"why": text}) == {"why": text}
    assert _explain.masked({"SSL": {"key": "/x.pem"}}) == {"SSL": {"key": "/x.pem"}}


def test_authentication_shows_its_type():
    config = {"a": [{"authentication": {"auth_pass": SECRET, "auth_type": "PASS"}}]}
    assert _explain.masked(config)["a"][0]["authentication"]["auth_type"] == "PASS"
