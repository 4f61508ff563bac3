# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of looking around in another network namespace, with a process in a new one."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import subprocess

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import netlink, netns, process as _process


@pytest.fixture
def elsewhere():
    """A process in a network namespace of its own."""
    process = subprocess.Popen(
        ["unshare", "--net", "sh", "-c", "echo up; read line"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if process.stdout.readline() != b"up\n":
        reason = process.stderr.read().decode("utf-8", "replace").strip()
        pytest.skip("no new network namespace here: %s" % reason)
    yield process
    process.communicate()


def names():
    return [interface["name"] for interface in netlink.interfaces()]


def test_another_namespace(elsewhere):
    own, before = _process.namespace("self", "net"), names()
    with netns.of_process(elsewhere.pid):
        assert _process.namespace("self", "net") == _process.namespace(elsewhere.pid, "net") != own
        assert "lo" in names()
        assert not any(interface["up"] for interface in netlink.interfaces())
    assert _process.namespace("self", "net") == own
    assert names() == before


def test_comes_back_after_an_error(elsewhere):
    own = _process.namespace("self", "net")
    with pytest.raises(KeyError), netns.of_process(elsewhere.pid):
        raise KeyError("inside")
    assert _process.namespace("self", "net") == own


def test_own_namespace():
    own = _process.namespace("self", "net")
    with netns.of_process(os.getpid()):
        assert _process.namespace("self", "net") == own
