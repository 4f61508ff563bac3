# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the journal tells, in lines as journalctl writes them."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import log as _log

PARENT, VRRP = 1160, 1161


def entry(moment, pid, text):
    return json.dumps({"__REALTIME_TIMESTAMP": "%d" % (moment * 1e6), "_PID": str(pid), "MESSAGE": text})


def log(*lines, **options):
    """The log of lines, as a journal that heeds the times it is asked for by whole seconds."""
    asked = options.get("asked", [])

    def run(argv):
        asked.append(argv)
        return 0, "\n".join(lines) + "\nno JSON\n{}\n", ""

    return _log.Log(run, options.get("journalctl", "/usr/bin/journalctl"), PARENT, VRRP)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([(100.5, VRRP, "Reloading")], True, id="2.x"),
        pytest.param([(100.5, VRRP, "Opening file '/etc/keepalived/keepalived.conf'.")], True, id="1.3.5"),
        pytest.param([(100.5, VRRP, "Opening script file /etc/keepalived/notify.sh")], None, id="a script"),
        pytest.param([(100.1, VRRP, "Reloading")], None, id="before"),
        pytest.param([(100.5, PARENT, "Reloading ...")], None, id="the parent alone"),
        pytest.param([(100.5, 77, "Reloading")], None, id="another daemon"),
        pytest.param([(100.5, PARENT, "New config failed validation, see /dev/null for details")], False, id="refused"),
        pytest.param([(100.5, PARENT, "reload_check exited due to signal 15 (Terminated)")], False, id="killed"),
        pytest.param(
            [(100.3, PARENT, "New config failed validation"), (100.9, VRRP, "Reloading")], True, id="the last counts"
        ),
    ],
)
def test_reload_since(lines, expected):
    assert log(*[entry(*line) for line in lines]).reload_since(100.2) is expected


def test_no_journal():
    found = log(entry(100, VRRP, "Reloading"), journalctl=None)
    assert found.reload_since(1) is None
    assert found.why_off(["chk"], 1) == ""


def test_long_log_is_read_whole_only_where_the_reload_is_not_soon():
    asked = []
    assert log(entry(100.5, VRRP, "Reloading"), asked=asked).reload_since(100.2) is True
    assert [argument for argument in asked[0] if "until" in argument] == ["--until=@220"]
    assert len(asked) == 1
    log(asked=asked).reload_since(100.2)
    assert len(asked) == 3 and "--until" not in " ".join(asked[2])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["picky", "/etc/keepalived/picky"], "is not executable for uid:gid 1:1 - disabling."),
        (["gone", "/usr/bin/gone"], "Disabling track script gone since not found/accessible"),
        (["pick", ""], ""),
        (["fine", "/usr/bin/true"], ""),
    ],
)
def test_why_a_script_is_off(words, expected):
    found = log(
        entry(100, VRRP, "WARNING - script '/etc/keepalived/picky' is not executable for uid:gid 1:1 - disabling."),
        entry(101, VRRP, "Disabling track script gone since not found/accessible"),
        entry(102, VRRP, "VRRP_Script(fine) succeeded"),
    ).why_off(words, 1)
    assert found.endswith(expected) and bool(found) == bool(expected)
