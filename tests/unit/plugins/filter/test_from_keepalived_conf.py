# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the filters that read keepalived.conf; what they make of it has its own tests."""

from __future__ import annotations

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.from_keepalived_conf import FilterModule
from builders import SECRET

filters = FilterModule().filters()
from_keepalived_conf = filters["from_keepalived_conf"]
CONF = f"vrrp_instance A {{\n priority 5\n authentication {{\n auth_pass {SECRET}\n }}\n}}\n"


def test_one_text():
    found = from_keepalived_conf(CONF)
    variables = yaml.safe_load(found["group_file"])
    assert variables == found["group_vars"]
    assert variables["keepalived_vrrp_instances"] == [
        {"name": "A", "priority": 5, "authentication": {"auth_pass": "{{ vault_keepalived_auth_pass_A }}"}}
    ]
    assert SECRET not in str(found)


@pytest.mark.parametrize("arguments", [["-D", "-i", "two"], ["--config-id", "two"], ["--config-id=two"]])
def test_config_id_of_the_command_line(arguments):
    text = "@one net_namespace a\n@two net_namespace b\n"
    found = from_keepalived_conf({"app1": {"files": {"/x": text}, "path": "/x", "arguments": arguments}}, "there")
    assert found["group_vars"]["keepalived_global_defs"] == {"net_namespace": "b"}
    assert found["report"].startswith("Adopted into there:")
    assert found["host_files"] == {}


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (None, "not NoneType"),
        ({}, "not dict"),
        ({"app1": 5}, "app1 has neither a text nor"),
    ],
)
def test_refused(members, words):
    with pytest.raises(AnsibleFilterError, match=words):
        from_keepalived_conf(members)


def test_what_cannot_be_adopted_is_no_exception():
    """An exception would be hidden by no_log."""
    assert from_keepalived_conf({"app1": "~SEQ(A, 1, 2) x"}) == {
        "error": "from_keepalived_conf: app1: /etc/keepalived/keepalived.conf: Line 1 repeats itself with ~SEQ: "
        "write out what it makes."
    }
    assert from_keepalived_conf(CONF)["error"] is None


@pytest.mark.parametrize(("arguments", "node"), [(["-itwo"], "one"), ([], "two.example.org"), (["-D"], "two")])
def test_the_hosts_name_is_the_default_of_the_config_id(arguments, node):
    text = "@one net_namespace a\n@two net_namespace b\n"
    member = {"files": {"/x": text}, "path": "/x", "arguments": arguments, "node": node}
    assert from_keepalived_conf({"app1": member})["group_vars"]["keepalived_global_defs"] == {"net_namespace": "b"}


def test_includes():
    assert filters["keepalived_conf_includes"]("include a.conf\n", "/x/y.conf") == ["/x/a.conf"]
    with pytest.raises(AnsibleFilterError, match="not int"):
        filters["keepalived_conf_includes"](5)
