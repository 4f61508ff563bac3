# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of which values may stand in a keepalived.conf."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.quoting import (
    line_trouble,
    quoted_trouble,
    raw_trouble,
    spelled,
    word_trouble,
)
from hypothesis import given, strategies as st

ALWAYS = [
    ("a\nb", "a newline"),
    ("a\rb", "control character '\\r'"),
    ("a\tb", "control character '\\t'"),
    ("a\0b", "control character"),
    ("a\u2028b", "control character"),
    ("a\u00a0b", "control character"),
    ("a\u200bb", "control character"),
    ("a\u202eb", "control character"),
    ('a"b', "a double quote"),
    ("a$b", "a dollar sign"),
    ("a${b", "a dollar sign"),
    ("{", "is a brace"),
    ("}", "is a brace"),
    ("", "empty"),
    ("  ", "empty"),
    ("a\\", "ends with a backslash"),
]
UNQUOTED = [
    ("a b", "a space"),
    ("a'b", "a single quote"),
    ("a\\b", "a backslash"),
    ("a{", "a brace"),
    ("a}", "a brace"),
    ("a!b", "an exclamation mark"),
    ("a#b", "a number sign"),
    ("@a", "an at sign at the start"),
    ("~a", "a tilde at the start"),
    ("$1", "a dollar sign at the start"),
]


@pytest.mark.parametrize(("text", "words"), ALWAYS)
def test_refused_in_quotes_and_without(text, words):
    assert words in quoted_trouble(text)
    assert words in word_trouble(text)


@pytest.mark.parametrize(("text", "words"), UNQUOTED)
def test_refused_without_quotes_only(text, words):
    assert quoted_trouble(text) is None
    assert words in word_trouble(text)
    assert spelled(text) == f'"{text}"'


@pytest.mark.parametrize(
    "text",
    [
        "eth0",
        "192.0.2.10/24",
        "a@b.example",
        "a~b",
        "/usr/bin/x",
        "--b=c,d;e",
        "\u00e9",
        "%",
        "0123",
        "<a@b>",
        "a$",
        "a$1",
    ],
)
def test_plain_words(text):
    assert word_trouble(text) is None
    assert spelled(text) == text


@pytest.mark.parametrize("word", ["include", "includer", "includem", "includew", "includeb", "includea", "Include"])
def test_a_line_may_not_read_another_file(word):
    assert line_trouble([word, "/etc/passwd"])
    assert line_trouble(["x", word]) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("}", "closes a block that it has not opened"),
        ("a {\n}\n}\nb {", "closes a block that it has not opened"),
        ("a {", "does not close it"),
        ('a "b', "a quote is not closed"),
        ("a\0", "control character"),
        ("a \\", "draw in the next one"),
        ("a\u2028}", "control character"),
        ("a { # }", "does not close it"),
        ("$A={\n}", "starts with $"),
        ("@zz a {\n}", "starts with @"),
        ("  ~SEQ(A, 1, 2)", "starts with ~"),
        ('x \\" # " {\n}', "quote behind a backslash"),
        ("a # b \\", "comment in it has a backslash"),
        ('a # "', "comment in it has a backslash or a quote"),
        ('a "}"', "brace alone in quotes"),
        ("a {\n" * 9 + "}\n" * 9, "more than 8 blocks"),
    ],
)
def test_raw_refused(text, words):
    assert words in raw_trouble(text)


@pytest.mark.parametrize("text", ["a {\n\tb\n}", 'a "x }"', "a # }", "a { b }", "a \\# b", "a ! {"])
def test_raw_written(text):
    assert raw_trouble(text) is None


@given(st.text())
def test_whatever_has_no_trouble_is_one_plain_word(text):
    if word_trouble(text) is None:
        assert text.split() == [text]
        assert not set(text) & set("{}\"'\\!#")
