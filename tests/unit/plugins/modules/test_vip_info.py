# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the module as a program: run for real, with its arguments and its result as JSON."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import module_program
import pytest
from ansible_collections.hotstandby.vrrp.plugins.modules import vip_info

pytestmark = pytest.mark.usefixtures("alone_on_loopback")


def run(arguments, before=""):
    """The module's result and exit status."""
    return module_program.run("vip_info", arguments, before)


@pytest.mark.parametrize("check_mode", [False, True])
def test_result_is_as_documented(check_mode):
    arguments = {"addresses": ["127.0.0.1", "192.0.2.254/24"], "probe": True, "probe_timeout": 0.05}
    result, status = run(dict(arguments, _ansible_check_mode=check_mode))
    assert status == 0
    assert result.pop("changed") is False
    module_program.check_documented(vip_info.RETURN, result)
    assert [(entry["address"], entry["held"]) for entry in result["addresses"]] == [
        ("127.0.0.1", True),
        ("192.0.2.254", False),
    ]


def test_deadline_fails_with_the_data():
    result, status = run({"addresses": ["127.0.0.1", "192.0.2.254"], "wait": True, "wait_timeout": 0})
    assert status == 1
    assert result["failed"] is True
    assert result["changed"] is False
    assert "not held on this host: 192.0.2.254." in result["msg"]
    assert [entry["held"] for entry in result["addresses"]] == [True, False]
    assert "exception" not in result


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"addresses": ["app1"]}, '"app1" is no IPv4 or IPv6 address'),
        ({"addresses": [], "probe_timeout": 0}, "probe_timeout: 0.0"),
        ({"addresses": [], "wait_state": "gone"}, "wait_state"),
        ({}, "addresses"),
    ],
)
def test_invalid_options_fail(arguments, words):
    result, status = run(arguments)
    assert status == 1
    assert words in result["msg"]
    assert "exception" not in result


def test_what_the_kernel_refuses_is_a_message():
    result, status = run({"addresses": []}, before="vip_info.netlink.socket.NETLINK_ROUTE = 99")
    assert status == 1
    assert result["msg"].startswith("Cannot ask the kernel for the network interfaces (netlink): ")
    assert "exception" not in result
