# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the module as a program: run for real, with its arguments and its result as JSON."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import os
import subprocess
import sys

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.modules import vip_info

pytestmark = pytest.mark.usefixtures("alone_on_loopback")


def run(arguments, before=""):
    """The module's result and exit status, from a process of its own that runs the code before: (dict, int)."""
    program = (
        "import sys, ansible.module_utils.basic as basic\n"
        "basic._ANSIBLE_ARGS = sys.argv[1].encode()\n"
        "basic._ANSIBLE_PROFILE = 'legacy'\n"
        "from ansible_collections.hotstandby.vrrp.plugins.modules import vip_info\n"
    )
    program += before + "\nvip_info.main()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", program, json.dumps({"ANSIBLE_MODULE_ARGS": arguments})],
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)),
        stdout=subprocess.PIPE,
    )
    output = process.communicate()[0].decode()
    return json.loads(output), process.returncode


def documented(described, found):
    """Whether a result has exactly the keys, and values of the types, that RETURN describes; None is null."""
    types = {"str": type(u""), "bool": bool, "int": int, "float": (int, float), "list": list, "dict": dict}
    assert set(found) == set(described)
    for key, entry in described.items():
        values = [found[key]]
        assert found[key] is None or isinstance(found[key], types[entry["type"]]), key
        if entry["type"] == "list":
            values = found[key]
            element = types[entry["elements"]]
            assert all(isinstance(value, element) for value in values), key
        for value in values if "contains" in entry else []:
            if value is not None:
                documented(entry["contains"], value)


@pytest.mark.parametrize("check_mode", [False, True])
def test_result_is_as_documented(check_mode):
    arguments = {"addresses": ["127.0.0.1", "192.0.2.254/24"], "probe": True, "probe_timeout": 0.05}
    result, status = run(dict(arguments, _ansible_check_mode=check_mode))
    assert status == 0
    assert result.pop("changed") is False
    result.pop("invocation")
    documented(yaml.safe_load(vip_info.RETURN), result)
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
    result, status = run({"addresses": []}, before="vip_info._netlink.socket.NETLINK_ROUTE = 99")
    assert status == 1
    assert result["msg"].startswith("Cannot ask the kernel for the network interfaces (netlink): ")
    assert "exception" not in result
