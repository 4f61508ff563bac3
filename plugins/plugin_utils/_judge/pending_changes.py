# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a run has to do for a group: nothing where all is as planned, else the parts of a run that it needs."""

from __future__ import annotations

import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import systemd_units
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._judge.findings import Case
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import managed_files, observation
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import (
    CONFIG,
    FIREWALL,
    NGINX,
    PACKAGES,
    PARTS,
    RECORD,
    SERVE,
    START,
)

#: What cannot be done without something else, which says what of it is done already.
NEEDED = {FIREWALL: RECORD, PACKAGES: RECORD, SERVE: NGINX}
#: By part the unit that it enables and starts.
UNITS = {SERVE: "nginx", START: "keepalived"}


def of(case: Case) -> dict[str, t.Any]:
    """What is to be set up of the group, and why.

    Every finding is a reason but those that no run mends. Whatever was not seen for sure has all parts set up.

    :returns: dict C(reasons) (list of texts) and C(parts) (of C(parts.PARTS)); both empty where nothing has drifted.
    """
    unsure = _unsure(case)
    found = [one for one in case.findings if one["severity"] in ("error", "warning") and one["part"]]
    reasons = [*unsure, *(one["text"] for one in found)]
    if unsure:
        return {"reasons": reasons, "parts": list(PARTS)}
    wanted = {one["part"] for one in found}
    if found:
        wanted |= {CONFIG, *_to_be_started(case)}
    wanted |= {needed for part, needed in NEEDED.items() if part in wanted}
    return {"reasons": reasons, "parts": [part for part in PARTS if part in wanted]}


def _to_be_started(case: Case) -> set[str]:
    """The parts that start what does not run, or not after a reboot, on any member."""
    return {
        part
        for member in case.group["members"]
        for part, name in UNITS.items()
        if name in case.models[member]["look"]["services"]
        if not _is_started(case.seen[member], name)
    }


def _is_started(seen: t.Mapping[str, t.Any], name: str) -> bool:
    unit = (seen.get("services") or {}).get(name)
    if unit is None or unit["active_state"] != "active" or unit["unit_file_state"] not in systemd_units.ENABLED:
        return False
    # It may have ended since systemd was asked.
    return name != UNITS[START] or bool(seen["keepalived"]["running"])


def _unsure(case: Case) -> list[str]:
    found = ["hot_standby_force asks for it."] if case.group.get("forced") else []
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
    if noted.get("pending"):
        found.append("a change of it was not ended.")
    if keepalived["expected"] or not keepalived["installed"]:
        found.append("it is not installed yet.")
    if observation.missing(model["look"], seen.get("asked") or {}, wire=False):
        found.append("not everything was looked at.")
    if case.key is None or not ours <= case.texts.get(member, {}).keys():
        found.append("its files were not compared.")
    if ((seen.get("files") or {}).get(managed_files.CONFIGURATION) or {}).get("kind") == "link":
        found.append("its configuration is a link, behind which nothing was looked at.")
    if seen["firewall"]["problem"]:
        found.append(f"its firewall could not be asked. {seen['firewall']['problem']}")
    before = managed_files.noted(keepalived["files"], keepalived["sysctl"], bool(nginx))
    if any(not names <= set(noted.get(kind) or []) for kind, names in before.items()):
        found.append("it is not noted what was there before.")
    maintenance = keepalived["maintenance"]
    if maintenance and (seen.get("numbers") or {}).get(maintenance["file"]) == maintenance["turn"]:
        found.append("a hand-over was cut off.")
    if nginx and nginx["repository"] != "distribution":
        found.append("a package repository is looked at by setting it up only.")
    return found
