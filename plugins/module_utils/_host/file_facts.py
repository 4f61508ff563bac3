# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What named files are, without what is in them: kind, owner, mode, times and digest. Links are not followed."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import errno
import grp
import os
import pwd
import stat

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import digest as _digest

CHUNK = 65536
LARGEST = 16 * 1024 * 1024  # bytes; a larger file is not read
KINDS = (
    (stat.S_ISREG, "file"),
    (stat.S_ISDIR, "directory"),
    (stat.S_ISLNK, "link"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISFIFO, "fifo"),
    (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"),
)


def look(path, key=None):
    """One file.

    :arg key: see C(digest.begin).
    :returns: dict as the module hot_standby_info documents it; everything but C(exists) and C(problem) is C(None)
        where there is no such file. C(problem) is why something could not be seen, C(None) if all was.
    """
    facts = dict.fromkeys(("kind", "mode", "owner", "group", "size", "mtime", "target", "digest", "problem"))
    try:
        seen = os.lstat(path)
    except OSError as error:
        gone = error.errno in (errno.ENOENT, errno.ENOTDIR)
        return dict(facts, exists=False if gone else None, problem=None if gone else error.strerror)
    kinds = [name for test, name in KINDS if test(seen.st_mode)]
    facts.update(
        exists=True,
        kind=kinds[0],
        mode="%04o" % stat.S_IMODE(seen.st_mode),
        owner=_name(pwd.getpwuid, seen.st_uid),
        group=_name(grp.getgrgid, seen.st_gid),
        size=seen.st_size,
        mtime=seen.st_mtime,
    )
    try:
        if facts["kind"] == "link":
            facts["target"] = os.readlink(path)
        elif facts["kind"] == "file":
            facts.update(_content(path, key))
    except (IOError, OSError) as error:
        facts["problem"] = error.strerror
    return facts


def _content(path, key):
    """The digest of a regular file, and the problem of one that is none any more or is too large."""
    # Not to wait for a fifo, nor follow a link, that has taken its place.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return {"problem": "It changed while it was looked at."}
        digest, size = _digest.begin(key), 0
        for chunk in iter(lambda: os.read(descriptor, CHUNK), b""):
            size += len(chunk)
            if size > LARGEST:
                return {"problem": "It is larger than %d MiB, and was not read." % (LARGEST // 1024 // 1024)}
            digest.update(chunk)
        return {"digest": digest.hexdigest()}
    finally:
        os.close(descriptor)


def _name(look_up, number):
    """Name of a user or group, its number as text where it has none."""
    try:
        return look_up(number)[0]
    except KeyError:
        return str(number)
