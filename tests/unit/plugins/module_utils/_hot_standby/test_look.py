# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at this host, on which there is neither keepalived nor a program to ask."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import look, look_options
from ansible_collections.hotstandby.vrrp.plugins.modules import hot_standby_info

MANIFEST = {"known": False}


def looked(**options):
    """What a look tells where no program is found."""
    given = dict((name, one.get("default")) for name, one in hot_standby_info.argument_spec().items())
    given.update(options)
    return look.look(given, lambda argv: (127, "", "not found"), lambda name: None, MANIFEST)


def test_look_that_is_asked_for_nothing():
    before = time.time()
    found = looked()
    assert before <= found["time"] <= time.time()
    assert any(interface["loopback"] for interface in found["interfaces"])
    assert found["manifest"] is MANIFEST
    assert found["keepalived"]["running"] is False
    for kind in ("addresses", "files", "http", "numbers", "packages", "programs", "services", "settings", "sysctls"):
        assert not found[kind], kind
    assert found["adverts"] is None


def test_what_was_asked_for_is_told_with_it(tmp_path):
    number = tmp_path / "number"
    number.write_bytes(b"-253\n")
    found = looked(files=[str(number)], numbers=[str(number)], programs=["keepalived"], sysctls=["kernel.ostype"])
    assert found["numbers"] == {str(number): -253}
    assert found["files"][str(number)]["kind"] == "file"
    assert found["programs"] == {"keepalived": None}
    assert found["sysctls"] == {"kernel.ostype": "Linux"}
    assert sorted(found["asked"]) == sorted(look_options.NAMES)
    assert found["asked"]["numbers"] == [str(number)]


@pytest.mark.parametrize(
    "options",
    [
        {"listen": -1.0}, {"listen": float("inf")}, {"packages": ["a b"]}, {"addresses": ["nonsense"]},
        {"sysctls": ["../x"]}, {"digest_key": "short"},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for(options):
    with pytest.raises(look.ERRORS):
        looked(**options)


def test_wire_is_asked_beside_what_follows(tmp_path, monkeypatch):
    monkeypatch.setattr(look, "BESIDE", str(tmp_path / "folder" / "wire.json"))
    asked = {"addresses": ["127.0.0.1"], "probe": True, "probe_timeout": 0.5}
    began = looked(wire="begin", **asked)
    assert (began["addresses"][0]["held"], began["addresses"][0]["probe"]) == (True, None)
    for _once_more in range(2):  # the second asks itself
        taken = looked(wire="take", **asked)
        assert taken["addresses"][0]["probe"] is not None
        assert not list(tmp_path.iterdir())


def test_wire_that_is_asked_beside_refuses_a_wrong_option_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(look, "BESIDE", str(tmp_path / "wire.json"))
    with pytest.raises(look.ERRORS):
        looked(wire="begin", addresses=["127.0.0.1"], probe=True, probe_timeout=0.0)
    assert not list(tmp_path.iterdir())
