# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of how secrets are hidden."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import masking
from hmac_texts import AFTER, BEFORE, MARK, ODD_LINES, blocks, without_remark
from hypothesis import given, settings, strategies as st

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
        ("  auth_hmac { key 1 hush }", ["hush"]),
        ('auth_hmac {\nkey 1 "hu sh"\nkey 200 hush\n# key 3 old as it was\n}', ["hu sh", "hu", "sh", "hush", "old"]),
        ("auth_hmac {\nkey 1 hush # so\n}", ["hush # so", "hush"]),
        ("auth_hmac {\nkey 1 hush\\#\n}", ["hush\\#", "hush#"]),
        ("auth_hmac {\nkey 1 file:/x\nactive_key 1\ntime_window 5\nanti_replay time\nmode enforce\n}", []),
        ("  key 1 hush", ["hush"]),
        ("SSL {\nkey hush\n}\nauth_hmac {\nactive_key 1\n}", []),
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
    assert masking.secrets("a\n%s\nb\n" % line) == set(expected)


def test_masked():
    masked = masking.masked(CONFIG, "salt")
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
    masked = masking.masked("interface eth0\n%s\npriority 100\n" % text, "salt")
    assert "hush" not in masked
    assert masked.startswith("interface eth0\n")
    assert masked.endswith("\npriority 100\n")
    other = masking.masked("interface eth0\n%s\npriority 100\n" % text.replace("hush", "shout"), "salt")
    assert masked != other


@settings(max_examples=300, deadline=None)
@given(st.one_of(blocks(), blocks(ODD_LINES)))
def test_no_form_of_a_key_is_shown(text):
    """However the block is written, and whatever else stands in it."""
    masked = masking.masked(text, "salt")
    assert MARK not in masked
    assert masked.startswith(BEFORE)
    lines = masking.lines(text)
    assert len(lines) == len(text.splitlines())
    assert MARK not in "".join(lines)


@settings(max_examples=200, deadline=None)
@given(blocks())
def test_what_stands_around_keys_is_shown(text):
    """The key of SSL too, which is a file's name."""
    assert masking.masked(text, "salt").endswith(AFTER)


@settings(max_examples=300, deadline=None)
@given(st.one_of(blocks(), blocks(ODD_LINES)))
def test_no_word_of_a_key_is_quoted(text):
    live = [without_remark(line) for line in text.splitlines() if line.strip()[:1] not in "#!"]
    quoted = [word for line in live for word in line.split()]
    said = " ".join("(VI) auth_hmac key id '%s' must be %s" % (word, word.strip('"')) for word in quoted)
    told = masking.without(said, masking.secrets(text))
    assert MARK not in told
    assert "(VI) auth_hmac key id" in told


HMAC = """\
! the key of 1 January
vrrp_instance VI_1 {
    auth_hmac {
        key 1 %s
        # key 2 %s
        key 3 file:/etc/keepalived/key
        active_key 1
        mode enforce
    }
    track_script {
        key
    }
}
vrrp_script a {
    script "/usr/bin/check --key a"
}
"""


def test_a_key_keeps_its_id_and_all_else_its_words():
    masked = masking.masked(HMAC % ("hush", "hush"), "salt").splitlines()
    plain = (HMAC % ("hush", "hush")).splitlines()
    changed = [line.partition("*")[0] for number, line in enumerate(masked) if line != plain[number]]
    assert changed == ["! the key ", "        key 1 ", "        # key 2 "]
    assert masking.masked(HMAC % ("hush", "hush"), "salt") != masking.masked(HMAC % ("shout", "hush"), "salt")


@pytest.mark.parametrize("line", ["key /etc/ssl/a.pem", "SSL { key a.pem }", "my_key 1 a", "--key 1 a", "/key 1 a"])
def test_another_key_is_shown(line):
    assert masking.masked("%s\n" % line, "salt") == "%s\n" % line


def test_a_key_of_blanks_alone():
    """Of those that are blanks to Python, and not to keepalived."""
    assert masking.secrets("# key 1 \xa0\n") <= set(["\xa0"])


def test_a_key_without_its_block_is_hidden():
    """In a file that the block includes, or in one whose name is misspelled."""
    assert "hush" not in masking.masked("aut_hmac {\n key 1 hush\n}\n", "salt")


def test_definition_of_something_else_is_shown():
    text = "$DEVICE=eth0\ninterface $DEVICE\nauth_pass hush\n"
    assert masking.masked(text, "salt").startswith("$DEVICE=eth0\ninterface $DEVICE\nauth_pass ********")


def test_masked_still_shows_whether_a_secret_differs():
    other = CONFIG.replace("hush", "shout")
    assert masking.masked(CONFIG, "salt") == masking.masked(CONFIG, "salt")
    assert masking.masked(CONFIG, "salt") != masking.masked(other, "salt")
    # The mark tells nothing by itself: another salt, another mark.
    assert masking.masked(CONFIG, "salt") != masking.masked(CONFIG, "pepper")


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
    assert masking.without(message, values) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("authentication.auth_pass", True),
        ("auth_pass", True),
        ("vrrp_instance[0].auth_hmac", True),
        ("vrrp_instance[0].auth_hmac.key[1]", True),
        ("vrrp_instance[0].auth_hmac.mode", True),
        ("vrrp_instance[0].key", True),
        ("SSL.password", True),
        ("SSL.key", False),
        ("keepalived_ssl.key", False),
        ("vrrp_instance[0].authentication.auth_type", False),
        ("", False),
    ],
)
def test_is_secret(path, expected):
    assert masking.is_secret(path) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{'auth_pass': 'hush'}", True),
        ("auth_hmac { key 1 hush }", True),
        ("{'key': ['1 hush']}", True),
        ("key 1 hush", True),
        ("auth_pass", False),
        ("'auth_hmac'", False),
        ("key /etc/key", False),
        ("passwords are secret", False),
    ],
)
def test_may_have(text, expected):
    assert masking.may_have(text) is expected
