# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of how foreign text is made fit for a terminal."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import printable


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"app1", u"app1"),
        (u"app1", u"app1"),
        (b"", None),
        (u"", None),
        (b"a\x1b[31mb", u"a?[31mb"),
        (u"a\x9b31mb\r\n", u"a?31mb??"),
        (b"\xff", u"\ufffd"),
        (u"x" * 500, u"x" * printable.LONGEST),
    ],
)
def test_printable(value, expected):
    assert printable.printable(value) == expected
