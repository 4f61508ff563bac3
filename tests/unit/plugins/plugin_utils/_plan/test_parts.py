# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each part of a run is one that a role carries out, and every part that a role asks for is one."""

from __future__ import annotations

import pathlib
import re

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import CONFIG, PARTS

ROLES = pathlib.Path(__file__).parents[5] / "roles"
ASKED = re.compile(r"'(\w+)' (?:not )?in (?:__hot_standby|keepalived|nginx)_parts")
#: Lists of them: what a run has in common with one, and those that are files.
LISTS = re.compile(r"(?:_parts \| intersect\(|_file_parts: )\[([^\]]*)\]")


def asked() -> set[str]:
    """The parts that a condition of any task names, or a variable that is one."""
    files = [*ROLES.glob("*/tasks/**/*.yml"), *ROLES.glob("*/vars/*.yml")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    lists = [names for text in texts for names in LISTS.findall(text)]
    return {name for text in texts for name in ASKED.findall(text)} | set(re.findall(r"\w+", " ".join(lists)))


def test_each_is_carried_out():
    assert asked() == set(PARTS) - {CONFIG}


ENTRIES = [("keepalived", "main"), ("keepalived", "configure"), ("nginx", "configure")]


@pytest.mark.parametrize(("role", "entry"), ENTRIES)
def test_roles_take_them(role, entry):
    specs = yaml.safe_load((ROLES / role / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    option = specs[entry]["options"][f"{role}_parts"]
    assert option["choices"] == list(PARTS)
    assert set(option["default"]) <= set(PARTS)
