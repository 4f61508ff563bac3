# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Within each group one after the other, and no owner before who owns less."""

from __future__ import annotations

import collections
import pathlib

import yaml
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._operate import removal
from hypothesis import given, strategies as st

ROOT = pathlib.Path(__file__).parents[5]


def look(**states: str) -> dict:
    """What keepalived_info returns of instances, one for each virtual address."""
    return {"instances": [{"state": state, "virtual_ipaddress": [f"{name}/24"]} for name, state in states.items()]}


def test_the_keys_are_those_of_the_module():
    """A look that says it by other words would be one of hosts that have nothing in common."""
    source = (ROOT / "plugins/modules/keepalived_info.py").read_text(encoding="utf-8")
    returned = yaml.safe_load(source.split('RETURN = r"""')[1].split('"""')[0])
    assert {"state", "virtual_ipaddress", "virtual_ipaddress_excluded"} <= returned["instances"]["contains"].keys()


def test_addresses_that_the_adverts_do_not_carry():
    excluded = {"instances": [{"state": "BACKUP", "virtual_ipaddress_excluded": ["a/24"]}]}
    assert removal.turns({"app1": look(a="MASTER"), "app2": excluded}) == {"app2": 0, "app1": 1}


def test_owner_last():
    looks = {"app1": look(a="MASTER"), "app2": look(a="BACKUP"), "app3": look(a="BACKUP")}
    assert removal.turns(looks) == {"app2": 0, "app3": 1, "app1": 2}


def test_groups_side_by_side():
    looks = {"app1": look(a="MASTER"), "app2": look(a="BACKUP"), "db1": look(b="BACKUP"), "db2": look(b="MASTER")}
    assert removal.turns(looks) == {"app2": 0, "app1": 1, "db1": 0, "db2": 1}


def test_who_runs_nothing_goes_at_once():
    assert removal.turns({"app1": {}, "app2": {"instances": []}}) == {"app1": 0, "app2": 0}


def test_a_group_by_way_of_others():
    looks = {"app1": look(a="MASTER"), "app3": look(b="MASTER"), "app2": look(a="BACKUP", b="BACKUP")}
    assert removal.turns(looks) == {"app2": 0, "app1": 1, "app3": 2}


HELD = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["MASTER", "BACKUP", "FAULT"]), max_size=3)


@given(st.dictionaries(st.text("xyz", min_size=1, max_size=3), HELD, max_size=6))
def test_any_hosts(hosts):
    looks = {name: look(**held) for name, held in hosts.items()}
    turns = removal.turns(looks)
    assert set(turns) == set(hosts)
    by_address = collections.defaultdict(list)
    for name, held in hosts.items():
        for address in held:
            by_address[address].append(name)
    for address, names in by_address.items():
        assert len({turns[name] for name in names}) == len(names), address
    for names in by_address.values():
        owned = [list(hosts[name].values()).count("MASTER") for name in sorted(names, key=turns.__getitem__)]
        assert owned == sorted(owned)
