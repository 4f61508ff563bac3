# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Reads kernel parameters by the names that sysctl(8) has for them."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@/-]*\Z")


class SysctlError(Exception):
    """This is no name of a kernel parameter. The text is for the user."""


def path_of(name, root="/proc/sys"):
    """Path of a parameter. As in sysctl(8) the first of . and / parts the name, and the other stands for itself:
    C(net.ipv4.conf.eth0/100.forwarding) and C(net/ipv4/conf/eth0.100/forwarding) are the same.

    :raises SysctlError: it is none, or would lead out of the tree.
    """
    if not NAME.match(name):
        raise SysctlError('sysctls: "%s" is no name of a kernel parameter. Write it like net.ipv4.ip_forward.' % name)
    first = re.search(r"[./]", name)
    if first and first.group() == ".":
        name = "/".join(part.replace("/", ".") for part in name.split("."))
    if set(name.split("/")).intersection(("", ".", "..")):
        raise SysctlError('sysctls: "%s" is no name of a kernel parameter: a part of it is empty or dots.' % name)
    return "%s/%s" % (root, name)


def read(name, root="/proc/sys"):
    """Value of a parameter, its words parted by single spaces. C(None) where the kernel has none, or does not tell it.

    :raises SysctlError: see C(path_of).
    """
    try:
        with open(path_of(name, root)) as stream:
            return " ".join(stream.read().split())
    except (IOError, OSError, ValueError):
        return None
