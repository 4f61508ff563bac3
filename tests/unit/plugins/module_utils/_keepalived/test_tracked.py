# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is configured to be tracked, held against the dump."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser, tracked

CONF = """
vrrp_script chk {
  script "/usr/bin/test -e /run/pass"
}
vrrp_sync_group VG_1 {
  track_script {
    chk weight 5
  }
}
vrrp_instance VI_1 {
  track_script {
    chk
    other
  }
  track_file {
    maintenance
  }
  track_interface {
    eth1
  }
}
"""


def state(scripts=("chk", "other"), files=("maintenance",), group=("chk",), status="GOOD", **more):
    def named(names):
        return [{"name": name, "weight": 0} for name in names]

    instance = {"name": "VI_1", "track_script": named(scripts), "track_file": named(files), "track_process": []}
    return dict({
        "instances": [instance], "sync_groups": [{"name": "VG_1", "track_script": named(group)}],
        "scripts": [{"name": name, "status": status} for name in scripts],
    }, **more)  # fmt: skip


def missing(seen, conf=CONF):
    return [(one["by"], one["kind"], one["name"]) for one in
            tracked.missing(conf_parser.parse(conf), seen)]  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (state(), []),
        (state(scripts=["other"]), [("VI_1", "script", "chk")]),
        (state(files=[]), [("VI_1", "file", "maintenance")]),
        (state(group=[]), [("VG_1", "script", "chk")]),
        (state(sync_groups=None), []),
        (state(status="DISABLED"),
         [("VI_1", "script", "chk"), ("VI_1", "script", "other"), ("VG_1", "script", "chk")]),
    ],
)  # fmt: skip
def test_missing(seen, expected):
    assert missing(seen) == expected


def test_what_only_keepalived_knows_is_not_told():
    nothing = state(scripts=[], files=[], group=[])
    assert missing(nothing, CONF.replace("    chk\n", "    @app1 chk\n")) == []
    assert ("VI_1", "script", "$CHECK") not in missing(nothing, CONF.replace("    other", "    $CHECK"))
    assert missing(dict(nothing, scripts=None)) == []
    assert missing(dict(nothing, instances=[{"name": "VI_1", "track_script": None}], sync_groups=None)) == []


def test_program_without_its_arguments():
    statements = conf_parser.parse(CONF)
    assert tracked.command(statements, "chk") == "/usr/bin/test"
    assert tracked.command(statements, "none") == ""
