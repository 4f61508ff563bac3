# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: a directory with project, inventory and variables, and what a run of it leaves.

Variables are written as AWX 24.6.1 does (C(safe_dump) of awx/main/utils/safe_yaml.py): the answers of a survey are no
templates, so each key and each text has the tag C(!unsafe).
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import sysconfig
import typing as t

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROJECT = ROOT / "examples" / "awx-project"
CONTROLLER = ROOT / "playbooks" / "awx" / "vars" / "controller.yml"
#: What the credential of AWX injects.
SECRET = "s3cr3t78"
#: Every "host" is this machine, on which no run is to change anything.
HERE = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
#: Nothing listens there.
NOWHERE = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1, "ansible_become": False}
#: The collection, and for an ansible-core without the package ansible those that it needs.
COLLECTIONS = os.pathsep.join([str(ROOT / "collections"), sysconfig.get_path("purelib")])
#: Virtualenvs with another ansible-core than the tests have, and the one with the ansible-runner of AWX 24.6.1.
CORES = ("core-2.18", "core-newest")
AWX_RUNNER = "core-2.18"
Inventory = dict[str, t.Any]


class Unsafe(yaml.SafeDumper):
    """Tags each text."""

    def represent_data(self, data: t.Any) -> yaml.Node:
        """A text is one that is no template."""
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


class Controller(yaml.SafeLoader):
    """Reads the data of AWX's objects."""


Controller.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


@dataclasses.dataclass(frozen=True)
class Job:
    """What a job has left: its C(rc), its C(events), and all it wrote, as C(text)."""

    rc: int
    events: list[dict[str, t.Any]]
    text: str

    @property
    def artifacts(self) -> dict[str, t.Any]:
        """What AWX keeps of it, and gives to the next job of a workflow."""
        (end,) = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return dict(end["event_data"]["artifact_data"])

    @property
    def ran(self) -> list[tuple[str, str]]:
        """Module and name of each task that ran on a host."""
        kinds = ("runner_on_ok", "runner_on_failed", "runner_on_unreachable")
        data = [event["event_data"] for event in self.events if event["event"] in kinds]
        return [(one["task_action"].removeprefix("ansible.builtin."), one["task"]) for one in data]

    @property
    def failures(self) -> dict[str, str]:
        """By host, the message of what failed."""
        failed = [event["event_data"] for event in self.events if event["event"] == "runner_on_failed"]
        return {one["host"]: str(one["res"]["msg"]) for one in failed}

    def refusal(self, host: str) -> str:
        """Why a host was refused: its message, and what that points to, which is printed once for all."""
        message = self.failures[host]
        return self.text if message.endswith("as told above.") else message


def example() -> Inventory:
    """The inventory of the example, as AWX imports it; its instances are on an interface that every machine has."""
    command = ["ansible-inventory", "--inventory", str(PROJECT / "inventory/hosts.yml"), "--list", "--export"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)
    for name in ("web", "mail"):
        for instance in found[name]["vars"]["keepalived_vrrp_instances"]:
            instance["interface"] = "lo"
    return found


def on(inventory: Inventory, connection: t.Mapping[str, t.Any]) -> Inventory:
    """The inventory with other ways to its hosts."""
    hosts = inventory["_meta"]["hostvars"]
    return {**inventory, "_meta": {"hostvars": {name: {**own, **connection} for name, own in hosts.items()}}}


def without_members(inventory: Inventory) -> Inventory:
    """The inventory of somebody who does not name the members."""
    own = {name: {**inventory[name], "vars": dict(inventory[name]["vars"])} for name in ("web", "mail")}
    for group in own.values():
        del group["vars"]["hot_standby_members"]
    return {**inventory, **own}


def sliced(inventory: Inventory, number: int, count: int) -> Inventory:
    """What AWX gives to one job of a sliced template: by name every COUNT-th host, and nothing of the others."""
    kept = sorted(inventory["_meta"]["hostvars"])[number::count]
    groups = {
        name: {**group, "hosts": [host for host in group["hosts"] if host in kept]} if "hosts" in group else group
        for name, group in inventory.items()
        if name != "_meta"
    }
    hosts = inventory["_meta"]["hostvars"]
    return {**groups, "_meta": {"hostvars": {name: hosts[name] for name in kept}}}


def surveys() -> dict[str, list[dict[str, t.Any]]]:
    """The questions of each job template, by its playbook."""
    data = yaml.load(CONTROLLER.read_text(encoding="utf-8"), Loader=Controller)  # noqa: S506
    templates = data["controller_templates"]
    return {pathlib.Path(one["playbook"]).stem: one["survey_spec"]["spec"] for one in templates}


def defaults(playbook: str) -> dict[str, t.Any]:
    """What AWX fills in for questions that nobody has answered.

    Every default that its own check lets pass, an empty text among them. That of a multiselect is a text of lines,
    which is no list and does not pass.
    """
    questions = surveys().get(playbook, [])
    filled = [one for one in questions if "default" in one and one["type"] != "multiselect"]
    return {one["variable"]: one["default"] for one in filled}


