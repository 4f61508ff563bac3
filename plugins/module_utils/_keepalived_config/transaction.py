# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""A load of a configuration as a transaction: armed, then loaded by a keeper, then confirmed, or else reverted.

What can fail is done when it is armed. At the instant itself the keeper (see C(watchdog)) renames one file and sends
one signal. While the load is not confirmed, a unit of systemd's is in place that reverts it when the host is started
anew.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import errno
import inspect
import json
import os
import re
import shutil
import sys
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock, put_back, write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import watchdog

FOLDER = "/run/hot-standby"  # of a load that goes on; gone with a reboot
UNIT = "hot-standby-load.service"
KEPT = ("active", "activating", "reloading", "deactivating")  # it is started again when it was killed
#: What is needed to go back when the host was started anew.
BOOT_FOLDER = "/var/lib/hot-standby/load"
BOOT_STATE = "boot.json"
PROGRAM, PUT_BACK = "keeper.py", "put_back.py"
BOOT_UNIT = "/etc/systemd/system/hot-standby-revert.service"
BOOT_WANTS = "/etc/systemd/system/multi-user.target.wants/hot-standby-revert.service"
BOOT_TEXT = """\
# A load of keepalived's configuration has not been confirmed. Where the host is started anew before it is, the former
# configuration comes back. This file goes away with the confirmation.
[Unit]
Description=Put the former configuration of keepalived back
ConditionPathExists={previous}
Before=keepalived.service nginx.service rsyslog.service

[Service]
Type=oneshot
ExecStart={python} -B {folder}/keeper.py --after-boot {folder}/boot.json
ExecStartPost=/bin/rm -rf {unit} {wants} {folder}
"""
PLAIN_PATH = re.compile(r"/[A-Za-z0-9._/-]+\Z")
KEPT_BACKUPS = 5
BACKUP_MODE = 0o600
START_TIMEOUT = 15.0  # seconds for systemd to start the keeper
CONFIRM_ALLOWANCE = 10.0  # seconds for the keeper to take notice


#: What runs on the host by itself: its name there, and the module whose text it is.
PROGRAMS = ((PROGRAM, watchdog), (PUT_BACK, put_back))


class TransactionError(Exception):
    """The load cannot go on. The text is for the user."""


class LateError(TransactionError):
    """The instant is over, or too near: at a later one it may go well."""


def previous_path(path):
    """Where the former configuration waits while a load is not confirmed. Empty: there was none."""
    directory, name = os.path.split(path)
    return os.path.join(directory, ".%s.previous" % name)


def state():
    """How far the last load has come: the keeper's state (see C(arm)), C(None) where there was none since the boot."""
    return watchdog.read(os.path.join(FOLDER, watchdog.STATE))


def is_pending(path):
    """Whether a load is neither confirmed nor reverted."""
    return os.path.exists(previous_path(path))


def is_kept(run, systemctl):
    """Whether a keeper is there to end it."""
    return run([systemctl, "is-active", UNIT])[1].strip() in KEPT


def settle_leftover(path, run, systemctl, reload_daemon):
    """Makes an end of a load that nobody keeps any more: the former configuration comes back.

    :returns: whether there was one.
    :raises TransactionError: a keeper is at work, another run's.
    """
    if not is_pending(path):
        return False
    refuse_while_kept(run, systemctl)
    take_back(path, state(), "nobody kept it any more", reload_daemon)
    return True


def refuse_while_kept(run, systemctl):
    """Keeps a run from touching what another one may have to bring back.

    :raises TransactionError: a keeper is at work, another run's.
    """
    found = state() or {}
    if found.get("phase") not in watchdog.OVER and is_kept(run, systemctl):
        left = max(0, int(found.get("deadline", 0) - clock.monotonic()))
        raise TransactionError(
            "Another run has loaded a configuration that is not confirmed yet. Unless it is, the former one comes back "
            "in %d s: run again then." % left
        )


def take_back(path, found, reason, reload_daemon):
    """What the keeper would do, where there is none."""
    if found and found["path"] == path and found["phase"] not in watchdog.OVER:
        watchdog.write(os.path.join(FOLDER, watchdog.STATE), dict(found, phase="reverted", reason=reason))
    if watchdog.put_back(previous_path(path), path):
        reload_daemon()
    _remove_units()
    if found and found.get("start"):
        watchdog.systemctl("start")


def note_final(path, transaction):
    """Notes a load that was final at once."""
    if not os.path.isdir(FOLDER):
        os.mkdir(FOLDER, 0o700)
    watchdog.write(os.path.join(FOLDER, watchdog.STATE), {"id": transaction, "phase": "confirmed", "path": path})


