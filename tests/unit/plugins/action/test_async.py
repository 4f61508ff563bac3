# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that has a part on the controller is still one that a playbook may run with async."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[4]
# report prints on the controller, and nothing else: there is nothing to be done apart.
MODULES = sorted({path.stem for path in (ROOT / "plugins/action").glob("[a-z]*.py")} - {"report"})
ARGUMENTS = {
    "keepalived_config": {"step": "load", "transaction": "", "path": "/nonexistent/keepalived.conf"},
    "vip_info": {"addresses": ["127.0.0.1"], "deadline": 30},
    "vip_probe": {"address": "127.0.0.1", "port": 1, "duration": 0.1},
    "vrrp_adverts_info": {"duration": 0.1},
}


def test_modules_run_with_async(tmp_path):
    apart = {"async": 60, "poll": 1, "ignore_errors": True}
    tasks = [{f"hotstandby.vrrp.{name}": ARGUMENTS.get(name, {}), "register": name, **apart} for name in MODULES]
    content = f"{{{{ dict({MODULES} | zip([{', '.join(MODULES)}])) | to_json }}}}"
    tasks.append({"ansible.builtin.copy": {"dest": str(tmp_path / "results"), "content": content}})
    playbook = tmp_path / "play.json"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    done = subprocess.run(
        [
            pathlib.Path(sys.executable).with_name("ansible-playbook"), "-i", "localhost,", "-c", "local",
            "-e", f"ansible_python_interpreter={sys.executable}", playbook,
        ],
        capture_output=True, check=False, text=True, cwd=tmp_path,
        env={
            **os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
            "ANSIBLE_ASYNC_DIR": str(tmp_path / "async"),
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((tmp_path / "results").read_text())
    assert [name for name, result in results.items() if not result.get("finished")] == [], results
