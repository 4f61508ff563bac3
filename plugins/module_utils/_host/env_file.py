# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Files of lines C(NAME=value), such as those in /etc/default and /etc/sysconfig."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import errno
import io

LARGEST = 1024 * 1024  # bytes that are read


def read(path, names):
    """What a file sets.

    :arg names: the settings to look for.
    :returns: dict by name of the text after the C(=) of its last line, as it is written; C(None) of one that is not
        set. C(None) where there is no such file.
    :raises IOError, OSError: it is there, and cannot be read.
    """
    found = dict.fromkeys(names)
    try:
        with io.open(path, encoding="utf-8", errors="replace") as stream:
            lines = stream.read(LARGEST).splitlines()
    except (IOError, OSError) as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise
        return None
    for line in lines:
        name, equals, value = line.partition("=")
        if equals and name in found:
            found[name] = value
    return found


def look(settings):
    """What files set.

    :arg settings: by path the names of the settings to look for.
    :returns: dict by path, see C(read). A file that cannot be read is left out.
    """
    found = {}
    for path, names in settings.items():
        try:
            found[path] = read(path, names)
        except (IOError, OSError):
            continue
    return found
