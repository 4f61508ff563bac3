# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages of ./test.sh, quick ones first. All run in the virtualenv that tests/bootstrap.sh makes."""

from __future__ import annotations

import concurrent.futures
import contextlib
import math
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import time

import nox

ROOT = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests" / "lab"))

import times  # noqa: E402

#: What ./test.sh runs, two at a time, with the minutes that each takes so on a quiet machine with 2 cores: stages that
#: come first, and the seconds that they take there together; other stages; and what has hosts. Of scenarios in which
#: tenths of seconds are measured there is one at a time, and its hosts come before those of the others, see
#: TIMED in tests/lab/inventory.py.
QUICK, QUICK_SECONDS = ("lint", "unit", "build", "pages"), 150
STAGES = {"images": 4, "sanity": 4, "units-old": 3, "jobs": 3, "execution-environment": 1}
TIMED = {"change": 12, "operate": 7, "drill3": 4, "fast": 2}
#: All other scenarios there are.
FOUND = sorted(path.parent.name for path in ROOT.glob("molecule/*/molecule.yml"))
OTHERS = {"integration": 20, "walk": 6, **{name: 4 for name in FOUND if name not in TIMED}, "firewall": 7, "remove": 8}
#: Where Docker has control groups of version 1, all hosts of all labs together are scheduled like one process of the
#: machine. Beside a few that work they would stand still for seconds, and take addresses from each other.
NICENESS = 10
#: Set where all that the stages need was made before.
PREPARED = "HOTSTANDBY_PREPARED"
# ansible-test insists on a real directory of this form, and a link is not one.
SANITY_TREE = ROOT / ".cache" / "sanity" / "ansible_collections" / "hotstandby" / "vrrp"

nox.options.default_venv_backend = "none"
nox.options.sessions = [
    "lint", "unit", "pages", "build", "integration", "sanity", "jobs", "units-old", "execution-environment", "walk",
    "molecule",
]  # fmt: skip


def prepare(session: nox.Session, *what: str) -> None:
    """Makes what the stages run with, and puts it first in PATH, where nox looks for programs."""
    if PREPARED not in os.environ:
        session.run("tests/bootstrap.sh", *what, external=True)
    os.environ["PATH"] = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(ROOT / "collections")
    # After Docker has been started, and once.
    os.nice(max(0, NICENESS - os.nice(0)))


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
    """ruff, mypy, yamllint, shellcheck where it is installed, ansible-lint, and the changelog's fragments."""
    prepare(session)
    session.run("ruff", "check", ".", external=True)
    session.run("mypy", external=True)
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
def quick(session: nox.Session) -> None:
    """What says first whether a change is sound: lint, unit and build without Galaxy's importer, side by side.

    No part of ./test.sh, which has each of them. It needs neither Docker nor root.
    """
    prepare(session)
    os.environ[PREPARED] = "yes"
    course = Course(time.monotonic(), math.inf)
    # Their processes wait about as long as they work.
    unit = ["--numprocesses", "3", "tests/unit"]
    arguments = {"unit": unit, "lint": [], "build": ["tests/build", "-m", "not importer"]}
    commands = {name: [*stage_command(name), "--", *given] for name, given in arguments.items()}
    with concurrent.futures.ThreadPoolExecutor(max_workers=len(commands)) as pool:
        # What is raised in one of them is raised here.
        list(pool.map(course.run, commands, commands.values(), [0] * len(commands)))
    course.end(session)


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
def images(session: nox.Session) -> None:
    """The images of all labs' hosts; where they are there already nothing is done."""
    prepare(session, "--docker")
    listing = session.run("python", "tests/lab/inventory.py", "--images", external=True, silent=True)
    for line in str(listing).splitlines():
        session.run("tests/lab/build_image.sh", *line.split(), external=True)


@nox.session
def integration(session: nox.Session) -> None:
    """The observers against real daemons on Debian 11, 12 and 13 hosts in Docker; arguments go to pytest."""
    prepare(session, "--lab", "--old")
    session.run("pytest", *(session.posargs or ["tests/integration"]), external=True)


@nox.session
def benchmark(session: nox.Session) -> None:
    """What things cost, how long outages are, and damaged input. No part of ./test.sh. Arguments are file names."""
    names = session.posargs or ["plan", "fleet", "fuzz", "observers", "first", "outages", "costs"]
    prepare(session, *(["--lab"] if {"observers", "first", "outages", "costs"} & set(names) else []))
    for name in names:
        session.run("python", f"tests/benchmark/{name}.py", external=True)


@nox.session
def search(session: nox.Session) -> None:
    """The properties of the unit tests on other inputs each time. No part of ./test.sh. An argument is how often."""
    prepare(session)
    for _number in range(int(session.posargs[0]) if session.posargs else 10):
        session.run(
            "pytest", "--numprocesses", "2", "-m", "hypothesis", "--hypothesis-profile", "search", "tests/unit",
            external=True,
        )  # fmt: skip


@nox.session
def busy(session: nox.Session) -> None:
    """Whether slow hosts keep their address, for five minutes. No part of ./test.sh. An argument is another timeout."""
    prepare(session, "--lab")
    session.run("python", "tests/benchmark/busy.py", *session.posargs, external=True)


