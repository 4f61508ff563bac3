# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Looks around in the network namespace of another process; see setns(2) and network_namespaces(7)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import contextlib
import ctypes
import os

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import process

CLONE_NEWNET = 0x40000000


def _enter(descriptor):
    """setns(2), which Python has from 3.12 on only."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(descriptor, CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


@contextlib.contextmanager
def of_process(pid):
    """Everything within happens in the network namespace of the process, if that is another one than ours.

    :raises OSError: not permitted (it needs CAP_SYS_ADMIN), or the process is gone.
    """
    theirs = process.namespace(pid, "net")
    if theirs in (None, process.namespace("self", "net")):
        yield
        return
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        other = os.open("/proc/%d/ns/net" % pid, os.O_RDONLY)
        try:
            _enter(other)
        finally:
            os.close(other)
        try:
            yield
        finally:
            _enter(own)
    finally:
        os.close(own)
