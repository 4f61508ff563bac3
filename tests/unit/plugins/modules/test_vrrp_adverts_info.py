# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the module as a program: run for real, with its arguments and its result as JSON."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json

import module_program
import pytest
from ansible_collections.hotstandby.vrrp.plugins.modules import vrrp_adverts_info

pytestmark = pytest.mark.usefixtures("alone_on_loopback")
# Sends an advert to the loopback interface while the module listens.
SPEAK = """
import socket, threading, time
def speak():
    time.sleep(0.2)
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
    sock.sendto(b"\\x21\\x33\\x96\\x01\\x01\\x01\\x00\\x00\\xc0\\x00\\x02\\x0a" + b"s3cret\\0\\0", ("127.0.0.1", 0))
    sock.close()
try:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    threading.Thread(target=speak).start()
except (IOError, OSError):
    pass
"""


def run(arguments, before=""):
    """The module's result and exit status."""
    return module_program.run("vrrp_adverts_info", arguments, before)


@pytest.mark.parametrize("check_mode", [False, True])
def test_result_is_as_documented(check_mode):
    arguments = {"interface": "lo", "duration": 0.5, "digest_key": "0123456789abcdef"}
    result, status = run(dict(arguments, _ansible_check_mode=check_mode), SPEAK)
    assert status == 0
    assert result.pop("changed") is False
    assert "0123456789abcdef" not in json.dumps(result)  # nor in the invocation, where ansible-core tells it
    module_program.check_documented(vrrp_adverts_info.RETURN, result)
    assert "s3cret" not in json.dumps(result)
    assert result["status"] in ("ok", "not_permitted")
    if result["status"] == "ok":
        assert [packet["auth_digest"] for packet in result["packets"]] == ["43197bb8437612bc"] * 2


def test_no_interface_is_an_answer():
    result, status = run({"interface": "absent0"})
    assert (status, result["status"], result["message"]) == (0, "no_interface", "There is no interface absent0.")


# Gives up all capabilities, and stays the user that it is: what Python has not imported yet may be for that one alone.
WITHOUT_CAPABILITIES = """
import ctypes

VERSION_3 = 0x20080522
ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(VERSION_3, 0), (ctypes.c_uint32 * 6)())
"""


def test_not_permitted_is_an_answer():
    result, status = run({"interface": "lo", "duration": 0.1}, WITHOUT_CAPABILITIES)
    assert (status, result["status"], result["interfaces"]) == (0, "not_permitted", [])
    assert "CAP_NET_RAW" in result["message"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"duration": 0}, "duration: 0.0"),
        ({"count": 0}, "count: 0"),
        ({"virtual_router_id": [256]}, "virtual_router_id: 256"),
        ({"digest_key": "short"}, "digest_key: "),
        ({"virtual_router_id": ["x"]}, "virtual_router_id"),
    ],
)
def test_invalid_options_fail(arguments, words):
    result, status = run(arguments)
    assert status == 1
    assert words in result["msg"]
    assert "exception" not in result


def test_what_the_kernel_refuses_is_a_message():
    result, status = run({}, before="vrrp_adverts_info.netlink.socket.NETLINK_ROUTE = 99")
    assert status == 1
    assert result["msg"].startswith("Cannot ask the kernel for the network interfaces (netlink): ")
    assert "exception" not in result


def test_settled_where_no_keepalived_is():
    """It does not wait for what cannot come, and has listened for the duration."""
    result, status = run({"interface": "lo", "duration": 0.3, "settle_timeout": 20}, "import time; began = time.time()")
    assert (status, result["settled"]) == (0, False)
    assert result["elapsed"] < 5


# keepalived comes to its end after a while.
SLOW = """
def collect_when(look, state, names, timeout):
    assert (state, names, timeout) == ("settled", [], 20.0)
    time.sleep(1.0)
    return {}, True, 1.0
import time
vrrp_adverts_info.info.collect_when = collect_when
"""


def test_listens_until_it_has_settled():
    result, status = run({"interface": "lo", "duration": 0.2, "settle_timeout": 20}, SLOW)
    assert (status, result["settled"]) == (0, True)
    if result["status"] == "ok":
        assert 0.9 <= result["elapsed"] < 3


def test_waits_where_it_may_not_listen():
    result, status = run(
        {"interface": "lo", "duration": 0.2, "settle_timeout": 20}, SLOW + WITHOUT_CAPABILITIES
    )
    assert (status, result["settled"], result["status"]) == (0, True, "not_permitted")


@pytest.mark.parametrize("timeout", [-1, "nan", "inf"])
def test_no_time_to_settle(timeout):
    result, status = run({"settle_timeout": timeout})
    assert status == 1
    assert result["msg"].startswith("settle_timeout: ")
