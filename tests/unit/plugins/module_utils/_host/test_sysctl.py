# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the kernel parameters' names and values."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import sysctl


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("net.ipv4.ip_forward", "net/ipv4/ip_forward"),
        ("net/ipv4/ip_forward", "net/ipv4/ip_forward"),
        ("net.ipv4.conf.eth0/100.forwarding", "net/ipv4/conf/eth0.100/forwarding"),
        ("net/ipv4/conf/eth0.100/forwarding", "net/ipv4/conf/eth0.100/forwarding"),
        ("net.ipv4.conf.vrrp-51.arp_ignore", "net/ipv4/conf/vrrp-51/arp_ignore"),
    ],
)
def test_path(name, path):
    assert sysctl.path_of(name) == "/proc/sys/" + path


@pytest.mark.parametrize("name", ["", "../version", "net/../../version", "net..x", ".a", "a.", "a b", "-w", "a\n"])
def test_no_name(name):
    with pytest.raises(sysctl.SysctlError):
        sysctl.path_of(name)


def test_value(tmp_path):
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "range").write_bytes(b"32768\t60999\n")
    assert sysctl.read("net.range", str(tmp_path)) == "32768 60999"
    assert sysctl.read("net.none", str(tmp_path)) is None
    assert sysctl.read("net", str(tmp_path)) is None


def test_value_of_this_kernel():
    assert sysctl.read("kernel.ostype") == "Linux"
