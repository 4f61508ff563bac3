# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the facts of the host: IPVS, zones, firewalld by what its client answers."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _firewall_cmd, _host

# firewall-cmd --get-active-zones of firewalld 1.3 (Debian 12) and of 2.x.
ACTIVE = "dmz\n  interfaces: eth1 eth2\ninternal\n  sources: 192.0.2.0/24\npublic\n  interfaces: eth0\n"
MARKED = "docker\n  interfaces: docker0\npublic (default)\n  interfaces: eth0\n  sources: 198.51.100.0/24\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ACTIVE, {"eth0": "public", "eth1": "dmz", "eth2": "dmz"}),
        (MARKED, {"docker0": "docker", "eth0": "public"}),
        ("", {}),
        ("public\n  interfaces: \n", {}),
    ],
    ids=["1.3", "2.x marks the default", "none", "no interface"],
)
def test_parse_active_zones(text, expected):
    assert _host.parse_active_zones(text) == expected


def answers(table):
    """A run() that answers by the last words of the command line; any other command is an error of the test."""

    def run(argv):
        return table[" ".join(argv[2:])]

    return run


def test_firewall_that_runs():
    facts = _host.firewall(
        answers(
            {
                "firewall-cmd --state": (0, "running\n", ""),
                "firewall-cmd --get-default-zone": (0, "internal\n", ""),
                "firewall-cmd --get-active-zones": (0, ACTIVE, ""),
            }
        )
    )
    assert (facts["installed"], facts["running"], facts["default_zone"]) == (True, True, "internal")
    assert facts["zones"] == {"eth0": "public", "eth1": "dmz", "eth2": "dmz"}
    assert "backend" in facts


def test_firewall_that_is_off_is_asked_nothing_more():
    facts = _host.firewall(answers({"firewall-cmd --state": (252, "", "not running\n")}))
    assert (facts["installed"], facts["running"], facts["default_zone"], facts["zones"]) == (True, False, None, {})


def test_no_firewall():
    facts = _host.firewall(answers({"firewall-cmd --state": (127, "", "env: no such file\n")}))
    assert facts == {"installed": False, "running": False, "backend": None, "default_zone": None, "zones": {}}


def test_firewall_that_may_not_be_asked():
    with pytest.raises(_firewall_cmd.FirewalldError) as caught:
        _host.firewall(answers({"firewall-cmd --state": (253, "", "Authorization failed\n")}))
    assert "become: true" in str(caught.value)


@pytest.mark.parametrize(
    ("loaded", "modprobe", "rc", "expected"),
    [
        pytest.param(True, None, None, True, id="loaded"),
        pytest.param(False, "/sbin/modprobe", 0, True, id="a module is there"),
        pytest.param(False, "/sbin/modprobe", 1, False, id="no module"),
        pytest.param(False, None, None, False, id="no modprobe"),
    ],
)
def test_ipvs(tmp_path, loaded, modprobe, rc, expected):
    (tmp_path / "net").mkdir()
    if loaded:
        (tmp_path / "net" / "ip_vs").write_bytes(b"")
    calls = []

    def run(argv):
        calls.append(argv)
        return rc, "", ""

    assert _host.ipvs(run, modprobe, proc=str(tmp_path)) is expected
    # It looks and loads nothing.
    assert all("--dry-run" in argv for argv in calls)
    assert len(calls) == (0 if rc is None else 1)
