# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which instances get the script, and which command cannot be given to it."""

from __future__ import annotations

import pytest
from builders import instance, inventory, plan, told

SCRIPT = "/usr/libexec/keepalived/log_transition"


def notified(**variables):
    result = plan(inventory(**variables))
    assert result["errors"] == []
    model = result["members"]["app1"]["keepalived"]
    return [one.get("notify") for one in model["config"]["vrrp_instance"]], model["scripts"]


def test_nothing_unless_asked_for():
    assert notified() == ([None], ["check_nginx"])
    assert notified(hot_standby_service="none") == ([None], [])


def test_log():
    assert notified(keepalived_log_transitions=True) == ([SCRIPT], ["check_nginx", "log_transition"])


def test_command_alone_is_logged_too():
    assert notified(keepalived_transition_command="/usr/local/bin/tell ops 7")[0] == [
        f"{SCRIPT} /usr/local/bin/tell ops 7"
    ]


def test_notify_of_the_user_s_own_stays_and_is_told():
    hosts = inventory(instance(notify="/usr/local/bin/mine"), keepalived_log_transitions=True)
    result = plan(hosts)
    model = result["members"]["app1"]["keepalived"]
    assert model["config"]["vrrp_instance"][0]["notify"] == "/usr/local/bin/mine"
    assert "log_transition" not in model["scripts"]
    assert any("has a notify of its own" in warning["text"] for warning in result["warnings"])


@pytest.mark.parametrize(
    "command", ["tell", "/bin/sh -c 'reboot'", "/bin/a; reboot", "/bin/a\nnotify b", '/bin/a "', ""]
)
def test_command_that_cannot_be_given(command):
    result = plan(inventory(keepalived_transition_command=command))
    assert ("app1", "keepalived_transition_command") in told(result)
