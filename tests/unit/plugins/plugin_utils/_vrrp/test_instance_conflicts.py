# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of keywords that do not go together: each contradiction alone, and none in what is well."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses as _addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instance_conflicts import (
    Instance,
    find,
    most_addresses,
)

PASSWORD = {"auth_type": "PASS", "auth_pass": "x"}


def instance(own=None, **changes):
    known = {
        "own": own or {},
        "version": 2,
        "unicast": False,
        "strict": False,
        "addresses": [_addresses.parse("192.0.2.10/24")],
        "sources": {"app1": "192.0.2.101", "app2": "192.0.2.102"},
        "member": "app1",
    }
    return Instance(**{**known, **changes})


def addresses(count, text="10.0.{}.{}"):
    return [_addresses.parse(text.format(number // 250, number % 250 + 1)) for number in range(count)]


@pytest.mark.parametrize(
    ("own", "changes", "keyword", "words"),
    [
        pytest.param({"state": "MASTER", "nopreempt": True}, {}, "state", "drop nopreempt", id="nopreempt and MASTER"),
        pytest.param({"state": "MASTER", "preempt_delay": 5}, {}, "state", "drop preempt_delay", id="delay and MASTER"),
        pytest.param(
            {"state": "MASTER", "authentication": {"auth_type": "AH"}}, {}, "state", "auth_type AH", id="AH and MASTER"
        ),
        pytest.param(
            {"unicast_peer": [{"address": "192.0.2.101"}]}, {"unicast": True}, "unicast_peer", "itself", id="mapping"
        ),
        pytest.param(
            {"nopreempt": True, "preempt_delay": 5}, {}, "preempt_delay", "nothing to delay", id="never and later"
        ),
        pytest.param({"accept": True, "no_accept": True}, {}, "accept", "exclude each other", id="accept and not"),
        pytest.param({"preempt": True, "nopreempt": True}, {}, "preempt", "exclude each other", id="preempt and not"),
        pytest.param({"authentication": PASSWORD}, {"strict": True}, "authentication", "strict", id="strict password"),
        pytest.param({}, {"strict": True, "unicast": True}, "unicast", "no unicast peers", id="strict unicast"),
        pytest.param({"preempt_delay": 5}, {"strict": True}, "preempt_delay", "strict", id="strict delay"),
        pytest.param({"state": "MASTER"}, {"strict": True}, "state", "own host only", id="strict MASTER"),
        pytest.param({"down_timer_adverts": 5}, {"strict": True}, "down_timer_adverts", "3 adverts", id="strict timer"),
        pytest.param(
            {},
            {"strict": True, "version": 3, "addresses": [_addresses.parse("2001:db8::1/64")]},
            "virtual_ipaddress",
            "link-local",
            id="strict IPv6",
        ),
        pytest.param(
            {}, {"addresses": addresses(256)}, "virtual_ipaddress", "one advert carries 255", id="many addresses"
        ),
        pytest.param(
            {"unicast_peer": ["192.0.2.101", "192.0.2.102 min_ttl 5"]},
            {"unicast": True},
            "unicast_peer",
            "itself",
            id="self",
        ),
    ],
)
def test_found(own, changes, keyword, words):
    (found,) = find(instance(own, **changes))
    assert found.keyword == keyword
    assert words in found.problem
    assert found.fix


@pytest.mark.parametrize(
    ("own", "changes"),
    [
        ({}, {}),
        ({"state": "BACKUP", "nopreempt": True}, {}),
        ({"state": "MASTER"}, {}),
        ({"preempt_delay": 5}, {}),
        ({"unicast_peer": ["192.0.2.102"]}, {"unicast": True}),
        ({}, {"addresses": addresses(255)}),
        ({}, {"strict": True}),
        ({}, {"strict": True, "version": 3, "addresses": [_addresses.parse("fe80::1/64")]}),
        ({"down_timer_adverts": 3}, {"strict": True}),
    ],
)
def test_none(own, changes):
    assert list(find(instance(own, **changes))) == []


@pytest.mark.parametrize(
    ("version", "mtu", "address", "most"),
    [(2, 1500, "192.0.2.1", 255), (2, 576, "192.0.2.1", 131), (3, 576, "192.0.2.1", 133), (3, 1500, "2001:db8::1", 89)],
)
def test_most_addresses(version, mtu, address, most):
    """As keepalived counts: what the MTU leaves beside all headers, and 8 bits (RFC 5798 section 5.2.5)."""
    assert most_addresses(instance(version=version, mtu=mtu, addresses=[_addresses.parse(address)])) == most
