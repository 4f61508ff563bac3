# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the writer: each shape, each refusal, and that nothing gets out of the structure."""

from __future__ import annotations

import re

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.keywords import ROOT
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.writer import RenderError, Speller, render
from hypothesis import given, settings, strategies as st

FULL = """\
global_defs {
    router_id app1
    notification_email {
        acassen@firewall.loc
        failover@firewall.loc
    }
    vrrp_skip_check_adv_addr
    smtp_alert off
    vrrp_garp_interval 0.001
}

vrrp_script check_nginx {
    script "/usr/libexec/check 80"
    interval 1
}

vrrp_instance VI_1 {
    state MASTER
    authentication {
        auth_type PASS
        auth_pass 1111
    }
    virtual_ipaddress {
        192.0.2.10/24 brd 192.0.2.255 home
        192.0.2.11/24 dev eth0
    }
}

vrrp_instance VI_2 {
    state BACKUP
}

virtual_server 192.0.2.10 80 {
    delay_loop 6
    real_server 192.0.2.101 80 {
        weight 1
    }
    real_server 192.0.2.102 80 {
    }
}
"""


def test_every_shape():
    config = {
        "global_defs": {
            "router_id": "app1",
            "notification_email": ["acassen@firewall.loc", "failover@firewall.loc"],
            "vrrp_skip_check_adv_addr": True,
            "vrrp_strict": False,
            "smtp_alert": False,
            "vrrp_garp_interval": 0.001,
        },
        "vrrp_script": [{"name": "check_nginx", "script": "/usr/libexec/check 80", "interval": 1}],
        "vrrp_instance": [
            {
                "state": "MASTER",
                "name": "VI_1",
                "authentication": {"auth_type": "PASS", "auth_pass": "1111"},
                "track_script": [],
                "virtual_ipaddress": [
                    {"brd": "192.0.2.255", "address": "192.0.2.10/24", "home": True, "nodad": False},
                    "192.0.2.11/24 dev eth0",
                ],
            },
            {"name": "VI_2", "state": "BACKUP"},
        ],
        "virtual_server": [
            {
                "address": "192.0.2.10",
                "port": 80,
                "delay_loop": 6,
                "real_server": [
                    {"address": "192.0.2.101", "port": 80, "weight": 1},
                    {"address": "192.0.2.102", "port": 80},
                ],
            }
        ],
        "vrrp_sync_group": [],
    }
    assert render(config) == FULL


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, "1"),
        (0.5, "0.5"),
        (40.95, "40.95"),
        (1234567.5, "1234567.5"),
        (0.00001, "0.00001"),
        (100.0, "100"),
        (-30, "-30"),
    ],
)
def test_numbers_have_no_exponent_and_no_idle_digits(value, written):
    assert render({"x": {"y": value}}) == f"x {{\n    y {written}\n}}\n"


