# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the one shape, on the recorded dumps of every version: see fixtures/keepalived/README.md."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import glob
import io
import json
import os

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import dump_json, state as _state

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "fixtures", "keepalived")
VERSIONS = ("1.3.5", "2.1.5", "2.2.7", "2.2.8", "2.2.8-jsonv2", "2.3.3")
# The states table of the README: of VI_MCAST4, VI_MCAST6 and VI_UNI4.
STATES = {
    "master": ["MASTER", "MASTER", "MASTER"],
    "backup": ["BACKUP", "BACKUP", "BACKUP"],
    "fault_script": ["FAULT", "FAULT", "MASTER"],
    "master_after_failover": ["MASTER", "MASTER", "BACKUP"],
    "fault_interface": ["FAULT", "FAULT", "MASTER"],
    "master_recovered": ["MASTER", "MASTER", "MASTER"],
}
SECRET = "s3cr3t"


def read(version, name):
    with io.open(os.path.join(FIXTURES, version, name), encoding="utf-8") as stream:
        return stream.read()


def moments(suffix):
    """The recorded moments for which there is this kind of dump: (version, moment)."""
    found = [glob.glob(os.path.join(FIXTURES, version, "*" + suffix)) for version in VERSIONS]
    return [
        (version, os.path.basename(path)[: -len(suffix)])
        for version, paths in zip(VERSIONS, found)
        for path in sorted(paths)
    ]


def digest(secret):
    return "digest of %d characters" % len(secret)


def by_text(version, moment):
    return _state.from_text(read(version, moment + ".data"), read(version, moment + ".stats"), digest)


def by_json(version, moment):
    return _state.from_json(read(version, moment + ".data"), read(version, moment + ".json"), digest)


def instance_of(state, name):
    return next(found for found in state["instances"] if found["name"] == name)


def test_the_fixtures_are_found():
    assert len(moments(".data")) == 34
    assert len(moments(".json")) == 28


@pytest.mark.parametrize(("version", "moment"), moments(".data"))
def test_states_by_text(version, moment):
    state = by_text(version, moment)
    # There is no VI_UNI4 in the recordings of 2.1.5.
    assert [found["state"] for found in state["instances"]] == STATES[moment][: 2 if version == "2.1.5" else 3]
    assert state["source"] == "text"
    assert all(found["counters"]["advert_sent"] >= 0 for found in state["instances"])
    assert SECRET not in json.dumps(state)


@pytest.mark.parametrize(("version", "moment"), moments(".json"))
def test_json_and_text_give_the_same(version, moment):
    text, joined = by_text(version, moment), by_json(version, moment)
    assert joined["source"] == "json"
    assert SECRET not in json.dumps(joined)
    for one, other in zip(text["instances"], joined["instances"]):
        assert set(one) == set(other)
        # The dumps were written some seconds apart: adverts have come and gone, and digits of a second differ.
        assert one["last_transition"] == pytest.approx(other["last_transition"], abs=1)
        moving = ("counters", "last_transition")
        assert dict((key, one[key]) for key in one if key not in moving) == dict(
            (key, other[key]) for key in other if key not in moving
        )
        assert set(one["counters"]) == set(other["counters"])
    assert text["sync_groups"] == joined["sync_groups"]
    assert text["scripts"] == joined["scripts"]


@pytest.mark.parametrize("version", [version for version in VERSIONS if version != "2.1.5"])
def test_fault_by_script(version):
    state = by_text(version, "fault_script")
    causes = dict((found["name"], _state.fault_causes(found, state)) for found in state["instances"])
    assert causes["VI_MCAST4"][0] == "script chk_web is BAD"
    assert causes["VI_UNI4"] == []
    assert causes["VI_MCAST6"] == ["VI_MCAST4 of the sync group VG_WEB is in FAULT"]


@pytest.mark.parametrize("version", [version for version in VERSIONS if version != "2.1.5"])
def test_fault_by_interface(version):
    state = by_text(version, "fault_interface")
    found = instance_of(state, "VI_MCAST4")
    assert _state.fault_causes(found, state)[0] == "interface kvd0 is down"
    # A script with a weight is bad as well, which puts no instance in FAULT.
    assert [one["status"] for one in state["scripts"] if one["name"] == "chk_weight"] == ["BAD"]
    assert _state.fault_causes(instance_of(state, "VI_UNI4"), state) == []


@pytest.mark.parametrize(("version", "moment"), [one for one in moments(".data") if one[1] == "backup"])
def test_what_a_backup_hears(version, moment):
    found = instance_of(by_text(version, moment), "VI_MCAST4")
    assert (found["master_address"], found["master_priority"]) == ("10.31.0.11", 150)
    assert _state.is_settled(found) is True


@pytest.mark.parametrize("cut", [1, 40, 400], ids=str)
def test_json_that_is_not_complete(cut):
    data, dump = read("2.2.7", "master.data"), read("2.2.7", "master.json").rstrip()
    assert _state.from_json(data, dump[:-cut], digest) is None


def test_stats_that_are_not_complete():
    data, stats = read("2.2.7", "master.data"), read("2.2.7", "master.stats")
    assert _state.from_text(data, stats[: len(stats) // 2], digest) is None
    assert _state.from_text(data, "", digest) is None


def test_text_of_an_unknown_form_leaves_the_json():
    state = _state.from_json("something new", read("2.2.7", "master.json"), digest)
    assert [found["state"] for found in state["instances"]] == STATES["master"]
    assert (state["sync_groups"], state["scripts"]) == (None, None)
    for found in state["instances"]:
        assert _state.fault_causes(dict(found, state="FAULT"), state) == []


def test_text_of_an_unknown_form_alone():
    with pytest.raises(dump_json.FormatError):
        _state.from_text("something new", "", digest)


@pytest.mark.parametrize(
    ("state", "own", "heard", "nopreempt", "expected"),
    [
        pytest.param("MASTER", 200, None, False, True, id="a MASTER stays"),
        pytest.param("FAULT", 200, None, False, True, id="so does a FAULT"),
        pytest.param("BACKUP", 180, 200, False, True, id="BACKUP of a higher one"),
        pytest.param("BACKUP", 200, 200, False, True, id="BACKUP of an equal one"),
        pytest.param("BACKUP", 200, 180, False, False, id="will preempt a lower one"),
        pytest.param("BACKUP", 200, 180, True, True, id="unless it must not"),
        pytest.param("BACKUP", 200, None, False, False, id="hears nobody"),
        pytest.param("BACKUP", 200, 0, True, False, id="hears a goodbye"),
        pytest.param("BACKUP", None, 180, False, True, id="1.3.5 tells no effective priority"),
        pytest.param("BACKUP", None, 120, False, False, id="and counts with the configured one"),
        pytest.param("INIT", 200, 200, False, False, id="INIT is on its way"),
        pytest.param("STOP", 200, 255, False, False, id="STOP"),
        pytest.param("UNKNOWN", 200, 255, False, False, id="UNKNOWN"),
    ],
)
def test_is_settled(state, own, heard, nopreempt, expected):
    found = {"state": state, "base_priority": 150, "effective_priority": own}
    found.update(master_priority=heard, nopreempt=nopreempt)
    assert _state.is_settled(found) is expected


def test_a_backup_whose_priority_is_not_told_is_not_settled():
    found = {"state": "BACKUP", "base_priority": None, "effective_priority": None, "master_priority": 150}
    assert _state.is_settled(dict(found, nopreempt=False)) is False
