# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what a run is asked for: blank answers, types, choices, and where a report is written."""

from __future__ import annotations

import pathlib
import re

import pytest
import yaml
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.requests import OPTIONS, PREFIX, asked

ROOT = pathlib.Path(__file__).parents[5]
DEFAULTS = {name.removeprefix(PREFIX): option.default for name, option in OPTIONS.items()}
EXPRESSION, WORD = re.compile(r"\{\{(.*?)\}\}", re.DOTALL), re.compile(r"[A-Za-z_]\w*")
NOTHING = {**DEFAULTS, "problems": [], "report_problem": None}


def test_what_is_left_out_is_the_default():
    assert asked({}) == NOTHING


@pytest.mark.parametrize("blank", [None, "", " ", []])
def test_a_blank_answer_is_the_default(blank):
    assert asked(dict.fromkeys(OPTIONS, blank)) == NOTHING


def test_the_defaults_are_choices_and_of_their_type():
    given = {name: option.default for name, option in OPTIONS.items()}
    assert asked(given) == NOTHING


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("format", "json", "json"),
        ("drill_faults", ["stop", "kill"], ["stop", "kill"]),
        ("drill_faults", "stop,kill", ["stop", "kill"]),
        ("drill_faults", "stop", ["stop"]),
        ("update_packages", "keepalived, ,", ["keepalived"]),
        ("handover_to", 12, "12"),
        ("remove_packages", "true", True),
        ("remove_packages", "no", False),
        ("remove_packages", True, True),
        ("report", "/tmp/status.html", "/tmp/status.html"),
    ],
)
def test_a_value_in_its_type(name, value, expected):
    assert asked({PREFIX + name: value}) == {**NOTHING, name: expected}


def test_all_that_is_wrong_is_told_at_once():
    found = asked({
        "hot_standby_fail_on": "fatal", "hot_standby_drill_faults": ["stop", "fire"],
        "hot_standby_remove_packages": "so",
        "hot_standby_handover_to": ["app1"], "hot_standby_report": {},
    })  # fmt: skip
    assert found["problems"] == [
        "hot_standby_fail_on: fatal is not known. Set it to one of error, warning, never, or leave it out.",
        "hot_standby_report is not the path of a file but of type dict. Set it to the path of a file.",
        "hot_standby_drill_faults: ['stop', 'fire'] is not known. Set it to some of stop, kill, freeze, nginx, link, "
        "block, reboot, or leave it out.",
        "hot_standby_handover_to is not a text but of type list. Set it to a text.",
        "hot_standby_remove_packages is not true or false but of type str. Set it to true or false.",
    ]
    assert {name: found[name] for name in DEFAULTS} == DEFAULTS


def test_a_relative_path_starts_where_the_run_was_started(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert asked({"hot_standby_report": "status.html"})["report"] == str(tmp_path / "status.html")
    assert asked({"hot_standby_adopt_directory": "."})["adopt_directory"] == str(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert asked({"hot_standby_report": "~/x.json"})["report"] == str(tmp_path / "home" / "x.json")


def test_a_report_that_cannot_be_written(tmp_path):
    path = tmp_path / "not-there" / "x.json"
    assert asked({"hot_standby_report": str(path)})["report_problem"] == (
        f"hot_standby_report: {path} cannot be written, as there is no folder {path.parent} on the controller. "
        "Set it to a file in a folder that is there."
    )
    assert "it is a folder" in asked({"hot_standby_report": str(tmp_path)})["report_problem"]


def test_the_argument_specs_have_the_same_options_and_defaults():
    specs = yaml.safe_load((ROOT / "roles/hot_standby/meta/argument_specs.yml").read_text(encoding="utf-8"))
    entries = {name: entry["options"] for name, entry in specs["argument_specs"].items() if name != "main"}
    documented = {name: option for options in entries.values() for name, option in options.items()}
    assert set(documented) - {"hot_standby_hosts"} == set(OPTIONS)
    for options in entries.values():
        for name, option in options.items():
            if name in OPTIONS:
                assert option.get("default") == (OPTIONS[name].default if option["type"] == "raw" else None), name
                # Choices are told in the description.
                text = str(option["description"])
                assert all(f"V({choice})" in text for choice in OPTIONS[name].choices), name


def test_no_task_reads_one_of_these_variables_itself():
    """All come by the one lookup: elsewhere a blank answer would be forgotten."""
    text = {
        path: "\n".join(code(yaml.safe_load(path.read_text(encoding="utf-8"))))
        for folder in ("roles", "playbooks")
        for path in (ROOT / folder).rglob("*.yml")
        if "meta" not in path.parts and "awx" not in path.parts
    }
    for name in OPTIONS:
        assert [path.name for path, expressions in text.items() if name in expressions.split()] == []


def code(value, key=None):
    """The words of all that Ansible takes for an expression: what stands in braces, conditions, assertions."""
    if isinstance(value, dict):
        return [line for name, inner in value.items() for line in code(inner, name)]
    if isinstance(value, list):
        return [line for inner in value for line in code(inner, key)]
    if not isinstance(value, str):
        return []
    parts = [value] if key in ("when", "that", "until", "failed_when", "changed_when") else EXPRESSION.findall(value)
    return [" ".join(WORD.findall(part)) for part in parts]
