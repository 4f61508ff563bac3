# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module as a program, and holds its result against its documentation; runs on Python 2.7 too."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import os
import subprocess
import sys

import yaml

PLUGINS = "ansible_collections.hotstandby.vrrp.plugins.modules"
TYPES = {"str": type(u""), "bool": bool, "int": int, "float": (int, float), "list": list, "dict": dict}


def run(name, arguments, before="", package=PLUGINS):
    """A module's result and exit status, from a process of its own that runs the code before: (dict, int)."""
    program = (
        "import sys, ansible.module_utils.basic as basic\n"
        "basic._ANSIBLE_ARGS = sys.argv[1].encode()\n"
        "basic._ANSIBLE_PROFILE = 'legacy'\n"
        "from {0} import {1}\n{2}\n{1}.main()\n"
    ).format(package, name, before)
    process = subprocess.Popen(
        [sys.executable, "-c", program, json.dumps({"ANSIBLE_MODULE_ARGS": arguments})],
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)),
        stdout=subprocess.PIPE,
    )
    output = process.communicate()[0].decode()
    return json.loads(output), process.returncode


def check_documented(documentation, result):
    """Asserts that a result is as the text of RETURN says, but for what Ansible itself adds."""
    added = ("changed", "invocation")
    _check(yaml.safe_load(documentation), {key: value for key, value in result.items() if key not in added})


def _check(described, found):
    """Asserts that there are exactly the keys, and values of the types, that are described; None is null."""
    assert set(found) == set(described)
    for key, entry in described.items():
        values = [found[key]]
        assert found[key] is None or isinstance(found[key], TYPES[entry["type"]]), key
        if entry["type"] == "list" and found[key] is not None:
            values = found[key]
            assert all(isinstance(value, TYPES[entry["elements"]]) for value in values), key
        for value in values if "contains" in entry else []:
            if value is not None:
                _check(entry["contains"], value)
