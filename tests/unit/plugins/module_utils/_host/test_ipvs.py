# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of whether there is IPVS."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import ipvs


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

    assert ipvs.available(run, modprobe, proc=str(tmp_path)) is expected
    # It looks and loads nothing.
    assert all("--dry-run" in argv for argv in calls)
    assert len(calls) == (0 if rc is None else 1)
