# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Copies of replaced files, beside the live one and for root alone. The newest are kept."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import re
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import place

KEPT = 5


def path_of(path):
    """Where a copy of the replaced file goes now. Their names sort by time."""
    return "%s.%s~" % (path, time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()))


def keep(path):
    """Copies the live file to a backup. Returns its path, C(None) where there is no file."""
    if not os.path.exists(path):
        return None
    backup = path_of(path)
    write.unlink(backup)
    place.copy(path, backup)
    return finish(path, backup)


def finish(path, backup):
    """Makes a former file a backup. Returns its path, C(None) where it stands for none."""
    if os.path.getsize(backup) == 0:
        write.unlink(backup)
        return None
    os.chmod(backup, place.BACKUP_MODE)
    _prune(path)
    return backup


def _prune(path):
    """Keeps the newest only."""
    directory, name = os.path.split(path)
    ours = re.compile(re.escape(name) + r"\.\d{8}T\d{6}Z~\Z")
    for old in sorted(entry for entry in os.listdir(directory) if ours.match(entry))[:-KEPT]:
        write.unlink(os.path.join(directory, old))
