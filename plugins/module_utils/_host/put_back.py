# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Makes files and kernel parameters what they were, as the manifest of a host has them.

It needs nothing but Python, and imports nothing of the collection: a copy of it stays on the host beside the program
that takes a load back by itself.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import base64
import errno
import grp
import json
import os
import pwd


def unlink(path):
    """Removes a file if it is there."""
    try:
        os.unlink(path)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise


def put_back(path, before):
    """Makes a file what it was.

    :arg before: C(None) where there was none; a dict C(link) (text); or a dict C(content) (base64), C(mode) (number),
        C(owner) and C(group) (name or number).
    """
    if before is None:
        return unlink(path)
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        os.makedirs(folder, 0o755)
    new = path + ".new"
    unlink(new)
    if "link" in before:
        os.symlink(before["link"], new)
    else:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(base64.b64decode(before["content"]))
            owner = _number(pwd.getpwnam, before["owner"]), _number(grp.getgrnam, before["group"])
            os.fchown(stream.fileno(), *owner)
            os.fchmod(stream.fileno(), before["mode"])
            stream.flush()
            os.fsync(stream.fileno())
    os.rename(new, path)
    return None


def _number(look_up, name):
    try:
        return name if isinstance(name, int) else look_up(name)[2]
    except KeyError:
        return 0


def whole(path, root="/proc/sys"):
    """All that a manifest has, and then the manifest goes. One that is not there, or damaged, has nothing.

    :arg root: where kernel parameters are.
    :returns: the paths of the files that were otherwise, in their order.
    """
    try:
        with open(path) as stream:
            kept = json.load(stream)
    except (IOError, OSError, ValueError):
        return []
    others = [name for name, before in sorted(kept["files"].items()) if not _is(name, before)]
    for name in others:
        put_back(name, kept["files"][name])
    for name, value in sorted(kept["sysctl"].items()):
        if value is not None:
            _set(_place(name, root), value)
    unlink(path)
    return others


def _is(path, before):
    """Whether a file is what it was; for one that is not known, no."""
    try:
        if os.path.islink(path):
            return bool(before) and before.get("link") == os.readlink(path)
        with open(path, "rb") as stream:
            facts, content = os.fstat(stream.fileno()), stream.read()
    except (IOError, OSError):
        return before is None and not os.path.lexists(path)
    if not before or "link" in before:
        return False
    owner = _number(pwd.getpwnam, before["owner"]), _number(grp.getgrnam, before["group"])
    return (content == base64.b64decode(before["content"]) and facts.st_mode & 0o7777 == before["mode"]
            and (facts.st_uid, facts.st_gid) == owner)  # fmt: skip


def _place(name, root):
    """Path of a kernel parameter; see C(sysctl.path_of), which has checked the name."""
    if "/" not in name or "." in name.split("/")[0]:
        name = "/".join(part.replace("/", ".") for part in name.split("."))
    return os.path.join(root, name)


def _set(path, value):
    """One that is not there any more is no reason to leave the rest."""
    try:
        with open(path, "w") as stream:
            stream.write(value + "\n")
    except (IOError, OSError):
        pass
