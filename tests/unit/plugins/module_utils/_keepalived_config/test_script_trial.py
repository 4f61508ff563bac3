# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which checks are run before they are loaded, as whom, and what is said of those that fail: with real programs."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import subprocess

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import script_trial


def run(argv):
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    return process.returncode, out.decode("utf-8"), err.decode("utf-8")


def find(name):
    places = [os.path.join(folder, name) for folder in ("/usr/bin", "/bin", "/usr/sbin", "/sbin")]
    return ([place for place in places if os.path.exists(place)] + [None])[0]


class Recorder(script_trial.Runner):
    """Notes what is run, and as whom."""

    def __init__(self):
        super(Recorder, self).__init__(run, find)
        self.seen = []

    def run(self, argv, user, timeout):
        self.seen.append((argv, user, timeout))
        return super(Recorder, self).run(argv, user, timeout)


class Lab(object):
    """A folder with scripts."""

    def __init__(self, folder):
        self.folder, self.runner = folder, Recorder()

    def script(self, name, text):
        path = self.folder / name
        path.write_bytes(("#!/bin/sh\n" + text).encode("utf-8"))
        os.chmod(str(path), 0o755)
        return str(path)

    def problems(self, conf, live="", names=("check",)):
        statements = [conf_parser.parse(text) for text in (conf, live)]
        return script_trial.problems(
            statements[0], statements[1], names, self.runner, lambda: "root", lambda seconds: None
        )  # fmt: skip


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path)


def conf(command, more=""):
    return 'vrrp_script check {\n script "%s"\n %s\n}\n' % (command, more)


def test_one_that_is_well(lab):
    assert lab.problems(conf(lab.script("ok", "exit 0"))) == []
    assert len(lab.runner.seen) == 1


def test_one_that_fails(lab):
    path = lab.script("bad", "echo no such thing: $1 >&2; exit 3")
    ((text, word),) = lab.problems(conf(path + " disk"))
    assert word == path
    assert "vrrp_script check: %s, run by the user root, ends with status 3: no such thing: disk." % path in text
    # Most checks may fail once.
    assert len(lab.runner.seen) == script_trial.TRIES


def test_one_that_fails_once(lab):
    path = lab.script("flaps", "[ -e {0} ] || {{ touch {0}; exit 1; }}".format(lab.folder / "mark"))
    assert lab.problems(conf(path)) == []


def test_one_that_does_not_end(lab, monkeypatch):
    monkeypatch.setattr(script_trial, "LEAST_TIMEOUT", 1)
    ((text, _word),) = lab.problems(conf(lab.script("slow", "exec sleep 30"), "timeout 0.5"))
    assert "does not end within 1 s" in text


def test_its_own_timeout_counts(lab):
    lab.problems(conf(lab.script("ok", "exit 0"), "interval 30"))
    assert lab.runner.seen[0][2] == 31


@pytest.mark.parametrize("more, live_more, runs", [("", "", 0), ("", "user nobody", 1), ("weight 5", "", 0)])
def test_what_runs_already_is_not_tried(lab, more, live_more, runs):
    path = lab.script("ok", "exit 0")
    lab.problems(conf(path, more), conf(path, live_more))
    assert len(lab.runner.seen) == runs


@pytest.mark.parametrize("command", ["check me", "$X/check", "/bin/sh -c 'exit 1'", "/bin/a\\\\ b"])
def test_left_to_keepalived(lab, command):
    assert lab.problems('vrrp_script check {\n script "%s"\n}\n' % command) == []
    assert lab.runner.seen == []


def test_others_are_left_alone(lab):
    assert lab.problems(conf(lab.script("bad", "exit 1")), names=["other"]) == []


@pytest.mark.parametrize("more, user", [("", ["ops", "wheel"]), ("user nobody", ["nobody"])])
def test_user(lab, more, user):
    lab.runner._programs["runuser"] = None
    text = "global_defs {\n script_user ops wheel\n}\n"
    assert lab.problems(text + conf("/bin/false", more)) == []
    assert lab.runner.seen[0][1] == user


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may be another user")
def test_run_by_its_user(lab):
    path = lab.script("who", "id -un >&2; exit 1")
    os.chmod(str(lab.folder), 0o755)
    os.chmod(os.path.dirname(str(lab.folder)), 0o755)
    os.chmod(os.path.dirname(os.path.dirname(str(lab.folder))), 0o755)
    ((text, _word),) = lab.problems(conf(path, "user nobody"))
    assert "run by the user nobody, ends with status 1: nobody." in text