@pytest.mark.parametrize(
    ("config", "line"),
    [
        pytest.param({"vrrp_instance": [{"name": "a", "smtp_alert": True}]}, "    smtp_alert", id="on"),
        pytest.param({"vrrp_instance": [{"name": "a", "smtp_alert": "yes"}]}, "    smtp_alert", id="spoken"),
        pytest.param({"global_defs": {"nftables": True}}, "    nftables", id="optional value left out"),
        pytest.param({"global_defs": {"nftables": "table"}}, "    nftables table", id="optional value given"),
        pytest.param({"global_defs": {"router_id": "a b"}}, '    router_id "a b"', id="text with a space"),
        pytest.param({"global_defs": {"router_id": "a#b"}}, '    router_id "a#b"', id="text with a number sign"),
        pytest.param({"global_defs": {"script_user": "a b"}}, "    script_user a b", id="words"),
        pytest.param({"global_defs": {"script_user": ["a", "b"]}}, "    script_user a b", id="list of words"),
        pytest.param(
            {"vrrp_track_process": [{"name": "a", "process": ["nginx: master", "x"]}]},
            '    process "nginx: master" x',
            id="word in quotes",
        ),
        pytest.param(
            {"vrrp_instance": [{"name": "a", "notify": "/x 'y z' #1 {}"}]},
            "    notify \"/x 'y z' #1 {}\"",
            id="command",
        ),
        pytest.param(
            {"vrrp_instance": [{"name": "a", "notify": ["/x y", "nobody", "nogroup"]}]},
            '    notify "/x y" nobody nogroup',
            id="command with user and group",
        ),
        pytest.param({"vrrp_instance": [{"name": "a", "track_script": "x"}]}, "        x", id="list of one"),
        pytest.param({"include": ["/a", "/b"]}, "include /b", id="repeated line"),
        pytest.param({"net_namespace": "blue"}, "net_namespace blue", id="line of the top level"),
        pytest.param(
            {"static_routes": ["src 192.0.2.1 198.51.100.0/24"]}, "    src 192.0.2.1 198.51.100.0/24", id="top list"
        ),
        pytest.param({"virtual_server": [{"fwmark": 5}]}, "virtual_server fwmark 5 {", id="firewall mark"),
        pytest.param(
            {"virtual_server": [{"group": "g", "alpha": True}]}, "virtual_server group g {", id="server group"
        ),
        pytest.param({"virtual_server": [{"address": "192.0.2.1"}]}, "virtual_server 192.0.2.1 {", id="no port"),
        pytest.param(
            {"virtual_server_group": [{"name": "g", "entries": ["192.0.2.1 80"]}]},
            "virtual_server_group g {",
            id="named list",
        ),
        pytest.param(
            {"virtual_server": [{"fwmark": 1, "real_servers": [{"address": "192.0.2.1", "port": 80}]}]},
            "    real_server 192.0.2.1 80 {",
            id="our own plural",
        ),
        pytest.param({"vrrp_instance": [{"name": "a", "raw": "x {\n  y\n}"}]}, "      y", id="raw"),
        pytest.param({"raw": ["x {", "}"]}, "x {", id="raw lines of the top level"),
        pytest.param({"global_defs": {"smtp_alert": "Off"}}, "    smtp_alert off", id="spoken in capitals"),
        pytest.param({"global_defs": {"vrrp_strict": "on"}}, "    vrrp_strict", id="switch"),
    ],
)
def test_each_kind(config, line):
    assert line in render(config).splitlines()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        pytest.param({"global_defs": {"smtp_server": "a\nb"}}, "global_defs.smtp_server cannot", id="newline"),
        pytest.param({"x": {"y": ["z a}"]}}, "x.y[0] cannot", id="brace deep inside"),
        pytest.param({"x": {"y": None}}, "x.y has no value", id="null"),
        pytest.param({"global_defs": "y"}, "global_defs is not a mapping but of type str", id="top level is no block"),
        pytest.param({"vrrp_script": ["x"]}, "vrrp_script[0] is not a mapping", id="entry is no block"),
        pytest.param({"vrrp_instance": [{"state": "MASTER"}]}, "vrrp_instance[0] has no name", id="no name"),
        pytest.param({"vrrp_instance": [{"name": "VI 1"}]}, "vrrp_instance[0].name cannot stand", id="two words"),
        pytest.param({"x": {"y": [["z", None]]}}, "x.y[0] is", id="no word"),
        pytest.param({"x": {"y": [{"z": {"a": 1}}]}}, "x.y[0].z is not a number or a text", id="block in a line"),
        pytest.param({"x": {"y": [True]}}, "x.y[0] is true, which is no entry", id="bare boolean in a list"),
        pytest.param({"x": {"y": [{}]}}, "x.y[0] is", id="empty line"),
        pytest.param({"x": {"y": ["a" * 400 + " " + "b" * 700]}}, "longer", id="long line"),
        pytest.param({"x": {"y": ["include /etc/passwd"]}}, "include, which would read", id="include as an entry"),
        pytest.param({"x": {"y": ["includew /etc/x"]}}, "include, which would read", id="include as an entry too"),
        pytest.param({"x": {"y": ["@a b"]}}, "at sign", id="condition"),
        pytest.param({"x": {"~SEQ": 1}}, "is not a keyword", id="sequence"),
        pytest.param(
            {"vrrp_instance": [{"name": "a", "nopreempt": "yes"}]}, "nopreempt is 'yes', which is not true", id="flag"
        ),
        pytest.param(
            {"vrrp_instance": [{"name": "a", "smtp_alert": "x"}]}, "smtp_alert is 'x', which is not true", id="boolean"
        ),
        pytest.param(
            {"vrrp_instance": [{"name": "a", "priority": True}]}, "priority is true, which is not a number", id="value"
        ),
        pytest.param({"vrrp_instance": [{"name": "a", "notify": 'x "y"'}]}, "double quote", id="quote in a command"),
        pytest.param({"vrrp_instance": [{"name": "a", "notify": "x $y"}]}, "dollar", id="definition in a command"),
        pytest.param(
            {"vrrp_instance": [{"name": "a", "notify": "x\\"}]}, "backslash", id="escape of the closing quote"
        ),
        pytest.param({"vrrp_instance": [{"name": "a", "raw": "}\nx {"}]}, "closes a block", id="raw that gets out"),
        pytest.param({"vrrp_instance": [{"name": "a", "raw": "x {"}]}, "does not close", id="raw that stays open"),
        pytest.param({"vrrp_instance": [{"name": "a", "raw": 'x "'}]}, "quote is not closed", id="raw quote"),
        pytest.param({"vrrp_instance": [{"name": "a", "raw": "x \\"}]}, "draw in", id="raw continuation"),
        pytest.param({"x": {"y": [["a", "}"], ["b"]]}}, "is a brace", id="brace as a quoted word"),
        pytest.param({"x": {"y": [{"address": "a", "}": True}]}}, "a brace", id="brace as a key of an entry"),
        pytest.param({"x": {"y": [{"address": "a", "label": "b }"}]}}, "is a brace", id="brace as a word of an entry"),
        pytest.param({"vrrp_instance": [{"name": "a", "notify": "/x it's"}]}, "is not closed", id="one single quote"),
        pytest.param(
            {"vrrp_instance": [{"name": "a", "notify": ["/x \\y", "me"]}]}, "backslash", id="backslash in a command"
        ),
        pytest.param({"raw": 5}, "raw is not text", id="raw number"),
    ],
)
def test_refused(config, words):
    with pytest.raises(RenderError, match=re.escape(words)):
        render(config)


