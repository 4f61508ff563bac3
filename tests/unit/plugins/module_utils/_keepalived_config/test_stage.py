# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of staging, on real files with a real program as the tester."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import io
import os
import stat
import subprocess

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import stage as _stage, syntax_test
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import place

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
        self.install("2.2.7")

    def install(self, version):
        self.program.write_bytes((PROGRAM % version).encode("utf-8"))
        self.program.chmod(0o755)

    def stage(self, content, check_mode=False):
        tester = syntax_test.Tester(run, str(self.program))
        return _stage.stage(self.path, content, tester, [], str(self.scratch), check_mode)

    def load(self):
        """What the watchdog does at its instant."""
        (staged,) = [name for name in self.files() if ".staged." in name]
        os.rename(str(self.directory / staged), self.path)

    def live(self):
        with open(self.path) as stream:
            return stream.read()

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


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_first_stage(host, umask):
    previous = os.umask(umask)
    try:
        result = host.stage(CONFIG)
    finally:
        os.umask(previous)
    assert (result["changed"], result["validated"]) == (True, True)
    staged = place.staged_path(host.path, result["transaction"])
    assert host.files() == [os.path.basename(staged)]
    assert (read(staged), mode(staged)) == (CONFIG, 0o640)
    assert host.tested() == [staged]


def test_again_changes_nothing(host):
    host.stage(CONFIG)
    host.load()
    result = host.stage(CONFIG)
    assert (result["changed"], result["validated"], result["transaction"]) == (False, True, "")
    assert host.files() == ["keepalived.conf"]


def test_live_file_is_left_alone(host):
    host.stage(CONFIG)
    host.load()
    assert host.stage(OTHER)["changed"] is True
    assert read(host.path) == CONFIG


def test_what_another_run_has_staged_goes_away(host):
    first, second = host.stage(CONFIG)["transaction"], host.stage(OTHER)["transaction"]
    assert first != second
    assert host.files() == [os.path.basename(place.staged_path(host.path, second))]
    host.load()
    assert host.stage(OTHER)["changed"] is False


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
    with pytest.raises(_stage.ConfigError) as caught:
        host.stage(OTHER + "refuse\n", check_mode)
    message = str(caught.value)
    assert "keepalived refuses the configuration (exit status 1): (keepalived.conf: Line 4) Unknown keyword" in message
    assert message.endswith("line 4: auth_pass ********")
    assert SECRET not in message
    assert host.files() == ["keepalived.conf"]
    assert read(host.path) == CONFIG


def test_check_mode_tests_and_writes_nothing(host):
    result = host.stage(CONFIG, check_mode=True)
    assert (result["changed"], result["validated"], result["transaction"]) == (True, True, "")
    assert host.files() == []
    assert [os.path.dirname(path) for path in host.tested()] == [str(host.scratch)]


def test_check_mode_where_nothing_is_there_yet(host):
    os.rmdir(str(host.directory))
    result = _stage.stage(host.path, CONFIG, None, [], str(host.scratch), True)
    assert (result["changed"], result["validated"]) == (True, False)
    assert os.listdir(str(host.scratch)) == []


@pytest.mark.parametrize("kind", ["link", "hard link"])
def test_planted_beside_the_live_file(host, tmp_path, kind):
    """What somebody has left under a name of ours is removed, and not written to."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    (os.symlink if kind == "link" else os.link)(str(victim), place.staged_path(host.path, "0123"))
    host.stage(CONFIG)
    assert victim.read_bytes() == b"untouched"
    assert len(host.files()) == 1


@pytest.mark.parametrize("content", ["", "\n\n", "! only\n# comments\n  \n"])
def test_empty_configuration(host, content):
    with pytest.raises(_stage.ConfigError) as caught:
        host.stage(content)
    assert "drop every virtual address" in str(caught.value)
    assert host.files() == []
    assert host.tested() == []


def test_own_checks_tell_the_line_and_no_secret(host):
    content = CONFIG + "vrrp_instance VI_3 {\n  virtual_ipaddress {\n    192.0.2.10\n  }\n}\n"
    with pytest.raises(_stage.ConfigError) as caught:
        host.stage(content)
    assert str(caught.value).startswith("VI_3: 192.0.2.10 has no prefix length")
    assert str(caught.value).endswith("(line 9: 192.0.2.10)")
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


def test_text_beyond_ascii(host):
    content = CONFIG + u"! caf\u00e9\n"
    host.stage(content)
    host.load()
    assert read(host.path) == content
    assert host.stage(content)["changed"] is False


@pytest.mark.parametrize(
    ("other", "same"),
    [(CONFIG.replace("made here", "made there"), True), (CONFIG.replace("    ", "\t"), True), (OTHER, False)],
)
def test_says_the_same(host, other, same):
    host.stage(CONFIG)
    host.load()
    staged = place.staged_path(host.path, host.stage(other)["transaction"])
    assert _stage.says_the_same(host.path, staged) is same
