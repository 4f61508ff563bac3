# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Whether SELinux is on, by the kernel's own word: its library need not be there for this."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

ENFORCE = "/sys/fs/selinux/enforce"


def mode(path=ENFORCE):
    """C(enforcing), C(permissive), or C(disabled): then there is no such file."""
    try:
        with open(path) as stream:
            return "enforcing" if stream.read().strip() == "1" else "permissive"
    except (IOError, OSError):
        return "disabled"
