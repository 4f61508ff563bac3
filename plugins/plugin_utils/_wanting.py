# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Whether a group is as planned in everything that a run would do, so that the run can end after its look."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _look
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._findings import Case


def reasons(case: Case) -> list[str]:
    """Why the group is to be set up, in words; empty where nothing is wanting.

    A finding is one, whatever it is of: who does not know what causes it looks at everything. So is what was not seen.
    """
    forced = ["hot_standby_force asks for it."] if case.group.get("forced") else []
    found = forced + [one["text"] for one in case.findings if one["severity"] in ("error", "warning")]
    for member in case.group["members"]:
        if member in case.seen and member in case.models:
            found += [f"{member}: {reason}" for reason in _member(case, member)]
        else:
            found.append(f"{member}: it was not looked at.")
    return found


def _member(case: Case, member: str) -> list[str]:
    model, seen = case.models[member], case.seen[member]
    keepalived, nginx, noted = model["keepalived"], model["nginx"], seen.get("manifest") or {}
    ours = {path for kind in model["texts"].values() for path in kind}
    found = []
    if _look.missing(model["look"], seen.get("asked") or {}, wire=False):
        found.append("not everything was looked at.")
    if case.key is None or not ours <= case.texts.get(member, {}).keys():
        found.append("its files were not compared.")
    before = {"files": ours, "sysctl": set(keepalived["sysctl"]), "services": {"keepalived"}}
    if any(not names <= set(noted.get(kind) or []) for kind, names in before.items()):
        found.append("it is not noted what was there before.")
    maintenance = keepalived["maintenance"]
    if maintenance and (seen.get("numbers") or {}).get(maintenance["file"]) == maintenance["turn"]:
        found.append("a hand-over was cut off.")
    if nginx and nginx["repository"] != "distribution":
        found.append("a package repository is looked at by setting it up only.")
    return found
