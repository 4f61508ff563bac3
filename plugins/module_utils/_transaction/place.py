# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Where a change waits: what is staged, and what was there before, lie beside the live file, to be renamed over it.

The name of the former one is the lock too: it is made once. What the last load has come to is read here as well.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import collections
import errno
import os

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import watchdog

FOLDER = "/run/hot-standby"  # of a load that goes on; gone with a reboot
BACKUP_MODE = 0o600

#: The daemon that reads the file: where that usually is; its unit; what users call it; callable C(reload()) -> whether
#: it runs, and reads it again; and the units that must not start after a reboot before all is back, besides its own.
Service = collections.namedtuple("Service", ("path", "unit", "name", "reload", "others"))


class TransactionError(Exception):
    """The load cannot go on. The text is for the user."""


class LateError(TransactionError):
    """The instant is over, or too near: at a later one it may go well."""


def staged_path(path, transaction):
    """Where a tested file waits."""
    directory, name = os.path.split(path)
    return os.path.join(directory, ".%s.staged.%s" % (name, transaction))


def previous_path(path):
    """Where the former file waits while a load is not confirmed. Empty: there was none."""
    directory, name = os.path.split(path)
    return os.path.join(directory, ".%s.previous" % name)


def state():
    """How far the last load has come: the watchdog's state (see C(switch.arm)), C(None) where there was none."""
    return watchdog.read(os.path.join(FOLDER, watchdog.STATE))


def is_pending(path):
    """Whether a load is neither confirmed nor reverted."""
    return os.path.exists(previous_path(path))


def copy(path, target):
    """Copies the live file to a place where nothing is yet, with its owner and mode; an empty one where there is none.

    :raises TransactionError: something is there.
    """
    try:
        with open(path, "rb") as stream:
            content, facts = stream.read(), os.fstat(stream.fileno())
    except (IOError, OSError) as error:
        if error.errno != errno.ENOENT:
            raise
        content, facts = b"", None
    mode, owner = (facts.st_mode & 0o7777, (facts.st_uid, facts.st_gid)) if facts else (BACKUP_MODE, None)
    try:
        write.create(target, content, mode, owner)
    except OSError as error:
        if error.errno == errno.EEXIST:
            raise TransactionError("Another run is about to load a configuration: run again when it has ended.")
        raise


def make_folder():
    """Makes the folder of a load that goes on, for root alone."""
    if not os.path.isdir(FOLDER):
        os.mkdir(FOLDER, 0o700)
