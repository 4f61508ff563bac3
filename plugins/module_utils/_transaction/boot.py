# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What brings everything back where the host is started anew before a change is final: a unit of systemd's.

It is there from the first thing that a change touches. While a load is armed or not confirmed, the name of the former
file decides, as it does for all others: see C(watchdog).
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import inspect
import os
import shutil
import sys

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import put_back, write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import place, watchdog

FOLDER = "/var/lib/hot-standby/load"
UNIT = "/etc/systemd/system/hot-standby-revert.service"
WANTS = "/etc/systemd/system/multi-user.target.wants/hot-standby-revert.service"
PROGRAM = "watchdog.py"
#: What runs on the host by itself: its name there, and the module whose text it is.
PROGRAMS = ((PROGRAM, watchdog), ("put_back.py", put_back))
TEXT = """\
# A change of {name} is not final. Where the host is started anew before it is, all that it has touched comes back.
# This file goes away with the end of the change.
[Unit]
Description=Put what was there before a change of {name} back
ConditionPathExists={folder}/{state}
Before={before}

[Service]
Type=oneshot
ExecStart={python} -B {folder}/{program} --after-boot {folder}/{state}
ExecStartPost=/bin/rm -rf {unit} {wants} {folder}
"""


def prepare(service, kept, readers, run, path=None):
    """Puts all in place for a reboot, as durable as what is to follow.

    :arg service: a C(place.Service).
    :arg kept: where what goes back is kept, as C(put_back.whole) takes it; C(None) for nothing.
    :arg readers: by path of such a file what systemd is to do when it is back and the host runs: verb and unit.
    :arg run: text that no other run has.
    :arg path: of the live file of a load, C(None) while nothing is loaded.
    """
    if not os.path.isdir(FOLDER):
        os.makedirs(FOLDER, 0o700)
    write_programs(FOLDER)
    previous = place.previous_path(path) if path else None
    watchdog.write(_state(), {
        "previous": previous, "path": path, "kept": kept, "readers": readers, "made": paths(), "run": run,
        "staged": place.staged_path(path or service.path, "*"),
    })  # fmt: skip
    text = TEXT.format(
        name=service.name, before=" ".join((service.unit,) + tuple(service.others)), unit=UNIT, wants=WANTS,
        folder=FOLDER, program=PROGRAM, state=watchdog.BOOT, python=sys.executable,
    )  # fmt: skip
    write.replace(UNIT, text.encode("utf-8"), 0o644)
    if not os.path.isdir(os.path.dirname(WANTS)):
        os.mkdir(os.path.dirname(WANTS), 0o755)
    write.unlink(WANTS)
    os.symlink(UNIT, WANTS)
    for folder in (os.path.dirname(UNIT), os.path.dirname(WANTS), FOLDER):
        write.sync_folder(folder)


def _state():
    return os.path.join(FOLDER, watchdog.BOOT)


def write_programs(folder):
    """Writes what runs by itself into a folder."""
    for name, module in PROGRAMS:
        write.replace(os.path.join(folder, name), inspect.getsource(module).encode("utf-8"), 0o600)


def paths():
    """All that C(prepare) has made, which is in the end to go."""
    names = [name for name, _module in PROGRAMS] + [watchdog.BOOT]
    return [UNIT, WANTS] + [os.path.join(FOLDER, name) for name in names]


def without_load():
    """A load is over, and what the change has touched besides is not back: that stays for a reboot. Else all goes."""
    found = told()
    if found and found["kept"] and os.path.exists(found["kept"]):
        watchdog.without_load(_state())
    else:
        remove()


def told():
    """What is in place for a reboot, as C(prepare) has written it; C(None) where nothing is."""
    return watchdog.read(_state())


def remove():
    """Takes all of it away."""
    for path in paths() + [UNIT + ".new"]:
        write.unlink(path)
    # Python may have left a folder of its own in it.
    shutil.rmtree(FOLDER, ignore_errors=True)