def answer(place: pathlib.Path, playbook: str) -> None:
    """Writes the variables of a job as AWX does, with the defaults of its template's survey."""
    path = place / "env" / "extravars"
    given = {**defaults(playbook), **json.loads(path.read_text(encoding="utf-8"))}
    parts = [yaml.dump({name: value}, Dumper=Unsafe, default_flow_style=False) for name, value in given.items()]
    path.write_text("".join(parts), encoding="utf-8")


def prepare(
    place: pathlib.Path, inventory: Inventory, variables: t.Mapping[str, t.Any] | None = None, options: str = ""
) -> pathlib.Path:
    """A private_data_dir: the project, the inventory as the script that AWX makes of it, and what was asked for."""
    shutil.copytree(PROJECT, place / "project", ignore=shutil.ignore_patterns("inventory"))
    # Those that have no job template can be run by a project too.
    for name in ("adopt", "remove"):
        imported = [{"ansible.builtin.import_playbook": f"hotstandby.vrrp.{name}"}]
        (place / "project" / "playbooks" / f"{name}.yml").write_text(json.dumps(imported), encoding="utf-8")
    for name in ("inventory", "env"):
        (place / name).mkdir()
    script = place / "inventory" / "hosts"
    script.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(inventory)}\nEND\n", encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    given = {"hot_standby_vrrp_auth_pass": SECRET, **(variables or {})}
    surroundings = {"ANSIBLE_COLLECTIONS_PATH": COLLECTIONS, "ANSIBLE_FORCE_COLOR": "false"}
    for name, content in (("extravars", given), ("envvars", surroundings)):
        (place / "env" / name).write_text(json.dumps(content), encoding="utf-8")
    (place / "env" / "cmdline").write_text(options, encoding="utf-8")
    return place


def programs(core: str) -> pathlib.Path:
    """Where the programs of one of C(CORES) are."""
    found = ROOT / ".cache" / core / "bin"
    if not (found / "python").exists():
        pytest.skip(f"there is no .cache/{core}: tests/bootstrap.sh --cores makes it, where there is a Python for it")
    return found


def runner(*arguments: str, core: str | None = None, **streams: t.Any) -> subprocess.CompletedProcess[bytes]:
    """ansible-runner, from which nobody answers a prompt. With another core it is the one that AWX has."""
    # Of the tests' own surroundings Ansible is to see nothing.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    python = sys.executable
    if core is not None:
        python = str(programs(AWX_RUNNER) / "python")
        kept["PATH"] = os.pathsep.join([str(programs(core)), kept["PATH"]])
    settings = {"stdin": subprocess.DEVNULL, "timeout": 300, **streams}
    return subprocess.run([python, "-m", "ansible_runner", *arguments], check=False, env=kept, **settings)


def run(place: pathlib.Path, playbook: str, core: str | None = None, timeout: float = 300) -> Job:
    """Runs it as a job does that runs where it was started, in C(timeout) seconds at most."""
    answer(place, playbook)
    arguments = ("run", str(place), "-p", f"playbooks/{playbook}.yml", "--ident", "job")
    done = runner(*arguments, core=core, stdout=subprocess.PIPE, timeout=timeout)
    return left(place / "artifacts" / "job", done.stdout.decode())


def carry(place: pathlib.Path, playbook: str, elsewhere: pathlib.Path) -> Job:
    """Runs it as a job does that is carried to an execution node: three steps, and a stream from each to the next."""
    answer(place, playbook)
    node, back = elsewhere / "node", elsewhere / "back"
    node.mkdir(parents=True)
    there, here = elsewhere / "there", elsewhere / "here"
    with there.open("wb") as out:
        arguments = ("transmit", str(place), "-p", f"playbooks/{playbook}.yml", "--ident", "job")
        assert runner(*arguments, stdout=out).returncode == 0
    with there.open("rb") as stream, here.open("wb") as out:
        runner("worker", "--private-data-dir", str(node), stdin=stream, stdout=out)
    with here.open("rb") as stream:
        done = runner("process", str(back), "--ident", "job", stdin=stream, stdout=subprocess.PIPE)
    return left(back / "artifacts" / "job", done.stdout.decode())


def left(artifacts: pathlib.Path, printed: str) -> Job:
    """What a run has left in its directory of artifacts."""
    paths = [path for path in sorted(artifacts.rglob("*")) if path.is_file()]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    events = [json.loads(path.read_text(encoding="utf-8")) for path in (artifacts / "job_events").glob("*.json")]
    rc = int((artifacts / "rc").read_text(encoding="utf-8"))
    return Job(rc, sorted(events, key=lambda event: event["counter"]), "\n".join([printed, *texts]))
