# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of reading keepalived.conf as data: what is written from it again means the same."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import definitions, reader, writer
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.keywords import ROOT, Kind
from hypothesis import given, settings, strategies as st
from meaning import meaning

FIXTURES = pathlib.Path(__file__).parents[3] / "fixtures"
SAMPLES = sorted((FIXTURES / "samples").glob("*.conf"))
RECORDED = sorted((FIXTURES / "keepalived").glob("*/keepalived.*.conf"))


def raw_lines(data):
    if isinstance(data, dict):
        return [line for key, value in data.items() for line in (value if key == "raw" else raw_lines(value))]
    return [line for value in data for line in raw_lines(value)] if isinstance(data, list) else []


def test_there_are_samples():
    assert len(SAMPLES) == 25
    assert len(RECORDED) >= 10


@pytest.mark.parametrize("config_id", ["high", "low"])
@pytest.mark.parametrize("path", SAMPLES + RECORDED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_keepalived_ships_is_written_again_with_its_meaning(path, config_id):
    text = definitions.resolve(path.read_text(), config_id)
    data = reader.data(text)
    assert raw_lines(data) == []
    written = writer.render(data)
    assert meaning(conf_parser.parse(written)) == meaning(conf_parser.parse(text, reader.Quoted))
    assert reader.data(written) == data


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param("net_namespace blue", {"net_namespace": "blue"}, id="line of the top level"),
        pytest.param("include /a\ninclude /b", {"include": ["/a", "/b"]}, id="repeated line"),
        pytest.param("global_defs {\n router_id 5\n}", {"global_defs": {"router_id": "5"}}, id="text that is a number"),
        pytest.param("global_defs {\n vrrp_version 3\n}", {"global_defs": {"vrrp_version": 3}}, id="number"),
        pytest.param(
            "global_defs {\n vrrp_garp_interval 0.5\n smtp_connect_timeout 03\n}",
            {"global_defs": {"vrrp_garp_interval": 0.5, "smtp_connect_timeout": "03"}},
            id="decimals, and no octals",
        ),
        pytest.param(
            "global_defs {\n smtp_alert off\n enable_traps\n nftables\n}",
            {"global_defs": {"smtp_alert": False, "enable_traps": True, "nftables": True}},
            id="flags",
        ),
        pytest.param(
            "vrrp_sync_group G { group { A B\n C } }",
            {"vrrp_sync_group": [{"name": "G", "group": ["A", "B", "C"]}]},
            id="words on one line",
        ),
        pytest.param(
            "vrrp_instance A {\n priority 100#comment\n authentication { auth_pass \\#x }\n}",
            {"vrrp_instance": [{"name": "A", "priority": 100, "authentication": {"auth_pass": "#x"}}]},
            id="comment signs",
        ),
        pytest.param(
            'vrrp_script a {\n script "/x/y -z"\n}\nvrrp_script b {\n script "/x/y \'a b\'"\n}',
            {"vrrp_script": [{"name": "a", "script": "/x/y -z"}, {"name": "b", "script": "/x/y 'a b'"}]},
            id="commands",
        ),
        pytest.param(
            'vrrp_instance A {\n notify_master "/x a" nobody\n}',
            {"vrrp_instance": [{"name": "A", "notify_master": ["/x a", "nobody"]}]},
            id="command and user",
        ),
        pytest.param(
            "virtual_server fwmark 5 {\n real_server 192.0.2.1 80 {\n TCP_CHECK { }\n TCP_CHECK {\n retry 2\n }\n }\n}",
            {
                "virtual_server": [
                    {
                        "fwmark": 5,
                        "real_servers": [{"address": "192.0.2.1", "port": 80, "TCP_CHECK": [{}, {"retry": 2}]}],
                    }
                ]
            },
            id="checkers",
        ),
        pytest.param(
            "virtual_server_group g {\n 192.0.2.1 80\n fwmark 1\n}\nvirtual_server group g {\n alpha\n}",
            {
                "virtual_server_group": [{"name": "g", "entries": ["192.0.2.1 80", "fwmark 1"]}],
                "virtual_server": [{"group": "g", "alpha": True}],
            },
            id="group of virtual servers",
        ),
        pytest.param(
            "vrrp_instance A {\n wholly_new x y\n priority 1\n priority 2\n}",
            {"vrrp_instance": [{"name": "A", "wholly_new": "x y", "priority": 2}]},
            id="unknown, and given twice",
        ),
        pytest.param("new_block X {\n a b\n}", {"raw": ["new_block X {", "    a b", "}"]}, id="unknown with a name"),
        pytest.param("new_block {\n a b\n c\n}", {"new_block": ["a b", "c"]}, id="unknown list"),
        pytest.param("new {\n a {\n b\n }\n c\n}", {"new": {"a": ["b"], "c": True}}, id="unknown block"),
        pytest.param(
            "vrrp_script a {\n script '/x/y z'\n}\nvrrp_script b {\n script /x/y z\n}",
            {"vrrp_script": [{"name": "a", "script": "/x/y z"}, {"name": "b", "raw": ["script /x/y z"]}]},
            id="single quotes, and words that keepalived does not take",
        ),
        pytest.param(
            "vrrp_instance A {\n notify '/x y' nobody\n skip_check_adv_addr on\n}",
            {"vrrp_instance": [{"name": "A", "skip_check_adv_addr": True, "raw": ["notify '/x y' nobody"]}]},
            id="a user behind single quotes, and a switch that is on",
        ),
        pytest.param(
            "global_defs {\n smtp_alert Off\n vrrp_strict off\n}",
            {"global_defs": {"raw": ["smtp_alert Off", "vrrp_strict off"]}},
            id="not off, or not the same everywhere",
        ),
        pytest.param('track_file f {\n file "/x"\n}', {"vrrp_track_file": [{"name": "f", "file": "/x"}]}, id="synonym"),
        pytest.param(
            'vrrp_script a {\n script "x $y"\n}',
            {"vrrp_script": [{"name": "a", "raw": ['script "x $y"']}]},
            id="dollar sign",
        ),
    ],
)
def test_data(text, data):
    found = reader.data(text)
    assert found == data
    if "'/x/y z'" in text or "priority 1" in text:
        return  # another spelling of the same, or the last of two: the words do not show it
    assert meaning(conf_parser.parse(writer.render(found))) == meaning(
        conf_parser.parse(text, reader.Quoted)
    )


