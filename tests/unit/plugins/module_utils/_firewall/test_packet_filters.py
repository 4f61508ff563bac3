# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which packet filter is on, by what systemctl says and by ufw's own switch."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import packet_filters


@pytest.mark.parametrize(
    ("states", "switch", "expected"),
    [
        ("inactive inactive inactive", "", []),
        ("inactive inactive inactive", "ENABLED=yes", ["ufw"]),
        ("inactive inactive inactive", "# ENABLED=yes\nENABLED=no", []),
        ("active inactive inactive", 'LOGLEVEL=low\nENABLED="yes"\n', ["nftables", "ufw"]),
        ("inactive active active", "", ["iptables"]),
        ("failed inactive unknown", "", []),
        ("", "", []),
    ],
)
def test_look(tmp_path, states, switch, expected):
    path = tmp_path / "ufw.conf"
    path.write_bytes(switch.encode("ascii"))

    def run(argv):
        assert argv[:2] == ["/bin/systemctl", "is-active"]
        return 3, states.replace(" ", "\n") + "\n", ""

    assert packet_filters.look(run, "/bin/systemctl", str(path)) == expected


def test_ufw_without_its_file(tmp_path):
    states = (3, "inactive\ninactive\ninactive\n", "")
    assert packet_filters.look(lambda argv: states, "/bin/systemctl", str(tmp_path / "none")) == []


def test_no_systemd(tmp_path):
    path = tmp_path / "ufw.conf"
    path.write_bytes(b"ENABLED=yes")
    assert packet_filters.look(None, None, str(path)) == ["ufw"]
    assert packet_filters.look(None, None, str(tmp_path / "none")) == []
