# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deadline of observers in a play, on a host that takes the connection and never answers."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[5]
PLAY = """
- hosts: frozen,well
  gather_facts: false
  tasks:
    - name: Look
      hotstandby.vrrp.keepalived_info:
        wait: "{{ waits | default(false) }}"
        wait_timeout: 1
        deadline: "{{ allowed }}"
      register: seen
      failed_when: false
      ignore_unreachable: true
    - name: Tell
      ansible.builtin.debug:
        msg: "{{ inventory_hostname }}: {{ seen.unreachable | default(false) }} {{ seen.status | default(seen.msg) }}"
"""


def play(tmp_path, allowed, *arguments, pipelining="true", retries="0"):
    """Runs the play; returns what it printed, in one line."""
    playbook, ssh = tmp_path / "play.yml", tmp_path / "ssh"
    playbook.write_text(PLAY)
    ssh.write_text(f"#!/bin/sh\nexec sleep 600.{os.getpid()}\n")
    ssh.chmod(0o755)
    inventory = tmp_path / "hosts"
    inventory.write_text(
        f"well ansible_connection=local allowed=30\n"
        f"frozen ansible_connection=ssh ansible_ssh_executable={ssh} allowed={allowed}\n"
        f"[all:vars]\nansible_python_interpreter={sys.executable}\n"
    )
    done = subprocess.run(
        [pathlib.Path(sys.executable).with_name("ansible-playbook"), "-i", inventory, playbook, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
            "ANSIBLE_PIPELINING": pipelining,
            "ANSIBLE_SSH_RETRIES": retries,
            "ANSIBLE_LOCAL_TEMP": str(tmp_path / "tmp"),
        },
    )
    return " ".join((done.stdout + done.stderr).split())


def is_left_behind():
    """Whether the program that connects still runs."""
    wanted = f"sleep\0600.{os.getpid()}\0".encode()
    return any(path.read_bytes() == wanted for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"))


# Without pipelining a temporary directory would be removed on the host; with retries an error would be tried again.
@pytest.mark.parametrize(
    ("pipelining", "retries", "waits", "words"),
    [
        ("true", "0", "false", "no answer within 1 s: hot_standby_observe_timeout is 1 s"),
        ("false", "3", "true", "no answer within 2 s: hot_standby_observe_timeout is 1 s, and it was to wait for 1 s"),
    ],
)
def test_a_host_that_never_answers_is_not_reached_and_the_others_are(tmp_path, pipelining, retries, waits, words):
    told = play(tmp_path, 1, "-e", f"waits={waits}", pipelining=pipelining, retries=retries)
    assert "frozen: True" in told, told
    assert words in told
    assert "well: False" in told
    assert not is_left_behind()


@pytest.mark.parametrize("value", ["0", "soon"])
def test_a_deadline_that_is_none_is_refused(tmp_path, value):
    told = play(tmp_path, value, "--limit", "frozen")
    assert f"deadline: {value} is no span of time. Set hot_standby_observe_timeout" in told
