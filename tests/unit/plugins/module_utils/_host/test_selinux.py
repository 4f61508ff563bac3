# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel's file says, and what it means where there is none."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import selinux


@pytest.mark.parametrize(("content", "expected"), [(b"1", "enforcing"), (b"1\n", "enforcing"), (b"0", "permissive")])
def test_on(tmp_path, content, expected):
    path = tmp_path / "enforce"
    path.write_bytes(content)
    assert selinux.mode(str(path)) == expected


def test_off(tmp_path):
    assert selinux.mode(str(tmp_path / "enforce")) == "disabled"
