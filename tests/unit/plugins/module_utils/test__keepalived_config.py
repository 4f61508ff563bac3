# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of staging and loading, on real files with a real program as the tester."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import io
import os
import shutil
import stat
import subprocess

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_config

SECRET = "s3cr3t78"
CONFIG = "! made here\nvrrp_instance VI_1 {\n    authentication {\n        auth_pass %s\n    }\n}\n" % SECRET
OTHER = CONFIG.replace("VI_1", "VI_2")
# Accepts what holds no "refuse"; quotes the offending lines, as keepalived does.
PROGRAM = """\
#!/bin/sh
if [ "$1" = -v ]; then echo "Keepalived v%s (01/16,2022)" >&2; exit 0; fi
[ "$1 $2" = "-t -f" ] || { echo "called as $*" >&2; exit 9; }
echo "$3" >> "$0.tested"
if grep -q refuse "$3"; then echo "($3: Line 4) Unknown keyword" >&2; grep auth_pass "$3" >&2; exit 1; fi
"""


def run(argv):
    """What AnsibleModule.run_command does."""
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    return process.returncode, out.decode("utf-8"), err.decode("utf-8")


class Host(object):
    """A directory with a live configuration, perhaps, a scratch directory, and a program that tests."""

    def __init__(self, directory):
        self.directory = directory / "etc"
        self.scratch = directory / "scratch"
        self.program = directory / "keepalived"
        for path in (self.directory, self.scratch):
            path.mkdir()
        self.path = str(self.directory / "keepalived.conf")
        self.read_by_daemon = []
        self.install("2.2.7")

    def install(self, version):
        self.program.write_bytes((PROGRAM % version).encode("utf-8"))
        self.program.chmod(0o755)

    def stage(self, content, check_mode=False, unshare=None):
        tester = _keepalived_config.Tester(run, str(self.program), unshare)
        return _keepalived_config.stage(self.path, content, tester, str(self.scratch), check_mode)

    def load(self, check_mode=False):
        return _keepalived_config.load(self.path, self.backup, self.reload, check_mode)

    def reload(self):
        """What the daemon, if it runs, would read now."""
        self.read_by_daemon.append(self.live())
        return True

    def live(self):
        with open(self.path) as stream:
            return stream.read()

    def backup(self, path):
        """What AnsibleModule.backup_local does: a copy with the mode of the original."""
        shutil.copy2(path, path + ".1~")
        return path + ".1~"

    def files(self):
        return sorted(os.listdir(str(self.directory)) + os.listdir(str(self.scratch)))

    def tested(self):
        path = str(self.program) + ".tested"
        return read(path).splitlines() if os.path.exists(path) else []


@pytest.fixture
def host(tmp_path):
    return Host(tmp_path)


def read(path):
    with io.open(path, encoding="utf-8") as stream:
        return stream.read()


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


STAGED = ".keepalived.conf.staged"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_first_stage_and_load(host, umask):
    previous = os.umask(umask)
    try:
        result = host.stage(CONFIG)
    finally:
        os.umask(previous)
    assert (result["changed"], result["validated"]) == (True, True)
    assert host.files() == [STAGED]
    staged = os.path.join(str(host.directory), STAGED)
    assert (read(staged), mode(staged)) == (CONFIG, 0o640)
    assert host.tested() == [staged]
    assert host.load() == {"changed": True, "reloaded": True}
    assert host.read_by_daemon == [CONFIG]
    assert host.files() == ["keepalived.conf"]
    assert (read(host.path), mode(host.path)) == (CONFIG, 0o640)


def test_again_changes_nothing(host):
    host.stage(CONFIG)
    host.load()
    result = host.stage(CONFIG)
    assert (result["changed"], result["validated"]) == (False, True)
    assert host.files() == ["keepalived.conf"]
    assert host.load() == {"changed": False, "reloaded": False}


def test_backup_of_what_was_there(host):
    host.stage(CONFIG)
    host.load()
    assert host.stage(OTHER)["changed"] is True
    assert read(host.path) == CONFIG
    result = host.load()
    assert result == {"changed": True, "reloaded": True, "backup_file": host.path + ".1~"}
    assert (read(result["backup_file"]), mode(result["backup_file"])) == (CONFIG, 0o600)
    assert read(host.path) == OTHER


def test_mode_alone_is_a_change(host):
    host.stage(CONFIG)
    host.load()
    os.chmod(host.path, 0o644)
    assert host.stage(CONFIG)["changed"] is True
    host.load()
    assert mode(host.path) == 0o640


@pytest.mark.parametrize("check_mode", [False, True])
def test_refusal_leaves_nothing_behind(host, check_mode):
    host.stage(CONFIG)
    host.load()
    with pytest.raises(_keepalived_config.ConfigError) as caught:
        host.stage(OTHER + "refuse\n", check_mode)
    message = str(caught.value)
    assert "keepalived refuses the configuration (exit status 1): (keepalived.conf: Line 4) Unknown keyword" in message
    assert "auth_pass ********" in message
    assert SECRET not in message
    assert host.files() == ["keepalived.conf"]
    assert read(host.path) == CONFIG
    assert host.load() == {"changed": False, "reloaded": False}


