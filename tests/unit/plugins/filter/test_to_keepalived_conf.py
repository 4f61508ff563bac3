# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the filter to_keepalived_conf; the writer itself has its own tests."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hotstandby.vrrp.plugins.filter.to_keepalived_conf import FilterModule
from builders import SECRET

to_keepalived_conf = FilterModule().filters()["to_keepalived_conf"]


def test_written():
    config = {"vrrp_instance": ({"name": "VI_1", "virtual_ipaddress": ("192.0.2.10/24",)},)}
    assert (
        to_keepalived_conf(config) == "vrrp_instance VI_1 {\n    virtual_ipaddress {\n        192.0.2.10/24\n    }\n}\n"
    )


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("text", "expects a mapping, not str"),
        (None, "expects a mapping, not NoneType"),
        ({"global_defs": {"a": "b}"}}, "global_defs.a cannot be written"),
        ({"vrrp_script": ["x"]}, r"vrrp_script\[0\] is not a mapping"),
        ({"x": {"auth_pass": SECRET + '"'}}, "x.auth_pass cannot be written"),
    ],
)
def test_refused(config, words):
    with pytest.raises(AnsibleFilterError, match=words) as caught:
        to_keepalived_conf(config)
    assert SECRET not in str(caught.value)
