# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of which values may stand in a keepalived.conf."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._values import MAXIMUM_LINE, trouble, walk
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\nb", "a newline"),
        ("a\rb", "control character '\\r'"),
        ("a\tb", "control character '\\t'"),
        ("a\0b", "control character"),
        ("a\u2028b", "control character"),
        ("a\u00a0b", "control character"),
        ("a\u200bb", "control character"),
        ('a"b', "a double quote"),
        ("a'b", "a single quote"),
        ("a\\", "a backslash"),
        ("a{", "a brace"),
        ("}", "a brace"),
        ("a!b", "exclamation mark"),
        ("a#b", "number sign"),
        ("a$b", "dollar sign"),
        ("@a", "an at sign at the start of a word"),
        ("a @b", "an at sign"),
        ("~a", "a tilde"),
        ("", "empty"),
        ("  ", "empty"),
        ("x" * (MAXIMUM_LINE // 2 + 1), "longer than 512 bytes"),
        ("\u00e9" * 257, "longer than 512 bytes"),
    ],
)
def test_trouble(text, words):
    assert words in trouble(text)


@pytest.mark.parametrize(
    "text",
    [
        "eth0",
        "192.0.2.10/24 dev eth0",
        "a@b.example",
        "a~b",
        "/usr/bin/x -a --b=c,d;e",
        "\u00e9",
        "x" * (MAXIMUM_LINE // 2),
        "%",
        "0123",
    ],
)
def test_no_trouble(text):
    assert trouble(text) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"a": [{"b": 'x"'}, "y{"]}, ["p.a[0].b", "p.a[1]"], id="nested"),
        pytest.param({"a b": 1}, ["p.'a b'"], id="keyword with a space"),
        pytest.param({"a\nb": 1}, ["p.'a\\nb'"], id="keyword with a newline"),
        pytest.param({"": 1}, ["p.''"], id="empty keyword"),
        pytest.param({True: "x", 5: "y"}, ["p.'True'", "p.'5'"], id="keyword that YAML made a boolean or a number"),
        pytest.param({"a": None}, ["p.a"], id="null"),
        pytest.param([float("nan"), float("inf"), 1.5], ["p[0]", "p[1]"], id="numbers that are none"),
        pytest.param({"a": object()}, ["p.a"], id="foreign type"),
        pytest.param({"a": [1, True, 0.5, "x", {"b": ("c",)}]}, [], id="good"),
    ],
)
def test_walk(value, expected):
    assert [path for path, _reason in walk(value, "p")] == expected


def test_walk_does_not_show_the_value():
    (found,) = walk({"auth_pass": 'hush"hush'}, "p")
    assert found == ("p.auth_pass", "cannot be written to keepalived.conf: it contains a double quote")


def test_walk_says_what_is_wrong_with_a_keyword():
    assert list(walk({"a b": 1, "a{": 1}, "p")) == [
        ("p.'a b'", "is not a keyword: it contains a space"),
        ("p.'a{'", "is not a keyword: it contains a brace"),
    ]


@given(st.text())
def test_whatever_has_no_trouble_is_one_line_of_plain_words(text):
    if trouble(text) is None:
        assert text.splitlines() == [text]
        assert not set(text) & set("{}\"'\\!#$\n\t")
        assert text.strip()
