# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that argument specs, task files, role defaults and the plan's own table of variables agree."""

from __future__ import annotations

import pathlib

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import DEFAULTS, INSTANCES, TYPES
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import firewall, nginx

ROLES = pathlib.Path(__file__).parents[3] / "roles"
NAMES = sorted(path.name for path in ROLES.iterdir() if path.is_dir())


def load(role, path):
    return yaml.safe_load((ROLES / role / path).read_text(encoding="utf-8"))


def entry_points(role):
    return load(role, "meta/argument_specs.yml")["argument_specs"]


def options():
    return entry_points("hot_standby")["main"]["options"]


def test_the_roles_are_found():
    assert set(NAMES) >= {"hot_standby", "keepalived", "nginx"}


def test_names_defaults_and_types_are_those_of_the_plan():
    assert list(options()) == list(DEFAULTS)
    assert {name: option.get("default") for name, option in options().items()} == DEFAULTS
    permissions = {"hot_standby_allow_partial", "keepalived_allow_disruption"}
    assert {name: (option["type"], option.get("elements")) for name, option in options().items()} == {
        # What a survey may leave blank is true or false to the plan, see tests/unit/playbooks/test_awx.py.
        name: ("raw", None) if name in permissions else kind for name, kind in TYPES.items()
    }  # fmt: skip


def test_types_of_the_defaults():
    for name, option in options().items():
        assert type(option.get("default")) is type(DEFAULTS[name])


def test_only_the_instances_are_required():
    assert [name for name, option in options().items() if option.get("required")] == [INSTANCES]


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("hot_standby_service", nginx.SERVICES),
        ("nginx_repository", nginx.REPOSITORIES),
        ("keepalived_firewall", firewall.MODES),
    ],
)
def test_choices_are_those_of_the_plan(name, choices):
    assert options()[name]["choices"] == list(choices)


@pytest.mark.parametrize("role", NAMES)
def test_every_entry_point_has_its_tasks(role):
    for name, entry in entry_points(role).items():
        assert (ROLES / role / "tasks" / f"{name}.yml").is_file()
        assert entry["short_description"]
        assert entry["author"]


@pytest.mark.parametrize("role", NAMES)
def test_every_option_is_described(role):
    for entry in entry_points(role).values():
        for name, option in entry["options"].items():
            assert option["description"], name
            assert option["type"], name


@pytest.mark.parametrize("role", NAMES)
def test_role_defaults_agree_with_the_specs(role):
    """A role without defaults/main.yml has none: those of the plan are in Python."""
    path = ROLES / role / "defaults" / "main.yml"
    written = yaml.safe_load(path.read_text(encoding="utf-8")) or {} if path.exists() else {}
    documented = {name: option for entry in entry_points(role).values() for name, option in entry["options"].items()}
    assert written == {name: documented.get(name, {}).get("default", "not documented") for name in written}