@pytest.mark.parametrize("word", ["skip_check_adv_addr", "nopreempt"])
def test_what_is_off_is_not_written_where_off_means_on(word):
    assert word not in render({"vrrp_instance": [{"name": "a", word: False}]})


def test_a_global_switch_that_is_off():
    off = {"vrrp_strict": "off", "v3_checksum_as_v2": False, "vrrp_skip_check_adv_addr": False}
    assert render({"global_defs": {"router_id": "a", **off}}) == "global_defs {\n    router_id a\n}\n"


def test_line_length():
    """keepalived reads 1023 bytes with the end of the line."""
    room = 1022 - len("        ")
    assert render({"x": {"y": ["f" * room]}}).splitlines()[2].endswith("f")
    with pytest.raises(RenderError, match="longer"):
        render({"x": {"y": ["f" * (room + 1)]}})


def test_unknown_keywords_are_told_with_the_nearest():
    speller = Speller()
    block = {"name": "a", "prioritty": 5, "authentication": {"auth_typo": "PASS"}, "wholly_new": {"x": 1}}
    assert list(speller.statement("vrrp_instance", [block], ROOT, "here", ""))
    assert speller.unknown == [
        ("here[0].prioritty", "prioritty", "priority"),
        ("here[0].authentication.auth_typo", "auth_typo", "auth_type"),
        ("here[0].wholly_new", "wholly_new", None),
    ]


def test_all_troubles_are_told():
    speller = Speller()
    list(speller.statement("global_defs", {"a": "{", "b": "ok", "vrrp_strict": 1, "d": "\n"}, ROOT, "g", ""))
    assert [trouble.path for trouble in speller.troubles] == ["g.a", "g.vrrp_strict", "g.d"]


