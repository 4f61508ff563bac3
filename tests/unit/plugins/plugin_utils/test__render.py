# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the writer: each shape, each refusal, and that nothing gets out of the structure."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._render import RenderError, render
from hypothesis import given
from hypothesis import strategies as st

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
    ("config", "words"),
    [
        pytest.param({"global_defs": {"smtp_server": "a\nb"}}, "config.global_defs.smtp_server cannot", id="newline"),
        pytest.param({"x": {"y": [{"z": "a}"}]}}, "config.x.y[0].z cannot", id="brace deep inside"),
        pytest.param({"x": {"y": None}}, "config.x.y has no value", id="null"),
        pytest.param({"x": "y"}, "x is not a mapping but of type str", id="top level is no block"),
        pytest.param({"vrrp_script": ["x"]}, "vrrp_script is not a mapping", id="entry is no block"),
        pytest.param({"vrrp_instance": [{"state": "MASTER"}]}, "name of a vrrp_instance is not one word", id="no name"),
        pytest.param({"vrrp_instance": [{"name": "VI 1"}]}, "name of a vrrp_instance is not one word", id="two words"),
        pytest.param({"virtual_server": [{"address": "192.0.2.10"}]}, "port of a virtual_server", id="no port"),
        pytest.param({"x": {"y": [["z"]]}}, "y has a value of type list", id="list in a list"),
        pytest.param({"x": {"y": [{"z": {"a": 1}}]}}, "y has a value of type dict", id="block in a line"),
        pytest.param({"x": {"y": [True]}}, "y has a value of type bool", id="bare boolean in a list"),
        pytest.param({"x": {"y": [{}]}}, "an entry of y is empty", id="empty line"),
        pytest.param(
            {"x": {"script": ["a"], "y": [{"a": "b" * 500, "c": "d" * 500, "e": "f" * 500}]}}, "longer", id="long line"
        ),
    ],
)
def test_refused(config, words):
    with pytest.raises(RenderError, match=words.replace("[", r"\[")):
        render(config)


def test_line_length():
    """keepalived reads 1023 bytes and an end of line."""
    line = {"a": "b" * 500, "c": "d" * 500}
    room = 1023 - len(" " * 8 + "a  c " + "b" * 1000) - len(" e ")
    assert render({"x": {"y": [{**line, "e": "f" * room}]}}).splitlines()[2].endswith("f")
    with pytest.raises(RenderError, match="the line of a is longer"):
        render({"x": {"y": [{**line, "e": "f" * (room + 1)}]}})


def test_error_does_not_show_the_value():
    with pytest.raises(RenderError) as caught:
        render({"vrrp_instance": [{"name": "VI_1", "authentication": {"auth_pass": 'hush"'}}]})
    assert "hush" not in str(caught.value)


WORDS = st.text(min_size=1, max_size=8)
SCALARS = st.one_of(WORDS, st.booleans(), st.integers(), st.floats())
BLOCKS = st.recursive(
    st.dictionaries(st.one_of(WORDS, st.sampled_from(["name", "script", "notify", "smtp_alert"])), SCALARS, max_size=4),
    lambda inner: st.dictionaries(
        st.one_of(WORDS, st.sampled_from(["real_server", "authentication"])),
        st.one_of(inner, SCALARS, st.lists(st.one_of(SCALARS, inner), max_size=3)),
        max_size=3,
    ),
    max_leaves=6,
)


def structure(text):
    """Depth after each line, where a brace may stand at a line's end, or be the whole line."""
    depths, depth = [], 0
    for line in text.splitlines():
        words = line.strip()
        assert "{" not in words[:-1]
        assert "}" not in words or words == "}"
        assert words.count('"') in (0, 2)
        depth += words.endswith("{") - (words == "}")
        assert depth >= 0
        depths.append(depth)
    return depths


def expected_braces(keyword, value):
    """How many blocks the data has, counted from the data alone."""
    if isinstance(value, dict):
        return 1 + sum(expected_braces(key, inner) for key, inner in value.items())
    if isinstance(value, list) and value:
        return sum(expected_braces(keyword, entry) for entry in value) if keyword == "real_server" else 1
    return 0


@given(st.dictionaries(st.one_of(WORDS, st.sampled_from(["vrrp_instance", "global_defs"])), BLOCKS, max_size=3))
def test_any_data_keeps_the_structure_or_is_refused(config):
    try:
        text = render(config)
    except RenderError:
        return
    assert structure(text)[-1:] in ([], [0])
    assert (
        text.count("{") == text.count("}") == sum(expected_braces(key, block) for key, block in config.items() if block)
    )


@given(st.text())
def test_any_text_is_written_as_it_is_or_refused(text):
    config = {"global_defs": {"a": 1, "smtp_server": text, "b": 2}, "vrrp_script": [{"name": "x", "script": text}]}
    try:
        lines = render(config).splitlines()
    except RenderError:
        return
    assert lines == [
        "global_defs {",
        "    a 1",
        f"    smtp_server {text}",
        "    b 2",
        "}",
        "",
        "vrrp_script x {",
        f'    script "{text}"',
        "}",
    ]
