# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""How a running keepalived takes a change: by a reload, or by a restart, before or after it."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import daemon


def takes_no_reload(running: t.Mapping[str, t.Any]) -> bool:
    """Whether the daemon of a host must be restarted before it can be given anything: no reload takes effect.

    keepalived 2.3.4 and later with C(reload_check_config). All members must come to run the new configuration at one
    instant, and a restart is for one after the other. So each is first restarted with what it runs already, less that
    keyword, and keeps its peers; then all load the new one as ever. What lies on disk would not do for that: it may be
    of a later run, and have another password, or other addresses, than what the peers run.

    :arg running: what keepalived_info returned.
    """
    return bool(running["running"]) and (running.get("config") or {}).get("takes_reload") is False


def is_to_be_read_again(running: t.Mapping[str, t.Any]) -> bool:
    """Whether the daemon is to read its file even if that does not change.

    Also where nothing shows that it has: it is harmless, and then it is known. And where it has left something out.

    :arg running: what keepalived_info returned.
    """
    config = running.get("config")
    return bool(running["running"] and config and (config["loaded"] is not True or running.get("not_tracked")))


def restart(arguments: t.Sequence[str] | None, wanted: t.Sequence[str], renewed: bool = False) -> str | None:
    """When a daemon must be restarted for its flags: C(before) or C(after) the configuration is loaded, or not at all.

    With C(-d) it logs the configuration whenever it reads it. It must not run with it when it is given a password.

    :arg arguments: those of the running daemon, C(None) where none runs.
    :arg wanted: as from C(flags).
    :arg renewed: whether it is restarted before the load in any case, with the flags that are not written late.
    """
    if renewed and not are_written_late(arguments, wanted):
        return None
    if arguments is None or daemon.managed_flags(arguments) == list(wanted):
        return None
    return "before" if "-d" in arguments and "-d" not in wanted else "after"


def are_written_late(arguments: t.Sequence[str] | None, wanted: t.Sequence[str]) -> bool:
    """Whether the flags may be written only when the configuration is loaded for good.

    Until then, and if it is taken back, there may be a password in it, and a daemon that is started would log it.
    """
    return "-d" in wanted and "-d" not in (arguments or ())
