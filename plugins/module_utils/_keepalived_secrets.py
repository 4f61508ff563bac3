# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Hides the secrets of a keepalived.conf, so that a difference or a daemon's message can be shown."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib
import re

# The keywords of keepalived.conf(5) whose value is a secret.
SECRET_KEYWORDS = ("auth_pass", "auth_hmac_key", "password")
# Anywhere in a line, in a comment too: what is commented out in an old file was, or still is, a password.
_SECRET = re.compile(r'((?:^|[^\w])(?:%s)[ \t]+)("[^"\n]*"|[^\s}]+)' % "|".join(SECRET_KEYWORDS), re.MULTILINE)


def secrets(text):
    """The secret values in a configuration, unquoted: a set of str, each with and without what stands behind it."""
    found = set()
    for match in _SECRET.finditer(text):
        found.update([match.group(2).strip('"'), match.group(2).split()[0].strip('"')])
    return found - set([""])


def masked(text, salt):
    """The configuration with each secret as stars.

    Two texts masked with one C(salt) still show whether a secret differs: by four digits of a salted digest, which tell
    no more than that, since the salt is made anew for each comparison and shown to nobody.
    """
    def stars(match):
        mark = hashlib.sha256((salt + match.group(2)).encode("utf-8")).hexdigest()[:4]
        return "%s******** (%s)" % (match.group(1), mark)

    return _SECRET.sub(stars, text)


def without(message, values):
    """A message with every secret value in it replaced: keepalived quotes the offending word."""
    for value in sorted(values, key=len, reverse=True):
        message = message.replace(value, "********")
    return message
