# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the digests."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import digest as _digest


def hexdigest(key, data):
    digest = _digest.begin(key)
    digest.update(data)
    return digest.hexdigest()


def test_without_a_key():
    assert hexdigest(None, b"text") == hashlib.sha256(b"text").hexdigest()


def test_with_a_key():
    # RFC 4231, test case 2: its key is shorter than the module would take.
    assert hexdigest("Jefe", b"what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_key_that_is_none():
    _digest.check_key(None)
    _digest.check_key("x" * 16)
    with pytest.raises(_digest.DigestError) as caught:
        _digest.check_key("s3cr3t")
    assert "16 characters" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)
