# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of adopting a group that was set up by hand: nothing is lost, and no password comes out."""

from __future__ import annotations

import copy
import json
import re

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_conf
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _from_conf
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._adopt import AdoptError, Source, adopt, includes, report
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._render import render
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._variables import INSTANCES
from builders import SECRET, plan
from hypothesis import given, settings
from meaning import meaning
from shapes import valid_groups

PATH = "/etc/keepalived/keepalived.conf"
CONF = """
global_defs {
    router_id %(name)s
    notification_email { ops@example.org }
}
vrrp_instance VI_1 {
    state %(state)s
    interface %(interface)s
    virtual_router_id 51
    priority %(priority)s
    unicast_src_ip %(own)s
    unicast_peer { %(peer)s }
    authentication {
        auth_type PASS
        auth_pass %(secret)s
    }
    virtual_ipaddress { 192.0.2.10/24 }
}
"""
FIRST = {
    "name": "app1", "state": "MASTER", "interface": "eth0", "priority": 150, "own": "192.0.2.101",
    "peer": "192.0.2.102", "secret": SECRET,
}  # fmt: skip
SECOND = {**FIRST, "name": "app2", "state": "BACKUP", "priority": 100, "own": "192.0.2.102", "peer": "192.0.2.101"}


def adopted(**texts):
    return adopt({member: Source({PATH: text}, PATH) for member, text in texts.items()})


def test_a_pair():
    found = adopted(app1=CONF % FIRST, app2=CONF % SECOND)
    assert found.host_vars == {}
    assert found.group_vars == {
        "hot_standby_service": "none",
        "keepalived_sysctl": {},
        "keepalived_global_defs": {"notification_email": ["ops@example.org"]},
        INSTANCES: [
            {
                "name": "VI_1",
                "interface": "eth0",
                "virtual_router_id": 51,
                "priority": {"app1": 150, "app2": 100},
                "unicast_src_ip": {"app1": "192.0.2.101", "app2": "192.0.2.102"},
                "authentication": {"auth_type": "PASS", "auth_pass": "{{ vault_keepalived_auth_pass_VI_1 }}"},
                "virtual_ipaddress": ["192.0.2.10/24"],
                "unicast": True,
            }
        ],
    }
    assert found.secrets == {"vault_keepalived_auth_pass_VI_1": "auth_pass of VI_1, on app1"}
    text = report(found, "group_vars/web/keepalived.yml")
    assert "ansible-vault encrypt_string --stdin-name vault_keepalived_auth_pass_VI_1" in text
    assert SECRET not in text + json.dumps(found.group_vars)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        pytest.param({"secret": "other"}, "auth_pass of VI_1 is not the same", id="password"),
        pytest.param({"peer": "192.0.2.77"}, "unicast_peer is not the list of all other", id="peers"),
        pytest.param({"interface": "ens5"}, "differs between the members, in interface, priority", id="interface"),
    ],
)
def test_differences_are_told(second, words):
    found = adopted(app1=CONF % FIRST, app2=CONF % {**SECOND, **second})
    assert any(words in note for note in found.notes)
    assert not [note for note in adopted(app1=CONF % FIRST, app2=CONF % SECOND).notes if words in note]
    assert SECRET not in str(found)


def test_other_instances_on_each_member():
    found = adopted(app1=CONF % FIRST, app2=(CONF % SECOND).replace("VI_1", "VI_9"))
    assert set(found.host_vars) == {"app1", "app2"}
    assert any("do not have the same instances" in note for note in found.notes)


def test_instances_in_another_order():
    other = "vrrp_instance B {\n virtual_router_id 9\n}\n"
    found = adopted(app1=CONF % FIRST + other, app2=other + CONF % SECOND)
    assert [one["name"] for one in found.group_vars[INSTANCES]] == ["VI_1", "B"]


def test_includes_are_read_in_their_place():
    main = "include conf.d/*.conf\nvrrp_instance A {\n include /x/one\n}\ninclude gone.conf\n"
    assert includes(main, PATH) == ["/etc/keepalived/conf.d/*.conf", "/x/one", "/etc/keepalived/gone.conf"]
    files = {
        PATH: main,
        "/etc/keepalived/conf.d/a.conf": "global_defs {\n smtp_server 192.0.2.1\n}",
        "/etc/keepalived/conf.d/sub/b.conf": "never",
        "/x/one": "priority 7",
    }
    found = adopt({"app1": Source(files, PATH)})
    assert found.group_vars["keepalived_global_defs"] == {"smtp_server": "192.0.2.1"}
    assert found.group_vars[INSTANCES] == [{"name": "A", "priority": 7}]
    assert found.group_vars["keepalived_includes"] == ["/etc/keepalived/gone.conf"]


def test_lines_of_the_top_level_conditions_and_what_has_no_variable():
    text = "@one net_namespace blue\n@two net_namespace red\nwholly_new {\n a b\n}\n"
    text += f"other X {{\n auth_pass {SECRET}\n}}"
    found = adopt({"app1": Source({PATH: text}, PATH, "two")})
    assert found.group_vars["keepalived_global_defs"] == {"net_namespace": "red"}
    assert "wholly_new {\n    a b\n}" in found.group_vars["keepalived_raw"]
    assert "auth_pass {{ vault_keepalived_auth_pass }}" in found.group_vars["keepalived_raw"]
    assert SECRET not in str(found)


def test_what_cannot_be_read_is_told():
    with pytest.raises(AdoptError, match="app2: .*Line 1 repeats itself"):
        adopted(app1="", app2="~SEQ(A, 1, 2) x")
    with pytest.raises(AdoptError, match="was not read"):
        adopt({"app1": Source({}, PATH)})


def with_secrets(variables, secrets):
    """The variables as Ansible resolves them from a vault."""
    if isinstance(variables, dict):
        return {key: with_secrets(value, secrets) for key, value in variables.items()}
    if isinstance(variables, list):
        return [with_secrets(value, secrets) for value in variables]
    found = re.fullmatch(r"\{\{ (\w+) \}\}", variables) if isinstance(variables, str) else None
    return secrets[found.group(1)] if found else variables


@settings(max_examples=100)
@given(valid_groups())
def test_what_was_planned_is_adopted_and_planned_as_the_same(hosts):
    first = plan(hosts)
    texts = {name: render(model["keepalived"]["config"]) for name, model in first["members"].items()}
    found = adopted(**texts)
    secrets = {
        f"vault_keepalived_auth_pass_{planned['name']}": hosts["app1"]["variables"][INSTANCES][position]
        .get("authentication", {}).get("auth_pass")
        for position, planned in enumerate(first["groups"]["web"]["instances"])
    }  # fmt: skip
    again = copy.deepcopy(hosts)
    for name, host in again.items():
        host["variables"] = with_secrets({**found.group_vars, **found.host_vars.get(name, {})}, secrets)
    second = plan(again)
    assert second["errors"] == []
    for name, text in texts.items():
        written = render(second["members"][name]["keepalived"]["config"])
        assert meaning(_keepalived_conf.parse(written, _from_conf.Quoted)) == meaning(
            _keepalived_conf.parse(text, _from_conf.Quoted)
        )