@nox.session
def changes(session: nox.Session) -> None:
    """Twenty changes of a busy pair in a row, every second one refused. No part of ./test.sh. An argument is a seed."""
    prepare(session, "--lab")
    # What a run before has left may be anything.
    for step in ("destroy", "create", "converge"):
        session.run("molecule", step, "--scenario-name", "change", external=True)
    seed = session.posargs[0] if session.posargs else "1"
    settings = {"MOLECULE_SCENARIO_NAME": "change", "HOTSTANDBY_CHANGES": "20", "HOTSTANDBY_SEED": seed}
    session.run("pytest", "molecule/change/tests/test_row.py", env=settings, external=True)
    session.run("molecule", "destroy", "--scenario-name", "change", external=True)


@nox.session
def campaign(session: nox.Session) -> None:
    """Edits and faults of a real group, drawn, and what must be true all the while. Arguments: tests/campaign/run.py.

    No part of ./test.sh. See CONTRIBUTING.md.
    """
    prepare(session, "--lab")
    session.run("python", "tests/campaign/run.py", *session.posargs, external=True)


@nox.session
def walk(session: nox.Session) -> None:
    """The recorded walk of the campaign, of five steps."""
    prepare(session, "--lab")
    session.run("python", "tests/campaign/run.py", "--replay", "tests/campaign/recorded.json", external=True)


@nox.session
def molecule(session: nox.Session) -> None:
    """The scenarios on real systemd hosts in Docker; arguments are scenario names."""
    prepare(session, "--lab")
    for scenario in session.posargs or FOUND:
        began = time.monotonic()
        try:
            session.run(*scenario_command(scenario), env=watched(scenario), external=True)
        finally:
            print(times.table({scenario: time.monotonic() - began}, {scenario: times.read(notes_of(scenario))}))


@nox.session
def everything(session: nox.Session) -> None:
    """All stages, as ./test.sh has them: quick ones first, then what waits more than it works, two at a time.

    With HOTSTANDBY_MINUTES what would not end within so many minutes is not begun, and that is said: a machine that
    is several times slower than another should not lose all for it.
    """
    begin = time.monotonic()
    prepare(session, "--lab", "--old", "--importer", "--browser", "--cores")
    os.environ[PREPARED] = "yes"
    course = Course(begin, float(os.environ.get("HOTSTANDBY_MINUTES", math.inf)))
    prepared = time.monotonic()
    course.run_all(dict.fromkeys(QUICK, 0))
    course.slowness = max(1.0, (time.monotonic() - prepared) / QUICK_SECONDS)
    session.log(f"This machine is {course.slowness:.1f} times as slow as the one that this was planned on.")
    course.run_all(STAGES)
    course.run_all(OTHERS, TIMED)
    course.end(session)


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

    def run_all(self, planned: dict[str, int], one_at_a_time: dict[str, int] | None = None) -> None:
        """Runs stages or scenarios, two at a time.

        :arg planned: by name the minutes that each takes.
        :arg one_at_a_time: those of which no two are run at a time, likewise.
        """
        left: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
        for one in planned.items():
            left.put(one)

        def lane(first: dict[str, int]) -> None:
            for name, minutes in first.items():
                self.run(name, command_of(name), minutes)
            with contextlib.suppress(queue.Empty):
                while True:
                    name, minutes = left.get_nowait()
                    self.run(name, command_of(name), minutes)

        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            # What is raised in one of them is raised here.
            list(pool.map(lane, [one_at_a_time or {}, {}]))

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
            text=True, env={**os.environ, **watched(name)},
        )  # fmt: skip
        self.took[name] = time.monotonic() - began
        verdict = "went well" if done.returncode == 0 else "FAILED"
        print(f"{done.stdout}\n==> {name} {verdict} after {self.took[name]:.0f} s", flush=True)
        if done.returncode:
            self.failed.append(name)

    def end(self, session: nox.Session) -> None:
        """Tells what all took, and what was left out. Ends with an error where something has failed."""
        print(times.table(self.took, {name: times.read(notes_of(name)) for name in self.took}))
        for name in self.left_out:
            print(f"  not run  {name}: HOTSTANDBY_MINUTES={os.environ['HOTSTANDBY_MINUTES']} would not do for it")
        if self.failed:
            session.error(f"These failed: {', '.join(self.failed)}. What they said stands above.")


def notes_of(name: str) -> pathlib.Path:
    """The file in which what a stage or scenario does is noted, with what it takes."""
    return ROOT / ".cache" / "times" / f"{name}.jsonl"


def watched(name: str) -> dict[str, str]:
    """The environment in which what it does is noted, from the beginning."""
    notes = notes_of(name)
    notes.parent.mkdir(parents=True, exist_ok=True)
    notes.unlink(missing_ok=True)
    return {
        times.VARIABLE: str(notes),
        "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "lab" / "callbacks"),
        "ANSIBLE_CALLBACKS_ENABLED": "times",
    }


def command_of(name: str) -> list[str]:
    """How a stage or a scenario is run by itself."""
    return scenario_command(name) if name in FOUND else stage_command(name)


def stage_command(name: str) -> list[str]:
    """How one stage is run by itself."""
    return [str(ROOT / ".venv" / "bin" / "nox"), "--noxfile", str(ROOT / "noxfile.py"), "--session", name]


def scenario_command(name: str) -> list[str]:
    """How one scenario is run by itself."""
    return ["molecule", "test", "--scenario-name", name]
