# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Text that somebody on the network has sent, as it may be shown on a terminal."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

LONGEST = 100  # characters
_CONTROL = re.compile(u"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(value):
    """A value (bytes or text) as text of at most C(LONGEST) characters that steer no terminal, None if it is empty."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return _CONTROL.sub(u"?", text)[:LONGEST] or None
