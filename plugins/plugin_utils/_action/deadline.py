# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""How long a call of an observer may take, and how it is ended then.

ansible-core's own keyword C(timeout) is not enough: when it has come, the host is asked once more, without a limit, to
remove its temporary directory; what C(failed_when) says is not heard; and the program that connects is left behind.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import time
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import observation

#: By module the options that have it wait, in seconds: the option, its default, and the switch that it counts with.
WAITS: dict[str, list[tuple[str, float, str | None]]] = {
    "hot_standby_info": [("listen", 0.0, None), ("probe_timeout", 1.0, "probe")],
    "keepalived_info": [("wait_timeout", 30.0, "wait")],
    "vip_info": [("probe_timeout", 1.0, "probe"), ("wait_timeout", 30.0, "wait")],
    "vrrp_adverts_info": [("duration", 3.0, None), ("settle_timeout", 0.0, None)],
    "vip_probe": [("duration", 0.0, None), ("timeout", 0.2, None)],
}
#: The options that say whether something is done at all.
SWITCHES = frozenset({"wait", "probe", "remembered"})
#: Seconds until the signal comes again, should somebody have taken it for an error of his own.
AGAIN = 1.0


class DeadlineError(BaseException):
    """The time is over. Not an Exception: connections retry after those."""


def waits(module: str, arguments: t.Mapping[str, t.Any]) -> float:
    """Seconds that a module was told to wait or to listen.

    :arg module: its name without the collection.
    :arg arguments: numbers as numbers, switches as bool; what the module will refuse is C(None).
    """
    told = [
        float(default if arguments.get(option) is None else arguments[option])
        for option, default, switch in WAITS[module]
        if switch is None or arguments.get(switch)
    ]
    # What it was told in an earlier run to listen for is known to the host alone.
    remembered = observation.LONGEST if arguments.get("remembered") and arguments.get("probe") else 0.0
    return max(0.0, sum(told), remembered)


@contextlib.contextmanager
def within(seconds: float) -> t.Iterator[None]:
    """Ends what is done in it after some seconds. An alarm that is set already and comes earlier stays the one.

    :raises DeadlineError: they are over.
    """
    left = signal.getitimer(signal.ITIMER_REAL)[0]
    if 0 < left <= seconds:
        yield
        return
    began = time.monotonic()
    former = signal.signal(signal.SIGALRM, _late)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_DFL if former is None else former)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 0.001))


def _late(_number: int, _frame: t.Any) -> None:
    raise DeadlineError


def end_children() -> None:
    """Ends the processes that this one has started, and theirs: an ssh that hangs does not end by itself.

    Where there is no /proc (macOS) they are left.
    """
    parents = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # Behind the name, which may hold anything: the state, and the parent's number (proc(5)).
            parents[int(path.parent.name)] = int(path.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    family = {os.getpid()}
    while found := {child for child, parent in parents.items() if parent in family} - family:
        family |= found
    for process in family - {os.getpid()}:
        with contextlib.suppress(OSError):
            os.kill(process, signal.SIGKILL)
