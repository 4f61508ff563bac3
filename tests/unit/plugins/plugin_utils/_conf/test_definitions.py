# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of resolving conditions and definitions of keepalived.conf."""

from __future__ import annotations

import re

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.definitions import DefinitionError, resolve


@pytest.mark.parametrize(
    ("text", "config_id", "resolved"),
    [
        pytest.param("a\nb", None, "a\nb\n", id="nothing to do"),
        pytest.param("@one a\n@two b\n  @^two c", "one", "a\nc\n", id="conditions"),
        pytest.param("@one a\n@^one b", "two", "b\n", id="for somebody else"),
        pytest.param("$A=1\nx $A ${A}2 $AB", None, "x 1 12 $AB\n", id="definitions"),
        pytest.param("$A = eth\n$B=${A}0\ninterface $B", None, "interface eth0\n", id="definition in a definition"),
        pytest.param("x $A\n$A=1", None, "x $A\n", id="used before it is defined"),
        pytest.param("@one $A=1\n@two $A=2\nx $A", "two", "x 2\n", id="definition under a condition"),
        pytest.param("x $(date) $1", None, "x $(date) $1\n", id="other dollar signs"),
        pytest.param("$A=1 # one\nx $A y", None, "x 1 y\n", id="comment behind a definition"),
        pytest.param('$A="#1" ! x\nx $A', None, 'x "#1"\n', id="number sign in quotes"),
        pytest.param("$A=$A\nx $A", None, "x $A\n", id="definition of itself"),
    ],
)
def test_resolve(text, config_id, resolved):
    assert resolve(text, config_id) == resolved


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\n~SEQ(A, 1, 3) x $A", "Line 2 repeats itself with ~SEQ"),
        ("$A= \\\nb", "Line 1 defines $A over several lines"),
        ("@one a", "Line 1 is for @one, and it is not known who this is"),
        ("$P(x)=5", "Line 1 has a definition that cannot be resolved"),
        ("a\n $P 5", "Line 2 has a definition"),
    ],
)
def test_refused(text, words):
    with pytest.raises(DefinitionError, match=re.escape(words)):
        resolve(text)
