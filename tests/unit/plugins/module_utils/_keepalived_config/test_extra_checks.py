# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keepalived lets through and takes the address down by, and what is left to keepalived."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import extra_checks

INTERFACES = [
    {"name": "lo", "addresses": [{"address": "127.0.0.1"}]},
    {"name": "eth0", "addresses": [{"address": "192.0.2.11"}, {"address": "2001:db8::11"}]},
]
SOUND = """\
global_defs {
  router_id a
}
vrrp_instance VI_1 {
  interface eth0
  unicast_src_ip 192.0.2.11
  unicast_peer {
    192.0.2.12
  }
  virtual_ipaddress {
    192.0.2.10/24 dev eth0
    2001:db8::10/64
  }
}
"""


def found(text, folder="/nowhere"):
    statements = conf_parser.parse(text)
    return extra_checks.problems(statements, statements, folder, INTERFACES)


def test_sound():
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "expected", "word"),
    [
        ("192.0.2.10/24", "192.0.2.10", "VI_1: 192.0.2.10 has no prefix length", "192.0.2.10"),
        ("2001:db8::10/64", "2001:db8::10", "VI_1: 2001:db8::10 has no prefix length", "2001:db8::10"),
        ("interface eth0", "interface em1", "VI_1: there is no interface em1 on this host; there are eth0, lo.", "em1"),
        ("ip 192.0.2.11", "ip 192.0.2.99", "VI_1: unicast_src_ip 192.0.2.99 is no address of this host", "192.0.2.99"),
        ("192.0.2.12", "192.0.2.11", "VI_1: unicast_peer 192.0.2.11 is this host itself", "192.0.2.11"),
        ("192.0.2.12", "2001:DB8:0::11", "VI_1: unicast_peer 2001:DB8:0::11 is this host itself", "2001:DB8:0::11"),
        ("  router_id a", "  include more/*.conf", "include names nothing: there is no more/*.conf", "more/*.conf"),
    ],
)
def test_one_thing_wrong(old, new, expected, word):
    ((problem, place),) = found(SOUND.replace(old, new, 1))
    assert problem.startswith(expected)
    assert place == word


@pytest.mark.parametrize(
    ("version", "refused"), [("2.3.3", False), ("2.3.4", True), ("2.4.3", True), (None, False)]
)
def test_keyword_with_which_no_reload_takes_effect(version, refused):
    """Wherever it stands: in an include, or in raw lines, the plan does not see it."""
    statements = conf_parser.parse(SOUND.replace("  router_id a", "  reload_check_config"))
    problems = extra_checks.problems(statements, statements, "/nowhere", INTERFACES, version)
    assert [word for unused, word in problems] == (["reload_check_config"] if refused else [])


def test_all_at_once():
    assert len(found(SOUND.replace("interface eth0", "interface em1").replace("/24", "").replace("/64", ""))) == 3


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_empty(text):
    ((problem, word),) = found(text)
    assert "is empty" in problem
    assert word is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("192.0.2.10/24", "$VIP"),
        ("192.0.2.10/24", "@main 192.0.2.10"),
        ("interface eth0", "@main interface em1"),
        ("interface eth0", "interface $IF"),
        ("192.0.2.12", "@a 192.0.2.11"),
        ("router_id a", "include $FOLDER/*.conf"),
        ("router_id a", "net_namespace other\n}\nvrrp_instance VI_2 {\n  interface em1"),
        ("router_id a", "dynamic_interfaces\n}\nvrrp_instance VI_2 {\n  interface em1"),
    ],
)
def test_left_to_keepalived(old, new):
    assert found(SOUND.replace(old, new, 1)) == []


def test_include_that_names_something(tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.conf").write_bytes(b"")
    assert found(SOUND.replace("router_id a", "include more/*.conf"), str(tmp_path)) == []
