# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is noted once comes back, whatever has become of it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import stat

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import snapshot, sysctl
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import manifest as _manifest

ENTRY = {"zone": "public", "service": "http"}


class Host(object):
    """A folder as the host."""

    def __init__(self, folder):
        self.folder = folder
        self.manifest = str(folder / "state" / "manifest.json")

    def path(self, name):
        return str(self.folder / name)

    def write(self, name, content=b"", mode=0o644):
        (self.folder / name).write_bytes(content)
        os.chmod(self.path(name), mode)

    def record(self, **wanted):
        manifest = _manifest.read(self.manifest)
        added = _manifest.record(
            manifest, wanted,
            lambda names: dict((name, {"enabled": True, "active": False}) for name in names),
            lambda names: dict((name, name == "there") for name in names),
        )  # fmt: skip
        _manifest.write(self.manifest, manifest)
        return added

    def restore(self, leftovers=(), check_mode=False):
        return _manifest.restore(_manifest.read(self.manifest), leftovers, check_mode)


@pytest.fixture
def host(tmp_path):
    return Host(tmp_path)


@pytest.mark.parametrize("after", ["changed", "other mode", "gone", "link", "the same"])
def test_file_that_was_there(host, after):
    host.write("a", b"\x00before\xff", 0o604)
    host.record(files=[host.path("a")])
    if after == "changed":
        host.write("a", b"after")
    elif after == "other mode":
        os.chmod(host.path("a"), 0o600)
    elif after != "the same":
        os.remove(host.path("a"))
        if after == "link":
            os.symlink("/etc/passwd", host.path("a"))
    done = host.restore()
    assert done == ([] if after == "the same" else ["put back %s" % host.path("a")])
    assert not os.path.islink(host.path("a"))
    assert (host.folder / "a").read_bytes() == b"\x00before\xff"
    assert stat.S_IMODE(os.stat(host.path("a")).st_mode) == 0o604
    assert host.restore() == []


def test_link_that_was_there(host):
    os.symlink("elsewhere", host.path("a"))
    host.record(files=[host.path("a")])
    os.remove(host.path("a"))
    host.write("a", b"after")
    host.restore()
    assert os.readlink(host.path("a")) == "elsewhere"


def test_file_and_directories_that_were_not_there(host):
    inner, outer = host.path("new/inner"), host.path("new")
    host.record(files=[inner + "/a", host.path("b")], directories=[outer, inner, host.path("state")])
    os.makedirs(inner)
    host.write("new/inner/a")
    host.write("b.1~")
    assert host.restore([host.path("b.*~")], check_mode=True)
    assert os.path.exists(inner + "/a")
    host.restore([host.path("b.*~")])
    assert sorted(os.listdir(str(host.folder))) == ["state"]


def test_directory_in_which_something_else_is(host):
    host.record(directories=[host.path("new")])
    os.mkdir(host.path("new"))
    host.write("new/somebody's")
    host.restore()
    assert os.path.exists(host.path("new/somebody's"))


def test_noted_once(host):
    host.write("a", b"first")
    assert host.record(files=[host.path("a")], services=["x"]) == {"files": [host.path("a")], "services": ["x"]}
    host.write("a", b"second")
    assert host.record(files=[host.path("a"), host.path("b")], services=["x"]) == {"files": [host.path("b")]}
    host.restore()
    assert (host.folder / "a").read_bytes() == b"first"


def test_packages_and_services_are_told(host):
    host.record(packages=["there", "not"], services=["x"])
    manifest = _manifest.read(host.manifest)
    assert manifest["packages"] == {"there": True, "not": False}
    assert manifest["services"] == {"x": {"enabled": True, "active": False}}


def test_kernel_parameter(host, monkeypatch):
    (host.folder / "net").mkdir()
    host.write("net/a", b"0\n")
    real = sysctl.path_of
    monkeypatch.setattr(sysctl, "path_of", lambda name, root=None: real(name, str(host.folder)))
    host.record(sysctl=["net.a", "net.none"])
    host.write("net/a", b"1\n")
    assert host.restore() == ["set net.a to 0"]
    assert (host.folder / "net/a").read_bytes() == b"0\n"


