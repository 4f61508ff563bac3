# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of how secrets are hidden."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_secrets as secrets

CONFIG = """\
vrrp_instance VI_1 {
    authentication {
        auth_type PASS
        auth_pass hush
    }
}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("    auth_pass hush", ["hush"]),
        ("auth_pass\thush  ", ["hush"]),
        ('  auth_pass "hu sh"', ["hu sh", "hu"]),
        ("  auth_hmac_key a1b2", ["a1b2"]),
        ("  password hush", ["hush"]),
        ("  auth_pass hush ! as on the other", ["hush"]),
        ('  auth_pass ""', []),
        ("  auth_pass", []),
        ("  my_auth_pass hush", []),
        ("! auth_pass hush", ["hush"]),
        ("authentication { auth_pass hush }", ["hush"]),
        ("#auth_pass hush", ["hush"]),
        ('  "auth_pass" hush', ["hush"]),
        ("$WORD=hush\nauth_pass $WORD", ["$WORD", "hush"]),
        ('$WORD = "hush"\nauth_pass ${WORD}', ["${WORD", "hush"]),
        ("$OTHER=eth0\nauth_pass hush\ninterface $OTHER", ["hush"]),
    ],
)
def test_secrets(line, expected):
    assert secrets.secrets("a\n%s\nb\n" % line) == set(expected)


def test_masked():
    masked = secrets.masked(CONFIG, "salt")
    assert "hush" not in masked
    changed = [line for line in masked.splitlines() if line not in CONFIG.splitlines()]
    assert len(changed) == 1
    assert changed[0].startswith("        auth_pass ******** (")
    assert len(masked.splitlines()) == len(CONFIG.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        "$WORD=hush\nauth_pass $WORD",
        "$INNER=hush\n$WORD=${INNER}\nauth_pass ${WORD}",
        "$WORD= \\\n hush\nauth_pass $WORD",
        "! $WORD=hush\nauth_pass $WORD",
        '"auth_pass" hush',
        'auth_pass "a hush',
        "auth_pass a}hush",
        "auth_pass a # formerly hush",
        "authentication { auth_pass hush }",
    ],
)
def test_masked_wherever_it_stands(text):
    masked = secrets.masked("interface eth0\n%s\npriority 100\n" % text, "salt")
    assert "hush" not in masked
    assert masked.startswith("interface eth0\n")
    assert masked.endswith("\npriority 100\n")
    other = secrets.masked("interface eth0\n%s\npriority 100\n" % text.replace("hush", "shout"), "salt")
    assert masked != other


def test_definition_of_something_else_is_shown():
    text = "$DEVICE=eth0\ninterface $DEVICE\nauth_pass hush\n"
    assert secrets.masked(text, "salt").startswith("$DEVICE=eth0\ninterface $DEVICE\nauth_pass ********")


def test_masked_still_shows_whether_a_secret_differs():
    other = CONFIG.replace("hush", "shout")
    assert secrets.masked(CONFIG, "salt") == secrets.masked(CONFIG, "salt")
    assert secrets.masked(CONFIG, "salt") != secrets.masked(other, "salt")
    # The mark tells nothing by itself: another salt, another mark.
    assert secrets.masked(CONFIG, "salt") != secrets.masked(CONFIG, "pepper")


@pytest.mark.parametrize(
    ("message", "values", "expected"),
    [
        ("unknown word hush", ["hush"], "unknown word ********"),
        ("hush hush2", ["hush", "hush2"], "******** ********"),
        ("nothing here", ["hush"], "nothing here"),
        ("text", [], "text"),
    ],
    ids=["one", "the longest first", "none", "no secrets"],
)
def test_without(message, values, expected):
    assert secrets.without(message, values) == expected
