# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks a seeded walk on a real group, and holds everything against what must be true at every moment:

    run.py --seed N --steps K [--release bookworm]     draws one, and walks it
    run.py --replay FILE | --resume FILE | --shorten FILE

Each walk is a file in .cache/campaign/, with what became of each step; the first thing that is not true ends it. The
table says what met what how often, and what that cost.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import pathlib
import random
import sys
import tempfile
import typing as t

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(CHECKOUT / "tests/lab"), str(pathlib.Path(__file__).parent)]

import faults  # noqa: E402
import group as _group  # noqa: E402
import truths  # noqa: E402
import walk as _walk  # noqa: E402
from edits import MOVES, applied  # noqa: E402
from labhosts import LabHosts  # noqa: E402

PLACE = CHECKOUT / ".cache" / "campaign"
RELEASES = ("bullseye", "bookworm", "trixie", "forky")
EVERY = 4  # steps after which a run, a second one and status must be well
SCRIPT = "#!/bin/sh\nexit 0\n"


class Untrue(Exception):
    """Something that must be true is not."""


class Walker:
    """A group, and what it is to be."""

    def __init__(self, walk: _walk.Walk, folder: pathlib.Path) -> None:
        self._walk, self._written = walk, folder / "inventory.json"
        self.group = _group.drawn(random.Random(walk.seed))
        self.lab = LabHosts(f"campaign-{walk.release}", self._written)
        self._said = ""

    def _write(self, group: _group.Group, **more: t.Any) -> pathlib.Path:
        self._written.write_text(json.dumps(_group.inventory(group, self.lab.vars, **more)))
        return self._written

    def _playbook(self, name: str, *arguments: str) -> tuple[int, str]:
        done = self.lab.ansible("ansible-playbook", name, *arguments)
        self._said = done.stdout + done.stderr
        self._see(not truths.secrets(self._said), "a password is in what was said")
        return done.returncode, self._said

    def _see(self, true: t.Any, what: str) -> None:
        if not true:
            raise Untrue(f"{what}\n--- what the run said ---\n{self._said[-8000:]}")

    def begin(self) -> None:
        """Hosts as they came, and the group set up."""
        self._write(self.group)
        for name in ("destroy", "create"):
            code, _output = self._playbook(f"tests/lab/{name}.yml")
            self._see(code == 0, f"{name} failed")
        for name in self.group.members:
            host = self.lab.hosts[name]
            host.check_output("apt-get install -qq -y iptables nginx >/dev/null")
            for path in (_group.CHECK, _group.TELL):
                self.lab.script(name, path, SCRIPT)
        self._converge()

    def end(self) -> None:
        """The lab goes."""
        self._playbook("tests/lab/destroy.yml")

    def _converge(self) -> None:
        """A run without a fault converges, the next changes nothing, and status says well."""
        self._write(self.group)
        code, _output = self._playbook("site.yml")
        self._see(code == 0, "site does not converge")
        code, output = self._playbook("site.yml")
        self._see(code == 0 and output.count("changed=0") == len(self.group.members), "a second run changes something")
        code, _output = self._playbook("playbooks/status.yml")
        self._see(code == 0, "status does not say well")
        for one in self.group.instances:
            for number in one.numbers:
                held = self.lab.holder(_group.address(self.lab.vars, one.family, number))
                self._see(len(held) == 1, f"address {number} of {one.name} is held by {held}")

    def step(self, number: int, step: _walk.Step) -> dict[str, t.Any]:
        """Walks one step. Returns what became of it."""
        found: dict[str, t.Any] = {"lost": 0.0}
        if step.kind in ("edit", "fault", "invalid"):
            found = self._change(step)
        elif step.kind == "second":
            self._write(self.group)
            code, output = self._playbook("site.yml")
            self._see(code == 0 and output.count("changed=0") == len(self.group.members), "it changes something")
        elif step.kind == "status":
            self._write(self.group)
            self._see(self._playbook("playbooks/status.yml")[0] == 0, "status does not say well")
        elif step.kind == "handover":
            found = self._handover(step)
        if step.kind == "fault" or number % EVERY == EVERY - 1:
            self._converge()
        return found

    def _owner(self) -> str:
        """Who has the first instance's address."""
        one = self.group.instances[0]
        return (self.lab.holder(_group.address(self.lab.vars, one.family, one.stays)) or [one.owner])[0]

    def _member(self, step: _walk.Step) -> str:
        """Who the fault is on."""
        owner = self._owner()
        return owner if step.on == "owner" else next(name for name in self.group.members if name != owner)

    @contextlib.contextmanager
    def _probing(self) -> t.Iterator[list[dict[str, t.Any]]]:
        """Asks for the addresses that stay all the while, 50 times a second each."""
        port = self.group.port if self.group.nginx else 80
        found: list[dict[str, t.Any]] = []
        with contextlib.ExitStack() as stack:
            for number, one in enumerate(self.group.instances):
                asked = _group.address(self.lab.vars, one.family, one.stays)
                found.append(stack.enter_context(self.lab.probing(asked, 0.02, port, name=str(number), timeout=1.0)))
            yield found

    def _handover(self, step: _walk.Step) -> dict[str, t.Any]:
        self._write(self.group)
        if not all(one.preempts for one in self.group.instances):
            return {"lost": 0.0, "passed over": "no handover with nopreempt"}
        with self._probing() as probes:
            for asked in (f"hot_standby_handover_from={self._owner()}", "hot_standby_handover_end=web"):
                code, _output = self._playbook("playbooks/handover.yml", "-e", asked)
                self._see(code == 0, "handover failed")
        return {"lost": self._hold(probes, 0.1)}

    def _hold(self, probes: t.Sequence[dict[str, t.Any]], allowed: float, closes: bool = False) -> float:
        """The longest outage, which must not be longer than what is allowed.

        :arg closes: whether the port is another one in the end.
        """
        longest = 0.0
        for probe in probes:
            outages = [one for one in probe["outages"] if not (closes and one.get("open"))]
            longest = max([longest, *(one["length"] for one in outages)])
        self._see(longest <= allowed, f"requests failed for {longest:.2f} s, and {allowed:.2f} s are allowed")
        return round(longest, 3)

    def _change(self, step: _walk.Step) -> dict[str, t.Any]:
        wanted, edits = applied(self.group, step.edits, random.Random(step.seed))
        if not edits:
            return {"lost": 0.0, "passed over": "nothing to change"}
        member, before = self._member(step), truths.files(self.lab, self.group.members)
        closes = self.group.nginx and wanted.port != self.group.port
        moves = bool(MOVES & set(edits))
        found: dict[str, t.Any] = {"edits": edits, "member": member}
        with self._probing() as probes:
            if step.kind == "invalid":
                code, found["invalid"] = self._invalid(step, wanted, member)
                reached = False
            elif step.kind == "fault":
                run = faults.run(self.lab, self._write(wanted), step.fault, step.point, member, self.group.members)
                code, reached, self._said = run.code, run.reached, run.output
                truths.settle(self.lab, self.group.members)
            else:
                self._write(wanted)
                (code, _output), reached = self._playbook("site.yml"), False
        self._see(not truths.secrets(self._said), "a password is in what was said")
        allowed = truths.allowed(step.fault if reached else "", step.on, self.group, moves)
        after = truths.files(self.lab, self.group.members)
        same = [name for name in self.group.members if after[name] == before[name]]
        found.update(code=code, reached=reached, lost=self._hold(probes, allowed, closes and code == 0))
        if code == 0:
            self.group = wanted
        elif len(same) == len(self.group.members):
            found["state"] = "old"
        else:
            self._see(step.kind == "fault" and not same, f"of all members only {same} are as before: they differ")
            self.group = wanted
        if step.kind == "edit":
            self._see(code == 0, "a valid edit is refused")
        if step.kind == "invalid":
            self._see(len(same) == len(before), "what is refused leaves something")
        self._see(code <= 0 or truths.is_told(self._said, len(same) == len(before)), "it says what is not so")
        return found

    def _serves_other(self, wanted: _group.Group) -> bool:
        """Whether nginx's site is another one, so that nginx is asked."""
        now = self.group
        return (now.port, now.path, now.names) != (wanted.port, wanted.path, wanted.names)

    def _invalid(self, step: _walk.Step, wanted: _group.Group, member: str) -> tuple[int, str]:
        """A change that must be refused, and why it is not tried where it is not."""
        host, overlay = self.lab.hosts[member], {}
        undo = "true"
        if step.invalid == "keyword":
            values = _group.variables(wanted, self.lab.vars)["keepalived_vrrp_instances"]
            overlay = {"keepalived_vrrp_instances": [{**one, "raw": "nonsense yes"} for one in values]}
        elif step.invalid == "site" and wanted.nginx and self._serves_other(wanted):
            host.check_output("echo nonsense >/etc/nginx/conf.d/other.conf")
            undo = "rm /etc/nginx/conf.d/other.conf"
        elif step.invalid == "script":
            values = _group.variables(wanted, self.lab.vars)["keepalived_vrrp_instances"]
            tracked = [{**one, "track_script": [*one.get("track_script", []), "bad"]} for one in values]
            scripts = _group.variables(wanted, self.lab.vars).get("keepalived_vrrp_scripts", [])
            self.lab.script(member, "/usr/local/bin/bad", "#!/bin/sh\nexit 1\n")
            for name in set(self.group.members) - {member}:
                self.lab.script(name, "/usr/local/bin/bad", SCRIPT)
            overlay = {
                "keepalived_vrrp_instances": tracked,
                "keepalived_vrrp_scripts": [*scripts, {"name": "bad", "script": "/usr/local/bin/bad"}],
            }
        elif step.invalid == "port" and wanted.nginx and wanted.port != self.group.port:
            server = f"import socket, time; s = socket.create_server(('', {wanted.port})); time.sleep(3000)"
            host.check_output(f'systemd-run --unit=taken python3 -c "{server}"')
            undo = "systemctl stop taken"
        else:
            return 2, f"{step.invalid} is not possible here"
        self._write(wanted, **overlay)
        try:
            code, _output = self._playbook("site.yml")
        finally:
            host.check_output(undo)
        self._see(code == 2, f"{step.invalid} is not refused")
        return code, ""


