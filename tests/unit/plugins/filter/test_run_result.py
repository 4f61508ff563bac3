# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what the filter run_result takes; the result has its own tests."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.run_result import FilterModule
from builders import inventory, plan

run_result = FilterModule().filters()["run_result"]


def test_plan():
    assert run_result(plan(inventory()))["ok"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(([],), "what group_plan returned"), ((plan(inventory()), {}), "what group_verdict returned")],
)
def test_arguments_of_a_wrong_type(arguments, named):
    with pytest.raises(AnsibleFilterError, match=named):
        run_result(*arguments)
