# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as a program: run for real, with its arguments and its result as JSON."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.modules import vip_probe

PROGRAM = (
    "import sys, ansible.module_utils.basic as basic\n"
    "basic._ANSIBLE_ARGS = sys.argv[1].encode()\n"
    "basic._ANSIBLE_PROFILE = 'legacy'\n"
    "from ansible_collections.hotstandby.vrrp.plugins.modules import vip_probe\n"
    "vip_probe.main()\n"
)
TYPES = {"str": (str, type(u"")), "bool": bool, "int": int, "float": (int, float), "list": list, "dict": dict}


def start(**arguments):
    """Start the module in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps({"ANSIBLE_MODULE_ARGS": arguments})],
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)),
        stdout=subprocess.PIPE,
    )


def run(**arguments):
    """Return the module's result (dict)."""
    return json.loads(start(**arguments).communicate()[0].decode())


@pytest.fixture
def listener():
    """A port that accepts TCP connections."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(1024)
        yield sock


def closed_port():
    """Return a loopback port on which nobody listens."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def check_documented(described, found):
    """Assert that FOUND has the keys, and values of the types, that DESCRIBED (of RETURN) gives."""
    assert set(found) == set(described)
    for key, entry in described.items():
        value = found[key]
        assert value is None or isinstance(value, TYPES[entry["type"]]), key
        for element in value if entry["type"] == "list" else [value]:
            if "contains" in entry:
                check_documented(entry["contains"], element)


@pytest.mark.parametrize("check_mode", [False, True])
def test_result_is_as_documented(check_mode):
    result = run(address="127.0.0.1", port=closed_port(), duration=0.1, _ansible_check_mode=check_mode)
    assert result.pop("changed") is False
    result.pop("invocation", None)  # not from every ansible-core
    check_documented(yaml.safe_load(vip_probe.RETURN), result)
    # async_status takes a result that has one of these keys for the state of the job itself.
    assert not {"started", "finished"} & set(result)
    assert list(result["requests"]["by_reason"]) == ["refused"]


def test_samples_in_return_have_the_documented_keys():
    described = yaml.safe_load(vip_probe.RETURN)
    check_documented(described, {key: entry["sample"] for key, entry in described.items()})


def test_tcp(listener):
    result = run(address="127.0.0.1", port=listener.getsockname()[1], protocol="tcp", duration=0.2)
    assert result["requests"]["failed"] == 0
    assert result["requests"]["ok"] > 0
    assert result["timeline"][0]["ok"] is True


@pytest.mark.parametrize(
    "arguments, text",
    [
        ({"address": "www.example.com"}, "address: 'www.example.com' is not"),
        ({"path": "health"}, "path: 'health' cannot be sent"),
        ({"interval": 0}, "interval: 0.0 s: use 0.001 to"),
        ({"protocol": "tcp", "expected_body": "x"}, "expected_body has no meaning with protocol tcp"),
        ({"progress_file": "/nonexistent/x"}, "progress_file: /nonexistent/x: use an absolute path"),
    ],
)
def test_foreseeable_mistakes_are_explained(arguments, text):
    result = run(**dict({"address": "192.0.2.10", "duration": 0.1}, **arguments))
    assert result["failed"] is True
    assert result["msg"].startswith(text)
    assert "exception" not in result


def wait_for_path(path, process):
    """Wait until PATH exists, as long as PROCESS lives."""
    while not os.path.exists(path):
        assert process.poll() is None
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_terminated_probe_leaves_no_files(listener, tmpdir, number):
    progress = str(tmpdir.join("on"))
    process = start(
        address="127.0.0.1", port=listener.getsockname()[1], protocol="tcp", duration=60, progress_file=progress
    )
    wait_for_path(progress, process)
    process.send_signal(number)
    process.communicate()
    assert process.returncode == 128 + number
    assert not os.path.exists(progress)


def test_playbook_ends_the_probe(listener, tmpdir):
    progress, stop = str(tmpdir.join("on")), str(tmpdir.join("stop"))
    process = start(
        address="127.0.0.1", port=listener.getsockname()[1], protocol="tcp", duration=60, interval=0.1,
        progress_file=progress, stop_file=stop,
    )
    wait_for_path(progress, process)
    open(stop, "w").close()
    result = json.loads(process.communicate()[0].decode())
    assert result["duration"] < 30
    assert not tmpdir.listdir()
