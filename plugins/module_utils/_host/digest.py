# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Digests that the controller can compare, with a key so that nobody else learns anything from them (RFC 2104)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib
import hmac

KEY_LENGTH = 16  # characters at least


class DigestError(Exception):
    """The key is none. The text is for the user."""


def check_key(key):
    """Raises DigestError for a key (text, or None for no key) that is too short to be one."""
    if key is not None and len(key) < KEY_LENGTH:
        raise DigestError(
            "digest_key: it is shorter than {0} characters. Write a random one, the same for all hosts that are to "
            "be compared.".format(KEY_LENGTH)
        )


def begin(key):
    """An object to feed with bytes: HMAC-SHA256 with the key (text), SHA-256 without one (None)."""
    if key is None:
        return hashlib.sha256()
    return hmac.new(key if isinstance(key, bytes) else key.encode("utf-8"), digestmod=hashlib.sha256)
