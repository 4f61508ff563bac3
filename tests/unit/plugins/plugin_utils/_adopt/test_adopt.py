# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of adopting a group that was set up by hand: nothing is lost, and no password comes out."""

from __future__ import annotations

import copy
import json
import re

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._adopt.adopt import (
    AdoptError,
    Source,
    adopt,
    includes,
    report,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import reader
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.writer import render
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import INSTANCES
from builders import SECRET, plan
from hmac_texts import MARK, ODD_LINES, blocks
from hypothesis import example, given, settings, strategies as st
from jinja2 import Environment
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
    assert "auth_pass {{ vault_keepalived_auth_pass_X }}" in found.group_vars["keepalived_raw"]
    assert SECRET not in str(found)


LEAKS = {
    "one line": "vrrp_instance A {{ authentication {{ auth_type PASS auth_pass {0} }} }}",
    "carriage returns": "vrrp_instance A {{\r authentication {{\r auth_type PASS\r auth_pass {0}\r }}\r}}",
    "misspelt block": "vrrp_instance A {{\n authenticaton {{\n auth_pass {0}\n }}\n}}",
    "in a list": "vrrp_instance A {{\n virtual_ipaddress {{\n auth_pass {0}\n }}\n}}",
    "named block": "vrrp_instance A {{\n authentication x {{\n auth_type PASS auth_pass {0}\n }}\n}}",
    "SSL": "SSL {{ ca a password {0} }}",
    "HMAC": "vrrp_instance A {{\n auth_hmac {{\n key 1 {0}\n active_key 1\n }}\n}}",
    "HMAC on one line": "vrrp_instance A {{ auth_hmac {{ key 1 {0} }} }}",
    "HMAC in a comment": "vrrp_instance A {{\n auth_hmac {{\n key 1 {0} # was {0}\n # key 2 {0}\n }}\n}}",
    "HMAC twice": "vrrp_instance A {{\n auth_hmac {{\n key 1 {0}\n }}\n auth_hmac {{\n key 2 {0}\n }}\n}}",
    "HMAC, misspelt block": "vrrp_instance A {{\n auth_hmca {{\n key 1 {0}\n }}\n}}",
    "HMAC, definition": "$K=key 1 {0}\nvrrp_instance A {{\n auth_hmac {{\n $K\n }}\n}}",
    "HMAC at the top level": "auth_hmac {{\n key 1 {0}\n}}",
    "in braces": "vrrp_instance A {{\n auth_pass {{ {0} }}\n}}",
    "behind a tilde": "vrrp_instance A {{\n ~auth_pass {0}\n}}",
    "byte order mark": "\ufeffauth_pass {0}",
    "unknown keyword": "global_defs {{\n smtp_password {0}\n}}",
    "quoted": 'vrrp_instance A {{\n authentication {{\n "auth_pass" "{0}"\n }}\n}}',
    "twice": "vrrp_instance A {{\n authentication {{\n auth_pass {0}\n auth_pass {0}2\n }}\n}}",
    "definition": "$P={0}\nvrrp_instance A {{\n authentication {{\n auth_pass $P\n }}\n}}",
    "whole definition": "$A=auth_pass {0}\nvrrp_instance A {{\n authentication {{\n $A\n }}\n}}",
    "dollar sign": 'vrrp_script A {{\n script "x $y"\n auth_pass {0}\n}}',
}


@pytest.mark.parametrize("text", LEAKS.values(), ids=LEAKS)
def test_no_spelling_lets_a_password_out(text):
    found = adopted(app1=text.format(SECRET))
    assert SECRET not in str(found) + report(found, "x")
    assert found.secrets
    assert "vault-" not in str(found)


PIECES = st.sampled_from(
    [
        "vrrp_instance A {", "vrrp_script s {", "authentication {", "virtual_ipaddress {", "wholly new {", "{", "}",
        "auth_type PASS", "group", "raw", "include /x", '"', "#", "@app1", "name", "192.0.2.10/24", "on",
        f"auth_pass {SECRET}", f'"auth_pass" "{SECRET}"', f"key 1 '{SECRET}'", "auth_hmac {",
        f"SSL {{ password {SECRET} }}", f"auth_pass x}}{SECRET}", f"key 1 x}}{SECRET}",
        f"x auth_pass {SECRET} y", f"auth_pass {{ {SECRET} }}", f"$A=auth_pass {SECRET}", "$A",
    ]
)  # fmt: skip


@settings(max_examples=500)
# Behind a text in quotes in which a password seems to be announced.
@example([('"', " "), (f"x auth_pass {SECRET} y", " "), ('"', " "), (f"auth_pass x}}{SECRET}", "\n")])
# Two in one word, of different kinds.
@example([('"', " "), (f"key 1 x}}{SECRET}", " "), (f"SSL {{ password {SECRET} }}", "\n")])
@given(st.lists(st.tuples(PIECES, st.sampled_from(["\n", " ", "\r\n", "\t"])), max_size=12))
def test_no_heap_of_pieces_lets_a_password_out(pieces):
    text = "".join(piece + end for piece, end in pieces)
    try:
        found = adopt({"app1": Source({PATH: text}, PATH, "app1")})
    except AdoptError as error:
        assert SECRET not in str(error)
        return
    assert SECRET not in str(found) + report(found, "x")


@pytest.mark.parametrize("text", ["auth_pass x}%s", "auth_hmac { key 1 x}%s }", "key 1 x{%s", "$P=}%s\nauth_pass $P"])
def test_a_password_with_a_brace_is_refused(text):
    with pytest.raises(AdoptError, match="Line [12] has a password or a key with a brace") as caught:
        adopted(app1="\n".join(["vrrp_instance A {", text.replace("%s", SECRET), "}"]))
    assert SECRET not in str(caught.value)
    adopted(app1=f'vrrp_instance A {{\n auth_pass "x}}{SECRET}" # }}{SECRET}\n}}')


@settings(max_examples=200, deadline=None)
@given(st.one_of(blocks(), blocks(ODD_LINES)), st.booleans())
def test_no_form_of_a_key_is_adopted(block, inside):
    text = f"vrrp_instance A {{\n{block}}}\n" if inside else block
    try:
        found = adopt({"app1": Source({PATH: text}, PATH, "app1")})
    except AdoptError as error:
        assert MARK not in str(error)
        return
    assert MARK not in str(found) + report(found, "x")


def test_keys_are_adopted_and_rendered_as_the_same():
    """Also one that needs quotes: nobody sees that in the reference."""
    written = "vrrp_instance A {\n    priority 5\n    auth_hmac {\n        key 1 %s\n        key 2 %s\n"
    written += "        key 3 file:/etc/key\n        active_key 2\n    }\n}\n"
    (instance,) = adopted(app1=written % (SECRET, '"a b#c"')).group_vars[INSTANCES]
    variable = "vault_keepalived_auth_hmac_key_%s_A"
    assert instance["auth_hmac"] == {
        "key": [["1", f"{{{{ {variable % 1} }}}}"], ["2", f"{{{{ {variable % 2} }}}}"], "3 file:/etc/key"],
        "active_key": 2,
    }
    resolved = with_secrets(instance, {variable % 1: SECRET, variable % 2: "a b#c"})
    assert render({"vrrp_instance": [resolved]}) == written % (SECRET, '"a b#c"')


@pytest.mark.parametrize("text", ["vrrp_instance A {\n auth_pass\n %s\n}", "$P(x)=%s", "$P %s"])
def test_a_password_that_may_be_missed_stops_it(text):
    with pytest.raises(AdoptError) as caught:
        adopted(app1=text.replace("%s", SECRET))
    assert SECRET not in str(caught.value)


def test_what_looks_like_a_template_in_a_file_does_not_run_here():
    """It comes from a managed host, which must not reach the controller."""
    wanted = "/bin/sh -c '{{ lookup(\\'pipe\\') }} {% raw %} {# x #}'".replace("\\'", "")
    found = adopted(app1=f'vrrp_script A {{\n script "{wanted}"\n}}\nwholly_new X {{\n a "{{{{ b }}}}"\n}}')
    variables = {**found.group_vars}
    written = variables["keepalived_vrrp_scripts"][0]["script"]
    assert Environment().from_string(written).render() == wanted
    raw = variables["keepalived_raw"]
    assert "{{ b }}" in Environment(keep_trailing_newline=True).from_string(raw).render()


def test_the_owner_stays_the_owner_without_priorities():
    text = "vrrp_instance A {\n state %s\n virtual_ipaddress {\n 192.0.2.10/24\n }\n}"
    found = adopted(app1=text % "BACKUP", app2=text % "MASTER")
    assert found.group_vars[INSTANCES][0]["owner"] == "app2"
    both = adopted(app1=text % "BACKUP", app2=text % "BACKUP")
    assert both.group_vars[INSTANCES][0]["priority"] == 100
    assert any("takes for 100" in note for note in both.notes)


def test_the_last_of_two_counts():
    found = adopted(app1="vrrp_instance A {\n priority 200\n priority 50\n}")
    assert found.group_vars[INSTANCES] == [{"name": "A", "priority": 50}]
    assert any("priority is given more than once" in note for note in found.notes)


def test_names_that_are_alike_have_variables_of_their_own():
    text = "".join(
        f"vrrp_instance {name} {{\n authentication {{\n auth_pass {name}xyz\n }}\n}}\n" for name in ("V-1", "V_1")
    )
    found = adopted(app1=text)
    assert list(found.secrets) == ["vault_keepalived_auth_pass_V_1", "vault_keepalived_auth_pass_V_1_2"]
    assert not [note for note in found.notes if "not the same" in note]


def test_one_member_with_a_source():
    found = adopted(app1="vrrp_instance A {\n unicast_src_ip 192.0.2.1\n}")
    assert found.group_vars[INSTANCES] == [{"name": "A", "unicast_src_ip": "192.0.2.1", "priority": 100}]


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
        assert meaning(conf_parser.parse(written, reader.Quoted)) == meaning(
            conf_parser.parse(text, reader.Quoted)
        )
