# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the reader of JSON dumps, on the recorded ones of every version: see fixtures/keepalived/README.md."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import glob
import io
import json
import os

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import dump_json

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "fixtures", "keepalived")
DUMPS = sorted(os.path.relpath(path, FIXTURES) for path in glob.glob(os.path.join(FIXTURES, "*", "*.json")))
NAMES = ["VI_MCAST4", "VI_MCAST6", "VI_UNI4"]
# The states table of the README.
STATES = {
    "master": ["MASTER", "MASTER", "MASTER"],
    "backup": ["BACKUP", "BACKUP", "BACKUP"],
    "fault_script": ["FAULT", "FAULT", "MASTER"],
    "master_after_failover": ["MASTER", "MASTER", "BACKUP"],
    "fault_interface": ["FAULT", "FAULT", "MASTER"],
    "master_recovered": ["MASTER", "MASTER", "MASTER"],
}


def read(name):
    with io.open(os.path.join(FIXTURES, name), encoding="utf-8") as stream:
        return json.load(stream)


def state_of(name):
    return os.path.basename(name)[: -len(".json")]


def by_name(name):
    return dict((found["name"], found) for found in dump_json.instances(read(name)))


def values_of(data, key):
    """Every value that a key has anywhere in the data."""
    if isinstance(data, dict):
        return [value for name, value in data.items() if name == key] + values_of(list(data.values()), key)
    return [value for entry in data for value in values_of(entry, key)] if isinstance(data, list) else []


def instance(**data):
    """An instance of a dump that has these members beside the ones without which there is none."""
    return dump_json.instance(dict({"iname": "VI_1", "adver_int": 1}, **data), {})


def test_the_fixtures_are_found():
    assert len(DUMPS) == 28
    assert set(state_of(name) for name in DUMPS) == set(STATES)


@pytest.mark.parametrize("name", DUMPS)
def test_states(name):
    found = dump_json.instances(read(name))
    # There is no VI_UNI4 in the recordings of 2.1.5.
    expected = list(zip(NAMES, STATES[state_of(name)]))[: 2 if name.startswith("2.1.5") else 3]
    assert [(one["name"], one["state"]) for one in found] == expected


@pytest.mark.parametrize("name", DUMPS)
def test_no_password_gets_out(name):
    dump = read(name)
    passwords = [value for value in values_of(dump, "auth_data") if value]
    assert passwords
    result = json.dumps(dump_json.instances(dump))
    assert "auth_data" not in result
    assert not any(password in result for password in passwords)


@pytest.mark.parametrize("name", [name for name in DUMPS if state_of(name) == "master"])
def test_one_instance(name):
    found = by_name(name)["VI_MCAST4"]
    # The recording of 2.1.5 was made without the script and the interface.
    tracked = (["/etc/keepalived/chk_web.sh"], ["kvd0"]) if not name.startswith("2.1.5") else ([], [])
    tracked = [[{"name": one, "weight": None} for one in names] for names in tracked]
    transition, counters = found.pop("last_transition"), found.pop("counters")
    assert found == {
        "name": "VI_MCAST4",
        "state": "MASTER",
        "wanted_state": "MASTER",
        "interface": "eth0",
        "virtual_router_id": 51,
        "version": 2,
        "family": "ipv4",
        "base_priority": 150,
        "effective_priority": 150,
        "master_address": None,
        "master_priority": None,
        "advert_int": 1.0,
        "master_advert_int": None,
        "master_down_interval": None,
        "nopreempt": False,
        "preempt_delay": 0.0,
        "accept": True,
        "auth_type": "PASS",
        "source_address": None,
        "unicast_peer": None,
        "vmac_interface": None,
        "virtual_ipaddress": ["10.31.0.10/24"],
        "virtual_ipaddress_excluded": [],
        "sync_group": None,
        "track_script": tracked[0],
        "track_interface": tracked[1],
        "track_file": [],
        "track_process": [],
    }
    assert transition > 1000000000
    assert counters["become_master"] == 1
    assert counters["advert_sent"] > 0
    assert all(isinstance(value, int) for value in counters.values())


