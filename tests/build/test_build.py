# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the collection as users get it: what is in it, and that it works with nothing else of the checkout."""

from __future__ import annotations

import json
import pathlib
import subprocess
import tarfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))


def tracked():
    """The files of the checkout that git does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in listing.split("\0") if name and (ROOT / name).is_file()}


def test_nothing_but_the_sources_is_in_it(tarball):
    """The tests are in it too, as in most collections. galaxy.yml becomes MANIFEST.json, site.yml is for a checkout."""
    with tarfile.open(tarball) as archive:
        names = {member.name for member in archive if not member.isdir()}
    assert names - {"MANIFEST.json", "FILES.json"} == tracked() - {"galaxy.yml", "site.yml"}


@pytest.mark.parametrize("kind", ["module", "filter"])
def test_every_plugin_is_documented(installed, kind):
    folder, suffix = ("modules", ".py") if kind == "module" else (kind, ".yml")
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
