# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of one look at a host without a running keepalived, and of waiting. With one: tests/integration."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import io
import os

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import daemon, info

VERSION = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "fixtures", "keepalived", "2.2.7", "version.txt"
)


def never(argv):
    raise AssertionError("nothing is to be run: %s" % argv)


def nothing(name):
    """No program is installed."""
    return None


@pytest.fixture(autouse=True)
def no_daemon(monkeypatch, tmp_path):
    """No keepalived runs, whatever the host of the tests has, and no file of its own is looked at."""
    monkeypatch.setattr(daemon, "NAME", "no such program")
    monkeypatch.setattr(daemon, "PID_FILE", str(tmp_path / "keepalived.pid"))
    monkeypatch.setitem(info.EMPTY, "config_file", str(tmp_path / "keepalived.conf"))
    return tmp_path


def collect(*outputs):
    """One look at a host with keepalived and systemctl, whose commands print these."""
    calls, answers = [], list(outputs)

    def run(argv):
        calls.append(argv)
        return 0, "", answers.pop(0)

    def systemctl(argv):
        calls.append(argv)
        return 0, answers.pop(0), ""

    def find(name):
        return "/usr/bin/" + name

    result = info.collect(lambda argv: systemctl(argv) if "systemctl" in argv[0] else run(argv), find)
    return result, calls


def version():
    with io.open(VERSION, encoding="utf-8") as stream:
        return stream.read()


INACTIVE = "ActiveState=inactive\nResult=success\nExecMainStatus=0\n"
FAILED = "ActiveState=failed\nResult=signal\nExecMainStatus=9\n"


def test_not_installed():
    result = info.collect(never, nothing)
    assert (result["status"], result["installed"], result["running"], result["instances"]) == (
        "not_installed",
        False,
        False,
        [],
    )
    assert "not installed" in result["message"]


def test_not_running():
    result, calls = collect(version(), INACTIVE)
    assert calls[0] == ["/usr/bin/keepalived", "-v"]
    assert (result["status"], result["installed"], result["running"], result["version"]) == (
        "not_running",
        True,
        False,
        "2.2.7",
    )
    assert "JSON" in result["compiled"]
    assert set(result) == set(info.collect(never, nothing))


@pytest.mark.parametrize(
    ("unit", "pid_file", "words"),
    [
        pytest.param(FAILED, False, "signal 9", id="systemd says so"),
        pytest.param(INACTIVE, True, "killed or has crashed", id="its pid file is left"),
    ],
)
def test_crashed(no_daemon, unit, pid_file, words):
    if pid_file:
        (no_daemon / "keepalived.pid").write_bytes(b"999999\n")
    result = collect(version(), unit)[0]
    assert (result["status"], result["running"]) == ("crashed", False)
    assert words in result["message"]


def test_addresses_left_behind(no_daemon):
    # Of what the file names only what this host has.
    conf = "vrrp_instance VI_1 {\n virtual_ipaddress {\n  127.0.0.1/8\n  192.0.2.123/24\n }\n}\n"
    (no_daemon / "keepalived.conf").write_bytes(conf.encode("utf-8"))
    assert collect(version(), INACTIVE)[0]["addresses_left_behind"] == ["127.0.0.1"]


def test_addresses_left_behind_cannot_be_told_without_the_file():
    assert collect(version(), INACTIVE)[0]["addresses_left_behind"] is None


def instance(name, state, **more):
    found = {"name": name, "state": state, "base_priority": 100, "effective_priority": 100}
    return dict(found, **dict({"master_priority": None, "nopreempt": False}, **more))


