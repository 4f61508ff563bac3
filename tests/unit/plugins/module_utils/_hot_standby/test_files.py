# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is there before, a set of files is as wanted after one call, and the next one changes nothing."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import stat

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import files

BEFORE = (
    "nothing", "nothing, nor its folder", "the same", "other content", "other mode", "link", "broken link", "folder",
)  # fmt: skip
WANTED = {
    "file": {"mode": "0640"},
    "file without a mode": {},
    "absent": {"state": "absent"},
    "directory": {"state": "directory", "mode": "0755"},
    "setting": {"state": "setting", "name": "ARGS", "value": '"-D"', "mode": "0644"},
}
TEXT = u"text\u00e4\n"


def entry(path, **changes):
    """One as the module hands it over."""
    keys = ("mode", "text", "only_over", "name", "value")
    return dict(dict(dict.fromkeys(keys), path=str(path), state="file"), **changes)


def make(path, before, content):
    """The place as it is before."""
    if before == "nothing, nor its folder":
        return path.parent / "none" / "deeper" / "place"
    if before in ("the same", "other content", "other mode"):
        path.write_bytes(content if before != "other content" else b"other\n")
        os.chmod(str(path), 0o666 if before == "other mode" else 0o640)
    elif before == "link":
        (path.parent / "elsewhere").write_bytes(content)
        path.symlink_to(path.parent / "elsewhere")
    elif before == "broken link":
        path.symlink_to(path.parent / "nowhere")
    elif before == "folder":
        path.mkdir()
        (path / "inside").write_bytes(b"")
    return path


def snapshot(folder):
    """Everything below it: by path its kind and mode, and content."""
    found = {}
    for place, folders, names in os.walk(str(folder)):
        for name in folders + names:
            path = os.path.join(place, name)
            facts = os.lstat(path)
            content = open(path, "rb").read() if stat.S_ISREG(facts.st_mode) else None
            found[path] = (facts.st_mode, facts.st_mtime, content)
    return found


def is_refused(kind, before):
    """What is somebody's, and is in the way."""
    if kind == "directory":
        return before not in ("nothing", "nothing, nor its folder", "folder")
    return before == "folder"


@pytest.mark.parametrize("kind", sorted(WANTED))
@pytest.mark.parametrize("before", BEFORE)
def test_as_wanted_after_one_call(tmp_path, kind, before):
    path = make(tmp_path / "place", before, TEXT.encode("utf-8"))
    wanted, finished = [entry(path, **WANTED[kind])], []
    texts = {str(path): TEXT} if kind.startswith("file") else {}
    there = snapshot(tmp_path)
    told = files.put(wanted, texts, True, finished.append)
    assert (snapshot(tmp_path), finished) == (there, [])
    if is_refused(kind, before):
        with pytest.raises(files.FilesError, match="move it away"):
            files.put(wanted, texts, False, finished.append)
        assert snapshot(tmp_path) == there
        return
    found = files.put(wanted, texts, False, finished.append)
    assert found == told
    assert finished == found["written"]
    if kind == "absent":
        assert not os.path.lexists(str(path))
    else:
        if kind == "setting" and "link" in before:
            # The rest of such a file is others', and stays where they have it.
            assert os.path.islink(str(path))
            assert path.read_bytes().startswith(b"" if before == "broken link" else TEXT.encode("utf-8"))
            path = path.resolve()
        facts = os.lstat(str(path))
        assert (facts.st_uid, facts.st_gid) == (0, 0)
        if "mode" in WANTED[kind]:
            assert stat.S_IMODE(facts.st_mode) == int(WANTED[kind]["mode"], 8)
        if kind.startswith("file"):
            assert path.read_bytes() == TEXT.encode("utf-8")
    again = snapshot(tmp_path)
    assert files.put(wanted, texts, False, finished.append) == {"written": [], "removed": [], "diff": []}
    assert snapshot(tmp_path) == again


def test_new_file_without_a_mode(tmp_path):
    before = os.umask(0o077)
    try:
        files.put([entry(tmp_path / "a" / "b", text=u"x")], {}, False, str)
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(str(tmp_path / "a" / "b")).st_mode) == 0o644
    assert stat.S_IMODE(os.stat(str(tmp_path / "a")).st_mode) == 0o755


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, b"0\n"), (b"-252\n", b"0\n"), (b"-253\n", b"-253\n"), (b"0\n", b"0\n"), (b"", b"")],
)
def test_content_that_is_somebodys(tmp_path, before, after):
    path = tmp_path / "maintenance"
    if before is not None:
        path.write_bytes(before)
        os.chmod(str(path), 0o600)
    wanted = [entry(path, mode="0644", text=u"0\n", only_over=[u"-252\n"])]
    files.put(wanted, {}, False, str)
    assert path.read_bytes() == after
    assert stat.S_IMODE(os.stat(str(path)).st_mode) == 0o644


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, b'ARGS="-D"\n'),
        (b"", b'ARGS="-D"\n'),
        (b"# ours\nARGS=\n", b'# ours\nARGS="-D"\n'),
        (b"ARGS=1\nOTHER=2\n", b'ARGS="-D"\nOTHER=2\n'),
        (b"ARGS=1\nARGS=2\n", b'ARGS=1\nARGS="-D"\n'),
        (b"#ARGS=1\nMY_ARGS=2", b'#ARGS=1\nMY_ARGS=2\nARGS="-D"\n'),
        (b"ARGS=1", b'ARGS="-D"'),
        (b'ARGS="-D"\n\xff', b'ARGS="-D"\n\xff'),
    ],
)
def test_setting(tmp_path, before, after):
    path = tmp_path / "keepalived"
    if before is not None:
        path.write_bytes(before)
    files.put([entry(path, state="setting", name="ARGS", value='"-D"')], {}, False, str)
    assert path.read_bytes() == after


def test_file_of_others_that_is_not_there(tmp_path):
    with pytest.raises(files.FilesError, match="is not there"):
        files.put([entry(tmp_path / "protocols")], {}, False, str)


def test_diff(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"before\n")
    found = files.put([entry(path, text=u"after\n"), entry(tmp_path / "b", state="directory")], {}, True, str)
    assert found["written"] == [str(path), str(tmp_path / "b")]
    assert found["diff"][0] == {
        "before_header": str(path), "after_header": str(path), "before": "before\n", "after": "after\n",
    }  # fmt: skip
