# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the log goes."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import log_target
from builders import PROGRAMS, inventory, plan, told

BARE: dict[str, str | None] = dict.fromkeys(PROGRAMS)
JOURNAL = {**PROGRAMS, "rsyslogd": None, "logrotate": None}


@pytest.mark.parametrize(
    ("wanted", "programs", "expected"),
    [
        ("auto", BARE, "rsyslog"),
        ("auto", PROGRAMS, "rsyslog"),
        ("auto", JOURNAL, "journald"),
        ("rsyslog", JOURNAL, "rsyslog"),
        ("journald", PROGRAMS, "journald"),
        ("journald", BARE, "journald"),
    ],
)
def test_target(wanted, programs, expected):
    assert log_target.target("app1", wanted, programs, Problems()) == expected


@pytest.mark.parametrize(
    ("chosen", "programs", "expected"),
    [
        ("rsyslog", PROGRAMS, True),
        ("rsyslog", JOURNAL, False),
        ("journald", JOURNAL, True),
        ("journald", BARE, False),
    ],
)
def test_is_installed(chosen, programs, expected):
    assert log_target.is_installed(chosen, programs) is expected


def test_unknown_target():
    assert told(plan(inventory(keepalived_log_target="syslog-ng"))) == [
        ("app1", "keepalived_log_target"),
        ("app2", "keepalived_log_target"),
    ]
