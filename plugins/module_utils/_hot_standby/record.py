# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What the manifest asks of the host, and one record of it.

A change that may be taken back has a record of its own in the same form: of what was there before it, and whose it is.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import (
    packages as _packages,
    put_back,
    snapshot,
    sysctl,
    systemd_units,
)
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import manifest as _manifest

ERRORS = (
    _manifest.ManifestError, _packages.PackageError, snapshot.SnapshotError, sysctl.SysctlError,
    systemd_units.UnitError,
)  # fmt: skip


class Host(object):
    """The host's services and packages.

    :arg module: the AnsibleModule.
    """

    def __init__(self, module):
        self._module = module

    def services(self, names):
        """See C(manifest.record)."""
        systemctl = self._module.get_bin_path("systemctl", required=True)
        units = systemd_units.parse(names, self._module.run_command(systemd_units.command(systemctl, names))[1])
        return dict((name, self._service(unit)) for name, unit in units.items())

    @staticmethod
    def _service(unit):
        if not unit or unit["load_state"] in (None, "not-found"):
            return {"enabled": False, "active": False}
        return {"enabled": unit["unit_file_state"] in systemd_units.ENABLED, "active": unit["active_state"] == "active"}

    def packages(self, names):
        """See C(manifest.record)."""
        _packages.check(names)
        manager = _packages.manager(self._module.get_bin_path)
        if manager is None:
            return dict.fromkeys(names, False)
        command = _packages.command(manager, self._module.get_bin_path, names)
        found = _packages.parse(names, self._module.run_command(command)[1])
        return dict((name, version is not None) for name, version in found.items())


def noted(host, path, wanted, signs, check_mode, look=None):
    """Notes what is not noted yet.

    :arg host: a C(Host).
    :arg path: of the manifest.
    :arg wanted: see C(manifest.record).
    :arg signs: see C(manifest.is_lost).
    :arg look: what to look at from now on, C(None) for what it is already. That is no change of the host.
    :returns: dict C(manifest), and C(added) (by kind a list of names).
    """
    manifest = _manifest.opened(path, signs)
    added = _manifest.record(manifest, wanted, host.services, host.packages)
    other = look is not None and look != manifest.get("look")
    if other:
        manifest["look"] = look
    if (added or other) and not check_mode:
        _manifest.write(path, manifest)
    return {"manifest": manifest, "added": added}


def keep(path, run, files, sysctl=(), pending=False):
    """Notes how files and kernel parameters are before a change of this run touches them, unless it is noted.

    Where another run was cut off, and what it has touched would still come back, what was there before that is what
    this one goes back to, too. What was left otherwise goes.

    :arg path: of the record.
    :arg run: text that no other run has.
    :arg files: paths; what a link leads to is written, too.
    :arg pending: whether what is noted there would still come back.
    """
    ours = is_of(path, run)
    if not ours and not (pending and is_whole(path)):
        put_back.unlink(path)
    record = dict(_manifest.read(path), run=run)
    paths = sorted(set(files).union(map(os.path.realpath, files)))
    if _manifest.record(record, {"files": paths, "sysctl": list(sysctl)}, None, None) or not ours:
        _manifest.write(path, record)


def is_whole(path):
    """Whether a record can be read."""
    try:
        return bool(_manifest.read(path))
    except _manifest.ManifestError:
        return False


def is_of(path, run):
    """Whether there is a record of a change, and it is of this run."""
    try:
        return os.path.exists(path) and _manifest.read(path).get("run") == run
    except _manifest.ManifestError:
        return False


def kept(path, run):
    """By path the files that a record of a change of this run has, as C(snapshot.look) returns them."""
    return _manifest.read(path)["files"] if is_of(path, run) else {}
