# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever has become of them, files and kernel parameters are what they were."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import base64
import json
import os
import stat
import subprocess
import sys

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import put_back, sysctl

CONTENT = b"\x00before\xff"
BEFORE = {
    "nothing": None,
    "file": {"content": base64.b64encode(CONTENT).decode("ascii"), "mode": 0o604, "owner": "root", "group": 0},
    "owner that is gone": {"content": "", "mode": 0o600, "owner": "no-such-user", "group": "no-such-group"},
    "link": {"link": "elsewhere"},
}


@pytest.mark.parametrize("before", sorted(BEFORE))
@pytest.mark.parametrize("after", ["nothing", "file", "link", "no folder"])
def test_file(tmp_path, before, after):
    path = tmp_path / "folder" / "file"
    if after != "no folder":
        path.parent.mkdir()
    if after == "file":
        path.write_bytes(b"after")
    elif after == "link":
        path.symlink_to(tmp_path / "nowhere")
    put_back.put_back(str(path), BEFORE[before])
    if before == "nothing":
        assert not os.path.lexists(str(path))
    elif before == "link":
        assert os.readlink(str(path)) == "elsewhere"
    else:
        facts = os.lstat(str(path))
        wanted = (BEFORE[before]["mode"], 0, 0)
        assert (stat.S_IMODE(facts.st_mode), facts.st_uid, facts.st_gid) == wanted
        assert path.read_bytes() == (CONTENT if before == "file" else b"")
    assert not os.path.lexists(str(path) + ".new")


NAMES = ["net.ipv4.ip_forward", "net.ipv4.conf.eth0/100.forwarding", "net/ipv4/conf/eth0.100/forwarding", "kernel.x"]


def test_whole(tmp_path):
    kept, path, root = tmp_path / "change.json", tmp_path / "a", tmp_path / "sys"
    for name in NAMES:
        place = sysctl.path_of(name, str(root))
        if not os.path.isdir(os.path.dirname(place)):
            os.makedirs(os.path.dirname(place))
        with open(place, "w") as stream:
            stream.write("after\n")
    (root / "kernel" / "x").unlink()
    (root / "kernel").rmdir()
    files = {str(path): BEFORE["file"], str(tmp_path / "b"): None}
    kept.write_text(json.dumps({"files": files, "sysctl": dict(dict.fromkeys(NAMES, "0"), none=None)}) + u"")
    # What was not there, and is not, was not touched.
    assert put_back.whole(str(kept), str(root)) == [str(path)]
    assert path.read_bytes() == CONTENT
    for name in NAMES[:-1]:
        assert open(sysctl.path_of(name, str(root))).read() == "0\n"
    assert not kept.exists()
    assert put_back.whole(str(kept), str(root)) == []


@pytest.mark.parametrize("content", [u"", u"{", u"[]x"])
def test_what_is_damaged_has_nothing(tmp_path, content):
    kept = tmp_path / "change.json"
    kept.write_text(content)
    assert put_back.whole(str(kept)) == []
    assert kept.exists()


def test_it_needs_nothing_of_the_collection(tmp_path):
    source = os.path.splitext(put_back.__file__)[0] + ".py"
    with open(source) as stream:
        (tmp_path / "alone.py").write_text(stream.read() + u"")
    code = "import sys; sys.path[:0] = [%r]; import alone; assert alone.whole('/nowhere') == []" % str(tmp_path)
    # Isolated from what the tests have on their path.
    subprocess.check_call([sys.executable, "-S", "-E", "-c", code], cwd="/")
