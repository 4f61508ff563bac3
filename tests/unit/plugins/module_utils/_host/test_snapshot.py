# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file is, and that it can be made again from that."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import stat

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import put_back, snapshot


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "file")


def write(path, content=b"before\xff"):
    with open(path, "wb") as stream:
        stream.write(content)
    os.chmod(path, 0o604)


def test_none(path):
    assert snapshot.look(path) is None
    assert snapshot.look(path + "/below") is None


def test_made_again(path):
    write(path)
    before = snapshot.look(path)
    write(path, b"after")
    os.chmod(path, 0o600)
    assert snapshot.look(path) != before
    put_back.put_back(path, before)
    assert snapshot.look(path) == before
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o604


def test_link_is_one(path):
    os.symlink("/nowhere", path)
    assert snapshot.look(path) == {"link": "/nowhere"}


def test_what_cannot_be_kept(path):
    os.mkdir(path)
    with pytest.raises(snapshot.SnapshotError, match="is no file"):
        snapshot.look(path)


def test_too_large(path, monkeypatch):
    monkeypatch.setattr(snapshot, "LARGEST", 3)
    write(path)
    with pytest.raises(snapshot.SnapshotError, match="or a large one"):
        snapshot.look(path)
