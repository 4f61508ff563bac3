# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host of the lab that cannot come up is not waited for."""

from __future__ import annotations

import os
import time

import await_host
import pytest

DOCKER = """#!/bin/sh
case $1 in
exec) cat {folder}/state ;;
inspect) cat {folder}/running ;;
logs) cat {folder}/logs >&2 ;;
esac
"""


@pytest.fixture
def docker(tmp_path, monkeypatch):
    """A docker that says what stands in its files: the folder of them."""
    program = tmp_path / "docker"
    program.write_text(DOCKER.format(folder=tmp_path))
    program.chmod(0o755)
    for name, text in (("state", "running"), ("running", "true"), ("logs", "")):
        (tmp_path / name).write_text(f"{text}\n")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


def test_host_that_is_up(docker):
    await_host.main("lab-app1")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("logs", "Failed to allocate manager object: Too many open files", "Failed to allocate manager object"),
        ("running", "false", "the container lab-app1 has ended"),
    ],
)
def test_host_that_never_will_be_is_told_at_once(docker, name, text, words):
    (docker / "state").write_text("")
    (docker / name).write_text(f"{text}\n")
    began = time.monotonic()
    with pytest.raises(SystemExit, match=f"lab-app1 does not come up: {words}.* sysctl fs.inotify.max_user_inst"):
        await_host.main("lab-app1")
    assert time.monotonic() - began < 10


def test_host_that_takes_too_long(docker, monkeypatch):
    monkeypatch.setattr(await_host, "LONGEST", 0)
    (docker / "state").write_text("degraded\n")
    with pytest.raises(SystemExit, match="after 0 s systemd says: degraded"):
        await_host.main("lab-app1")
