# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults, and the points of a change at which they are made, reached from outside: see callbacks/points.py."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time
import typing as t

from labhosts import LabHosts, wait_for

#: Before and after each step of a change, and somewhere in between.
STEPS = ("files", "stage", "site", "arm", "load", "verify", "confirm")
POINTS = (
    *(f"{when} {step}" for step in STEPS for when in ("before", "after")), "call 3", "call 6", "call 9", "call 12",
)  # fmt: skip
#: By name whether it is of the run itself, so that the run does not end well.
FAULTS = {
    "controller killed": True, "module killed": True, "host stopped 0.2 s": False, "host stopped 2 s": False,
    "host stopped 20 s": False, "disk full": True, "members cut off": False, "keepalived killed": False,
    "nginx killed": False, "host restarted": True, "cores busy": False,
}  # fmt: skip
#: What cannot be, and why.
IMPOSSIBLE = {
    ("disk full", point): "what is written by then would be lost with the disk that stands in for it"
    for point in POINTS if point != "before files"
}  # fmt: skip
PAIRS = tuple((fault, point) for fault in FAULTS for point in POINTS if (fault, point) not in IMPOSSIBLE)
KEPT = "/var/lib/hot-standby"
CUT = 6.0  # seconds
LONGEST = 900  # seconds that a run may take


class Run(t.NamedTuple):
    """A run of site that met a fault.

    :ivar code: its exit code, negative where it was killed.
    :ivar reached: whether it came to the point, and the fault about.
    """

    code: int
    output: str
    reached: bool


def run(lab: LabHosts, overlay: pathlib.Path, fault: str, point: str, member: str, members: t.Sequence[str]) -> Run:
    """Runs site, and makes the fault at the point."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        place, told = pathlib.Path(folder), pathlib.Path(folder) / "output"
        settings = {
            "CAMPAIGN_POINT": point, "CAMPAIGN_PLACE": folder, "ANSIBLE_CALLBACKS_ENABLED": "points",
            "ANSIBLE_CALLBACK_PLUGINS": str(pathlib.Path(__file__).parent / "callbacks"),
        }  # fmt: skip
        with told.open("wb") as stream:
            process = lab.started(stream, "ansible-playbook", "site.yml", f"--inventory={overlay}", **settings)
        try:
            wait_for(f"it is {point}", lambda: (place / "reached").exists() or process.poll() is not None, LONGEST)
            reached = (place / "reached").exists()
            if reached:
                reached = _make(lab, fault, member, members, process, place / "go", stack)
            (place / "go").touch()
            process.wait(LONGEST)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        return Run(process.returncode, told.read_text(errors="replace"), reached)


def _make(
    lab: LabHosts, fault: str, member: str, members: t.Sequence[str], process: subprocess.Popen[t.Any],
    go: pathlib.Path, stack: contextlib.ExitStack,
) -> bool:  # fmt: skip
    """Makes the fault. Returns whether it came about."""
    host, container = lab.hosts[member], lab.hostvars[member]["ansible_host"]
    if fault == "controller killed":
        os.killpg(process.pid, signal.SIGKILL)
    elif fault == "module killed":
        go.touch()
        # Pipelined, a module is an interpreter without arguments.
        deadline = time.monotonic() + 30
        while host.run("pkill -KILL --full '^/usr/bin/python3$'").rc:
            if process.poll() is not None or time.monotonic() > deadline:
                return False
    elif fault.startswith("host stopped"):
        seconds = float(fault.split()[2])
        thread = threading.Thread(target=lab.stand_still, args=(member, seconds))
        thread.start()
        stack.callback(thread.join)
        wait_for("it stands still", lambda: lab.paused(member) or not thread.is_alive())
    elif fault == "disk full":
        host.check_output(f"mkdir -p /run/kept && cp -a {KEPT}/. /run/kept")
        host.check_output(f"mount -t tmpfs -o size=64k,mode=700 x {KEPT}")
        host.run(f"cp -a /run/kept/. {KEPT}; cat /dev/zero >{KEPT}/full")
        stack.callback(host.check_output, f"umount --lazy {KEPT}; rm -r /run/kept")
    elif fault == "members cut off":
        others = [lab.addresses[name] for name in members if name != member]
        rule = f"-s {','.join(others)}"
        host.check_output(f"iptables -w -I INPUT {rule} -j DROP")
        thread = threading.Timer(CUT, lambda: host.check_output(f"iptables -w -D INPUT {rule} -j DROP"))
        thread.start()
        stack.callback(thread.join)
    elif fault in ("keepalived killed", "nginx killed"):
        host.check_output(f"systemctl kill --signal=KILL {fault.split()[0]}")
    elif fault == "host restarted":
        lab.docker("restart", "--time=0", container)
    elif fault == "cores busy":
        stack.enter_context(lab.busy(members, loops=os.cpu_count() or 1))
    return True
