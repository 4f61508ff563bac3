# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import os
import stat
import subprocess
import sys

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.modules import firewalld_direct

# A firewall-cmd without any daemon: the lists are lines in files, as firewalld 1.3.3 prints them.
CLIENT = r"""#!/bin/sh
scope=runtime
for word; do [ "$word" = --permanent ] && scope=permanent; done
[ "$1" = --permanent ] && shift
[ "$1" = --state ] && { echo running; exit 0; }
shift
option=$1
shift
case $option in
  --get-all-*s) kind=${option#--get-all-}; cat "$LISTS/$scope.${kind%s}" 2>/dev/null; exit 0 ;;
  --add-*) echo "$*" >> "$LISTS/$scope.${option#--add-}" ;;
  *) echo "unexpected $option" >&2; exit 2 ;;
esac
echo success
"""


@pytest.fixture(name="run_module")
def fixture_run_module(tmp_path):
    """Run the module as Ansible does, with a firewall-cmd of our own first in PATH; return (rc, result)."""
    client = tmp_path / "firewall-cmd"
    client.write_bytes(CLIENT.encode("utf-8"))
    client.chmod(client.stat().st_mode | stat.S_IXUSR)

    def run(arguments, path=None):
        environment = dict(os.environ, LISTS=str(tmp_path), PYTHONPATH=os.pathsep.join(sys.path))
        environment["PATH"] = path or str(tmp_path) + os.pathsep + os.environ["PATH"]
        process = subprocess.Popen(
            [sys.executable, "-c", HARNESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        arguments = dict({"_ansible_check_mode": False, "_ansible_remote_tmp": str(tmp_path)}, **arguments)
        out = process.communicate(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode("utf-8"))[0]
        return process.returncode, json.loads(out.decode("utf-8"))

    return run


HARNESS = """
import sys
from ansible.module_utils import basic
from ansible_collections.hotstandby.vrrp.plugins.modules import firewalld_direct
basic._ANSIBLE_ARGS = getattr(sys.stdin, 'buffer', sys.stdin).read()
basic._ANSIBLE_PROFILE = 'legacy'
firewalld_direct.main()
"""

RULES = [{"args": ["-s", "192.0.2.13", "-p", "vrrp", "-j", "DROP"]}]


def test_it_adds_once_in_both_scopes(run_module, tmp_path):
    line = "ipv4 filter INPUT 0 -s 192.0.2.13 -p vrrp -j DROP\n"
    rc, predicted = run_module({"rules": RULES, "_ansible_check_mode": True})
    assert (rc, predicted["changed"]) == (0, True)
    assert not (tmp_path / "runtime.rule").exists()
    rc, added = run_module({"rules": RULES})
    assert (rc, added["changed"]) == (0, True)
    assert added["diff"] == predicted["diff"]
    assert added["diff"]["before"] == "permanent:\nruntime:\n"
    assert added["diff"]["after"] == "permanent:\n  rule %sruntime:\n  rule %s" % (line, line)
    assert (tmp_path / "runtime.rule").read_text() == (tmp_path / "permanent.rule").read_text() == line
    (entry,) = added["entries"]
    assert (entry["kind"], entry["permanent"], entry["runtime"]) == ("rule", True, True)
    rc, again = run_module({"rules": RULES})
    assert (rc, again["changed"]) == (0, False)


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({}, "one of the following is required: rules, chains, passthroughs"),
        ({"rules": [{"chain": "INPUT"}]}, "missing required arguments: args found in rules"),
        ({"rules": RULES, "permanent": False, "immediate": False}, "permanent and immediate are both false"),
        ({"rules": [{"args": "-p vrrp -j DROP"}]}, "args must be a list"),
        ({"rules": [{"ipv": "ipv5", "args": ["-j"]}]}, "must be one of: ipv4, ipv6, eb"),
    ],
)
def test_it_refuses(run_module, tmp_path, arguments, words):
    rc, result = run_module(arguments)
    assert rc != 0
    assert words in result["msg"]
    assert not (tmp_path / "runtime.rule").exists()


def test_it_says_that_firewalld_is_not_installed(run_module, tmp_path):
    only_env = tmp_path / "bin"
    only_env.mkdir()
    (only_env / "env").symlink_to("/usr/bin/env")
    rc, result = run_module({"rules": RULES}, path=str(only_env))
    assert (rc, result["changed"]) == (1, False)
    assert "firewalld is not installed" in result["msg"]


def documented(options):
    """The part of an option's documentation that the argument specification repeats."""
    spec = {}
    for name, option in options.items():
        spec[name] = {
            key: option[key] for key in ("type", "choices", "default", "elements", "required") if key in option
        }
        if "suboptions" in option:
            spec[name]["options"] = documented(option["suboptions"])
    return spec


def test_documentation_agrees_with_the_arguments():
    options = yaml.safe_load(firewalld_direct.DOCUMENTATION)["options"]
    specified = firewalld_direct.argument_spec()
    # Has no place in the documentation.
    assert specified["passthroughs"].pop("no_log") is False
    assert documented(options) == specified


def test_return_values_are_documented(run_module):
    documentation = yaml.safe_load(firewalld_direct.RETURN)
    result = run_module({"rules": RULES, "_ansible_check_mode": True})[1]
    assert set(documentation) == set(result) - {"changed", "diff", "invocation"}
    assert set(documentation["entries"]["contains"]) == set(result["entries"][0])
    assert set(documentation["entries"]["sample"][0]) == set(result["entries"][0])
