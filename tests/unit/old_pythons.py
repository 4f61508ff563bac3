# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the unit tests of what managed hosts run, on the Pythons that those have:

    old_pythons.py [VERSION...]

By default the oldest two and the newest that ansible-core 2.16 manages. An interpreter that is not on this machine is
passed over, and that is said. What the tests need lies in .cache/old/, made once.
"""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PLACE = CHECKOUT / ".cache" / "old"
VERSIONS = ("2.7", "3.6", "3.13")
# The last ansible-core with Python 2.7 and 3.6 on managed hosts, which the bootstrap has made.
ANSIBLE = CHECKOUT / ".cache" / "ansible-2.16"
PARTS = ("modules", "module_utils")


def interpreter(version: str) -> str | None:
    """Path of a Python of that version that runs and has pip: on PATH, or installed by pyenv."""
    root = pathlib.Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    installed = map(str, sorted(root.glob(f"versions/{version}.*/bin/python")))
    for candidate in (shutil.which(f"python{version}"), *installed):
        command = [candidate, "-m", "pip", "--version"]
        if candidate and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return candidate
    return None


def install(python: str, target: pathlib.Path, *packages: str, path: str = "") -> None:
    """Installs packages for that Python into a folder, unless they are there."""
    if target.exists():
        return
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(target)]
    done = subprocess.run(
        [*command, *packages], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        shutil.rmtree(target, ignore_errors=True)
        raise SystemExit(f"{python}: cannot install {' '.join(packages)}:\n{done.stdout}{done.stderr}")


def make_tree() -> pathlib.Path:
    """The modules as a tree of regular packages, which Python 2.7 needs, and beside them what they import."""
    tree = PLACE / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    (core,) = ANSIBLE.glob("lib/python*/site-packages/ansible")
    (tree / "ansible").symlink_to(core)
    plugins = tree / "ansible_collections" / "hotstandby" / "vrrp" / "plugins"
    for part in PARTS:
        shutil.copytree(CHECKOUT / "plugins" / part, plugins / part, ignore=shutil.ignore_patterns("__pycache__"))
    rooms = [folder for part in PARTS for folder in (plugins / part, *(plugins / part).glob("_*/"))]
    for folder in (*rooms, plugins, *plugins.parents[:3]):
        (folder / "__init__.py").touch()
    return tree


def run(version: str, python: str, tree: pathlib.Path) -> tuple[str, int, str]:
    """The tests on one Python: version, exit code, output."""
    pip, libraries = PLACE / f"pip-{version}", PLACE / f"lib-{version}"
    # The pip that came with an old Python may not see which releases are for it.
    install(python, pip, "pip<21.4" if version < "3.7" and len(version) == 3 else "pip")
    install(python, libraries, "pytest", "hypothesis", "PyYAML", path=str(pip))
    path = os.pathsep.join(map(str, (libraries, tree)))
    tests = [str(CHECKOUT / "tests" / "unit" / "plugins" / part) for part in PARTS]
    options = ["-c", os.devnull, "--rootdir", str(CHECKOUT / "tests" / "unit"), "-p", "no:cacheprovider", "-q", "-ra"]
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    # Hypothesis keeps what it found in the folder it is run in.
    command = [python, "-m", "pytest", *options, *tests]
    done = subprocess.run(command, cwd=PLACE, env=environment, capture_output=True, text=True, check=False)
    return version, done.returncode, done.stdout + done.stderr


def main() -> int:
    """Entry point."""
    wanted = sys.argv[1:] or VERSIONS
    found = {version: python for version in wanted if (python := interpreter(version))}
    for version in wanted:
        if version not in found:
            print(f"SKIPPED Python {version}: there is none with pip on this machine.")
    if not found:
        return 0
    tree, worst = make_tree(), 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for version, code, output in pool.map(lambda version: run(version, found[version], tree), found):
            print(f"==> Python {version}\n{output}", flush=True)
            worst = max(worst, code)
    return worst


if __name__ == "__main__":
    sys.exit(main())
