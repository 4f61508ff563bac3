# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the filter outcome; what it says has its own tests."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.outcome import FilterModule
from judged import healthy, verdict

outcome = FilterModule().filters()["outcome"]


def test_outcome():
    found = outcome(verdict(*healthy()))
    assert found["text"].startswith("web: well\n")
    assert found["refusals"] == {}


def test_no_verdict():
    with pytest.raises(AnsibleFilterError, match="outcome expects what group_verdict returned"):
        outcome({"text": ""})
