# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of how problems are collected and values shown."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems


def test_collected_in_order_and_each_once():
    problems = Problems()
    for _repeat in range(2):
        problems.error("app1", "nginx_port", "0 is not a TCP port.", "Set it to 1 to 65535.")
    problems.error("app2", "nginx_port", "0 is not a TCP port.", "Set it to 1 to 65535.")
    problems.warning("app1", "nginx_port", "x", "y")
    assert [error["text"] for error in problems.errors] == [
        "app1: nginx_port: 0 is not a TCP port. Set it to 1 to 65535.",
        "app2: nginx_port: 0 is not a TCP port. Set it to 1 to 65535.",
    ]
    assert problems.warnings == [
        {"host": "app1", "variable": "nginx_port", "problem": "x", "fix": "y", "text": "app1: nginx_port: x y"}
    ]
