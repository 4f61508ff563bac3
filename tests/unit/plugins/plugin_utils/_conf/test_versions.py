# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what is known of a member's keepalived, and what its version needs."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import versions
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2.2.7", (2, 2, 7)), ("2.4.0rc1", (2, 4, 0)), ("v2", ()), ("", ()), (None, ()), (5, ())],
)
def test_number(text, expected):
    assert versions.number(text) == expected


@pytest.mark.parametrize(
    ("installed", "platform", "expected"),
    [
        ("2.3.4", {"distribution": "Debian", "distribution_major_version": "12"}, Version((2, 3, 4), True)),
        (None, {"distribution": "Debian", "distribution_major_version": "12"}, Version((2, 2, 7), False)),
        (None, {"distribution": "Rocky", "distribution_major_version": "8"}, Version((2, 1, 5), False)),
        (None, {"distribution": "Plan9", "distribution_major_version": "4"}, Version((), False)),
        (None, {}, Version((), False)),
    ],
)
def test_of(installed, platform, expected):
    assert versions.of({"keepalived": {"version": installed}, "platform": platform}) == expected


def test_of_a_host_that_was_not_observed():
    assert versions.of(None) == Version((), False)
    assert versions.of({"platform": {"distribution": "Debian", "distribution_major_version": "13"}}) == Version(
        (2, 3, 3), False
    )


@pytest.mark.parametrize(
    ("number", "before", "from_on"),
    [((2, 2, 7), True, False), ((2, 2, 8), False, True), ((2, 3), False, True), ((), False, False)],
)
def test_compared(number, before, from_on):
    version = Version(number, True)
    assert (version.before((2, 2, 8)), version.from_on((2, 2, 8))) == (before, from_on)


@pytest.mark.parametrize(
    ("command", "number", "expected"),
    [
        ("/bin/true -x /bin/y", (2, 3, 3), "/usr/bin/true -x /bin/y"),
        ("/sbin/x", (2, 3, 3), "/usr/sbin/x"),
        ("/binary", (2, 3, 3), "/binary"),
        ("/bin/true", (2, 2, 7), "/bin/true"),
        ("/bin/true", (), "/bin/true"),
        (["/bin/true", "nobody"], (2, 3, 3), ["/usr/bin/true", "nobody"]),
        (5, (2, 3, 3), 5),
        ([], (2, 3, 3), []),
    ],
)
def test_script_path(command, number, expected):
    assert versions.script_path(command, Version(number, True)) == expected
