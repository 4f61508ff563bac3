# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the module as a program, on the host that runs them."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import module_program
import pytest
from ansible_collections.hotstandby.vrrp.plugins.modules import hot_standby_info

pytestmark = pytest.mark.usefixtures("alone_on_loopback")
KEY = "0123456789abcdef"


@pytest.mark.parametrize("check_mode", [False, True])
def test_result_is_as_documented(check_mode):
    arguments = {
        "programs": ["sh", "no-such-program"], "files": ["/etc/passwd", "/no/such/file"], "digest_key": KEY,
        "sysctls": ["kernel.ostype"], "services": ["no-such-unit"], "packages": ["no-such-package"],
        "addresses": ["127.0.0.1"], "probe": True, "probe_timeout": 0.05, "listen": 0.1, "facts": True,
        "_ansible_check_mode": check_mode,
    }  # fmt: skip
    result, status = module_program.run("hot_standby_info", arguments)
    assert (status, result["changed"]) == (0, False)
    module_program.check_documented(hot_standby_info.RETURN, result)
    assert KEY not in str(result)
    assert [result["files"][path]["exists"] for path in ("/etc/passwd", "/no/such/file")] == [True, False]
    assert len(result["files"]["/etc/passwd"]["digest"]) == 64
    assert result["sysctls"] == {"kernel.ostype": "Linux"}
    assert result["packages"] == {"no-such-package": None}
    assert result["addresses"][0]["held"] is True
    assert result["adverts"]["duration"] == 0.1
    assert "packets" not in result["adverts"]


def test_what_is_not_asked_for_is_not_told():
    result, status = module_program.run("hot_standby_info", {})
    assert status == 0
    assert [result[key] for key in ("files", "sysctls", "services", "packages", "programs")] == [{}] * 5
    assert (result["addresses"], result["adverts"], result["package_manager"]) == ([], None, None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"digest_key": "short"}, "digest_key"),
        ({"sysctls": ["../x"]}, "sysctls"),
        ({"services": ["a b"]}, "services"),
        ({"packages": ["*"]}, "packages"),
        ({"addresses": ["app1"]}, "addresses"),
        ({"listen": -1}, "listen: -1.0 is no span of time"),
    ],
)
def test_invalid_options_fail(arguments, words):
    result, status = module_program.run("hot_standby_info", arguments)
    assert status == 1
    assert words in result["msg"]
    assert "exception" not in result


def test_facts_are_those_that_setup_tells():
    subset = ["!all", "!min", "distribution", "pkg_mgr", "service_mgr"]
    told, status = module_program.run("setup", {"gather_subset": subset}, package="ansible.modules")
    assert status == 0
    facts = module_program.run("hot_standby_info", {"facts": True})[0]["ansible_facts"]
    assert facts["ansible_pkg_mgr"] and facts["ansible_service_mgr"] and facts["ansible_os_family"]
    known = told["ansible_facts"]
    about = ("ansible_distribution", "ansible_os_family", "ansible_pkg_mgr", "ansible_service_mgr")
    expected = dict((key, value) for key, value in known.items() if key.startswith(about))
    assert facts == expected
