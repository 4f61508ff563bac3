# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that the page of variables is up to date, and that every example is planned without a complaint."""

from __future__ import annotations

import copy
import importlib.util
import pathlib

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import DEFAULTS, INSTANCES
from builders import interface, observed, plan

ROOT = pathlib.Path(__file__).parents[3]
spec = importlib.util.spec_from_file_location("make_variables", ROOT / "docs" / "make_variables.py")
make_variables = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_variables)


def test_the_page_is_up_to_date():
    """If not: python3 docs/make_variables.py."""
    assert (ROOT / "docs" / "variables.md").read_text(encoding="utf-8") == make_variables.page()


def test_every_variable_and_every_example_is_on_the_page():
    page = make_variables.page()
    assert all(f"### {name}\n" in page for name in DEFAULTS)
    assert sorted(make_variables.EXAMPLES) == sorted(path.stem for path in (ROOT / "examples").glob("*.yml"))


def test_no_markup_is_left():
    assert not make_variables._MARKUP.search(make_variables.page())
    assert make_variables.plain("V(a) and O(b=1), C(x(y\\)) P(hotstandby.vrrp.z#role)").startswith("`a` and `b=1`")


def seen(number, address):
    """A member that has the address Ansible reaches it at, and another interface."""
    length = "24"
    interfaces = [
        interface("lo", "127.0.0.1/8", loopback=True),
        {**interface("em1" if number == 1 else "eth0", f"{address}/{length}", f"2001:db8::{number}/64"),
         "mac": "52:54:00:12:34:56"},
        interface("eth1", f"198.51.100.{100 + number}/24"),
    ]  # fmt: skip
    return observed(number, interfaces=interfaces[:2] if address.startswith("198.") else interfaces)


@pytest.mark.parametrize("name", make_variables.EXAMPLES)
def test_every_example_is_planned_without_a_complaint(name):
    (group,) = yaml.safe_load((ROOT / "examples" / f"{name}.yml").read_text(encoding="utf-8")).values()
    variables = {key: value for key, value in group["vars"].items() if key in DEFAULTS}
    hosts = {
        host: {
            "variables": copy.deepcopy(variables),
            "address": own["ansible_host"],
            "observed": seen(number, own["ansible_host"]),
        }
        for number, (host, own) in enumerate(group["hosts"].items(), 1)
    }
    for host in hosts.values():
        for instance in host["variables"][INSTANCES]:
            if "authentication" in instance:
                instance["authentication"]["auth_pass"] = "1111"  # what the vault has
    result = plan(hosts)
    assert (result["errors"], result["warnings"]) == ([], [])
    assert set(result["members"]) == set(hosts)
