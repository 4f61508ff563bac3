# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the reader of keepalived.conf."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from hypothesis import given, strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("a 1\n\n  b\n", [(["a", "1"], None), (["b"], None)], id="lines"),
        pytest.param("# a\n! b\nc 1 # d\ne!f ! g\n", [(["c", "1"], None), (["e"], None)], id="comments"),
        pytest.param('a "b # c" "d"\n', [(["a", "b # c", "d"], None)], id="quoted"),
        pytest.param('a "{"\n', [(["a", "{"], None)], id="a quoted brace"),
        pytest.param('a "b\nc\n', [(["a", "b"], None), (["c"], None)], id="a quote that is not closed"),
        pytest.param("a b {\n c 1\n}\nd\n", [(["a", "b"], [(["c", "1"], None)]), (["d"], None)], id="a block"),
        pytest.param("a b\n{\n c\n}\n", [(["a", "b"], [(["c"], None)])], id="its brace on the next line"),
        pytest.param("a { b 1 }\n", [(["a"], [(["b", "1"], None)])], id="on one line"),
        pytest.param("a{\nb{\n}\n}\n", [(["a"], [(["b"], [])])], id="no space before the brace"),
        pytest.param("a {\nb\n", [(["a"], [(["b"], None)])], id="not closed"),
        pytest.param("}\na\n", [(["a"], None)], id="closed too often"),
        pytest.param("{\na\n}\n", [([], [(["a"], None)])], id="a block without a name"),
        pytest.param("a {\n}\n{\nb\n}\n", [(["a"], []), ([], [(["b"], None)])], id="and after another"),
        pytest.param("$A=1 \\\n 2\n", [(["$A=1", "2"], None)], id="a definition goes on"),
        pytest.param("# a \\\nb {\n}\n", [(["b"], [])], id="a comment does not"),
    ],
)
def test_parse(text, expected):
    assert conf_parser.parse(text) == expected


@given(st.text(alphabet=st.sampled_from('ab1 \t\n{}"#!\\@$~\u00e9\x00'), max_size=60))
def test_any_text_is_parsed(text):
    """Nothing raises, and what is read can be written and read again."""
    try:
        tree = conf_parser.parse(text)
    except conf_parser.ConfError:
        assert text.count("{") >= conf_parser.MAX_BLOCKS
        return
    assert conf_parser.parse(written(tree)) == tree


def test_blocks_without_end():
    with pytest.raises(conf_parser.ConfError, match="within one another"):
        conf_parser.parse("a {\n" * 2000)


def test_words_and_lines():
    tree = conf_parser.parse("vrrp_sync_group G {\n group { A B\n C }\n notify x y\n}\n")
    group = conf_parser.blocks(tree, "vrrp_sync_group")[0][1]
    assert conf_parser.all_words(group, "group") == ["A", "B", "C"]
    assert conf_parser.lines(tree) == "vrrp_sync_group G\ngroup\nA B\nC\nnotify x y\n"


def test_virtual_addresses_as_the_kernel_writes_them():
    text = "vrrp_instance V {\n virtual_ipaddress {\n 2001:DB8:0::10/64 dev x\n 192.0.2.10/24\n $VIP\n }\n}\n"
    assert conf_parser.virtual_addresses(conf_parser.parse(text)) == ["2001:db8::10", "192.0.2.10", None]


def written(tree):
    """The tree as a configuration, each word quoted."""
    lines = []
    for words, block in tree:
        lines.append(" ".join('"%s"' % word for word in words))
        if block is not None:
            lines[-1] += " {\n%s}" % written(block)
    return "".join(line + "\n" for line in lines)


@pytest.fixture
def place(tmp_path):
    """A main file that includes others, and one within a block."""
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "main").write_bytes(b"a 1\ninclude conf.d/*.conf\nb {\n include inner\n}\ninclude missing/*\n")
    (tmp_path / "conf.d" / "2.conf").write_bytes(b"second\n")
    (tmp_path / "conf.d" / "1.conf").write_bytes(b"first\n")
    (tmp_path / "inner").write_bytes(b"c\n")
    return tmp_path


def test_includes(place):
    found = conf_parser.read(str(place / "main"))
    assert found["statements"] == [
        (["a", "1"], None),
        (["first"], None),
        (["second"], None),
        (["b"], [(["c"], None)]),
    ]


def test_latest_change_of_all_files(place):
    os.utime(str(place / "conf.d" / "1.conf"), (4000000000, 4000000000))
    assert conf_parser.read(str(place / "main"))["changed"] == 4000000000


def test_file_that_includes_itself(place):
    (place / "main").write_bytes(b"include main\n")
    with pytest.raises(conf_parser.ConfError) as caught:
        conf_parser.read(str(place / "main"))
    assert "include one another" in str(caught.value)


def test_no_file(place):
    with pytest.raises(conf_parser.ConfError) as caught:
        conf_parser.read(str(place / "none"))
    assert str(place / "none") in str(caught.value)


def test_virtual_addresses():
    text = """
vrrp_instance VI_1 {
    virtual_ipaddress {
        192.0.2.10/24 dev eth0 label eth0:vip
        192.0.2.11
    }
    virtual_ipaddress_excluded {
        2001:db8::10/64
    }
}
virtual_server 192.0.2.99 80 {
}
"""
    found = conf_parser.virtual_addresses(conf_parser.parse(text))
    assert found == ["192.0.2.10", "192.0.2.11", "2001:db8::10"]
