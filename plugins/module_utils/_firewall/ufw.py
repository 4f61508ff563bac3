# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""ufw(8) on this host: its version, and the rules that were added to it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import errno
import io
import re

#: ufw writes each rule there as C(### tuple ### ACTION PROTOCOL DPORT DESTINATION SPORT SOURCE DIRECTION).
RULES = ("/etc/ufw/user.rules", "/etc/ufw/user6.rules")
_RULE = re.compile(r"^### tuple ### (.*?)(?: comment=\S*)?\s*$", re.MULTILINE)
_VERSION = re.compile(r"^ufw (\d+(?:\.\d+)*)", re.MULTILINE)


def look(run, program, paths=RULES):
    """What is there.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg program: path of ufw.
    :returns: dict C(version) (text, C(None) if it does not tell) and C(rules) (list of texts as ufw writes them, IPv4
        before IPv6, without comments; C(None) if they cannot be read).
    """
    found = _VERSION.search(run([program, "--version"])[1])
    rules = []
    for path in paths:
        try:
            with io.open(path, encoding="utf-8", errors="replace") as stream:
                rules += _RULE.findall(stream.read())
        except (IOError, OSError) as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                rules = None
                break
    return {"version": found.group(1) if found else None, "rules": rules}
