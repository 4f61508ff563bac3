# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Writes files whole, with their owner and mode from the first moment on, and durably; never through a link."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import put_back

unlink = put_back.unlink


def create(path, content, mode, owner=None):
    """Makes a file that must not be there yet: else an OSError with EEXIST. Leaves none behind when it cannot.

    :arg content: bytes.
    :arg owner: C((uid, gid)), by default our own.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            if owner is not None:
                os.fchown(stream.fileno(), *owner)
            os.fchmod(stream.fileno(), mode)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except (IOError, OSError):
        unlink(path)
        raise


def replace(path, content, mode, owner=None):
    """Puts a file in the place of what is there; arguments as of C(create)."""
    new = path + ".new"
    unlink(new)
    create(new, content, mode, owner)
    os.rename(new, path)


def sync_folder(folder):
    """Makes what was renamed, made or removed in a directory durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
