# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's part of keepalived_config, in a play on this machine, where nothing is staged."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[4]
PLAY = """
- hosts: localhost
  gather_facts: false
  module_defaults:
    hotstandby.vrrp.keepalived_config:
      step: load
      path: "{{ playbook_dir }}/keepalived.conf"
  tasks:
    - name: Load at an instant
      hotstandby.vrrp.keepalived_config:
        transaction: abc
        at: "{{ now().timestamp() + 60 }}"
      register: given
      ignore_errors: true
    - name: Within less than any clock can be measured
      hotstandby.vrrp.keepalived_config:
        transaction: abc
        at: "{{ now().timestamp() + 60 }}"
        window: 0.000001
      register: tight
      ignore_errors: true
    - name: Nothing is staged
      hotstandby.vrrp.keepalived_config:
        transaction: ""
        at: "{{ now().timestamp() + 60 }}"
      register: nothing
    - name: Check
      ansible.builtin.assert:
        that:
          - given.msg is search('Another run has replaced what this one has staged')
          - given.clock_error < 1
          - given.clock_offset | abs <= given.clock_error
          - tight.msg is search('Nothing was loaded')
          - nothing is not changed
          - nothing.clock_offset is not defined
"""


def test_the_clock_of_the_host_is_measured(tmp_path):
    playbook = tmp_path / "play.yml"
    playbook.write_text(PLAY)
    done = subprocess.run(
        [
            pathlib.Path(sys.executable).with_name("ansible-playbook"),
            "-i",
            "localhost,",
            "-c",
            "local",
            "-e",
            f"ansible_python_interpreter={sys.executable}",
            playbook,
        ],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
