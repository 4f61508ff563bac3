# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What the keepalived of a member can do: which version it has, or will have, and what that version needs."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import daemon

#: What distributions install: by C(ansible_facts.distribution) and major version (Ubuntu: version).
PACKAGED: dict[tuple[str, str], tuple[int, ...]] = {
    ("Debian", "11"): (2, 1, 5),
    ("Debian", "12"): (2, 2, 7),
    ("Debian", "13"): (2, 3, 3),
    ("Debian", "14"): (2, 3, 4),
    # What is not released yet tells its names in place of a number.
    ("Debian", "forky/sid"): (2, 3, 4),
    ("Ubuntu", "20"): (2, 0, 19),
    ("Ubuntu", "22"): (2, 2, 4),
    ("Ubuntu", "24"): (2, 2, 8),
    **{(name, "7"): (1, 3, 5) for name in ("CentOS", "RedHat", "OracleLinux", "Scientific")},
    **{(name, "8"): (2, 1, 5) for name in ("CentOS", "RedHat", "OracleLinux", "Rocky", "AlmaLinux")},
    **{(name, "9"): (2, 2, 8) for name in ("CentOS", "RedHat", "OracleLinux", "Rocky", "AlmaLinux")},
}

#: reload_check_config keeps the old configuration where a new one is wrong. It is there from 2.2.0 on, but before 2.2.8
#: its test is ended by the daemon's own signal where scripts run as another user, and no reload is ever accepted.
RELOAD_CHECK = (2, 2, 8)
#: From here on no reload takes effect with it.
RELOAD_CHECK_LOSES = daemon.RELOAD_CHECK_LOSES
#: From here on an instance can track a file.
TRACKED_FILES = (2, 0, 0)
#: From here on a sync group is known to: it was tried with this version, not with older ones.
GROUPS_TRACK_FILES = (2, 1, 5)
#: From here on a backup that hears another list of addresses only logs it.
LENIENT_ADDRESSES = (2, 3)
#: From here on a script by a symbolic link to its directory, such as /bin, is insecure and switched off.
REAL_SCRIPT_PATHS = (2, 3)
#: In between, what an instance of a sync group tracks by script is dropped; before, a group tracked nothing.
GROUPS_TRACK, INSTANCES_TRACK_AGAIN = (2, 0, 10), (2, 2, 0)


class Version(t.NamedTuple):
    """A version such as (2, 2, 7), C(()) if unknown, and whether it is there or only to be expected."""

    number: tuple[int, ...]
    installed: bool

    def before(self, other: tuple[int, ...]) -> bool:
        """Whether it is known, and older."""
        return bool(self.number) and self.number < other

    def from_on(self, other: tuple[int, ...]) -> bool:
        """Whether it is known, and not older."""
        return bool(self.number) and self.number >= other

    def __str__(self) -> str:
        """As keepalived writes it."""
        return written(self.number)


def written(number: t.Sequence[int]) -> str:
    """2.2.7 for (2, 2, 7)."""
    return ".".join(str(part) for part in number)


def number(text: t.Any) -> tuple[int, ...]:
    """(2, 2, 7) for 2.2.7; C(()) for anything else."""
    found = re.match(r"\d+(\.\d+)*", text) if isinstance(text, str) else None
    return tuple(int(part) for part in found.group(0).split(".")) if found else ()


def of(observed: t.Mapping[str, t.Any] | None) -> Version:
    """The version on a host.

    :arg observed: what hot_standby_info returned, or C(None).
    """
    observed = observed or {}
    installed = number((observed.get("keepalived") or {}).get("version"))
    if installed:
        return Version(installed, True)
    platform = observed.get("platform") or {}
    where = (str(platform.get("distribution")), str(platform.get("distribution_major_version")))
    return Version(PACKAGED.get(where, ()), False)


def script_path(command: t.Any, version: Version) -> t.Any:
    """A script's command line with the directory that its path really has, for a version that insists on it."""
    if isinstance(command, list) and command:
        return [script_path(command[0], version), *command[1:]]
    if version.from_on(REAL_SCRIPT_PATHS) and isinstance(command, str):
        return re.sub(r"^/(bin|sbin)/", r"/usr/\1/", command)
    return command
