# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what is taken out of statements, and what stands there then. The spellings are tested with adopting."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._from_conf import statements
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vault import PasswordError, Vault
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
