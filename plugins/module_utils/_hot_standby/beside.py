# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""A look that goes on after the module has returned, and whose result the next call takes.

Ansible's own C(async) takes three calls of a module for that, none of them pipelined, and leaves files behind.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import os
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock, write

FOLDER = "/run/hot-standby"
POLL_INTERVAL = 0.1
LAST_DESCRIPTOR = 256


def begin(work, path):
    """Returns at once.

    :arg work: callable without arguments, whose result is one of JSON's types. Where it raises, nothing is left.
    :arg path: where the result is kept until it is taken, for root alone. Empty until then.
    """
    if not os.path.isdir(os.path.dirname(path)):
        os.mkdir(os.path.dirname(path), 0o700)
    write.replace(path, b"", 0o600)
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if not os.fork():
            _let_go()
            _work(work, path)
    finally:
        os._exit(0)


def take(path, patience):
    """What the work has returned, C(None) where nothing was begun or it has come to nothing. It is gone then.

    :arg patience: seconds to wait for it at most.
    """
    until = clock.monotonic() + patience
    while os.path.exists(path) and not os.path.getsize(path) and clock.monotonic() < until:
        time.sleep(POLL_INTERVAL)
    try:
        with open(path, "rb") as stream:
            found = json.loads(stream.read().decode("utf-8"))
    except (IOError, OSError, ValueError):
        found = None
    _remove(path)
    try:
        os.rmdir(os.path.dirname(path))
    except OSError:
        pass  # others keep something in it
    return found


def _work(work, path):
    try:
        write.replace(path, json.dumps(work()).encode("utf-8"), 0o600)
    except BaseException:
        _remove(path)
        raise


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass


def _let_go():
    """Whoever waits for the end of what was written must not wait for this process."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(null, descriptor)
    os.closerange(3, LAST_DESCRIPTOR)
