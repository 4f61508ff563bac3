# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the packages' versions, as dpkg-query and rpm print them."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import packages

DPKG = (
    "keepalived\t1:2.2.7-1+b2\tinstall ok installed\n"
    "nginx\t1.22.1-9\tdeinstall ok config-files\n"
    "netbase\t\tunknown ok not-installed\n"
)
RPM = "keepalived\t2.2.8-6.el9\tinstalled\npackage nginx is not installed\nbind\t32:9.16.23-18.el9\tinstalled\n"


def finder(*names):
    return lambda name: "/usr/bin/" + name if name in names else None


def test_dpkg():
    names = ["keepalived", "nginx", "netbase", "none"]
    assert packages.parse(names, DPKG) == {
        "keepalived": "1:2.2.7-1+b2", "nginx": None, "netbase": None, "none": None
    }  # fmt: skip


def test_rpm():
    names = ["keepalived", "nginx", "bind"]
    assert packages.parse(names, RPM) == {"keepalived": "2.2.8-6.el9", "nginx": None, "bind": "32:9.16.23-18.el9"}


def test_commands():
    find = finder("dpkg-query", "rpm")
    assert packages.command("dpkg", find, ["a", "b"])[-2:] == ["a", "b"]
    assert packages.command("rpm", find, ["a"])[:2] == ["/usr/bin/rpm", "--query"]


@pytest.mark.parametrize(
    ("programs", "status", "expected"),
    [
        pytest.param(["dpkg-query", "rpm"], b"Package: dpkg\n", "dpkg", id="Debian with rpm beside it"),
        pytest.param(["dpkg-query", "rpm"], b"", "rpm", id="Fedora with dpkg beside it"),
        pytest.param(["rpm"], None, "rpm", id="Enterprise Linux"),
        pytest.param(["dpkg-query"], None, None, id="dpkg that manages nothing"),
        pytest.param([], None, None, id="neither"),
    ],
)
def test_manager(tmp_path, programs, status, expected):
    path = tmp_path / "status"
    if status is not None:
        path.write_bytes(status)
    assert packages.manager(finder(*programs), str(path)) == expected


@pytest.mark.parametrize("name", ["", "-W", "a b", "a*", "a:amd64", "a\n"])
def test_no_name(name):
    with pytest.raises(packages.PackageError):
        packages.check([name])
