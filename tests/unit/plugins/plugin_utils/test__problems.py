# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of how problems are collected and values shown."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._problems import MASK, Problems, shown


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


@pytest.mark.parametrize(
    ("value", "variable", "expected"),
    [
        pytest.param("a\nb", "name", r"'a\nb'", id="one line"),
        pytest.param("x" * 100, "name", "'" + "x" * 56 + "...", id="cut"),
        pytest.param("x" * 58, "name", "'" + "x" * 58 + "'", id="just fits"),
        pytest.param("x" * 59, "name", "'" + "x" * 56 + "...", id="just does not"),
        pytest.param("1111", "keepalived_vrrp_instances[0].authentication.auth_pass", MASK, id="secret"),
        pytest.param("1111", "auth_pass", MASK, id="secret without a path"),
        pytest.param("1111", "auth_pass.name", "'1111'", id="not the last part"),
        pytest.param({"1": "x"}, "keepalived_vrrp_instances[0].auth_hmac.key[0]", MASK, id="key"),
        pytest.param([], "keepalived_vrrp_instances[0].auth_hmac", MASK, id="block of keys"),
        pytest.param({"auth_pass": "1111"}, "keepalived_vrrp_instances[0].priority", MASK, id="secret within"),
        pytest.param(["key 1 1111"], "keepalived_vrrp_instances[0].priority", MASK, id="key within"),
        pytest.param(True, "keepalived_ssl.key", "True", id="file's name"),
    ],
)
def test_shown(value, variable, expected):
    assert shown(value, variable) == expected
