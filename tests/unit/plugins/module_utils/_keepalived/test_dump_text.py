# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the reader of the text dump: what the recordings do not hold, and whatever bytes there may be.

The recordings are read in test__keepalived_state.py.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import glob
import io
import os

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import dump_json, dump_text
from hypothesis import HealthCheck, given, settings, strategies as st

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "fixtures", "keepalived")
# 2.1.5 with a sync group, the script tracked by the group and the interface by one of its instances: shortened.
GROUP = """------< VRRP Topology >------
 VRRP Instance = VI_1
   State = FAULT
   Interface = eth0
   Virtual Router ID = 51
   Master router = ff02::12
   Master priority = 0
 VRRP Instance = VI_2
   State = BACKUP
   Interface = eth0
   Virtual Router ID = 52
   Master router = ff02::12
   Master priority = 0
------< VRRP Sync groups >------
 VRRP Sync Group = VG_1, FAULT
   VRRP member instances :
     VI_1
     VI_2
   Tracked scripts :
     chk weight 0
------< VRRP Scripts >------
 VRRP Script = chk
   Status = BAD
   Tracking instances :
     VI_1, weight 0
     VI_2, weight 0
------< Interfaces >------
 Name = eth0
   State = UP, RUNNING
   Tracking VRRP instances :
     VI_1, weight 0
     VI_2, weight 0
 Name = eth1
   State = not UP, not RUNNING
   Tracking VRRP instances :
     VI_2, weight -20
"""


def dumps():
    """Texts of all recordings."""
    texts = []
    for path in sorted(glob.glob(os.path.join(FIXTURES, "*", "*.data"))):
        with io.open(path, encoding="utf-8") as stream:
            texts.append(stream.read())
    return texts


def test_tracked_through_the_sync_group():
    state = dump_text.parse(GROUP)
    first, second = state["instances"]
    assert first["track_script"] == second["track_script"] == [{"name": "chk", "weight": 0}]
    # Each tracks its own interface, which says nothing.
    assert (first["track_interface"], second["track_interface"]) == ([], [{"name": "eth1", "weight": -20}])
    (group,) = state["sync_groups"]
    assert (group["name"], group["state"], group["instances"]) == ("VG_1", "FAULT", ["VI_1", "VI_2"])
    assert (group["track_script"], group["track_interface"]) == ([{"name": "chk", "weight": 0}], [])


def test_a_backup_that_hears_nobody_has_no_master():
    second = dump_text.parse(GROUP)["instances"][1]
    assert (second["state"], second["master_address"], second["master_priority"]) == ("BACKUP", None, None)


def parsed(text):
    """The instances' names, None for what is no dump. Nothing else may come out."""
    try:
        return [instance["name"] for instance in dump_text.parse(text, len)["instances"]]
    except dump_json.FormatError:
        return None


def test_numbers_that_nothing_has():
    """The text of a number is read as far as there can be one: a longer one is none."""
    longest = "1" * 5000
    written = GROUP.replace("Virtual Router ID = 52", "Virtual Router ID = 52\n   Priority = " + longest)
    written = written.replace("VI_2, weight -20", "VI_2, weight -" + longest)
    found = dump_text.parse(written)["instances"][1]
    assert found["base_priority"] is None
    assert found["track_interface"] == []


@given(st.text())
def test_any_text(text):
    assert parsed(text) is None or " = " in text


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(st.data())
def test_a_dump_with_lines_lost_and_changed(data):
    lines = data.draw(st.sampled_from(dumps())).splitlines()
    for _change in range(data.draw(st.integers(1, 4))):
        first = data.draw(st.integers(0, len(lines) - 1))
        last = data.draw(st.integers(first, min(len(lines), first + 40)))
        lines[first:last] = data.draw(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(lines)), max_size=3))
        if not lines:
            break
    parsed("\n".join(lines))


@given(st.data())
def test_a_dump_cut_off_anywhere(data):
    text = data.draw(st.sampled_from(dumps()))
    names = parsed(text)
    cut = parsed(text[: data.draw(st.integers(0, len(text)))])
    # The last name may be cut off too.
    assert cut is None or cut[:-1] == names[: len(cut) - 1]


@pytest.mark.parametrize("text", ["", " VRRP Instance = VI_1\n", "[]", " VRRP Instance = VI_1\n   State = MASTER\n"])
def test_no_dump(text):
    with pytest.raises(dump_json.FormatError):
        dump_text.parse(text)


@pytest.mark.parametrize(
    ("version", "line", "expected"),
    [
        ("2.1.5", None, None),
        ("2.2.7", None, False),
        ("2.3.3", None, False),
        ("2.3.3", "Test config before reload, log to /dev/null", True),
    ],
)
def test_check_of_a_reload_that_the_daemon_has_switched_on(version, line, expected):
    with io.open(os.path.join(FIXTURES, version, "master.data"), encoding="utf-8") as stream:
        text = stream.read()
    if line:
        text = text.replace("No test config before reload", line)
    found = dump_text.parse(text)["global_defs"]
    assert found.get("reload_check_config") is expected
    assert found["router_id"]
