# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The clock for spans of time, on every Python."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import time


def monotonic():
    """Seconds since some moment, unmoved by changes of the host's clock."""
    # Python 2.7 has no time.monotonic; the fifth of times(2) counts in steps of 10 ms.
    return time.monotonic() if hasattr(time, "monotonic") else os.times()[4]
