# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The distribution is told in the words of Ansible's own facts."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import distribution


class Module(object):
    """What Ansible's collector asks a module for."""

    @staticmethod
    def get_bin_path(name, *unused, **options):
        return None

    @staticmethod
    def run_command(argv, **options):
        return 1, "", "not here"


def test_this_host():
    facts = distribution.look(Module())
    found = distribution.platform(facts)
    assert sorted(found) == sorted(distribution.KEYS)
    try:
        with open("/etc/os-release") as stream:
            told = dict(line.strip().split("=", 1) for line in stream if "=" in line)
    except (IOError, OSError):
        pytest.skip("this host has no /etc/os-release to compare with")
    name = told["ID"].strip('"')
    if name in ("debian", "ubuntu"):
        assert (found["distribution"].lower(), found["os_family"]) == (name, "Debian")
    else:
        assert found["distribution"] and found["os_family"]
