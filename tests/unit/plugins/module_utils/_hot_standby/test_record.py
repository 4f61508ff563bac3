# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is noted of the host, once."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import record

UNITS = """\
Id=keepalived.service
LoadState=loaded
ActiveState=active
UnitFileState=enabled

Id=nginx.service
LoadState=loaded
ActiveState=failed
UnitFileState=disabled

Id=none.service
LoadState=not-found
ActiveState=inactive
UnitFileState=
"""


class Module(object):
    """A module on a host with systemd that tells of UNITS."""

    def get_bin_path(self, name, required=False):
        return "/bin/systemctl" if name == "systemctl" else None

    def run_command(self, argv):
        return 0, UNITS, ""


def test_services():
    assert record.Host(Module()).services(["keepalived", "nginx", "none"]) == {
        "keepalived": {"enabled": True, "active": True}, "nginx": {"enabled": False, "active": False},
        "none": {"enabled": False, "active": False},
    }  # fmt: skip


def test_packages_where_nobody_knows_them():
    assert record.Host(Module()).packages(["keepalived"]) == {"keepalived": False}


@pytest.mark.parametrize("check_mode", [False, True])
def test_noted_once(tmp_path, check_mode):
    path, noted = tmp_path / "file", str(tmp_path / "state" / "manifest.json")
    path.write_bytes(b"before")
    wanted = {"files": [str(path)]}
    found = record.noted(record.Host(Module()), noted, wanted, [], check_mode)
    assert found["added"] == {"files": [str(path)]}
    assert os.path.exists(noted) is not check_mode
    path.write_bytes(b"after")
    again = record.noted(record.Host(Module()), noted, wanted, [], check_mode)
    assert again["added"] == ({"files": [str(path)]} if check_mode else {})
    assert again["manifest"]["lost"] is False


def test_nothing_to_note_leaves_nothing(tmp_path):
    record.noted(record.Host(Module()), str(tmp_path / "manifest.json"), {}, [], False)
    assert [one.name for one in tmp_path.iterdir()] == []


def test_change_is_kept_once_in_a_run(tmp_path):
    path, link, kept = str(tmp_path / "file"), str(tmp_path / "link"), str(tmp_path / "state" / "change.json")
    (tmp_path / "file").write_bytes(b"before")
    os.symlink(path, link)
    record.keep(kept, "run 1", [link], ["net.ipv4.ip_forward"])
    before = record.kept(kept, "run 1")
    assert set(before) == {path, link}
    (tmp_path / "file").write_bytes(b"after")
    # What is noted stays, and more is noted beside it.
    record.keep(kept, "run 1", [link, str(tmp_path / "other")])
    assert record.kept(kept, "run 1") == dict(before, **{str(tmp_path / "other"): None})


def test_change_of_another_run_is_not_ours(tmp_path):
    path, kept = str(tmp_path / "file"), str(tmp_path / "state" / "change.json")
    record.keep(kept, "run 1", [path])
    assert record.is_of(kept, "run 1")
    assert not record.is_of(kept, "run 2")
    assert record.kept(kept, "run 2") == {}
    (tmp_path / "file").write_bytes(b"of run 1")
    record.keep(kept, "run 2", [path])
    assert record.kept(kept, "run 1") == {}
    assert record.kept(kept, "run 2")[path] is not None


def test_change_that_would_come_back_is_taken_on(tmp_path):
    """What was there before both is what a second run goes back to."""
    path, kept = tmp_path / "file", str(tmp_path / "state" / "change.json")
    path.write_bytes(b"before")
    record.keep(kept, "run 1", [str(path)])
    before = record.kept(kept, "run 1")
    path.write_bytes(b"of run 1")
    record.keep(kept, "run 2", [str(path)], pending=True)
    assert record.kept(kept, "run 2") == before
    assert not record.is_of(kept, "run 1")


def test_change_that_is_damaged_is_nobodys(tmp_path):
    kept = tmp_path / "change.json"
    kept.write_bytes(b"{")
    assert not record.is_of(str(kept), "run 1")
    record.keep(str(kept), "run 1", [], pending=True)
    assert record.kept(str(kept), "run 1") == {}
