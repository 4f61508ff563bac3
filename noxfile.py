# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages of ./test.sh, quick ones first. All run in the virtualenv that tests/bootstrap.sh makes."""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import time

import nox

ROOT = pathlib.Path(__file__).resolve().parent
#: Scenarios that wait more than they work, two at a time; and those whose subject is time, one after the other.
TOGETHER = (
    "default", "blog", "debian14", "ssh", "firewall", "unicast", "debian11", "debian13", "el-standin", "remove",
)  # fmt: skip
ALONE = ("fast", "change", "operate", "drill3")
#: Stages that come first, one after the other.
QUICK = ("lint", "unit", "pages", "build")
#: Set where all that the stages need was made before.
PREPARED = "HOTSTANDBY_PREPARED"
# ansible-test insists on a real directory of this form, and a link is not one.
SANITY_TREE = ROOT / ".cache" / "sanity" / "ansible_collections" / "hotstandby" / "vrrp"

nox.options.default_venv_backend = "none"
nox.options.sessions = [
    "lint", "unit", "pages", "build", "integration", "sanity", "jobs", "units-old", "execution-environment", "molecule",
]  # fmt: skip


def prepare(session: nox.Session, *what: str) -> None:
    """Makes what the stages run with, and puts it first in PATH, where nox looks for programs."""
    if PREPARED not in os.environ:
        session.run("tests/bootstrap.sh", *what, external=True)
    first = [str(ROOT / ".venv" / "bin"), str(ROOT / ".cache" / "bin")]
    os.environ["PATH"] = os.pathsep.join([*first, os.environ["PATH"]])
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(ROOT / "collections")


def tracked_files() -> list[str]:
    """All files of the checkout that git does not ignore, committed or not."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [name for name in listing.split("\0") if name and (ROOT / name).is_file()]


@nox.session
def lint(session: nox.Session) -> None:
    """ruff, yamllint, shellcheck where it is installed, ansible-lint, and the changelog's fragments."""
    prepare(session)
    session.run("ruff", "check", ".", external=True)
    session.run("yamllint", "--strict", ".", external=True)
    if shutil.which("shellcheck"):
        session.run("shellcheck", "-x", *[name for name in tracked_files() if name.endswith(".sh")], external=True)
    else:
        session.log("shellcheck is not installed: the shell scripts are not checked.")
    session.run("ansible-lint", "--offline", "--profile", "production", "--strict", external=True)
    session.run("antsibull-changelog", "lint", external=True)


@nox.session
def unit(session: nox.Session) -> None:
    """Unit tests; arguments go to pytest."""
    prepare(session)
    session.run("pytest", *(session.posargs or ["--numprocesses", "2", "tests/unit"]), external=True)


@nox.session
def pages(session: nox.Session) -> None:
    """The HTML pages in a browser, where there is one; arguments go to pytest."""
    prepare(session, "--browser")
    session.run("pytest", *(session.posargs or ["tests/pages"]), external=True)


@nox.session
def jobs(session: nox.Session) -> None:
    """The playbooks as jobs of AWX, by ansible-runner; arguments go to pytest."""
    prepare(session, "--cores")
    session.run("pytest", *(session.posargs or ["--numprocesses", "2", "tests/runner"]), external=True)


@nox.session(name="units-old")
def units_old(session: nox.Session) -> None:
    """Unit tests of what managed hosts run, on the Pythons they have; arguments are versions, such as 3.8."""
    prepare(session, "--old")
    session.run("python", "tests/unit/old_pythons.py", *session.posargs, external=True)


@nox.session
def build(session: nox.Session) -> None:
    """The collection as users get it: built, installed into an empty place, run, imported; arguments go to pytest."""
    prepare(session, "--importer")
    session.run("pytest", *(session.posargs or ["tests/build"]), external=True)
    session.run(
        "antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=self", ".", external=True
    )  # fmt: skip


@nox.session(name="execution-environment")
def execution_environment(session: nox.Session) -> None:
    """The image for AWX, built and run; Docker keeps its layers. Arguments go to pytest."""
    prepare(session, "--lab")
    session.run("pytest", *(session.posargs or ["tests/execution_environment"]), external=True)


def run_sanity(session: nox.Session, programs: pathlib.Path) -> None:
    """ansible-test sanity of the ansible-core whose programs are there, on a copy of the checkout."""
    shutil.rmtree(SANITY_TREE, ignore_errors=True)
    for name in tracked_files():
        target = SANITY_TREE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    python = str(programs / "python")
    session.run(python, "tests/sanity/offline_pip.py", external=True)
    with session.chdir(SANITY_TREE):
        # Its own repository: inside ours ansible-test would ask ours, which ignores .cache.
        session.run("git", "init", "--quiet", external=True)
        ask = "import sys; print('%d.%d' % sys.version_info[:2])"
        version = str(session.run(python, "-c", ask, external=True, silent=True)).strip()
        command = [str(programs / "ansible-test"), "sanity", "--venv", "--python", version, *session.posargs]
        path = os.pathsep.join([str(programs), os.environ["PATH"]])
        session.run(*command, env={"PATH": path}, external=True)


