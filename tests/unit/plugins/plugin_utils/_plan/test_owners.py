# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who owns an address: who is MASTER of it and holds it."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan import owners
from builders import ADDRESS, owning

OTHER = "192.0.2.16"


def test_owners_hold_the_address_and_are_master():
    both = owning(held=(ADDRESS, OTHER), addresses=(ADDRESS, OTHER))
    assert owners.owners({"app1": both, "app2": owning("BACKUP", (ADDRESS,)), "app3": None}) == {
        ADDRESS: ["app1"],
        OTHER: ["app1"],
    }
