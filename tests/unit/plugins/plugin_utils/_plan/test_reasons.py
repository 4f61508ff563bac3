# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each derived value has its reason."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import reasons
from builders import SECRET, instance, inventory, observed, plan


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


@pytest.mark.parametrize(
    ("version", "installed", "words"),
    [
        ((2, 2, 7), True, "keepalived 2.2.7"),
        ((2, 2, 7), False, "keepalived 2.2.7 (as its distribution has it; not installed yet)"),
        ((), False, "keepalived, version not known yet"),
    ],
)
def test_keepalived(version, installed, words):
    assert reasons.keepalived(Version(version, installed), installed) == words