WORD = st.one_of(
    st.sampled_from(
        ["eth0", "192.0.2.10/24", "5", "0.5", "on", "off", "yes", "00", "-1", "fwmark", "group", "raw", "include"]
    ),
    st.text("ab0_-/.:", min_size=1, max_size=6),
)
# Alone in quotes a brace begins or ends a block all the same.
QUOTED = (
    st.text("ab '!#{}1@~", min_size=1, max_size=8)
    .filter(lambda text: text not in ("{", "}"))
    .map(lambda text: f'"{text}"')
)


def some_statements(block):
    """Statements as a hand may write them: known keywords and others, with words, quoted words and blocks."""
    words = st.lists(st.one_of(WORD, QUOTED), max_size=3)
    leaf = st.builds(
        lambda word, more: " ".join([word, *more]), st.one_of(st.sampled_from(sorted(block) or ["x"]), WORD), words
    )
    entry = st.builds(
        lambda word, more, inner: "\n".join([" ".join([word, *more, "{"]), *inner, "}"]),
        st.one_of(st.sampled_from(sorted(block) or ["x"]), WORD),
        words,
        st.lists(leaf, max_size=3),
    )
    return st.lists(st.one_of(leaf, entry), max_size=4)


def nested(word):
    return st.builds(lambda inner: "\n".join([f"{word} N {{", *inner, "}"]), some_statements(ROOT[word].block))


@settings(max_examples=600)
@given(
    st.one_of(
        some_statements(ROOT).map("\n".join),
        *(nested(word) for word in sorted(ROOT) if ROOT[word].kind is Kind.BLOCK),
        st.builds(
            lambda inner: "\n".join(["virtual_server fwmark 1 {", "real_server 192.0.2.1 80 {", *inner, "}", "}"]),
            some_statements(ROOT["virtual_server"].block["real_server"].block),
        ),
    )
)
def test_whatever_is_read_is_written_again(text):
    """Data that was read is written and read as the same data: nothing is lost, and nothing is refused."""
    data = reader.data(text)
    written = writer.render(data)
    assert reader.data(written) == data


@settings(max_examples=300)
@given(
    *(
        st.dictionaries(
            st.sampled_from(sorted(ROOT["vrrp_instance"].block)), st.one_of(WORD, st.integers(0, 999)), max_size=5
        ),
    )
)
def test_data_that_is_written_is_read_as_the_same_meaning(instance):
    try:
        written = writer.render({"vrrp_instance": [{"name": "A", **instance}]})
    except writer.RenderError:
        return
    again = writer.render(reader.data(written))
    assert meaning(conf_parser.parse(again)) == meaning(conf_parser.parse(written))