@pytest.mark.parametrize(
    "name", [name for name in DUMPS if not name.startswith("2.1.5") and state_of(name) == "backup"]
)
def test_what_a_backup_hears(name):
    found = by_name(name)
    assert set(one["master_priority"] for one in found.values()) == set([150])
    uni4 = found["VI_UNI4"]
    assert (uni4["nopreempt"], uni4["auth_type"], uni4["virtual_ipaddress_excluded"]) == (
        True,
        "NONE",
        ["10.31.0.14/32"],
    )
    mcast6 = found["VI_MCAST6"]
    assert (mcast6["version"], mcast6["family"], mcast6["virtual_ipaddress"]) == (
        3,
        "ipv6",
        ["fe80::51/64", "fd31::10/64"],
    )


@pytest.mark.parametrize(
    "name", [name for name in DUMPS if not name.startswith("2.1.5") and state_of(name) == "fault_interface"]
)
def test_weight_of_a_failing_script(name):
    uni4 = by_name(name)["VI_UNI4"]
    assert (uni4["base_priority"], uni4["effective_priority"]) == (150, 120)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("chk_web", "chk_web"), ("'/etc/x'", "/etc/x"), ("'/etc/x' '80' '/health'", "/etc/x 80 /health")],
    ids=["bare", "quoted", "each word quoted"],
)
def test_command_of_a_script(written, expected):
    found = instance(track_script=[written])
    assert found["track_script"] == [{"name": expected, "weight": None}]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "INIT"), (1, "BACKUP"), (2, "MASTER"), (3, "FAULT"), (97, "DELETED"), (98, "STOP"), (None, "UNKNOWN")],
)
def test_numbers_of_the_states(number, expected):
    found = instance(state=number, wantstate=number)
    assert (found["state"], found["wanted_state"]) == (expected, expected)


@pytest.mark.parametrize(("number", "expected"), [(0, "NONE"), (1, "PASS"), (2, "AH"), (None, "NONE")])
def test_numbers_of_the_authentication(number, expected):
    assert instance(auth_type=number)["auth_type"] == expected


def test_unknown_state():
    assert instance(state=55)["state"] == "UNKNOWN"


@pytest.mark.parametrize(
    "dump",
    [
        None,
        "text",
        5,
        {},
        {"vrrp": None},
        {"vrrp": {}},
        ["x"],
        [None],
        [{}],
        [{"data": None}],
        [{"data": {}}],
        [{"data": []}],
        [{"data": {"iname": "VI_1", "adver_int": "x"}}],
        [{"data": {"iname": "VI_1", "adver_int": 1, "vips": [5]}}],
        [{"data": {"iname": ["VI_1"], "adver_int": 1}}],
        [{"data": {"iname": "VI_1", "adver_int": 1, "ifp_ifname": {}}}],
        [{"data": {"iname": "VI_1", "adver_int": 1, "effective_priority": "100"}}],
        [{"data": {"iname": "VI_1", "adver_int": 1, "state": 1, "master_priority": [100]}}],
        [{"data": {"iname": "VI_1", "adver_int": 1, "last_transition": "yesterday"}}],
        [{"data": {"iname": "VI_1", "adver_int": 1, "last_transition": float("nan")}}],
        [{"data": {"iname": "VI_1", "adver_int": 1, "last_transition": float("inf")}}],
        [{"data": {"iname": "VI_1", "adver_int": 1, "last_transition": 2**70}}],
    ],
)
def test_another_form(dump):
    with pytest.raises(dump_json.FormatError):
        dump_json.instances(dump)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("192.0.2.10/24 dev eth0 scope global set", "192.0.2.10/24", id="with a prefix length"),
        pytest.param("192.0.2.10 dev eth0", "192.0.2.10/32", id="IPv4 without"),
        pytest.param("2001:db8::10", "2001:db8::10/128", id="IPv6 without"),
    ],
)
def test_addresses(written, expected):
    found = instance(vips=[written, ""], evips=[written])
    assert (found["virtual_ipaddress"], found["virtual_ipaddress_excluded"]) == ([expected], [expected])


def test_empty_name_of_2_0():
    assert instance(track_ifp=[""])["track_interface"] == []


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (1795351479.364812, "2026-11-22T12:44:39.364812Z"),
        (1795351479, "2026-11-22T12:44:39.000000Z"),
        (0, None),
        (None, None),
        (9e14, None),
    ],
)
def test_utc(seconds, expected):
    assert dump_json.utc(seconds) == expected


def test_no_instance():
    assert dump_json.instances([]) == []
    assert dump_json.instances({"vrrp": []}) == []
