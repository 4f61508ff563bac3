# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the collection as users get it: what is in it, and that it works with nothing else of the checkout."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import tarfile

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))


def tracked():
    """The files of the checkout that git does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in listing.split("\0") if name and (ROOT / name).is_file()}


#: What only a checkout has: tests, and what those need who change it. galaxy.yml becomes MANIFEST.json,
#: and .ansible-lint is for the importer of Galaxy.
CHECKOUT_ONLY = re.compile(
    r"(tests|molecule|[.]ci|[.]config|[.]github)/.*|[.](gitignore|gitlab-ci[.]yml|yamllint)"
    r"|(demo|test)[.]sh|noxfile[.]py|pyproject[.]toml|galaxy[.]yml|site[.]yml|ansible[.]cfg"
)
LARGEST = 700 * 1024  # bytes


def test_nothing_but_what_users_need_is_in_it(tarball):
    with tarfile.open(tarball) as archive:
        names = {member.name for member in archive if not member.isdir()}
    wanted = {name for name in tracked() if not CHECKOUT_ONLY.fullmatch(name)}
    assert names - {"MANIFEST.json", "FILES.json"} == wanted
    assert pathlib.Path(tarball).stat().st_size < LARGEST


@pytest.mark.parametrize("kind", ["module", "filter", "lookup"])
def test_every_plugin_is_documented(installed, kind):
    folder, suffix = ("modules" if kind == "module" else kind), (".yml" if kind == "filter" else ".py")
    names = [f"hotstandby.vrrp.{path.stem}" for path in (ROOT / "plugins" / folder).glob(f"*{suffix}")]
    told = json.loads(installed.run("ansible-doc", "--json", "--type", kind, *names))
    assert {name for name, found in told.items() if found["doc"]["short_description"]} == set(names)


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_syntax_of_each_playbook(installed, name):
    installed.run("ansible-playbook", f"hotstandby.vrrp.{name}", "--syntax-check", "-i", "app1,app2")


def test_the_plan_of_a_pair(installed):
    """The roles, modules, filters and action plugins of the installed collection, from the first to the last."""
    inventory = pathlib.Path(__file__).with_name("pair.yml")
    told = installed.run("ansible-playbook", "hotstandby.vrrp.plan", "-i", str(inventory))
    assert "VI_1: 192.0.2.10/24 by VRRPv2, virtual_router_id 10, owner app1" in told
    assert "changed=0" in told


def test_a_report_is_written_where_the_run_was_started(installed):
    """A relative path is that of who runs it, and not one in the installed collection."""
    inventory = pathlib.Path(__file__).with_name("pair.yml")
    given = ["-e", "hot_standby_fail_on=never", "-e", "hot_standby_report=state.json"]
    installed.run("ansible-playbook", "hotstandby.vrrp.status", "-i", str(inventory), *given)
    assert json.loads((installed.path / "state.json").read_text())["format"] == 1
    assert list(installed.collection.rglob("state.json")) == []


@pytest.mark.parametrize("name", ["status", "drill"])
def test_a_report_in_a_folder_that_is_not_there_is_refused(installed, name):
    """Before anything is done, and with the name of the variable."""
    inventory = pathlib.Path(__file__).with_name("pair.yml")
    given = ["-e", "hot_standby_drill_confirm=web", "-e", "hot_standby_report=reports/state.json"]
    told = installed.run("ansible-playbook", f"hotstandby.vrrp.{name}", "-i", str(inventory), *given, rc=2)
    path = installed.path / "reports"
    assert f"hot_standby_report: {path}/state.json cannot be written, as there is no folder {path} on the" in told
    assert "TASK [hotstandby.vrrp.hot_standby : Observe" not in told


def test_what_an_execution_environment_gets(installed):
    """What the collection needs on the controller, and none of what its tests do."""
    needed = yaml.safe_load(installed.run("ansible-builder", "introspect", str(installed.path)))
    assert needed == {"python": ["netaddr  # from collection hotstandby.vrrp"], "system": []}


def test_the_execution_environment_can_be_built(tmp_path, installed):
    """Its definition is sound: the builder writes the context of a build, for which it needs no network."""
    definition = ROOT / "execution-environment.yml"
    installed.run("ansible-builder", "create", "--file", str(definition), "--context", str(tmp_path))
    context = tmp_path / "_build"
    assert yaml.safe_load((context / "requirements.yml").read_text()) == {"collections": [{"name": "hotstandby.vrrp"}]}
    assert (context / "bindep.txt").read_text().split("\n")[0] == "openssh-clients [platform:rpm]"


@pytest.mark.importer
def test_galaxy_takes_it(tarball, tmp_path):
    """The importer of Galaxy has nothing to say; it needs neither Docker nor a network."""
    settings = tmp_path / "importer.cfg"
    # flake8 would take the pages of filters, which are YAML, for Python.
    wanted = ("OFFLINE_ANSIBLE_LINT = True", "RUN_FLAKE8 = False", "RUN_ANSIBLE_TEST = False")
    settings.write_text("\n".join(["[galaxy-importer]", *wanted, ""]))
    programs = ROOT / ".cache" / "importer" / "bin"
    environment = {
        **os.environ,
        "GALAXY_IMPORTER_CONFIG": str(settings),
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
    }
    command = [str(programs / "python"), "-m", "galaxy_importer.main", str(tarball)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    assert not [line for line in told.splitlines() if line.startswith(("WARNING", "ERROR"))], told