def walk(one: _walk.Walk, path: pathlib.Path, resumed: bool = False) -> str:
    """Walks it. Returns what was not true, with the step; empty if all was."""
    with tempfile.TemporaryDirectory() as folder:
        walker = Walker(one, pathlib.Path(folder))
        try:
            if not resumed:
                walker.begin()
            for number, step in enumerate(one.steps):
                if step.result is not None:
                    walker.group = _restored(walker.group, step)
                    continue
                print(f"{number:3} {step}", flush=True)
                step.result = walker.step(number, step)
                print(f"    {json.dumps(step.result)}", flush=True)
                one.write(path)
        except (Untrue, AssertionError, RuntimeError) as error:
            one.write(path)
            return f"step {number if 'number' in locals() else 'begin'}: {error}"
        walker.end()
    return ""


def _restored(group: _group.Group, step: _walk.Step) -> _group.Group:
    """The group after a step that was walked before."""
    result = step.result or {}
    if "edits" not in result or result.get("state") == "old" or step.kind == "invalid":
        return group
    return applied(group, step.edits, random.Random(step.seed))[0]


def table(walks: t.Sequence[_walk.Walk]) -> str:
    """What met what, how often, and the longest outage of it."""
    met: dict[tuple[str, str, str], list[float]] = collections.defaultdict(list)
    for one in walks:
        for step in one.steps:
            result = step.result or {}
            fault = step.fault if result.get("reached") else step.invalid
            for edit in result.get("edits", []):
                met[edit, fault, step.point if result.get("reached") else ""].append(result["lost"])
    return "\n".join(
        f"{edit:16} {fault:20} {point:16} {len(lost):3} x  {max(lost):6.2f} s"
        for (edit, fault, point), lost in sorted(met.items())
    )


