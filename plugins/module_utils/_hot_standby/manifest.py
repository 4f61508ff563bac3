# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a host was like before it became a member: kept from the first run on, so that it can be like that again.

A thing is recorded once, before it is first touched; later runs record only what they touch besides. Files are kept
whole: a configuration that was there may hold passwords, so the manifest is for root alone.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import errno
import glob
import json
import os

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import put_back, snapshot, sysctl, write as _write

PATH = "/var/lib/hot-standby/manifest.json"
#: Beside it, what was there before a change that is not final.
CHANGE = "change.json"
FORMAT = 1
EMPTY = {
    "format": FORMAT, "files": {}, "directories": {}, "sysctl": {}, "services": {}, "packages": {},
    "firewall": {"zone": [], "direct": [], "ufw": []}, "selinux": [], "lost": False,
}  # fmt: skip
#: Of what is allowed: what firewalld and ufw let in, and SELinux.
KINDS = ("zone", "direct", "ufw", "selinux")


#: Files that nobody else writes. Where one is there without a manifest, the manifest is lost.
SIGNS = (
    "/etc/nginx/conf.d/hot-standby.conf", "/etc/sysctl.d/60-hot-standby.conf",
    "/etc/systemd/system/keepalived.service.d/50-hot-standby.conf",
)  # fmt: skip
#: The unit that goes off where it is not known any more what it was.
OWN_UNIT = "keepalived"


class ManifestError(Exception):
    """The manifest cannot be used. The text is for the user."""


def read(path):
    """The manifest, an empty one where there is none.

    :raises ManifestError: it is damaged, or of a later version.
    """
    try:
        with open(path) as stream:
            found = json.load(stream)
    except (IOError, OSError) as error:
        if error.errno == errno.ENOENT:
            return json.loads(json.dumps(EMPTY))
        raise
    except ValueError:
        raise ManifestError("%s is damaged. It is not touched: move it away to begin anew." % path)
    if found.get("format") != FORMAT:
        raise ManifestError("%s was written by a later version of the collection: use that." % path)
    found["firewall"].setdefault("ufw", [])
    found.setdefault("selinux", [])
    found.setdefault("lost", False)
    return found


def opened(path, signs):
    """The manifest to be added to, which knows whether it was lost; see C(read) and C(is_lost)."""
    manifest = read(path)
    manifest["lost"] = manifest["lost"] or is_lost(path, signs)
    return manifest


def is_lost(path, signs):
    """Whether there is none, though files that nobody else writes are there."""
    return not os.path.exists(path) and any(os.path.lexists(sign) for sign in signs)


def told(path):
    """What others may know of it: the names of what is noted, no content of a file; and what to look at.

    :returns: dict C(known) (bool), C(pending) (bool: a change is not final, or was cut off), by kind a sorted list of
        names, C(firewall), C(selinux) and C(look) (C(None) if not noted). A manifest that cannot be read is as none.
    """
    try:
        manifest, known = read(path), os.path.exists(path)
    except (ManifestError, IOError, OSError):
        manifest, known = json.loads(json.dumps(EMPTY)), False
    kinds = ("files", "directories", "sysctl", "services", "packages")
    found = dict((kind, sorted(manifest[kind])) for kind in kinds)
    kept = dict((kind, manifest[kind]) for kind in ("firewall", "selinux"))
    pending = os.path.exists(os.path.join(os.path.dirname(path), CHANGE))
    return dict(found, known=known, pending=pending, look=manifest.get("look"), **kept)


def write(path, manifest):
    """Writes the manifest whole, for root alone."""
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        os.makedirs(folder, 0o700)
    _write.replace(path, json.dumps(manifest, indent=1, sort_keys=True).encode("ascii"), 0o600)


def record(manifest, wanted, services, packages):
    """Adds what is not in it yet, as it is now: or, of a manifest that was lost, as if it had not been there.

    What is there then is the collection's own, and to keep it as what was there before would be wrong for ever.

    :arg wanted: dict of lists C(files), C(directories), C(sysctl), C(services), C(packages).
    :arg services: callable C(services(names)) -> by name a dict C(enabled), C(active) (bool).
    :arg packages: callable C(packages(names)) -> by name whether it is installed.
    :returns: what was added, by kind a list of names.
    """
    looks = {
        "files": lambda names: dict((name, snapshot.look(name)) for name in names),
        "directories": lambda names: dict((name, os.path.isdir(name)) for name in names),
        "sysctl": lambda names: dict((name, sysctl.read(name)) for name in names),
        "services": services,
        "packages": packages,
    }
    if manifest["lost"]:
        looks["files"] = looks["sysctl"] = dict.fromkeys
        looks["directories"] = lambda names: dict.fromkeys(names, False)
        looks["services"] = lambda names: dict(
            (name, {"enabled": False, "active": False} if name == OWN_UNIT else now)
            for name, now in services(names).items()
        )
    added = {}
    for kind, look in looks.items():
        unknown = [name for name in wanted.get(kind) or [] if name not in manifest[kind]]
        if unknown:
            manifest[kind].update(look(unknown))
            added[kind] = sorted(unknown)
    return added


def own(manifest, allowed):
    """Adds what was not allowed before. Returns whether any was new to the manifest.

    :arg allowed: lists of entries by kind, those of C(firewall) and C(selinux).
    """
    new = False
    for kind, entries in allowed.items():
        noted = _holder(manifest, kind)[kind]
        for entry in entries:
            if entry not in noted:
                noted.append(entry)
                new = True
    return new


def disown(manifest, gone):
    """Takes entries off that are not allowed any more. Returns whether any was there."""
    found = False
    for kind in KINDS:
        holder = _holder(manifest, kind)
        kept = [entry for entry in holder[kind] if entry not in gone]
        found = found or kept != holder[kind]
        holder[kind] = kept
    return found


def _holder(manifest, kind):
    return manifest["firewall"] if kind in manifest["firewall"] else manifest


def restore(manifest, leftovers, check_mode):
    """Files, directories and kernel parameters as they were. Returns a list of what was done, in words.

    :arg leftovers: patterns of files that were made besides.
    """
    done = []
    for path, before in sorted(manifest["files"].items()):
        if snapshot.look(path) != before:
            done.append("%s %s" % ("remove" if before is None else "put back", path))
            if not check_mode:
                put_back.put_back(path, before)
    # What is in a folder before the folder.
    for path in sorted((found for pattern in leftovers for found in glob.glob(pattern)), reverse=True):
        done.append("remove %s" % path)
        if not check_mode:
            _remove(path)
    # The deepest first.
    for path, before in sorted(manifest["directories"].items(), reverse=True):
        if not before and os.path.isdir(path) and (check_mode or not os.listdir(path)):
            done.append("remove %s" % path)
            if not check_mode:
                os.rmdir(path)
    for name, value in sorted(manifest["sysctl"].items()):
        if value is not None and sysctl.read(name) != value:
            done.append("set %s to %s" % (name, value))
            if not check_mode:
                with open(sysctl.path_of(name), "w") as stream:
                    stream.write(value + "\n")
    return done


def _remove(path):
    """Removes a file or an empty folder."""
    if not os.path.isdir(path) or os.path.islink(path):
        _write.unlink(path)
    elif not os.listdir(path):
        os.rmdir(path)


def forget(path):
    """Removes the manifest, and its directory where nothing else is in it."""
    _write.unlink(path)
    if not os.listdir(os.path.dirname(path)):
        os.rmdir(os.path.dirname(path))
