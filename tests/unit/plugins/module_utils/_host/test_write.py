# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are written whole, for whom they are meant, and over nothing that was planted."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import errno
import os
import stat

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import write as _write


def mode(path):
    return stat.S_IMODE(os.lstat(str(path)).st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o077])
@pytest.mark.parametrize("write", [_write.create, _write.replace])
def test_written(tmp_path, umask, write):
    path = tmp_path / "a"
    before = os.umask(umask)
    try:
        write(str(path), b"\x00text\n", 0o640, (os.getuid(), os.getgid()))
    finally:
        os.umask(before)
    assert (path.read_bytes(), mode(path), os.listdir(str(tmp_path))) == (b"\x00text\n", 0o640, ["a"])


def test_create_takes_no_place(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"there")
    with pytest.raises(OSError) as caught:
        _write.create(str(path), b"new", 0o600)
    assert (caught.value.errno, path.read_bytes()) == (errno.EEXIST, b"there")


@pytest.mark.parametrize("name", ["a", "a.new"])
@pytest.mark.parametrize("plant", [os.symlink, os.link])
def test_replace_writes_to_nothing_planted(tmp_path, name, plant):
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    plant(str(victim), str(tmp_path / name))
    _write.replace(str(tmp_path / "a"), b"new", 0o600)
    assert victim.read_bytes() == b"untouched"
    assert (tmp_path / "a").read_bytes() == b"new"
    assert not os.path.islink(str(tmp_path / "a"))


def test_nothing_is_left_where_it_cannot_be_written(tmp_path, monkeypatch):
    """A disk that is full when the file is to become durable."""

    def full(unused):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for write in (_write.create, _write.replace):
        with pytest.raises(OSError):
            write(str(tmp_path / "a"), b"new", 0o600)
    assert os.listdir(str(tmp_path)) == []


def test_unlink_is_content_with_nothing(tmp_path):
    _write.unlink(str(tmp_path / "none"))
    with pytest.raises(OSError):
        _write.unlink(str(tmp_path))


def test_sync_folder(tmp_path):
    _write.sync_folder(str(tmp_path))