def all_walks() -> list[_walk.Walk]:
    """All that were walked in this checkout."""
    return [_walk.read(path) for path in sorted(PLACE.glob("*.json"))]


def met() -> set[tuple[str, str]]:
    """The pairs of fault and point that they have met."""
    steps = [step for one in all_walks() for step in one.steps if (step.result or {}).get("reached")]
    return {(step.fault, step.point) for step in steps}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--release", choices=RELEASES, default="bookworm")
    for name in ("replay", "resume", "shorten"):
        parser.add_argument(f"--{name}", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--table", action="store_true", help="of all walks of this checkout")
    given = parser.parse_args()
    if given.table:
        print(table(all_walks()))
        left = sorted(set(faults.PAIRS) - met())
        print(f"met: {len(met())} of {len(faults.PAIRS)} pairs of fault and point; left: {left}")
        return
    path = given.replay or given.resume or given.shorten
    if path:
        one = _walk.read(path, results=bool(given.resume))
    else:
        one = _walk.drawn(given.seed, given.steps, given.release, met())
    target = PLACE / f"{one.release}-{one.seed}-{len(one.steps)}.json"
    if given.shorten:
        one = _walk.shortened(one, lambda shorter: bool(walk(shorter, target)))
        one.write(path.with_suffix(".short.json"))
        return
    untrue = walk(one, target, bool(given.resume))
    print(table([one]))
    if untrue:
        raise SystemExit(f"NOT TRUE, in {target}: {untrue}")


if __name__ == "__main__":
    main()
