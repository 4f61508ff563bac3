# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts a step did not go well on."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.filter.failed_in import failed_in


@pytest.mark.parametrize(
    ("result", "failed"),
    [
        ({"failed": False, "changed": True}, False),
        ({"changed": False}, False),
        ({"failed": True, "msg": "no"}, True),
        ({"unreachable": True, "changed": False}, True),
        (None, True),
    ],
)
def test_failed_in(result, failed):
    hostvars = {"app1": {"step": {"changed": False}}, "app2": {} if result is None else {"step": result}}
    assert failed_in(["app1", "app2"], hostvars, "step") == (["app2"] if failed else [])
