# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of AWX, as data: held against the modules of awx.awx, the playbooks and the argument specs."""

from __future__ import annotations

import importlib
import json
import os
import pathlib
import re
import subprocess
import sys

import ansible_collections
import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import (
    problems as _problems,
    requests,
    variables as _variables,
)

ROOT = pathlib.Path(__file__).parents[3]
PLAYBOOKS = ROOT / "playbooks"
PROJECT = ROOT / "examples" / "awx-project"
DATA = PLAYBOOKS / "awx" / "vars" / "controller.yml"
#: What makes no job template, and why.
LEFT_OUT = {
    "adopt": "it writes beside the inventory, and what a job writes there is gone with its container",
    "remove": "it takes the service away for good: nobody is to do that by a slip in a form",
}
GIVEN = {
    "hot_standby_awx_project_url": "https://git.example.com/hot-standby.git",
    "hot_standby_awx_image": "registry.example.com/hot-standby-ee:1.1.0",
}
#: The list of each module.
LISTS = {
    "organization": "controller_organizations",
    "credential_type": "controller_credential_types",
    "execution_environment": "controller_execution_environments",
    "project": "controller_projects",
    "inventory": "controller_inventories",
    "inventory_source": "controller_inventory_sources",
    "job_template": "controller_templates",
    "workflow_job_template": "controller_workflows",
}
#: The types of a question, see the survey_spec of AWX's API, and what a default of each is.
QUESTIONS = {
    "text": str, "textarea": str, "password": str, "integer": int, "float": float, "multiplechoice": str,
    "multiselect": str,
}  # fmt: skip
NEEDED = {"type", "question_name", "question_description", "variable", "required"}


