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
_ANNOUNCED = r'((?:^|[^\w])(?:%s)"?[ \t]+)' % "|".join(SECRET_KEYWORDS)
_SECRET = re.compile(_ANNOUNCED + r'("[^"\n]*"|[^\s}]+)', re.MULTILINE)
# To the end of the line, less what closes blocks there: how a word ends is not the same for all versions.
_TO_THE_END = re.compile(_ANNOUNCED + r"(\S.*?)(?=[ \t}]*$)", re.MULTILINE)
# $NAME=value, and what goes on behind a backslash; $NAME and ${NAME} stand for it.
_DEFINITION = re.compile(r"^([ \t!#]*\$(\w+)[ \t]*=[ \t]*)((?:.*\\\r*\n)*.*)", re.MULTILINE)
_USE = re.compile(r"\$\{?(\w+)")


def secrets(text):
    """The secret values in a configuration, unquoted: a set of str, each with and without what stands behind it."""
    values = [match.group(2) for match in _SECRET.finditer(text)]
    values += [match.group(3).strip() for match in _secret_definitions(text)]
    found = set()
    for value in values:
        found.update([value.strip('"')] + [word.strip('"') for word in value.split()[:1]])
    return found - set([""])


def _secret_definitions(text):
    """The definitions that a secret consists of, as matches: those of which its line makes use, and what these use."""
    known = [match for match in _DEFINITION.finditer(text) if match.group(3)]
    names, used = None, set(_USE.findall(" ".join(match.group(2) for match in _TO_THE_END.finditer(text))))
    while names != used:
        names = set(used)
        used.update(_USE.findall(" ".join(match.group(3) for match in known if match.group(2) in names)))
    return [match for match in known if match.group(2) in names]


def masked(text, salt):
    """The configuration with each secret as stars.

    Two texts masked with one C(salt) still show whether a secret differs: by four digits of a salted digest, which tell
    no more than that, since the salt is made anew for each comparison and shown to nobody.
    """
    def stars(announced, secret):
        mark = hashlib.sha256((salt + secret).encode("utf-8")).hexdigest()[:4]
        return "%s******** (%s)" % (announced, mark)

    for match in reversed(_secret_definitions(text)):
        text = text[: match.start()] + stars(match.group(1), match.group(3)) + text[match.end():]
    return _TO_THE_END.sub(lambda match: stars(match.group(1), match.group(2)), text)


def without(message, values):
    """A message with every secret value in it replaced: keepalived quotes the offending word."""
    for value in sorted(values, key=len, reverse=True):
        message = message.replace(value, "********")
    return message
