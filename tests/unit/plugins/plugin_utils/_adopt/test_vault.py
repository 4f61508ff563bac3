# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what is taken out of statements, and what stands there then. The spellings are tested with adopting."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._adopt.vault import PasswordError, Vault
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.reader import statements
from builders import SECRET
from jinja2 import Environment


def redacted(text, vault=None):
    vault = vault or Vault()
    return vault.written([words for words, _inner in vault.redacted(statements(text), "app1", "A")]), vault


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"auth_pass {SECRET}", ["auth_pass", "{{ vault_keepalived_auth_pass_A }}"]),
        (
            f"auth_type PASS auth_pass {SECRET} x",
            ["auth_type", "PASS", "auth_pass", "{{ vault_keepalived_auth_pass_A }}"],
        ),
        (f"~auth_pass {SECRET}", ["~auth_pass", "{{ vault_keepalived_auth_pass_A }}"]),
        (f"my_secret {SECRET}", ["my_secret", "{{ vault_keepalived_my_secret_A }}"]),
        (
            f"auth_type PASS $A=auth_pass {SECRET}",
            ["auth_type", "PASS", "$A=auth_pass", "{{ vault_keepalived_auth_pass_A }}"],
        ),
        (f"auth_pass={SECRET}", ["auth_pass", "{{ vault_keepalived_auth_pass_A }}"]),
        (f"key 1 {SECRET}", ["key", "{{ vault_keepalived_key_A }}"]),
        (f"$K=key 1 {SECRET}", ["$K=key", "{{ vault_keepalived_key_A }}"]),
        (f"x key 1 {SECRET}", ["x", "key", "{{ vault_keepalived_key_A }}"]),
        (f'"key 1 {SECRET}"', ["key", "{{ vault_keepalived_key_A }}"]),
        ("track_script key", ["track_script", "key"]),
        ('script "/usr/bin/key 1 a --key 1"', ["script", "/usr/bin/key 1 a --key 1"]),
        ("passive on", ["passive", "on"]),
        ("priority 5", ["priority", "5"]),
    ],
)
def test_redacted(text, words):
    (found,), _vault = redacted(text)
    assert found == words


def test_the_same_place_is_the_same_variable():
    vault = Vault()
    for secret in ("one", "one", "two"):
        redacted(f"auth_pass {secret}", vault)
    assert list(vault.origins) == ["vault_keepalived_auth_pass_A"]
    assert vault.differences() == ["auth_pass of A is not the same everywhere."]


def test_a_word_that_looks_like_a_reference_is_none():
    """Nobody who writes a file knows the mark of this run."""
    (found,), _vault = redacted("priority vault-000000000000000000000000-x-")
    assert found == ["priority", "vault-000000000000000000000000-x-"]


@pytest.mark.parametrize("text", ["a {{ b", "{% x %}", "{# y #}", "{{{{", "plain"])
def test_nothing_else_stays_a_template(text):
    assert Environment().from_string(Vault().written(text)).render() == text


def test_a_password_on_another_line_is_refused():
    with pytest.raises(PasswordError, match="auth_pass has no password on its line in A"):
        redacted(f"auth_pass\n{SECRET}")


def test_each_key_is_a_variable_and_its_id_stays():
    vault = Vault()
    text = f'auth_hmac {{\n key 1 {SECRET}\n "key" 2 "{SECRET} x"\n key 3 file:/x\n active_key 1\n mode enforce\n}}'
    ((words, inner),) = vault.redacted(statements(text), "app1", "A")
    assert words == ["auth_hmac"]
    assert vault.written([line for line, _braces in inner]) == [
        ["key", "1", "{{ vault_keepalived_auth_hmac_key_1_A }}"],
        ["key", "2", "{{ vault_keepalived_auth_hmac_key_2_A }}"],
        ["key", "3", "file:/x"],
        ["active_key", "1"],
        ["mode", "enforce"],
    ]
    assert vault.origins["vault_keepalived_auth_hmac_key_2_A"] == "auth_hmac key 2 of A, on app1"
    vault.redacted(statements(text.replace("3 x", "3 y").replace(f"1 {SECRET}", "1 other")), "app2", "A")
    assert vault.differences() == ["auth_hmac key 1 of A is not the same everywhere."]


@pytest.mark.parametrize(
    "text",
    [
        f"auth_hmac sha256 auth_hmac_key {SECRET}",
        f"auth_hmac x {{\n key 1 {SECRET}\n}}",
        f"auth_hmac_1 {{\n key 1 {SECRET}\n}}",
        f"auth_hmac {{\n key {SECRET}\n}}",
        f"auth_hmac {{\n key 1 {SECRET} x\n}}",
        f"auth_hmac {{\n kye 1 {SECRET}\n}}",
        f"auth_hmac {{\n mode {SECRET}\n}}",
        f"auth_hmac {{\n key 1 {{ {SECRET} }}\n}}",
        f"auth_hmac {{ key 1 {SECRET} active_key 1 }}",
        f"auth_hmac\nkey 1 {SECRET}",
    ],
)
def test_a_block_of_keys_that_cannot_be_read_is_refused_with_what_to_do(text):
    with pytest.raises(PasswordError, match="auth_hmac in A .*Write (it|each key)") as caught:
        Vault().redacted(statements(text), "app1", "A")
    assert SECRET not in str(caught.value)