@pytest.fixture(scope="session")
def lists(tmp_path_factory):
    """The lists as the modules get them: Ansible has read the file, and resolved its templates."""
    target = tmp_path_factory.mktemp("awx") / "lists.json"
    wanted = "{{ dict(names | zip(names | map('extract', vars))) | to_json }}"
    arguments = {"content": wanted, "dest": str(target), "mode": "0600"}
    subprocess.run(
        [
            "ansible", "localhost", "--connection", "local", "--module-name", "ansible.builtin.copy",
            "--args", json.dumps(arguments), "--extra-vars", f"@{DATA}",
            "--extra-vars", json.dumps({**GIVEN, "names": list(LISTS.values())}),
        ],
        check=True, env={**os.environ, "ANSIBLE_LOCALHOST_WARNING": "false"}, timeout=120,
    )  # fmt: skip
    return json.loads(target.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def templates(lists):
    """The job templates, by their playbook."""
    return {pathlib.Path(one["playbook"]).stem: one for one in lists["controller_templates"]}


class Captured(Exception):
    """Ends a module where it has told its arguments."""


def argument_spec(name, monkeypatch):
    """The arguments that a module takes, as it tells them itself."""
    places = [pathlib.Path(folder, "ansible_collections") for folder in sys.path]
    found = [str(place) for place in places if (place / "awx/awx").is_dir()]
    if not found:
        pytest.skip("the package ansible has awx.awx up to its version 12")
    # The checkout's own ansible_collections is a package, and hides that of the virtualenv.
    monkeypatch.setattr(ansible_collections, "__path__", [*ansible_collections.__path__, *found])
    module = importlib.import_module(f"ansible_collections.awx.awx.plugins.modules.{name}")

    def capture(argument_spec, **_others):
        raise Captured(argument_spec)

    monkeypatch.setattr(module, "ControllerAPIModule", capture)
    with pytest.raises(Captured) as told:
        module.main()
    return told.value.args[0]


@pytest.mark.parametrize("module", LISTS)
def test_every_object_is_what_its_module_takes(module, lists, monkeypatch):
    spec = argument_spec(module, monkeypatch)
    assert lists[LISTS[module]]
    for one in lists[LISTS[module]]:
        # The name that infra.aap_configuration knows is that of the option, and none of its aliases.
        assert set(one) <= set(spec), one["name"]
        assert ArgumentSpecValidator(spec).validate(one).error_messages == [], one["name"]


def test_the_playbook_gives_each_list_to_its_module():
    (play,) = yaml.safe_load((PLAYBOOKS / "awx" / "configure.yml").read_text(encoding="utf-8"))
    given = [(name, task["loop"]) for task in play["tasks"] for name in task if name.startswith("awx.awx.")]
    assert given == [(f"awx.awx.{module}", f"{{{{ {name} }}}}") for module, name in LISTS.items()]
    assert play["vars_files"] == [str(DATA.relative_to(PLAYBOOKS / "awx"))]


def test_what_is_set_is_all_of_the_first_part():
    """Names, organization and inventory are variables: nothing else is written into the objects."""
    names = set(re.findall(r"^(hot_standby_awx_\w+):", DATA.read_text(encoding="utf-8"), re.MULTILINE))
    used = set(re.findall(r"{{ (hot_standby_awx_\w+) }}", DATA.read_text(encoding="utf-8")))
    assert used - names == set(GIVEN)


def test_no_job_is_sliced(templates):
    for one in templates.values():
        assert one["job_slice_count"] == 1
        assert one["ask_job_slice_count_on_launch"] is False


def test_groups_are_chosen_by_limit_and_jobs_of_several_run_at_once(templates, lists):
    for one in [*templates.values(), *lists["controller_workflows"]]:
        assert one["ask_limit_on_launch"] is True
        assert one["allow_simultaneous"] is True
        # A variable that is in no survey would come before the inventory's.
        assert one["ask_variables_on_launch"] is False


def test_every_playbook_has_a_template_or_is_left_out_with_a_reason(templates):
    names = {path.stem for path in PLAYBOOKS.glob("*.yml")}
    assert set(templates) | set(LEFT_OUT) == names
    assert not set(templates) & set(LEFT_OUT)
    assert all(LEFT_OUT.values())


def test_every_template_has_its_playbook_in_the_example_of_a_project(templates):
    for name, one in templates.items():
        (imported,) = yaml.safe_load((PROJECT / one["playbook"]).read_text(encoding="utf-8"))
        assert imported["ansible.builtin.import_playbook"] == f"hotstandby.vrrp.{name}"


def test_the_inventory_source_is_in_the_example_of_a_project(lists):
    (source,) = lists["controller_inventory_sources"]
    assert (PROJECT / source["source_path"]).is_file()


def test_what_refers_to_another_object_has_its_name(lists):
    names = {name: {one["name"] for one in listed} for name, listed in lists.items()}
    for one in lists["controller_templates"]:
        assert one["project"] in names["controller_projects"]
        assert one["inventory"] in names["controller_inventories"]
        assert one["execution_environment"] in names["controller_execution_environments"]
    (source,) = lists["controller_inventory_sources"]
    assert source["inventory"] in names["controller_inventories"]
    assert source["source_project"] in names["controller_projects"]
    owned = [one for name, listed in lists.items() for one in listed if "organization" in one]
    assert {one["organization"] for one in owned} == names["controller_organizations"]


def surveys(lists):
    return [one for name in ("controller_templates", "controller_workflows") for one in lists[name]]


def option(name):
    """Kind, default and choices of what is asked for: of a run, or by the plan, which has permissions alone."""
    if name in requests.OPTIONS:
        return requests.OPTIONS[name]
    return requests.Option(_variables.TYPES[name][0], _variables.DEFAULTS[name])


def entry_points():
    """The options of each entry point of the role."""
    specs = yaml.safe_load((ROOT / "roles/hot_standby/meta/argument_specs.yml").read_text(encoding="utf-8"))
    return {name: entry["options"] for name, entry in specs["argument_specs"].items()}


def test_surveys_are_well_formed(lists):
    for one in surveys(lists):
        assert one["survey_enabled"] is True
        survey = one["survey_spec"]
        assert set(survey) == {"name", "description", "spec"}
        variables = [question["variable"] for question in survey["spec"]]
        assert variables
        assert len(set(variables)) == len(variables)
        for question in survey["spec"]:
            assert NEEDED <= set(question) <= {*NEEDED, "default", "choices", "min", "max"}
            assert isinstance(question["required"], bool)
            assert isinstance(question.get("default", ""), QUESTIONS[question["type"]])


def test_surveys_ask_for_options_of_the_role_and_offer_their_choices(lists):
    for one in surveys(lists):
        for question in one["survey_spec"]["spec"]:
            asked = option(question["variable"])
            if asked.kind == "bool":
                assert (question["type"], question["choices"]) == ("multiplechoice", ["false", "true"])
                assert question["default"] == str(asked.default).lower()
            elif asked.choices:
                many = asked.kind == "list"
                assert question["type"] == ("multiselect" if many else "multiplechoice")
                assert question["choices"] == list(asked.choices)
                # AWX has the default of several as lines.
                assert question["default"] == ("\n".join(asked.default) if many else asked.default)
            else:
                assert (question["type"], asked.kind) == ("text", "str")
                # What must be answered has a default that does nothing.
                assert question.get("default", "") == asked.default
                assert question["required"] == ("default" not in question) == (question["min"] == 1)


def asked_for(lists):
    return sorted({question["variable"] for one in surveys(lists) for question in one["survey_spec"]["spec"]})


@pytest.mark.parametrize("blank", [None, "", []])
def test_a_question_that_is_left_blank_is_one_that_was_not_asked(blank, lists):
    for name in asked_for(lists):
        problems = _problems.Problems()
        if name in requests.OPTIONS:
            assert requests.asked({name: blank}) == requests.asked({})
        elif blank != []:
            # A permission is never several answers.
            assert _variables.effective(_variables.checked("app1", {name: blank}, problems)) == _variables.effective({})
        assert problems.errors == []


@pytest.mark.parametrize("blank", [None, ""])
def test_no_argument_spec_refuses_a_question_that_is_left_blank(blank, lists):
    for name in asked_for(lists):
        specs = [options[name] for options in entry_points().values() if name in options]
        assert specs, name
        for spec in specs:
            told = ArgumentSpecValidator({name: spec}).validate({name: blank}, validate_role_argument_spec=True)
            assert told.error_messages == []
            # ansible-core 2.18 and before take None for no type that has a default, and no version for a choice.
            assert "choices" not in spec, name
            assert spec["type"] == "raw" or "default" not in spec, name


def test_surveys_ask_for_nothing_of_the_inventory(lists):
    """What concerns a group belongs into the inventory: of the role's own variables only permissions are asked for."""
    specs = yaml.safe_load((ROOT / "roles/hot_standby/meta/argument_specs.yml").read_text(encoding="utf-8"))
    topology = set(specs["argument_specs"]["main"]["options"])
    asked = {question["variable"] for one in surveys(lists) for question in one["survey_spec"]["spec"]}
    assert asked & topology == {"hot_standby_allow_partial", "keepalived_allow_disruption"}


@pytest.mark.parametrize(
    ("playbook", "entry", "left"),
    [
        ("handover", "handover", set()),
        # A file is gone with the container of the job, and the first address is the one that is drilled.
        ("drill", "drill", {"hot_standby_report", "hot_standby_drill_address"}),
        ("status", "status", {"hot_standby_report"}),
        ("plan", "plan", set()),
        # A list cannot be asked for.
        ("update", "update", {"hot_standby_update_packages"}),
    ],
)
def test_surveys_ask_for_all_that_an_operation_takes(playbook, entry, left, templates):
    specs = yaml.safe_load((ROOT / "roles/hot_standby/meta/argument_specs.yml").read_text(encoding="utf-8"))
    asked = {question["variable"] for question in templates[playbook]["survey_spec"]["spec"]}
    assert asked - {"hot_standby_plan_digest"} == set(specs["argument_specs"][entry]["options"]) - left


def test_what_changes_a_group_can_be_held_to_a_plan(templates):
    for name, one in templates.items():
        asked = {question["variable"] for question in one["survey_spec"]["spec"]}
        assert ("hot_standby_plan_digest" in asked) == (name not in ("plan", "status")), name


def test_the_workflow_goes_from_site_to_a_drill_that_was_approved(lists):
    (workflow,) = lists["controller_workflows"]
    nodes = {node["identifier"]: node for node in workflow["workflow_nodes"]}
    names = {one["name"]: pathlib.Path(one["playbook"]).stem for one in lists["controller_templates"]}
    way, here = [], "site"
    while here:
        job = nodes[here]["unified_job_template"]
        if job["type"] == "workflow_approval":
            assert job["timeout"] > 0
            way.append("approval")
        else:
            assert job["type"] == "job_template"
            assert job["organization"]["name"] == workflow["organization"]
            way.append(names[job["name"]])
        following = [one["identifier"] for listed in nodes[here].get("related", {}).values() for one in listed]
        assert len(following) <= 1
        here = following[0] if following else None
    assert way == ["site", "status", "approval", "drill", "status"]
    assert len(nodes) == len(way)
    # Nothing but the last look comes after a failure.
    assert [name for name, node in nodes.items() if "always_nodes" in node.get("related", {})] == ["drill"]


def test_the_workflow_asks_for_what_its_jobs_must_be_told(lists, templates):
    (workflow,) = lists["controller_workflows"]
    asked = {question["variable"] for question in workflow["survey_spec"]["spec"]}
    needed = {
        question["variable"]
        for one in templates.values()
        for question in one["survey_spec"]["spec"]
        if question["required"] and "default" not in question
    }
    assert asked == needed


def test_the_secret_is_injected_by_awx_and_not_by_this_file(lists):
    (kind,) = lists["controller_credential_types"]
    (field,) = kind["inputs"]["fields"]
    assert field["secret"] is True
    assert kind["injectors"] == {"extra_vars": {"hot_standby_vrrp_auth_pass": f"{{{{ {field['id']} }}}}"}}
    assert all("hot_standby_vrrp_auth_pass" not in options for options in entry_points().values())
    text = "".join(path.read_text(encoding="utf-8") for path in PROJECT.rglob("*.yml"))
    assert 'auth_pass: "{{ hot_standby_vrrp_auth_pass }}"' in text
