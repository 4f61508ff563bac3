# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is a number, and what is none."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import number_files


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"-253\n", -253), (b"0", 0), (b" 7 \n", 7), (b"", None), (b"away\n", None), (b"1 2", None), (b"\xff", None)],
)
def test_read(tmp_path, content, expected):
    path = tmp_path / "maintenance"
    path.write_bytes(content)
    assert number_files.read(str(path)) == expected


def test_no_file(tmp_path):
    assert number_files.read(str(tmp_path / "none")) is None
    assert number_files.read(str(tmp_path)) is None
