# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is looked at with what was noted."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import look_options

ASKED = dict(
    dict((name, []) for name in look_options.LISTS), settings={}, firewall_direct_rules=False, listen=0.0, probe=False
)
NOTED = {
    "files": ["/a", "/b"], "sysctls": ["x"], "services": ["s"], "firewall_zones": ["z"], "numbers": ["/n"],
    "http": [{"address": "192.0.2.1"}], "addresses": ["192.0.2.1"], "settings": {"/e": ["N"]},
    "firewall_direct_rules": True, "listen": 2.5,
}  # fmt: skip


def test_nothing_noted():
    assert look_options.merged(ASKED, None) is ASKED
    assert look_options.merged(ASKED, "damaged") is ASKED
    assert look_options.merged(ASKED, {}) == ASKED


def test_both_are_looked_at_once():
    found = look_options.merged(dict(ASKED, files=["/b", "/c"], settings={"/e": ["M"]}), NOTED)
    assert found["files"] == ["/b", "/c", "/a"]
    assert found["settings"] == {"/e": ["M"]}
    assert found["firewall_direct_rules"] is True


@pytest.mark.parametrize(("probe", "addresses", "listen"), [(False, [], 0.0), (True, ["192.0.2.1"], 2.5)])
def test_the_wire_is_asked_only_by_a_look_that_probes(probe, addresses, listen):
    found = look_options.merged(dict(ASKED, probe=probe), NOTED)
    assert (found["addresses"], found["listen"]) == (addresses, listen)
