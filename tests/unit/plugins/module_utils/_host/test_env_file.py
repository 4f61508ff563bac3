# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of NAME=value."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import env_file


def test_the_last_one_counts_and_is_told_as_written(tmp_path):
    path = tmp_path / "keepalived"
    path.write_bytes(b'# DAEMON_ARGS="no"\nDAEMON_ARGS="-D"\nOTHER=1\nDAEMON_ARGS="-D -S 0"\n\xff=\n')
    assert env_file.read(str(path), ["DAEMON_ARGS", "NONE"]) == {"DAEMON_ARGS": '"-D -S 0"', "NONE": None}


def test_no_file(tmp_path):
    assert env_file.read(str(tmp_path / "none"), ["A"]) is None


def test_what_cannot_be_read_is_left_out(tmp_path):
    none = str(tmp_path / "none")
    assert env_file.look({str(tmp_path): ["A"], none: ["A"]}) == {none: None}
