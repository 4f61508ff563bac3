# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns one below the other, and nothing behind the last."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report.table import aligned


def test_aligned():
    assert aligned([("A", "BBB", "C"), ("aaa", "b", "")], "  ") == ["  A    BBB  C", "  aaa  b"]


def test_no_rows():
    assert aligned([]) == []
