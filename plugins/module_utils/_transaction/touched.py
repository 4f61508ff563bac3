# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a change touches before anything is loaded, and how it goes back where nobody comes to end the change.

What was there is kept by who touches it, in one file (see C(put_back)). From then on two things would bring it back by
themselves: the unit for a reboot (see C(boot)), and a timer.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import sys

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import boot, confirm, watchdog

# Seconds that a change may take until it is loaded; from then on the watchdog has a deadline of its own.
LONGEST = 3600


def is_pending(kept):
    """Whether what a change has touched, of this run or another, would still come back.

    :arg kept: where it is kept.
    """
    found = boot.told()
    return bool(found and found["kept"] == kept and os.path.exists(kept))


def settle(run, find, service):
    """Makes an end of a load that nobody keeps any more, before its change is touched again.

    :raises TransactionError: a watchdog is at work, another run's.
    """
    systemctl, found = find("systemctl"), boot.told()
    confirm.refuse_while_kept(run, systemctl)
    if found and found["path"]:
        confirm.settle_leftover(found["path"], run, systemctl, service)


def begin(run, find, service, kept, readers, key):
    """Has what is kept come back by itself.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg find: callable C(find(name)) -> path of a program, C(None) without one.
    :arg service: a C(place.Service).
    :arg kept, readers: see C(boot.prepare).
    :arg key: text that no other run has.
    """
    boot.prepare(service, kept, readers, key)
    start_timer(run, find)


def start_timer(run, find):
    """Has what is kept come back where nobody ends the change. While a load is kept, the timer leaves it alone."""
    stop_timer(run, find)
    program, told = (os.path.join(boot.FOLDER, name) for name in (boot.PROGRAM, watchdog.BOOT))
    # That it cannot be started is no reason to give up: a reboot brings it back still, and a load will say it.
    systemd_run = find("systemd-run")
    if systemd_run:
        command = [sys.executable, "-B", program, "--left", told]
        run([systemd_run, "--on-active=%d" % LONGEST, "--unit=" + watchdog.TIMER.replace(".timer", "")] + command)


def end(run, find, kept):
    """Nothing is to come back any more."""
    write.unlink(kept)
    boot.remove()
    stop_timer(run, find)


def stop_timer(run, find):
    """All is over, or begins anew."""
    systemctl = find("systemctl")
    if systemctl:
        run([systemctl, "stop", watchdog.TIMER])
        run([systemctl, "reset-failed", watchdog.TIMER.replace(".timer", ".service")])
