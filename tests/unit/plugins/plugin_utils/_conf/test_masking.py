# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are found, and shown as stars; what runs programs is found."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import masking
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import MASK, shown
from builders import SECRET


@pytest.mark.parametrize(
    ("value", "variable", "expected"),
    [
        pytest.param("a\nb", "name", r"'a\nb'", id="one line"),
        pytest.param("x" * 100, "name", "'" + "x" * 56 + "...", id="cut"),
        pytest.param("x" * 58, "name", "'" + "x" * 58 + "'", id="just fits"),
        pytest.param("x" * 59, "name", "'" + "x" * 56 + "...", id="just does not"),
        pytest.param("1111", "keepalived_vrrp_instances[0].authentication.auth_pass", MASK, id="secret"),
        pytest.param("1111", "auth_pass", MASK, id="secret without a path"),
        pytest.param("1111", "auth_pass.name", "'1111'", id="not the last part"),
        pytest.param({"1": "x"}, "keepalived_vrrp_instances[0].auth_hmac.key[0]", MASK, id="key"),
        pytest.param([], "keepalived_vrrp_instances[0].auth_hmac", MASK, id="block of keys"),
        pytest.param({"auth_pass": "1111"}, "keepalived_vrrp_instances[0].priority", MASK, id="secret within"),
        pytest.param(["key 1 1111"], "keepalived_vrrp_instances[0].priority", MASK, id="key within"),
        pytest.param(True, "keepalived_ssl.key", "true", id="file's name"),
    ],
)
def test_shown(value, variable, expected):
    assert shown(value, variable) == expected


WITH_SECRET = {"vrrp_instance": [{"name": "VI_1", "authentication": {"auth_type": "PASS", "auth_pass": SECRET}}]}

WITHOUT = {"vrrp_instance": [{"name": "VI_1", "authentication": {"auth_type": "PASS"}}], "vrrp_script": []}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (WITH_SECRET, True),
        (WITHOUT, False),
        ({}, False),
        ({"a": [{"auth_hmac": {"key": ["1 x"]}}]}, True),
        ({"a": [{"auth_hmac": {"mode": "enforce"}}]}, True),
        ({"a": [{"key": ["1 x"]}]}, True),
        ({"a": ["key 1 x"]}, True),
        ({"SSL": {"key": "/x.pem", "ca": "a"}}, False),
        ({"raw": "auth_hmac {"}, True),
        ({"raw": ["a {", "key 1 x", "}"]}, True),
        ({"raw": "SSL {\n key /x.pem\n}"}, False),
        ([], False),
        ("auth_pass", False),
        ({"raw": "a {\n  auth_pass x\n}"}, True),
        ({"raw": ["b", '"auth_pass" x']}, True),
        ({"raw": "b auth_passed"}, False),
        ({"raw": "$A=auth_pass x"}, True),
        ({"global_defs": {"include_check": "readable"}}, False),
        ({"raw": "include /x"}, True),
        ({"include": ["/x"]}, True),
    ],
)
def test_holds_secret(config, expected):
    assert masking.holds_secret(config) is expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, False),
        ({"vrrp_script": [{"name": "a", "script": "/x"}]}, True),
        ({"vrrp_instance": [{"notify": "/x"}]}, True),
        ({"virtual_server": [{"real_server": [{"MISC_CHECK": [{"misc_path": "/x"}]}]}]}, True),
        ({"virtual_server": [{"real_server": [{"HTTP_GET": [{"url": [{"regex": "/x"}]}]}]}]}, False),
        ({"vrrp_instance": [{"notify": ""}], "vrrp_script": []}, False),
        ({"vrrp_instance": [{"raw": ["x {", 'notify_master "/x"', "}"]}]}, True),
        ({"raw": "notified y"}, False),
        ({"include": ["/etc/keepalived/conf.d/*.conf"]}, True),
    ],
)
def test_runs_scripts(config, expected):
    assert masking.runs_scripts(config) is expected


def test_masked():
    config = {"a": [{"authentication": {"auth_pass": SECRET, "auth_type": "PASS"}}], "raw": SECRET, "b": 5}
    assert SECRET not in str(masking.masked(config))
    assert masking.masked(config)["b"] == 5


@pytest.mark.parametrize(
    "part",
    [
        {"authentication_password": SECRET},
        {"authentication": f"PASS {SECRET}"},
        {"authentication": [f"auth_pass {SECRET}"]},
        {"authenticaton": [f"auth_pass {SECRET}"]},
        {"authentication": {"auth_pas": SECRET}},
        {f"auth_pass {SECRET}": True},
        {"text": f"authentication auth_pass {SECRET}"},
        {"auth_hmac": {"key": [f"1 {SECRET}"]}},
        {"aut": {"key": [f"1 {SECRET}"]}},
        {"aut": [f"key 1 {SECRET}"]},
        {"aut": [f"auth_hmac {{ {SECRET} }}"]},
        {"SSL": {"password": SECRET}},
    ],
)
def test_whatever_may_be_a_password_is_masked(part):
    assert SECRET not in str(masking.masked({"vrrp_instance": [part]}))


def test_words_about_passwords_are_not():
    text = "there is no password that it would write to the log"
    assert masking.masked({"why": text, "passive": True}) == {"why": text, "passive": True}
    text = "auth_hmac needs keepalived 2.4.0, and its key is a text"
    assert masking.masked({"why": text}) == {"why": text}
    assert masking.masked({"SSL": {"key": "/x.pem"}}) == {"SSL": {"key": "/x.pem"}}


def test_authentication_shows_its_type():
    config = {"a": [{"authentication": {"auth_pass": SECRET, "auth_type": "PASS"}}]}
    assert masking.masked(config)["a"][0]["authentication"]["auth_type"] == "PASS"