def arm(path, staged, transaction, at, confirm_timeout, daemon, reload_needed, before, together=False, start=False,
        kept=None, readers=None):  # fmt: skip
    """Makes everything ready for the keeper; see C(start_keeper).

    :arg at: epoch seconds, by this host's clock, of the instant to load; C(None) where C(release) tells it.
    :arg confirm_timeout: seconds after the instant, and for it to be told.
    :arg daemon: as from C(daemon.find), C(None) where it does not run.
    :arg reload_needed: whether the daemon has anything to read.
    :arg before: by instance the state before, for C(verify).
    :arg together: whether other members load at the same instant.
    :arg start: whether the daemon is to be started when all is over, however it ends.
    :arg kept: where what goes back with the configuration is kept, as C(put_back.whole) takes it; C(None) for nothing.
    :arg readers: by path of such a file what systemd is to do then: verb and unit.
    :raises TransactionError: another run was first.
    """
    if not PLAIN_PATH.match(path):
        raise TransactionError("%s: only letters, digits and ._/- may be in the path of a configuration." % path)
    now = clock.monotonic()
    moment = None if at is None else now + (at - time.time())
    previous = previous_path(path)
    if not os.path.isdir(FOLDER):
        os.mkdir(FOLDER, 0o700)
    _keep(path, previous)
    try:
        for name in (watchdog.STATE, watchdog.RELEASE, watchdog.REQUEST):
            write.unlink(os.path.join(FOLDER, name))
        _write_boot_folder({"previous": previous, "path": path, "kept": kept})
        for name, module in PROGRAMS:
            write.replace(os.path.join(FOLDER, name), inspect.getsource(module).encode("utf-8"), 0o600)
        write.replace(BOOT_UNIT, _boot_text(previous).encode("utf-8"), 0o644)
        if not os.path.isdir(os.path.dirname(BOOT_WANTS)):
            os.mkdir(os.path.dirname(BOOT_WANTS), 0o755)
        write.unlink(BOOT_WANTS)
        os.symlink(BOOT_UNIT, BOOT_WANTS)
        watchdog.write(os.path.join(FOLDER, watchdog.STATE), {
            "id": transaction, "phase": "armed", "path": path, "staged": staged, "previous": previous,
            "at": moment, "deadline": (now if at is None else moment) + confirm_timeout,
            "confirm_timeout": confirm_timeout,
            "pid": daemon and daemon["pid"], "pid_ticks": daemon and watchdog.ticks(daemon["pid"]),
            "children": bool(daemon and watchdog.children(daemon["pid"])), "reload": bool(daemon) and reload_needed,
            "before": before, "units": _units(), "together": together, "start": start, "kept": kept,
            "readers": readers or {}, "folder": BOOT_FOLDER,
        })  # fmt: skip
        # As durable as the rename that is to follow.
        for folder in (os.path.dirname(path), os.path.dirname(BOOT_UNIT), os.path.dirname(BOOT_WANTS), BOOT_FOLDER):
            write.sync_folder(folder)
    except (IOError, OSError):
        disarm(path)
        raise


def _boot_text(previous):
    return BOOT_TEXT.format(
        previous=previous, unit=BOOT_UNIT, wants=BOOT_WANTS, folder=BOOT_FOLDER, python=sys.executable
    )


def _write_boot_folder(content):
    """Writes what the unit needs: the programs, and what they are told."""
    if not os.path.isdir(BOOT_FOLDER):
        os.makedirs(BOOT_FOLDER, 0o700)
    for name, module in PROGRAMS:
        write.replace(os.path.join(BOOT_FOLDER, name), inspect.getsource(module).encode("utf-8"), 0o600)
    write.replace(os.path.join(BOOT_FOLDER, BOOT_STATE), json.dumps(content).encode("utf-8"), 0o600)


def _units():
    """All that is in place for a reboot, in the end."""
    names = [name for name, _module in PROGRAMS] + [BOOT_STATE]
    return [BOOT_UNIT, BOOT_WANTS] + [os.path.join(BOOT_FOLDER, name) for name in names]


def _remove_units():
    for path in _units():
        write.unlink(path)
    # Python may have left a folder of its own in it.
    shutil.rmtree(BOOT_FOLDER, ignore_errors=True)


def _keep(path, previous):
    """Copies the live configuration to where it waits. That name is the lock too: it is made once."""
    try:
        with open(path, "rb") as stream:
            content, facts = stream.read(), os.fstat(stream.fileno())
    except (IOError, OSError) as error:
        if error.errno != errno.ENOENT:
            raise
        content, facts = b"", None
    mode, owner = (facts.st_mode & 0o7777, (facts.st_uid, facts.st_gid)) if facts else (BACKUP_MODE, None)
    try:
        write.create(previous, content, mode, owner)
    except OSError as error:
        if error.errno == errno.EEXIST:
            raise TransactionError("Another run is about to load a configuration: run again when it has ended.")
        raise


def disarm(path):
    """Takes away what C(arm) has made, before the instant."""
    for made in (previous_path(path), BOOT_UNIT + ".new"):
        write.unlink(made)
    _remove_units()


