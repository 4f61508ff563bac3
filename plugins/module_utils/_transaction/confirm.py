# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The end of a load: final, or taken back. What the watchdog does by itself is done here where there is none."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock, write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import (
    backup as _backup,
    boot,
    place,
    watchdog,
)
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction.place import TransactionError

UNIT = "hot-standby-load.service"
KEPT = ("active", "activating", "reloading", "deactivating")  # it is started again when it was killed
CONFIRM_ALLOWANCE = 10.0  # seconds for the watchdog to take notice


def is_kept(run, systemctl):
    """Whether a watchdog is there to end a load."""
    return run([systemctl, "is-active", UNIT])[1].strip() in KEPT


def settle_leftover(path, run, systemctl, service):
    """Makes an end of a load that nobody keeps any more: the former file comes back.

    :arg service: a C(place.Service).
    :returns: whether there was one.
    :raises TransactionError: a watchdog is at work, another run's.
    """
    if not place.is_pending(path):
        return False
    refuse_while_kept(run, systemctl)
    take_back(path, place.state(), "nobody kept it any more", service)
    return True


def left(run, systemctl):
    """Seconds until a load that is not final comes back, C(None) where there is none that a watchdog keeps."""
    found = place.state()
    if not found or found["phase"] in watchdog.OVER or not is_kept(run, systemctl):
        return None
    return max(0.0, found.get("deadline", 0.0) - clock.monotonic())


def refuse_while_kept(run, systemctl):
    """Keeps a run from touching what another one may have to bring back.

    :raises TransactionError: a watchdog is at work, another run's.
    """
    seconds = left(run, systemctl)
    if seconds is not None:
        raise TransactionError(
            "Another run loads a configuration, which is not confirmed yet. Unless it is, the former one comes back in "
            "%d s: run again then." % seconds
        )


def take_back(path, found, reason, service):
    """What the watchdog would do, where there is none."""
    if found and found["path"] == path and found["phase"] not in watchdog.OVER:
        watchdog.write(os.path.join(place.FOLDER, watchdog.STATE), dict(found, phase="reverted", reason=reason))
    if watchdog.put_back(place.previous_path(path), path):
        service.reload()
    boot.without_load()
    if found and found.get("start"):
        watchdog.systemctl("start", service.unit)


def note_final(path, transaction):
    """Notes a load that was final at once."""
    place.make_folder()
    noted = {"id": transaction, "phase": "confirmed", "path": path}
    watchdog.write(os.path.join(place.FOLDER, watchdog.STATE), noted)


def wait(phases, timeout, told=False):
    """Waits until the load has come to one of the phases.

    :arg told: whether it has to know its instant besides.
    :returns: its state, C(None) when the time is over.
    """
    deadline = clock.monotonic() + timeout
    while True:
        found = place.state()
        if found and found["phase"] in phases and not (told and found["at"] is None):
            return found
        if clock.monotonic() > deadline:
            return None
        time.sleep(watchdog.POLL)


def loaded(transaction):
    """Waits for the load to have happened.

    :returns: its state.
    :raises TransactionError: it did not happen, or was taken back; the text says why.
    """
    found = place.state()
    if not found or found["id"] != transaction:
        raise TransactionError("Nothing of this run was loaded: another run came first, or the host was restarted.")
    left = max(0.0, (found["at"] or 0.0) - clock.monotonic())
    found = wait(("loaded",) + watchdog.OVER, left + CONFIRM_ALLOWANCE) or place.state()
    if found["phase"] in ("loaded", "confirmed"):
        return found
    raise TransactionError(taken_back(found))


def taken_back(found):
    """The sentence for a load that is not in effect any more."""
    words = {
        "reverted": "The former configuration is back: %s.",
        "cancelled": "Nothing was loaded: %s.",
    }
    text = words.get(found["phase"], "The load has come no further than " + found["phase"] + "%s.")
    return text % (found.get("reason") or "")


def confirm(path, transaction):
    """Makes the load final: the former file becomes a backup.

    :returns: path of the backup, C(None) where there was no file before.
    :raises TransactionError: it is not in effect any more.
    """
    kept = loaded(transaction).get("kept")
    backup = _backup.path_of(path)
    if not watchdog.renamed(place.previous_path(path), backup):
        found = wait(watchdog.OVER, CONFIRM_ALLOWANCE) or place.state()
        if found["phase"] != "confirmed":
            raise TransactionError(taken_back(found))
        # A call before this one has come so far, and perhaps no further.
        if kept:
            write.unlink(kept)
        boot.remove()
        return None
    if kept:
        # Whatever becomes of this process: with it, what goes with the file would go back.
        write.unlink(kept)
    wait(watchdog.OVER, CONFIRM_ALLOWANCE)
    boot.remove()
    return _backup.finish(path, backup)


def revert(path, transaction, at, run, systemctl, service):
    """Has the watchdog put the former file back, and waits for it; does it itself where there is none.

    :arg at: epoch seconds, by this host's clock, of the instant.
    :arg service: a C(place.Service).
    :returns: the state, C(None) where there is no load of this run's.
    """
    found = place.state()
    if not found or found["id"] != transaction:
        return None
    if found["phase"] not in watchdog.OVER:
        moment = clock.monotonic() + max(0.0, at - time.time())
        watchdog.write(os.path.join(place.FOLDER, watchdog.REQUEST), {"id": transaction, "at": moment})
        found = wait(watchdog.OVER, moment - clock.monotonic() + CONFIRM_ALLOWANCE) or place.state()
    if found["phase"] not in watchdog.OVER and not is_kept(run, systemctl):
        take_back(path, found, "it was asked for", service)
        found = place.state()
    return found
