# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as it is published: built, and installed into an empty place."""

from __future__ import annotations

import os
import pathlib
import subprocess

import pytest
import times

# Counted and told at the end: see tests/lab/times.py.
pytest_runtest_logreport, pytest_terminal_summary = times.pytest_runtest_logreport, times.pytest_terminal_summary
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Place:
    """A collections path with nothing in it but the built collection."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.collection = path / "ansible_collections" / "hotstandby" / "vrrp"

    def run(self, *command: str, rc: int = 0) -> str:
        """Runs a command with no other collections path, outside of the checkout. Returns what it prints."""
        environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(self.path), "ANSIBLE_NOCOLOR": "1"}
        done = subprocess.run(command, cwd=self.path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == rc, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def tarball(tmp_path_factory):
    """The built collection."""
    place = tmp_path_factory.mktemp("built")
    command = ["ansible-galaxy", "collection", "build", "--output-path", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = place.glob("hotstandby-vrrp-*.tar.gz")
    return built


@pytest.fixture(scope="session")
def installed(tarball, tmp_path_factory):
    """The place it is installed in. Its dependency ansible.posix comes with the package ansible of the virtualenv."""
    place = Place(tmp_path_factory.mktemp("installed"))
    place.run("ansible-galaxy", "collection", "install", "--offline", "-p", str(place.path), str(tarball))
    return place
