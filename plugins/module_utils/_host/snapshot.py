# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a file is, whole, so that it can be made again; see C(put_back)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import base64
import errno
import grp
import os
import pwd
import stat

LARGEST = 1024 * 1024  # bytes of a file that is kept


class SnapshotError(Exception):
    """A file cannot be kept. The text is for the user."""


def look(path):
    """One file as it is, C(None) where there is none, in the form that C(put_back.put_back) takes.

    :raises SnapshotError: it could not be made again.
    """
    try:
        facts = os.lstat(path)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return None
        raise
    if stat.S_ISLNK(facts.st_mode):
        return {"link": os.readlink(path)}
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > LARGEST:
        raise SnapshotError("%s is no file, or a large one: it would not be there again after a removal." % path)
    with open(path, "rb") as stream:
        content = base64.b64encode(stream.read()).decode("ascii")
    return {"content": content, "mode": stat.S_IMODE(facts.st_mode), "owner": _name(pwd.getpwuid, facts.st_uid),
            "group": _name(grp.getgrgid, facts.st_gid)}  # fmt: skip


def _name(look_up, number):
    try:
        return look_up(number)[0]
    except KeyError:
        return number
