# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits until systemd has come up in a host of the lab; says why where it never will.

    await_host.py CONTAINER
"""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import time

#: Seconds for a machine that is busy with other things, and for one look.
LONGEST, LOOK = 300, 20
#: What systemd writes when it cannot go on.
FROZEN = re.compile(r"^.*(?:Freezing execution|Failed to allocate manager|Too many open files).*$", re.MULTILINE)
LIMIT = pathlib.Path("/proc/sys/fs/inotify/max_user_instances")


def state(container: str) -> str:
    """What systemd says of itself; it may not answer at all."""
    asked = ["docker", "exec", container, "timeout", str(LOOK), "systemctl", "is-system-running", "--wait"]
    try:
        return subprocess.run(asked, check=False, capture_output=True, text=True, timeout=2 * LOOK).stdout.strip()
    except subprocess.TimeoutExpired:
        return "no answer"


def why_not(container: str) -> str | None:
    """Why it will not come up, C(None) where nothing is known of that."""
    running = ["docker", "inspect", "--format", "{{.State.Running}}", container]
    if subprocess.run(running, check=False, capture_output=True, text=True).stdout.strip() == "false":
        return f"the container {container} has ended"
    told = subprocess.run(["docker", "logs", "--tail", "50", container], check=False, capture_output=True, text=True)
    found = FROZEN.search(told.stdout + told.stderr)
    return found.group(0).strip() if found else None


def hint() -> str:
    """What is most often wrong."""
    limit = LIMIT.read_text(encoding="ascii").strip() if LIMIT.exists() else "unknown"
    return (
        f"A host needs up to 9 of the inotify instances that the kernel gives a user (root); there are {limit} on this "
        "machine for all containers together. Remove labs that are not used any more (docker ps), or give more: "
        "sysctl fs.inotify.max_user_instances=512."
    )


def main(container: str) -> None:
    """Waits."""
    deadline = time.monotonic() + LONGEST
    while (seen := state(container)) != "running":
        reason = why_not(container)
        if reason or time.monotonic() > deadline:
            reason = reason or f"after {LONGEST} s systemd says: {seen or 'nothing'}"
            raise SystemExit(f"{container} does not come up: {reason}. {hint()}")
        time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1])
