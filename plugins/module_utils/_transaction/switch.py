# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""A load of a file: armed, then switched by the watchdog at an instant.

What can fail is done when it is armed. At the instant itself the watchdog renames one file and sends one signal. While
the load is not confirmed, a unit of systemd's is in place that reverts it when the host is started anew: see C(boot).
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import re
import sys
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock, write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import boot, confirm, place, watchdog
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction.place import TransactionError

UNIT = confirm.UNIT
PLAIN_PATH = re.compile(r"/[A-Za-z0-9._/-]+\Z")
START_TIMEOUT = 15.0  # seconds for systemd to start the watchdog


def arm(path, staged, transaction, at, confirm_timeout, service, daemon, reload_needed, before, together=False,
        start=False, kept=None, readers=None, run=""):  # fmt: skip
    """Makes everything ready for the watchdog; see C(start_watchdog).

    :arg at: epoch seconds, by this host's clock, of the instant to load; C(None) where C(release) tells it.
    :arg confirm_timeout: seconds after the instant, and for it to be told.
    :arg service: a C(place.Service).
    :arg daemon: dict with its C(pid), C(None) where it does not run.
    :arg reload_needed: whether the daemon has anything to read.
    :arg before: what is to be held against how the daemon is then, as C(loaded) returns it.
    :arg together: whether other members load at the same instant.
    :arg start: whether the daemon is to be started when all is over, however it ends.
    :arg kept: where what goes back with the file is kept, as C(put_back.whole) takes it; C(None) for nothing.
    :arg readers: by path of such a file what systemd is to do then: verb and unit.
    :arg run: text that no other run has: what is kept is to be of this one.
    :raises TransactionError: another run was first.
    """
    found = boot.told() or {}
    if kept and not (os.path.exists(kept) and (found.get("kept"), found.get("run")) == (kept, run)):
        raise TransactionError(
            "What this run had put in place was taken back meanwhile, since nothing was loaded for too long: run again."
        )
    if not PLAIN_PATH.match(path):
        raise TransactionError("%s: only letters, digits and ._/- may be in the path of a configuration." % path)
    now = clock.monotonic()
    moment = None if at is None else now + (at - time.time())
    previous = place.previous_path(path)
    place.make_folder()
    place.copy(path, previous)
    try:
        for name in (watchdog.STATE, watchdog.RELEASE, watchdog.REQUEST):
            write.unlink(os.path.join(place.FOLDER, name))
        boot.write_programs(place.FOLDER)
        boot.prepare(service, kept, readers or {}, run, path)
        watchdog.write(os.path.join(place.FOLDER, watchdog.STATE), {
            "id": transaction, "phase": "armed", "path": path, "staged": staged, "previous": previous,
            "unit": service.unit, "name": service.name,
            "at": moment, "deadline": (now if at is None else moment) + confirm_timeout,
            "confirm_timeout": confirm_timeout,
            "pid": daemon and daemon["pid"], "pid_ticks": daemon and watchdog.ticks(daemon["pid"]),
            "children": bool(daemon and watchdog.children(daemon["pid"])), "reload": bool(daemon) and reload_needed,
            "before": before, "made": boot.paths(), "together": together, "start": start, "kept": kept,
            "readers": readers or {}, "folder": boot.FOLDER,
        })  # fmt: skip
        write.sync_folder(os.path.dirname(path))
    except (IOError, OSError):
        disarm(path)
        raise


def disarm(path):
    """Takes away what C(arm) has made, before the instant."""
    boot.without_load()
    write.unlink(place.previous_path(path))


def start_watchdog(path, run, systemd_run, systemctl, service):
    """Has systemd start the watchdog, and waits until it waits.

    :raises TransactionError: it does not; nothing is armed then.
    """
    # Of a load before. It is not there, or has failed.
    run([systemctl, "reset-failed", UNIT])
    command = [sys.executable, "-B", os.path.join(place.FOLDER, boot.PROGRAM), place.FOLDER]
    options = ["--unit=" + UNIT, "--description=Watchdog of a load of %s's configuration" % service.name]
    restart = ["--property=Restart=on-failure", "--property=RestartSec=100ms"]
    rc, unused, err = run([systemd_run] + options + restart + command)
    if rc != 0 and "Unknown assignment" in err:
        # systemd 219 (EL7) takes no such property: without it a watchdog that is killed is not started again.
        rc, unused, err = run([systemd_run] + options + command)
    if rc == 0 and confirm.wait(("waiting", "loaded") + watchdog.OVER, START_TIMEOUT):
        return
    run([systemctl, "stop", UNIT])
    found = place.state() or {}
    if os.path.exists(found.get("staged", "")):
        disarm(path)
    confirm.take_back(path, found, "its watchdog did not start", service)
    raise TransactionError(
        "Nothing was loaded, since systemd did not start what keeps the load: %s See journalctl --unit=%s; run again."
        % ((err if rc else "").strip() or "it gave no reason.", UNIT)
    )


def is_armed(transaction):
    """Whether this load is armed, and waits for C(release)."""
    found = place.state()
    return bool(found and found["id"] == transaction and found["phase"] == "waiting" and found["at"] is None)


def release(transaction, at, confirm_timeout):
    """Tells the watchdog of an armed load the instant, and waits until it knows it.

    :arg at: epoch seconds, by this host's clock.
    :raises TransactionError: it is not there any more.
    """
    moment = clock.monotonic() + (at - time.time())
    told = {"id": transaction, "at": moment, "deadline": moment + confirm_timeout, "confirm_timeout": confirm_timeout}
    watchdog.write(os.path.join(place.FOLDER, watchdog.RELEASE), told)
    if not confirm.wait(("waiting", "loaded"), START_TIMEOUT, told=True):
        raise TransactionError(confirm.taken_back(place.state()))
