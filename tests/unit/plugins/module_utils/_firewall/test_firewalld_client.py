# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of how firewalld is asked. What it answers is tested with daemons, in tests/integration."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import firewall_cmd, firewalld_client


class Recorded:
    """A run() that gives one answer and keeps the argument vector it was given."""

    def __init__(self, *answer):
        self.answer = answer
        self.asked = None

    def __call__(self, argv):
        self.asked = argv
        return self.answer


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"#!/usr/bin/python3\n", ["/usr/bin/python3"]),
        (b"#!/usr/libexec/platform-python -s\n", ["/usr/libexec/platform-python", "-s"]),
        (b"#! /usr/bin/python -Es\n", ["/usr/bin/python", "-Es"]),
        (b"#!/bin/sh\n", ["python3"]),
        (b"\x7fELF\xff\n", ["python3"]),
        (b"", ["python3"]),
    ],
    ids=["Debian", "EL8", "EL7", "a wrapper", "a binary", "empty"],
)
def test_interpreter(tmp_path, line, expected):
    program = tmp_path / "firewall-cmd"
    program.write_bytes(line)
    assert firewalld_client.interpreter(str(program)) == expected


def test_interpreter_of_a_program_that_is_gone(tmp_path):
    assert firewalld_client.interpreter(str(tmp_path / "firewall-cmd")) == ["python3"]


def test_the_program_is_valid_for_this_python():
    compile(firewalld_client.PROGRAM, "program", "exec")


def test_what_is_asked_and_what_is_told(tmp_path):
    run = Recorded(0, 'a warning of the library\n{"state": "RUNNING"}\n', "")
    assert firewalld_client.ask(run, str(tmp_path / "no"), ["public"], True, ("ipv4",)) == {"state": "RUNNING"}
    assert run.asked[:4] == ["env", "LC_ALL=C", "python3", "-c"]
    assert json.loads(run.asked[5]) == {"zones": ["public"], "direct_rules": True, "families": ["ipv4"]}


def test_without_a_bus_it_does_not_run(tmp_path):
    run = Recorded(1, "", "DBUS_ERROR: Failed to connect to socket /run/dbus/system_bus_socket: No such file\n")
    assert firewalld_client.ask(run, str(tmp_path / "no"), [], False, ()) == {"state": "NOT RUNNING"}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("org.fedoraproject.FirewallD1.NotAuthorizedException: Not Authorized(polkit): info", "become: true"),
        ("ModuleNotFoundError: No module named 'firewall'", "No module named 'firewall'"),
        ("", "no message"),
    ],
    ids=["not root", "no library", "nothing"],
)
def test_what_it_does_not_answer_is_said(tmp_path, message, words):
    with pytest.raises(firewall_cmd.FirewalldError) as caught:
        firewalld_client.ask(Recorded(1, "", message), str(tmp_path / "no"), [], False, ())
    assert caught.value.kind == "refused"
    assert words in str(caught.value)
