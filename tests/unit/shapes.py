# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Valid groups of every shape, for property tests."""

from __future__ import annotations

import typing as t

from builders import inventory, names
from hypothesis import strategies as st

SCRIPTS = [{"name": "disk", "script": "/usr/bin/test -d /", "weight": -30}, {"name": "load", "script": "/usr/bin/true"}]

PASSWORDS = st.text("abc!#'{}", min_size=1, max_size=8).filter(lambda text: text not in ("{", "}"))


@st.composite
def valid_groups(draw: st.DrawFn) -> dict[str, t.Any]:
    """2 to 8 members of any shape: families, unicast, speeds, owners, weights, sync groups, versions."""
    count = draw(st.integers(2, 8))
    listed = names(count)
    fast = draw(st.booleans())
    instances = []
    for position in range(draw(st.integers(1, 3))):
        ipv6 = draw(st.booleans())
        address = f"2001:db8::{position + 16:x}/64" if ipv6 else f"192.0.2.{position + 16}/24"
        written = {"virtual_ipaddress": [address], "virtual_router_id": 20 + position}
        if draw(st.booleans()):
            written["owner"] = draw(st.sampled_from(listed))
        else:
            priorities = draw(st.lists(st.integers(60, 180), min_size=count, max_size=count, unique=True))
            written["priority"] = dict(zip(listed, priorities, strict=True))
        for key in ("unicast", "nopreempt", "dont_track_primary"):
            if draw(st.booleans()):
                written[key] = draw(st.booleans())
        if draw(st.booleans()):
            written["track_script"] = draw(st.sampled_from([["disk"], ["load"], ["disk weight -40", "load"]]))
        if not (ipv6 or fast) and draw(st.booleans()):
            written["authentication"] = {
                "auth_type": "PASS",
                "auth_pass": draw(PASSWORDS),
            }
        instances.append(written)
    hosts = inventory(
        *instances, count=count, keepalived_vrrp_scripts=SCRIPTS, keepalived_failover="fast" if fast else "standard"
    )
    version = draw(st.sampled_from([None, "2.1.5", "2.2.7", "2.2.8", "2.3.3"]))
    for host in hosts.values():
        host["observed"]["keepalived"]["version"] = version
    return hosts