def test_check_mode_tests_and_writes_nothing(host):
    result = host.stage(CONFIG, check_mode=True)
    assert (result["changed"], result["validated"]) == (True, True)
    assert host.files() == []
    assert [os.path.dirname(path) for path in host.tested()] == [str(host.scratch)]
    host.stage(CONFIG)
    assert host.load(check_mode=True) == {"changed": False, "reloaded": False}
    assert host.read_by_daemon == []
    assert host.files() == [STAGED]


def test_check_mode_where_nothing_is_there_yet(host):
    os.rmdir(str(host.directory))
    result = _keepalived_config.stage(host.path, CONFIG, None, str(host.scratch), True)
    assert (result["changed"], result["validated"]) == (True, False)
    assert os.listdir(str(host.scratch)) == []


@pytest.mark.parametrize("kind", ["link", "hard link", "file"])
def test_planted_at_the_staged_path(host, tmp_path, kind):
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    staged = os.path.join(str(host.directory), STAGED)
    if kind == "file":
        shutil.copy(str(victim), staged)
    else:
        (os.symlink if kind == "link" else os.link)(str(victim), staged)
    os.chmod(str(victim), 0o666)
    host.stage(CONFIG)
    assert victim.read_bytes() == b"untouched"
    assert not os.path.islink(staged)
    assert (read(staged), mode(staged), os.stat(staged).st_nlink) == (CONFIG, 0o640, 1)


@pytest.mark.parametrize("content", ["", "\n\n", "! only\n# comments\n  \n"])
def test_empty_configuration(host, content):
    with pytest.raises(_keepalived_config.ConfigError) as caught:
        host.stage(content)
    assert "drop every virtual address" in str(caught.value)
    assert host.files() == []
    assert host.tested() == []


def changed_lines(result):
    """The lines of a difference that are removed or added."""
    lines = result["diff"]["prepared"].splitlines()
    assert lines[:2] == [] or [line[:4] for line in lines[:2]] == ["--- ", "+++ "]
    return [line for line in lines[2:] if line[:1] in "-+"]


def test_difference_has_no_secret(host):
    host.stage(CONFIG)
    host.load()
    removed, added = changed_lines(host.stage(CONFIG.replace(SECRET, "0ther")))
    assert removed.startswith("-        auth_pass ********")
    assert added.startswith("+        auth_pass ********")
    assert removed[1:] != added[1:]
    assert SECRET not in removed + added
    assert "0ther" not in removed + added


def test_difference_of_the_first_file(host):
    lines = changed_lines(host.stage(CONFIG))
    assert len(lines) == len(CONFIG.splitlines())
    assert set(line[0] for line in lines) == set("+")


def test_difference_does_not_hold_the_whole_text(host):
    """ansible-core blots out what is equal to the option content, or holds it: a difference must do neither."""
    plain = "vrrp_instance VI_1 {\n    virtual_router_id 10\n}\n"
    assert plain not in host.stage(plain)["diff"]["prepared"]


def test_keepalived_that_has_no_test(host):
    host.install("1.3.5")
    assert host.stage(CONFIG)["validated"] is False
    assert host.tested() == []
    assert host.files() == [STAGED]


def test_refusal_without_a_word(host):
    host.program.write_bytes(b"#!/bin/sh\nexit 143\n")
    with pytest.raises(_keepalived_config.ConfigError) as caught:
        host.stage(CONFIG)
    assert str(caught.value).endswith("(exit status 143): it gave no reason")


def test_tested_as_the_first_process_of_a_namespace(host):
    """A stand-in for unshare(1), which needs root: what it is given, and that it runs the rest."""
    stand_in = host.program.parent / "unshare"
    stand_in.write_bytes(b'#!/bin/sh\n[ "$1 $2" = "--fork --pid" ] || exit 8\nshift 2\ntouch "$0.used"\nexec "$@"\n')
    stand_in.chmod(0o755)
    assert host.stage(CONFIG, unshare=str(stand_in))["validated"] is True
    assert os.path.exists(str(stand_in) + ".used")


def test_tested_without_a_namespace_where_none_is_permitted(host):
    stand_in = host.program.parent / "unshare"
    stand_in.write_bytes(b'#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n')
    stand_in.chmod(0o755)
    assert host.stage(CONFIG, unshare=str(stand_in))["validated"] is True
    with pytest.raises(_keepalived_config.ConfigError, match="Unknown keyword"):
        host.stage(CONFIG.replace("VI_1", "refuse"), unshare=str(stand_in))


def test_text_beyond_ascii(host):
    content = CONFIG + "! caf\u00e9\n"
    host.stage(content)
    host.load()
    assert read(host.path) == content
    assert host.stage(content)["changed"] is False


@pytest.mark.parametrize(
    ("version", "expected"),
    [("2.2.7", (2, 2, 7)), ("1.3.5", (1, 3, 5)), ("2.0.10", (2, 0, 10)), ("2.3", (2, 3)), (None, ()), ("", ())],
)
def test_version_tuple(version, expected):
    assert _keepalived_config.version_tuple(version) == expected


def test_versions_compare_as_numbers():
    assert _keepalived_config.version_tuple("2.0.10") > _keepalived_config.FIRST_WITH_TEST
    assert _keepalived_config.version_tuple("2.0.3") < _keepalived_config.FIRST_WITH_TEST
