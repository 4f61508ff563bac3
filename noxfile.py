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
#: Stages that come first, one after the other, and the seconds that they take together on a quiet machine with 2 cores.
QUICK, QUICK_SECONDS = ("lint", "unit", "pages", "build"), 160
#: What follows, in the order of what would be missed most, with the minutes that each takes on such a machine alone:
#: stages and scenarios that wait more than they work, two at a time, and whose subject is time, one after the other.
STAGES = {"sanity": 2, "jobs": 3, "units-old": 2, "execution-environment": 2}
TIMES = {"change": 7}
TOGETHER = {
    "ssh": 4, "remove": 4, "debian14": 4, "firewall": 4, "default": 5, "debian11": 3, "el-standin": 3, "blog": 3,
    "unicast": 4, "debian13": 3,
}  # fmt: skip
MORE_TIMES = {"operate": 7, "fast": 3, "drill3": 4}
#: Seven hosts: beside four of a scenario they need more of inotify's instances than a kernel gives a user (128).
LARGE = {"integration": 14}
SCENARIOS = {**TIMES, **TOGETHER, **MORE_TIMES}
#: How much longer something takes beside another.
BESIDE = 1.5
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
    for scenario in session.posargs or SCENARIOS:
        session.run(*scenario_command(scenario), external=True)


@nox.session
def everything(session: nox.Session) -> None:
    """All stages, as ./test.sh has them: quick ones first, then what waits more than it works, two at a time.

    With HOTSTANDBY_MINUTES what would not end within so many minutes is not begun, and that is said: a machine that
    is several times slower than another should not lose all for it.
    """
    begin = time.monotonic()
    prepare(session, "--lab", "--old", "--importer", "--browser", "--cores")
    os.environ[PREPARED] = "yes"
    course = Course(begin, float(os.environ.get("HOTSTANDBY_MINUTES", "inf")))
    for name in QUICK:
        course.run(name, stage_command(name), 0)
    course.slowness = max(1.0, sum(course.took.values()) / QUICK_SECONDS)
    session.log(f"This machine is {course.slowness:.1f} times as slow as the one that this was planned on.")
    for names, lanes in ((STAGES, 2), (TIMES, 1), (TOGETHER, 2), (MORE_TIMES, 1), (LARGE, 1)):
        course.run_all(names, lanes)
    for name, seconds in course.took.items():
        print(f"{seconds:7.0f} s  {name}{'  FAILED' if name in course.failed else ''}")
    for name in course.left_out:
        print(f"  not run  {name}: HOTSTANDBY_MINUTES={os.environ['HOTSTANDBY_MINUTES']} would not do for it")
    if course.failed:
        session.error(f"These failed: {', '.join(course.failed)}. What they said stands above.")


class Course:
    """What was run so far: how long each took, which failed, and which were left out.

    :ivar slowness: how many times as long as planned things take here.
    """

    def __init__(self, begin: float, minutes: float) -> None:
        self._end = begin + minutes * 60
        self.slowness = 1.0
        self.took: dict[str, float] = {}
        self.failed: list[str] = []
        self.left_out: list[str] = []

    def run_all(self, planned: dict[str, int], lanes: int) -> None:
        """Runs stages or scenarios, so many at a time.

        :arg planned: by name the minutes that each takes alone.
        """
        commands = {name: (scenario_command if name in SCENARIOS else stage_command)(name) for name in planned}
        minutes = [each * (BESIDE if lanes > 1 else 1) for each in planned.values()]
        with concurrent.futures.ThreadPoolExecutor(max_workers=lanes) as pool:
            list(pool.map(self.run, commands, commands.values(), minutes))

    def run(self, name: str, command: list[str], minutes: float) -> None:
        """Runs something, whose output comes when it has ended, in one piece; nothing more once something has failed.

        :arg minutes: that it takes on the machine that the plan was made on.
        """
        began = time.monotonic()
        if self.failed:
            return
        if began + minutes * 60 * self.slowness > self._end:
            self.left_out.append(name)
            return
        done = subprocess.run(
            command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
        self.took[name] = time.monotonic() - began
        verdict = "went well" if done.returncode == 0 else "FAILED"
        print(f"{done.stdout}\n==> {name} {verdict} after {self.took[name]:.0f} s", flush=True)
        if done.returncode:
            self.failed.append(name)


def stage_command(name: str) -> list[str]:
    """How one stage is run by itself."""
    return [str(ROOT / ".venv" / "bin" / "nox"), "--noxfile", str(ROOT / "noxfile.py"), "--session", name]


def scenario_command(name: str) -> list[str]:
    """How one scenario is run by itself."""
    return ["molecule", "test", "--scenario-name", name]
