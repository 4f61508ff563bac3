# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the action report, in a play of its own."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[4]
PLAY = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Print
      hotstandby.vrrp.report:
        text: "one\\n  two {{ 'x' }}\\n\\nthree"
      register: printed
    - name: Check
      ansible.builtin.assert:
        that:
          - printed is not changed
          - printed.text is search('two x')
    - name: Print for nobody
      hotstandby.vrrp.report:
        text: "four"
    - name: Print, and fail
      hotstandby.vrrp.report:
        text: "five"
        refusal: "Not well, as told above."
      ignore_errors: true
    - name: Fail for another host, which has nothing to print
      hotstandby.vrrp.report:
        text: ""
        refusal: "Nor this one."
      register: failed
      ignore_errors: true
    - name: Check that it has failed
      ansible.builtin.assert:
        that:
          - failed is failed
          - failed.msg == "Nor this one."
    - name: Say nothing
      hotstandby.vrrp.report: {}
      ignore_errors: true
"""


def test_the_text_is_printed_as_it_is(tmp_path):
    playbook = tmp_path / "play.yml"
    playbook.write_text(PLAY)
    done = subprocess.run(
        [pathlib.Path(sys.executable).with_name("ansible-playbook"), "-i", "localhost,", "-c", "local", "-v", playbook],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections")},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\none\n  two x\n\nthree\n") == 1
    # In its place between the tasks.
    order = r"TASK \[Print\].*\none\n.*TASK \[Check\].*TASK \[Print for nobody\].*\nfour\n"
    assert re.search(order, done.stdout, re.DOTALL)
    assert re.search(r"\nfive\n.*Not well, as told above[.].*\nTASK \[Fail for another", done.stdout, re.DOTALL)
    # With -v results are shown: that of the first task has the text, as it is registered, that of the other has not.
    assert done.stdout.count('"text": ') == 1
    assert "missing required arguments: text" in done.stdout
