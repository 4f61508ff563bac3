# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes on when its beginning has returned."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import stat
import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import beside


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "folder" / "result.json")


def test_taken_when_it_is_done(path):
    def work():
        time.sleep(0.5)
        return {"parent": os.getppid(), "said": u"\xe9"}

    began = time.time()
    beside.begin(work, path)
    assert time.time() - began < 0.4
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
    found = beside.take(path, 10)
    assert found["said"] == u"\xe9"
    assert found["parent"] != os.getpid()
    assert time.time() - began >= 0.5
    assert not os.path.exists(os.path.dirname(path))
    assert beside.take(path, 10) is None


def test_nothing_was_begun(path):
    assert beside.take(path, 10) is None


@pytest.mark.parametrize("work", [lambda: 1 / 0, lambda: {"x": object()}], ids=["raises", "no JSON"])
def test_work_that_comes_to_nothing(path, work):
    beside.begin(work, path)
    assert beside.take(path, 10) is None
    assert not os.path.exists(os.path.dirname(path))


def test_work_that_lasts_too_long(path):
    beside.begin(lambda: time.sleep(1), path)
    began = time.time()
    assert beside.take(path, 0.2) is None
    assert time.time() - began < 0.9


def test_result_of_a_run_that_was_cut_off_is_not_taken_for_this_ones(path):
    beside.begin(lambda: 1, path)
    while not os.path.getsize(path):
        time.sleep(0.01)
    beside.begin(lambda: 2, path)
    assert beside.take(path, 10) == 2
