# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of what is told of files, on real ones."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import hashlib
import os
import shutil
import socket
import tempfile

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import file_facts

KEYS = {"exists", "kind", "mode", "owner", "group", "size", "mtime", "target", "digest", "problem"}


def test_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    path.chmod(0o640)
    os.utime(str(path), (5, 5))
    found = file_facts.look(str(path))
    assert set(found) == KEYS
    assert (found["exists"], found["kind"], found["mode"], found["size"]) == (True, "file", "0640", 7)
    assert (found["mtime"], found["digest"], found["problem"]) == (5, hashlib.sha256(b"content").hexdigest(), None)
    assert file_facts.look(str(path), "k" * 16)["digest"] not in (None, found["digest"])


def test_owner_without_a_name(monkeypatch):
    def nobody(number):
        raise KeyError(number)

    assert file_facts._name(nobody, 4711) == "4711"
    assert file_facts.look("/")["owner"] == "root"


def test_what_is_no_file(tmp_path):
    target = tmp_path / "target"
    target.write_bytes(b"")
    os.symlink("target", str(tmp_path / "link"))
    os.mkfifo(str(tmp_path / "fifo"))
    found = file_facts.look(str(tmp_path / "link"))
    assert (found["kind"], found["target"], found["digest"]) == ("link", "target", None)
    for name, kind in (("fifo", "fifo"), ("", "directory")):
        found = file_facts.look(str(tmp_path / name))
        assert (found["kind"], found["digest"], found["problem"]) == (kind, None, None)
    assert file_facts.look("/dev/null")["kind"] == "device"


def test_socket(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    server = socket.socket(socket.AF_UNIX)
    server.bind("socket")
    server.close()
    assert file_facts.look("socket")["kind"] == "socket"


def test_no_file(tmp_path):
    found = file_facts.look(str(tmp_path / "none"))
    assert (found["exists"], found["problem"], found["mode"]) == (False, None, None)
    (tmp_path / "file").write_bytes(b"")
    assert file_facts.look(str(tmp_path / "file" / "none"))["exists"] is False


def test_file_that_is_too_large_to_read(tmp_path):
    path = tmp_path / "large"
    with open(str(path), "wb") as stream:
        stream.truncate(file_facts.LARGEST + 1)
    found = file_facts.look(str(path))
    assert (found["size"], found["digest"]) == (file_facts.LARGEST + 1, None)
    assert "16 MiB" in found["problem"]


@pytest.fixture
def as_nobody():
    """The test runs as an ordinary user, whoever runs it."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    if user == 0:
        os.seteuid(user)


@pytest.fixture
def secret():
    """Path of a file that its owner alone may read, in a directory that all may."""
    directory = tempfile.mkdtemp()
    os.chmod(directory, 0o755)
    path = os.path.join(directory, "secret")
    with open(path, "wb") as stream:
        stream.write(b"secret")
    os.chmod(path, 0o600 if os.geteuid() == 0 else 0)
    yield path
    shutil.rmtree(directory)


def test_file_that_may_not_be_read(secret, as_nobody):
    found = file_facts.look(secret)
    assert (found["exists"], found["size"], found["digest"]) == (True, 6, None)
    assert found["problem"] == "Permission denied"


def test_path_that_cannot_be():
    found = file_facts.look("x" * 5000)
    assert (found["exists"], found["problem"]) == (None, "File name too long")
