# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which instances track the file by which a member hands over."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.versions import Version
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp import maintenance
from builders import instance, inventory, plan

NEW, OLD, UNKNOWN = Version((2, 2, 7), True), Version((1, 3, 5), True), Version((), False)
OURS = {"name": "hot_standby_maintenance", "file": "/etc/keepalived/maintenance"}


def test_every_instance_tracks_it():
    configs = [{"name": "A"}, {"name": "B", "track_file": ["mine weight -5"]}]
    files = maintenance.place([{"name": "mine"}], [], configs, NEW)
    assert files == [{"name": "mine"}, OURS]
    assert configs[0]["track_file"] == ["hot_standby_maintenance weight 1"]
    assert configs[1]["track_file"] == ["mine weight -5", "hot_standby_maintenance weight 1"]
    words = {"away": -253, "turn": -252, "back": -251, "here": 0}
    assert maintenance.of({"vrrp_instance": configs}) == {"file": OURS["file"], **words}


@pytest.mark.parametrize("version", [OLD, UNKNOWN])
def test_keepalived_that_cannot_or_may_not(version):
    configs = [{"name": "A"}]
    assert maintenance.place([], [], configs, version) == []
    assert configs == [{"name": "A"}]
    assert maintenance.of({"vrrp_instance": configs}) is None


TRACKED = ["hot_standby_maintenance weight 1"]


def test_nopreempt_does_not():
    configs = [{"name": "A", "nopreempt": True}, {"name": "B"}]
    assert maintenance.place([], [], configs, NEW) == [OURS]
    assert [config.get("track_file") for config in configs] == [None, TRACKED]
    assert maintenance.of({"vrrp_instance": configs}) is None


@pytest.mark.parametrize(
    ("version", "fixed", "of_group", "can"),
    [
        (Version((2, 1, 5), True), {}, TRACKED, True),
        (Version((2, 0, 10), True), {}, None, False),
        (NEW, {"nopreempt": True}, None, False),
    ],
)
def test_sync_group_tracks_it_for_its_instances(version, fixed, of_group, can):
    configs = [{"name": "A"}, {"name": "B", **fixed}, {"name": "C"}]
    groups = [{"name": "G", "group": ["A B"]}]
    assert maintenance.place([], groups, configs, version) == [OURS]
    assert [config.get("track_file") for config in configs] == [None, None, TRACKED]
    assert groups[0].get("track_file") == of_group
    assert (maintenance.of({"vrrp_instance": configs, "vrrp_sync_group": groups}) is not None) == can


def test_instances_that_are_all_in_sync_groups():
    configs, groups = [{"name": "A"}], [{"name": "G", "group": ["A"]}]
    assert maintenance.place([], groups, configs, NEW) == [OURS]
    assert maintenance.of({"vrrp_instance": configs, "vrrp_sync_group": groups}) is not None
    assert maintenance.of({}) is None


def test_configuration_that_was_adopted_has_it_once():
    configs = [{"name": "A", "track_file": "hot_standby_maintenance weight 1"}]
    assert maintenance.place([OURS], [], configs, NEW) == [OURS]
    assert configs[0]["track_file"] == "hot_standby_maintenance weight 1"


def test_nobody_writes_lowest_values_that_are_a_fault():
    """keepalived takes -254, and what is lower, for a FAULT; what is added to a priority is one more."""
    assert maintenance.AWAY == -253


def test_in_the_plan():
    hosts = inventory(instance())
    for host in hosts.values():
        host["observed"]["keepalived"]["version"] = "2.2.7"
    model = plan(hosts)["members"]["app1"]["keepalived"]
    assert OURS in model["config"]["vrrp_track_file"]
    assert model["maintenance"]["file"] == OURS["file"]
    assert [row["why"] for row in model["derived"] if row["what"] == "vrrp_track_file"] == [maintenance.WHY]