def start_keeper(path, run, systemd_run, systemctl, reload_daemon):
    """Has systemd start the keeper, and waits until it waits.

    :raises TransactionError: it does not; nothing is armed then.
    """
    # Of a load before. It is not there, or has failed.
    run([systemctl, "reset-failed", UNIT])
    command = [sys.executable, "-B", os.path.join(FOLDER, PROGRAM), FOLDER]
    options = ["--unit=" + UNIT, "--description=Keeper of a load of keepalived's configuration"]
    restart = ["--property=Restart=on-failure", "--property=RestartSec=100ms"]
    rc, unused, err = run([systemd_run] + options + restart + command)
    if rc != 0 and "Unknown assignment" in err:
        # systemd 219 (EL7) takes no such property: without it a keeper that is killed is not started again.
        rc, unused, err = run([systemd_run] + options + command)
    if rc == 0 and wait(("waiting", "loaded") + watchdog.OVER, START_TIMEOUT):
        return
    run([systemctl, "stop", UNIT])
    found = state() or {}
    if os.path.exists(found.get("staged", "")):
        disarm(path)
    take_back(path, found, "its keeper did not start", reload_daemon)
    raise TransactionError(
        "Nothing was loaded, since systemd did not start what keeps the load: %s See journalctl --unit=%s; run again."
        % ((err if rc else "").strip() or "it gave no reason.", UNIT)
    )


def wait(phases, timeout, told=False):
    """Waits until the load has come to one of the phases.

    :arg told: whether it has to know its instant besides.
    :returns: its state, C(None) when the time is over.
    """
    deadline = clock.monotonic() + timeout
    while True:
        found = state()
        if found and found["phase"] in phases and not (told and found["at"] is None):
            return found
        if clock.monotonic() > deadline:
            return None
        time.sleep(watchdog.POLL)


def is_armed(transaction):
    """Whether this load is armed, and waits for C(release)."""
    found = state()
    return bool(found and found["id"] == transaction and found["phase"] == "waiting" and found["at"] is None)


def release(transaction, at, confirm_timeout):
    """Tells the keeper of an armed load the instant, and waits until it knows it.

    :arg at: epoch seconds, by this host's clock.
    :raises TransactionError: it is not there any more.
    """
    moment = clock.monotonic() + (at - time.time())
    told = {"id": transaction, "at": moment, "deadline": moment + confirm_timeout, "confirm_timeout": confirm_timeout}
    watchdog.write(os.path.join(FOLDER, watchdog.RELEASE), told)
    if not wait(("waiting", "loaded"), START_TIMEOUT, told=True):
        raise TransactionError(taken_back(state()))


def loaded(transaction):
    """Waits for the load to have happened.

    :returns: its state.
    :raises TransactionError: it did not happen, or was taken back; the text says why.
    """
    found = state()
    if not found or found["id"] != transaction:
        raise TransactionError("Nothing of this run was loaded: another run came first, or the host was restarted.")
    left = max(0.0, (found["at"] or 0.0) - clock.monotonic())
    found = wait(("loaded",) + watchdog.OVER, left + CONFIRM_ALLOWANCE) or state()
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
    """Makes the load final: the former configuration becomes a backup.

    :returns: path of the backup, C(None) where there was no configuration before.
    :raises TransactionError: it is not in effect any more.
    """
    loaded(transaction)
    backup = backup_path(path)
    if not watchdog.renamed(previous_path(path), backup):
        found = wait(watchdog.OVER, CONFIRM_ALLOWANCE) or state()
        if found["phase"] == "confirmed":
            return None
        raise TransactionError(taken_back(found))
    wait(watchdog.OVER, CONFIRM_ALLOWANCE)
    _remove_units()
    if os.path.getsize(backup) == 0:
        write.unlink(backup)
        return None
    os.chmod(backup, BACKUP_MODE)
    prune(path)
    return backup


def backup_path(path):
    """Where a copy of the replaced configuration goes now. Their names sort by time."""
    return "%s.%s~" % (path, time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()))


def keep_backup(path):
    """Copies the live configuration to a backup. Returns its path, C(None) where there is no configuration."""
    if not os.path.exists(path):
        return None
    backup = backup_path(path)
    write.unlink(backup)
    _keep(path, backup)
    os.chmod(backup, BACKUP_MODE)
    prune(path)
    return backup


def prune(path):
    """Keeps the newest backups only."""
    directory, name = os.path.split(path)
    ours = re.compile(re.escape(name) + r"\.\d{8}T\d{6}Z~\Z")
    for old in sorted(entry for entry in os.listdir(directory) if ours.match(entry))[:-KEPT_BACKUPS]:
        write.unlink(os.path.join(directory, old))


def revert(path, transaction, at, run, systemctl, reload_daemon):
    """Has the keeper put the former configuration back, and waits for it; does it itself where there is no keeper.

    :arg at: epoch seconds, by this host's clock, of the instant.
    :returns: the state, C(None) where there is no load of this run's.
    """
    found = state()
    if not found or found["id"] != transaction:
        return None
    if found["phase"] not in watchdog.OVER:
        moment = clock.monotonic() + max(0.0, at - time.time())
        watchdog.write(os.path.join(FOLDER, watchdog.REQUEST), {"id": transaction, "at": moment})
        found = wait(watchdog.OVER, moment - clock.monotonic() + CONFIRM_ALLOWANCE) or state()
    if found["phase"] not in watchdog.OVER and not is_kept(run, systemctl):
        take_back(path, found, "it was asked for", reload_daemon)
        found = state()
    return found