@pytest.mark.parametrize(
    ("states", "wanted", "names", "expected"),
    [
        pytest.param(["MASTER"], "MASTER", [], True, id="come"),
        pytest.param(["MASTER", "BACKUP"], "MASTER", [], False, id="one of two"),
        pytest.param(["MASTER", "BACKUP"], "MASTER", ["VI_0"], True, id="the one that counts"),
        pytest.param(["MASTER", "BACKUP"], "BACKUP", ["VI_1"], True, id="the other one"),
        pytest.param(["MASTER"], "MASTER", ["VI_9"], False, id="there is no such one"),
        pytest.param([], "MASTER", [], False, id="none at all"),
        pytest.param(["MASTER", "FAULT"], "settled", [], True, id="settled"),
        pytest.param(["MASTER", "BACKUP"], "settled", [], False, id="not settled, hears nobody"),
    ],
)
def test_has_come(states, wanted, names, expected):
    result = {"instances": [instance("VI_%d" % number, state) for number, state in enumerate(states)]}
    assert info.has_come(result, wanted, names) is expected


@pytest.mark.parametrize(("missing", "expected"), [(["192.0.2.10/24"], False), ([], True), (None, True)])
@pytest.mark.parametrize("wanted", ["MASTER", "settled"])
def test_master_has_come_with_its_addresses(missing, expected, wanted):
    """1.3.5 says MASTER one advert interval before it sets them; what was not seen is not held against it."""
    result = {"instances": [instance("VI_1", "MASTER", addresses_not_held=missing)]}
    assert info.has_come(result, wanted, []) is expected


def test_wait_in_vain_names_the_address_that_is_missing():
    result = {"status": "ok", "instances": [instance("VI_1", "MASTER", addresses_not_held=["192.0.2.10/24"])]}
    message = info.still(result, "settled", [], 5)
    assert message == "After 5 s the instances have not become settled: VI_1 is MASTER without 192.0.2.10/24."


@pytest.mark.parametrize("state", ["MASTER", "BACKUP"])
@pytest.mark.parametrize(
    ("kernel", "held", "not_held"),
    [
        pytest.param(["192.0.2.10", "192.0.2.11"], ["192.0.2.10/24", "192.0.2.11/32"], [], id="all"),
        pytest.param(["192.0.2.11", "192.0.2.1"], ["192.0.2.11/32"], ["192.0.2.10/24"], id="one"),
        pytest.param([], [], ["192.0.2.10/24", "192.0.2.11/32"], id="none"),
        pytest.param(None, None, None, id="not to be seen"),
    ],
)
def test_addresses_are_what_the_kernel_has_whatever_the_state(state, kernel, held, not_held):
    """A MASTER without its address, and an address without a MASTER, both show; the secret's digest does not."""
    one = instance("VI_1", state, last_transition=None, auth_digest="d1gest", interface="eth0",
                   virtual_ipaddress=["192.0.2.10/24"], virtual_ipaddress_excluded=["192.0.2.11/32"])  # fmt: skip
    told = info._told(one, {"instances": [one]}, kernel)
    assert (told["state"], told["addresses_held"], told["addresses_not_held"]) == (state, held, not_held)
    assert "d1gest" not in str(told)


def test_waiting_ends_when_it_has_come():
    looks = [{"status": "ok", "instances": [instance("VI_1", state)]} for state in ("INIT", "BACKUP", "MASTER")]
    result, come, elapsed = info.collect_when(lambda: looks.pop(0), "MASTER", [], 60)
    assert (result["instances"][0]["state"], come, looks) == ("MASTER", True, [])
    assert elapsed < 30


def test_waiting_ends_with_the_time():
    look = {"status": "ok", "instances": [instance("VI_1", "INIT")]}
    result, come, elapsed = info.collect_when(lambda: look, "MASTER", [], 0.05)
    assert (come, elapsed >= 0.05) == (False, True)
    message = info.still(result, "MASTER", [], 0.05)
    assert message == "After 0.05 s the instances have not become all MASTER: VI_1 is INIT."
    assert "no VRRP instance of the name VI_9, only: VI_1" in info.still(result, "MASTER", ["VI_9"], 1)


def test_waiting_ends_at_once_where_there_is_nothing_to_wait_for():
    result, come, elapsed = info.collect_when(
        lambda: info.collect(never, nothing), "settled", [], 600
    )
    assert (result["status"], come) == ("not_installed", False)
    assert elapsed < 60
    assert "not installed" in info.still(result, "settled", [], 600)