@nox.session
def sanity(session: nox.Session) -> None:
    """ansible-test sanity on a copy of the checkout; arguments go to ansible-test."""
    prepare(session)
    run_sanity(session, ROOT / ".venv" / "bin")


@nox.session(name="sanity-cores")
def sanity_cores(session: nox.Session) -> None:
    """The same with the oldest ansible-core that is served and with the newest; long, and no part of ./test.sh."""
    prepare(session, "--old", "--newest")
    for core in ("ansible-2.16", "ansible-newest"):
        run_sanity(session, ROOT / ".cache" / core / "bin")


@nox.session
def integration(session: nox.Session) -> None:
    """The observers against real daemons on Debian 11, 12 and 13 hosts in Docker; arguments go to pytest."""
    prepare(session, "--lab", "--old")
    session.run("pytest", *(session.posargs or ["tests/integration"]), external=True)


@nox.session
def benchmark(session: nox.Session) -> None:
    """What things cost, how long outages are, and damaged input. No part of ./test.sh. Arguments are file names."""
    names = session.posargs or ["plan", "fleet", "fuzz", "observers", "first", "outages"]
    prepare(session, *(["--lab"] if {"observers", "first", "outages"} & set(names) else []))
    for name in names:
        session.run("python", f"tests/benchmark/{name}.py", external=True)


@nox.session
def busy(session: nox.Session) -> None:
    """Whether slow hosts keep their address, for five minutes. No part of ./test.sh. An argument is another timeout."""
    prepare(session, "--lab")
    session.run("python", "tests/benchmark/busy.py", *session.posargs, external=True)


@nox.session
def changes(session: nox.Session) -> None:
    """Twenty changes of a busy pair in a row, every second one refused. No part of ./test.sh. An argument is a seed."""
    prepare(session, "--lab")
    for step in ("create", "converge"):
        session.run("molecule", step, "--scenario-name", "change", external=True)
    seed = session.posargs[0] if session.posargs else "1"
    settings = {"MOLECULE_SCENARIO_NAME": "change", "HOTSTANDBY_CHANGES": "20", "HOTSTANDBY_SEED": seed}
    session.run("pytest", "molecule/change/tests/test_row.py", env=settings, external=True)
    session.run("molecule", "destroy", "--scenario-name", "change", external=True)


@nox.session
def molecule(session: nox.Session) -> None:
    """The scenarios on real systemd hosts in Docker; arguments are scenario names."""
    prepare(session, "--lab")
    for scenario in session.posargs or [*TOGETHER, *ALONE]:
        session.run(*scenario_command(scenario), external=True)


@nox.session
def everything(session: nox.Session) -> None:
    """All stages, as ./test.sh has them: quick ones first, then what waits more than it works, two at a time."""
    prepare(session, "--lab", "--old", "--importer", "--browser", "--cores")
    os.environ[PREPARED] = "yes"
    took: dict[str, float] = {}
    for name in QUICK:
        began = time.monotonic()
        session.run(*stage_command(name), external=True)
        took[name] = time.monotonic() - began
    stages = {name: stage_command(name) for name in nox.options.sessions if name not in (*QUICK, "molecule")}
    scenarios = {f"molecule {name}": scenario_command(name) for name in TOGETHER}
    done: dict[str, tuple[bool, float]] = {}
    # Not all at once: seven hosts of integration and four of a scenario have more of inotify's instances than a kernel
    # gives a user by default (128).
    for commands in (stages, scenarios):
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as lanes:
            done |= dict(zip(commands, lanes.map(quietly, commands, commands.values()), strict=True))
    failed = [name for name, (went_well, _seconds) in done.items() if not went_well]
    took |= {name: seconds for name, (_went_well, seconds) in done.items()}
    for name in ALONE if not failed else ():
        began = time.monotonic()
        session.run(*scenario_command(name), external=True)
        took[f"molecule {name}"] = time.monotonic() - began
    for name, seconds in took.items():
        print(f"{seconds:7.0f} s  {name}{', two at a time' if name in done else ''}")
    if failed:
        session.error(f"These failed: {', '.join(failed)}. What they said stands above.")


def stage_command(name: str) -> list[str]:
    """How one stage is run by itself."""
    return [str(ROOT / ".venv" / "bin" / "nox"), "--noxfile", str(ROOT / "noxfile.py"), "--session", name]


def scenario_command(name: str) -> list[str]:
    """How one scenario is run by itself."""
    return ["molecule", "test", "--scenario-name", name]


def quietly(name: str, command: list[str]) -> tuple[bool, float]:
    """Runs something beside others: its output comes when it has ended, in one piece.

    :returns: whether it went well, and its seconds.
    """
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = time.monotonic() - began
    verdict = "went well" if done.returncode == 0 else "FAILED"
    print(f"{done.stdout}\n==> {name} {verdict} after {seconds:.0f} s", flush=True)
    return done.returncode == 0, seconds
