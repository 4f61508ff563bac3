# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be looked at, and whether a look has left some of it out."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import observation
from builders import inventory, plan


@pytest.fixture
def wanted():
    besides = {"firewall_zones": ["public"], "firewall_direct_rules": True, "numbers": ["/etc/keepalived/maintenance"]}
    return {**plan(inventory())["members"]["app1"]["look"], **besides}


def test_all_was_asked(wanted):
    assert not observation.missing(wanted, wanted, wire=True)
    assert not observation.missing(wanted, {**wanted, "addresses": [], "listen": 0.0}, wire=False)


@pytest.mark.parametrize(
    "name", ["files", "sysctls", "services", "firewall_zones", "numbers", "http", "settings", "firewall_direct_rules"]
)
@pytest.mark.parametrize("wire", [False, True])
def test_something_was_not(wanted, name, wire):
    assert wanted[name]
    asked = copy.deepcopy(wanted)
    asked[name] = type(wanted[name])()
    assert observation.missing(wanted, asked, wire)


@pytest.mark.parametrize("name", ["addresses", "listen"])
def test_the_wire_was_not(wanted, name):
    assert wanted[name]
    assert observation.missing(wanted, {**wanted, name: type(wanted[name])()}, wire=True)


def test_nothing_was_asked(wanted):
    assert observation.missing(wanted, {}, wire=False)
