# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the clock for spans of time."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock


def test_monotonic_goes_on():
    before, later = clock.monotonic(), time.time() + 60
    while clock.monotonic() == before:
        assert time.time() < later
    assert before < clock.monotonic() < before + 60
