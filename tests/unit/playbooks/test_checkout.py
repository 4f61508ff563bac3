# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In a checkout every playbook and every module is found, with nothing set but the link that the README makes."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[3]
# Without site.yml of the checkout, beside which Ansible looks for collections by itself, and then for all.
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))


def run(program, *arguments):
    """A program of Ansible, in the checkout, with nothing set for it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    command = [pathlib.Path(sys.executable).with_name(program), *arguments]
    return subprocess.run(command, capture_output=True, check=False, text=True, cwd=ROOT, env=environment)


def test_playbooks_find_their_roles():
    done = run("ansible-playbook", "--syntax-check", "-i", "localhost,", *PLAYBOOKS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("playbook: ") == len(PLAYBOOKS) > 7


def test_modules_are_found():
    done = run("ansible-doc", "--type", "module", "hotstandby.vrrp.keepalived_info")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "keepalived_info" in done.stdout