def test_firewall_entries(host):
    manifest = _manifest.read(host.manifest)
    assert _manifest.own(manifest, {"zone": [ENTRY], "direct": []}) is True
    assert _manifest.own(manifest, {"zone": [ENTRY], "direct": []}) is False
    assert manifest["firewall"]["zone"] == [ENTRY]
    assert _manifest.disown(manifest, [ENTRY]) is True
    assert _manifest.disown(manifest, [ENTRY]) is False
    assert manifest["firewall"]["zone"] == []


def test_what_selinux_allows(host):
    manifest = _manifest.read(host.manifest)
    port, switch = {"port": 8085, "setype": "http_port_t"}, {"boolean": "keepalived_connect_any"}
    assert _manifest.own(manifest, {"zone": [], "selinux": [port, switch]}) is True
    assert _manifest.own(manifest, {"zone": [], "selinux": [port]}) is False
    assert _manifest.disown(manifest, [port]) is True
    assert manifest["selinux"] == [switch]
    assert _manifest.EMPTY["selinux"] == []


def test_manifest_of_an_earlier_version(host):
    host.write("manifest.json", b'{"format": 1, "files": {}, "firewall": {"zone": [], "direct": []}}')
    manifest = _manifest.read(str(host.folder / "manifest.json"))
    assert (manifest["firewall"]["ufw"], manifest["selinux"]) == ([], [])


def test_manifest_is_for_root_alone(host):
    host.record(packages=["there"])
    assert stat.S_IMODE(os.stat(host.manifest).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(host.manifest)).st_mode) == 0o700


@pytest.mark.parametrize(("content", "words"), [(b"{", "is damaged"), (b'{"format": 2}', "later version")])
def test_manifest_that_cannot_be_used(host, content, words):
    os.mkdir(os.path.dirname(host.manifest))
    host.write("state/manifest.json", content)
    with pytest.raises(_manifest.ManifestError, match=words):
        host.record(packages=["there"])
    assert (host.folder / "state/manifest.json").read_bytes() == content


def test_no_file(host):
    with pytest.raises(snapshot.SnapshotError, match="is no file"):
        host.record(files=[str(host.folder)])


def test_leftovers_and_their_folder(host):
    (host.folder / "run").mkdir()
    (host.folder / "kept").mkdir()
    host.write("run/load.json")
    host.write("kept/.hidden")
    host.record()
    patterns = [host.path(name) for name in ("run", "run/*", "kept", "kept/*", "none")]
    done = host.restore(patterns)
    assert done == ["remove " + host.path(name) for name in ("run/load.json", "run", "kept")]
    assert not (host.folder / "run").exists()
    assert (host.folder / "kept" / ".hidden").exists()


@pytest.mark.parametrize(
    ("manifest", "sign", "lost"), [(False, True, True), (False, False, False), (True, True, False)]
)
def test_whether_it_is_lost(host, manifest, sign, lost):
    if manifest:
        host.record()
    if sign:
        host.write("sign")
    assert _manifest.is_lost(host.manifest, [host.path("none"), host.path("sign")]) is lost


def test_what_is_there_when_it_was_lost_was_not_there_before(host):
    """To keep one's own files as what was there before would keep them for ever."""
    host.write("a", b"ours")
    (host.folder / "folder").mkdir()
    _manifest.write(host.manifest, dict(_manifest.read(host.manifest), lost=True))
    host.record(
        files=[host.path("a")], directories=[host.path("folder")], sysctl=["net.ipv4.ip_forward"],
        services=["keepalived", "rsyslog"], packages=["there"],
    )  # fmt: skip
    found = _manifest.read(host.manifest)
    assert found["services"] == {
        "keepalived": {"enabled": False, "active": False}, "rsyslog": {"enabled": True, "active": False},
    }  # fmt: skip
    assert (found["sysctl"], found["packages"]) == ({"net.ipv4.ip_forward": None}, {"there": True})
    assert host.restore() == ["remove " + host.path("a"), "remove " + host.path("folder")]


def test_forgotten(host):
    host.record(packages=["there"])
    _manifest.forget(host.manifest)
    assert os.listdir(str(host.folder)) == []
    assert _manifest.read(host.manifest) == _manifest.EMPTY


def test_change_that_is_not_final_is_told(tmp_path):
    path = str(tmp_path / "manifest.json")
    assert _manifest.told(path)["pending"] is False
    (tmp_path / _manifest.CHANGE).write_text(u"{}")
    assert _manifest.told(path)["pending"] is True
