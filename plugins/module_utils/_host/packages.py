# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Versions of named packages, by dpkg-query(1) or rpm(8)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import re

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]*\Z")
DPKG_STATUS = "/var/lib/dpkg/status"


class PackageError(Exception):
    """This is no name of a package. The text is for the user."""


def manager(find, status=DPKG_STATUS):
    """C(dpkg), C(rpm), or C(None) where there is neither.

    :arg find: callable C(find(name)) -> path of a program, or None.
    :arg status: dpkg's list: on Fedora there may be a dpkg that manages nothing.
    """
    if find("dpkg-query") and os.path.exists(status) and os.path.getsize(status):
        return "dpkg"
    return "rpm" if find("rpm") else None


def check(names):
    """Raises PackageError for what is no name of a package."""
    for name in names:
        if not NAME.match(name):
            raise PackageError('packages: "%s" is no name of a package. Write it like keepalived.' % name)


def command(which, find, names):
    """The argument vector that asks for the packages. Both programs fail if one is missing, and tell of the others."""
    if which == "dpkg":
        form = "${Package}\\t${Version}\\t${Status}\\n"
        return [find("dpkg-query"), "--show", "--showformat=" + form] + list(names)
    form = "%{NAME}\\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\tinstalled\\n"
    return [find("rpm"), "--query", "--queryformat", form] + list(names)


def parse(names, text):
    """Version of each package by name, C(None) of one that is not installed. Of several versions the last."""
    found = {}
    for line in text.splitlines():
        fields = line.split("\t")
        # dpkg knows of packages that are only configured, or half installed.
        if len(fields) == 3 and fields[2].split()[-1:] == ["installed"]:
            found[fields[0]] = fields[1]
    return dict((name, found.get(name)) for name in names)
