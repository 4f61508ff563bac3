# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries for ufw, and how it keeps them."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import ufw


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({"proto": "vrrp", "to_ip": "224.0.0.18"}, "allow vrrp any 224.0.0.18 any 0.0.0.0/0 in"),
        ({"proto": "vrrp", "from_ip": "192.0.2.12"}, "allow vrrp any 0.0.0.0/0 any 192.0.2.12 in"),
        ({"proto": "vrrp", "to_ip": "ff02::12"}, "allow vrrp any ff02::12 any ::/0 in"),
        ({"proto": "tcp", "to_port": "80"}, "allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in"),
    ],
)
def test_as_ufw_keeps_it(entry, text):
    assert ufw.written(entry) == text
    assert ufw.missing([entry], {"version": "0.36.2", "rules": [text]}) == []
    assert ufw.missing([entry], {"version": "0.36.2", "rules": []}) == [entry]
    assert ufw.missing([entry], None) == []


@pytest.mark.parametrize(
    ("version", "ports", "expected"),
    [
        ("0.36.2", ["80/tcp", "https"], True), ("0.37", ["8000-8010/tcp"], True), ("0.36.2", [], True),
        ("0.36.1", [], False), ("0.36", [], False), (None, [], False), ("0.36.2", ["imaps"], False),
    ],
)  # fmt: skip
def test_what_can_be_said_to_it(version, ports, expected):
    assert ufw.can({"version": version, "rules": []}, ports) is expected


def test_where_there_is_none():
    assert ufw.can(None, []) is False


def test_ports():
    assert ufw.entries("app1", [], ["https", "8000-8010/tcp", "443/tcp"]) == [
        {"proto": "tcp", "to_port": "443"},
        {"proto": "tcp", "to_port": "8000:8010"},
    ]