def test_error_does_not_show_the_value():
    with pytest.raises(RenderError) as caught:
        render({"vrrp_instance": [{"name": "VI_1", "authentication": {"auth_pass": 'hush"'}}]})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "lines"),
    [
        ("1 hush", ["key 1 hush"]),
        (["1 hush", "2 file:/x"], ["key 1 hush", "key 2 file:/x"]),
        ([[1, "hu sh"], ["2", "hush"]], ['key 1 "hu sh"', "key 2 hush"]),
        ([], []),
    ],
)
def test_keys_of_hmac(keys, lines):
    """As keywords, or as lines, which is how 1.0.0 wrote several of them."""
    speller = Speller()
    value = {"key": keys, "active_key": 1, "time_window": 5, "anti_replay": "time", "mode": "enforce"}
    written = list(speller.statement("auth_hmac", value, ROOT["vrrp_instance"].block, "here", ""))
    assert written == [
        "auth_hmac {",
        *("    " + line for line in lines),
        "    active_key 1",
        "    time_window 5",
        "    anti_replay time",
        "    mode enforce",
        "}",
    ]
    assert (speller.unknown, speller.troubles) == ([], [])
    assert ("here", "auth_hmac", (2, 4, 0)) in speller.newer
    plain = [line.strip() for line in written[1:-1] if '"' not in line]
    assert list(speller.statement("auth_hmac", plain, ROOT["vrrp_instance"].block, "here", ""))[1:-1] == [
        "    " + line for line in plain
    ]
    assert (speller.unknown, speller.troubles) == ([], [])


TEXTS = st.one_of(
    st.text(max_size=8),
    st.text("ab \"'{}!#$@~\\\n\t\u2028\u00a0\u202e", max_size=8),
    st.sampled_from(
        ["include x", "includea /x", "} x {", "a\nb", '" x "', "x\\", "~SEQ(A,1,2)", "@a b", "$_PWD", "a # b"]
    ),
)
SCALARS = st.one_of(TEXTS, st.booleans(), st.integers(), st.floats(), st.none())
LISTS = st.lists(
    st.one_of(SCALARS, st.lists(TEXTS, max_size=3), st.dictionaries(TEXTS, SCALARS, max_size=2)), max_size=3
)


def named(block):
    """Values for a known block: each of its keywords with anything."""
    return st.dictionaries(
        st.one_of(st.sampled_from(sorted({*block, *("name", "raw", "entries", "address", "port")})), TEXTS),
        st.one_of(SCALARS, LISTS, st.dictionaries(TEXTS, st.one_of(SCALARS, LISTS), max_size=2)),
        max_size=4,
    )


CONFIGS = st.one_of(
    st.dictionaries(st.sampled_from(sorted(ROOT)), st.one_of(SCALARS, LISTS), max_size=2),
    *(st.builds(lambda value, word=word: {word: value}, named(ROOT[word].block)) for word in sorted(ROOT)),
    st.builds(
        lambda value: {"virtual_server": [{"fwmark": 1, "real_server": [value]}]},
        named(ROOT["virtual_server"].block["real_server"].block),
    ),
)


def blocks(statements):
    """How many blocks there are, as the parser of keepalived.conf sees it."""
    return sum(1 + blocks(inner) for _words, inner in statements if inner is not None)


def statements(parsed):
    return sum(1 + (statements(inner) if inner is not None else 0) for _words, inner in parsed)


def has_raw(config):
    if isinstance(config, dict):
        return any(key == "raw" or has_raw(value) for key, value in config.items())
    return isinstance(config, list) and any(has_raw(value) for value in config)


@settings(max_examples=400)
@given(CONFIGS)
def test_any_data_keeps_the_structure_or_is_refused(config):
    """What is read back has a statement for each line that was written, and a block for each brace."""
    try:
        text = render(config)
    except RenderError:
        return
    parsed = conf_parser.parse(text)
    written = [line.strip() for line in text.splitlines() if line.strip()]
    if not has_raw(config):
        assert blocks(parsed) == sum(line.endswith("{") for line in written) == sum(line == "}" for line in written)
        assert statements(parsed) == sum(line != "}" for line in written)
    first = [line.split()[0] for line in written]
    assert not [word for word in first if word[0] in "@~$"] or has_raw(config)
    assert all(len(line.encode()) <= 1022 for line in text.splitlines())


@given(TEXTS)
def test_any_text_is_one_word_or_refused(text):
    for config, path in (
        ({"global_defs": {"router_id": text}}, ["router_id", text]),
        ({"vrrp_script": [{"name": "x", "script": text}]}, ["script", text]),
    ):
        try:
            written = render(config)
        except RenderError:
            continue
        ((_words, inner),) = conf_parser.parse(written)
        assert inner == [(path, None)]
