# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Where the daemon's log goes, and by what programs that is known to be possible."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems

VARIABLE = "keepalived_log_target"
TARGETS = ("auto", "rsyslog", "journald")
#: By target what the role keepalived installs, by the programs that show it.
PROGRAMS = {"rsyslog": ("keepalived", "rsyslogd", "logrotate"), "journald": ("keepalived",)}


def target(name: str, wanted: t.Any, programs: t.Mapping[str, t.Any], problems: Problems) -> str:
    """C(rsyslog) or C(journald).

    :arg programs: those of the host: name to path, C(None) where it has none.
    """
    if wanted not in TARGETS:
        problems.error(name, VARIABLE, f"{shown(wanted, '')} is not known.", f"Set it to one of {', '.join(TARGETS)}.")
    if wanted in PROGRAMS:
        return str(wanted)
    # A host that has its keepalived and does without rsyslog is not given one.
    return "journald" if programs.get("keepalived") and not programs.get("rsyslogd") else "rsyslog"


def is_installed(chosen: str, programs: t.Mapping[str, t.Any]) -> bool:
    """Whether nothing is to be installed on a host."""
    return all(programs.get(program) for program in PROGRAMS[chosen])
