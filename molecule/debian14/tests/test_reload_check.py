# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair whose daemons take no reload, as one of 2.3.3 that was updated: the next change takes effect all the same."""

from __future__ import annotations

import pytest
from labhosts import lost, wait_for

CONF = "/etc/keepalived/keepalived.conf"


def instance(lab, count):
    """One instance with so many addresses."""
    return {
        "virtual_ipaddress": [f"{address}/{lab.vars['lab_prefixlen']}" for address in lab.vars["lab_vips"][:count]],
        "authentication": {"auth_type": "PASS", "auth_pass": "Hw2xRt6d"},
    }


@pytest.fixture
def deaf(lab):
    """Both daemons run with the keyword; afterwards as the inventory has it."""
    for name in ("app2", "app1"):
        lab.hosts[name].check_output(
            f"sed -i 's/^global_defs {{/&\\n    reload_check_config/' {CONF} && systemctl restart keepalived"
        )
        wait_for(
            "it is settled", lambda name=name: lab.module(name, "keepalived_info")["settled"]
        )  # before the other is restarted
    lab.wait_for_owner("app1")
    yield
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr


def test_daemon_that_takes_no_reload_is_seen(lab, deaf):
    config = lab.module("app1", "keepalived_info")["config"]
    assert (config["loaded"], config["takes_reload"]) == (True, False)
    more = instance(lab, 2)
    with lab.probing(lab.vip, 0.01) as measured:
        done = lab.site(keepalived_vrrp_instances=[more])
    assert done.returncode == 0, done.stdout + done.stderr
    # Two members were restarted, each while it owned nothing.
    assert measured["requests"]["failed"] <= 2, lost(measured)
    assert measured["outage_longest"] < 0.1, lost(measured)
    assert lab.holder(lab.vars["lab_vips"][1]) == ["app1"]
    for name in ("app1", "app2"):
        seen = lab.module(name, "keepalived_info")
        assert (seen["config"]["loaded"], seen["config"]["takes_reload"]) == (True, True)
        assert more["virtual_ipaddress"] == seen["instances"][0]["virtual_ipaddress"]
        assert "reload_check_config" not in lab.hosts[name].file(CONF).content_string


def test_keyword_of_the_users_own_is_refused(lab):
    done = lab.site(keepalived_global_defs={"reload_check_config": True})
    assert done.returncode == 2
    assert "takes no reload any more" in done.stdout + done.stderr
