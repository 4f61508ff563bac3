# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Files with nothing but a number in them, such as those that keepalived tracks."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

LONGEST = 32  # bytes


def read(path):
    """The number, C(None) where there is no such file, or something else in it."""
    try:
        with open(path, "rb") as stream:
            return int(stream.read(LONGEST))
    except (IOError, OSError, ValueError):
        return None
