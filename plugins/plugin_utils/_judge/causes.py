# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Which findings follow from another one: who mends the cause need not look at them."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import SEVERITIES

#: By code of a cause what follows from it on the same host. C(None) stands for everything.
_ON_THE_HOST: dict[str, frozenset[str] | None] = {
    "unreachable": None,
    "not_permitted": None,
    "daemon": frozenset({
        "address_without_master", "instance_missing", "not_tracked", "not_loaded", "unknown_loaded", "script",
        "versions",
    }),
}  # fmt: skip
#: What a host lacks on which nothing was set up follows from that.
_NEVER_SET_UP = frozenset({
    "drift", "sysctl", "not_enabled", "not_installed", "service", "firewall", "not_answering", "wrong_server",
})  # fmt: skip
#: What follows for the group from a member that is out.
_IN_THE_GROUP = frozenset({"no_owner", "owner_unseen", "no_redundancy"})

Finding = dict[str, t.Any]


def link(findings: t.Sequence[Finding], never_set_up: t.Collection[str]) -> None:
    """Gives each finding of a group its C(cause): C(host) and C(code) of another one, or C(None).

    :arg never_set_up: the members on which nothing was set up yet.
    """
    for finding in findings:
        cause = next((one for one in findings if one is not finding and _follows(finding, one, never_set_up)), None)
        finding["cause"] = cause and {"host": cause["host"], "code": cause["code"]}


def _follows(finding: Finding, cause: Finding, never_set_up: t.Collection[str]) -> bool:
    if cause["code"] not in _ON_THE_HOST or finding["code"] in _ON_THE_HOST:
        return False
    # What is worse than its cause has something to say of its own.
    if SEVERITIES.index(finding["severity"]) < SEVERITIES.index(cause["severity"]):
        return False
    if finding["code"] in _IN_THE_GROUP:
        return True
    if finding["host"] != cause["host"]:
        return False
    known = _ON_THE_HOST[cause["code"]]
    if known is None or finding["code"] in known:
        return True
    return cause["host"] in never_set_up and finding["code"] in _NEVER_SET_UP
