# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies beside the live file, and the lock that it is."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import stat

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import place


def test_former_configuration_keeps_owner_and_mode(host):
    os.chmod(host.path, 0o604)
    host.arm()
    assert stat.S_IMODE(os.stat(place.previous_path(host.path)).st_mode) == 0o604


def test_second_run_at_the_same_time(host):
    host.arm()
    with pytest.raises(place.TransactionError, match="Another run is about to load"):
        host.arm(transaction="2")
    assert place.state()["id"] == "1"
    host.active = True
    with pytest.raises(place.TransactionError, match="not confirmed yet. Unless it is, .* in (1|2)[0-9] s"):
        host.settle()
