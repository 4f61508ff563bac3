# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether users may run scripts: the kernel is asked, with files of our own."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import pwd

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import script_access

CONF = """
global_defs {
  script_user nobody
  startup_script "/s/start up"
}
vrrp_script plain {
  script "/s/plain -x secret"
}
vrrp_script own {
  script "/s/own"
  user ops wheel
}
vrrp_script relative {
  script "exit 0"
}
vrrp_script variable {
  script "$DIR/x"
}
vrrp_instance VI_1 {
  notify_master "/s/notify MASTER" root
  notify "/s/plain" nobody
}
virtual_server 192.0.2.10 80 {
  real_server 192.0.2.11 80 {
    MISC_CHECK {
      misc_path "/s/misc a"
    }
  }
}
"""


class Somebody(object):
    """Stands in for an account that this machine may not have."""

    def __init__(self, name, group=None):
        self.name, self.group, self.uid = name, group, None if name == "nobodyelse" else 1


def problems(conf, closed=lambda program, who: None, **options):
    statements = conf_parser.parse(conf)
    return script_access.problems(statements, closed, Somebody, **options)


def test_every_command_is_tried_as_the_user_that_runs_it():
    asked = []
    assert problems(CONF, lambda program, who: asked.append((program, who.name, who.group))) == []
    assert asked == [
        ("/s/start", "nobody", None), ("/s/plain", "nobody", None), ("/s/own", "ops", "wheel"),
        ("/s/notify", "root", None), ("/s/misc", "nobody", None),
    ]  # fmt: skip


@pytest.mark.parametrize("default", ["root", "keepalived_script"])
def test_user_that_keepalived_takes_by_itself(default):
    asked = []
    conf = CONF.replace("  script_user nobody\n", "")
    problems(conf, lambda program, who: asked.append((program, who.name)), default=lambda: default)
    assert ("/s/plain", default) in asked


def test_user_that_is_not_there():
    ((text, word),) = problems("vrrp_script chk {\n script /s/x\n user nobodyelse\n}\n")
    assert text.startswith("vrrp_script chk: this host has no user nobodyelse to run /s/x as.")
    assert word == "/s/x"


@pytest.fixture
def program(tmp_path):
    """A script that everybody may run, with directories above it that everybody may pass."""
    folder = tmp_path / "open" / "inner"
    folder.mkdir(parents=True)
    path = folder / "chk"
    path.write_bytes(b"#!/bin/sh\nexit 0\n")
    for one in (path, folder, folder.parent):
        one.chmod(0o755)
    return str(path)


def refused(program, name):
    """What is said of a script that a user of this machine is to run."""
    statements = conf_parser.parse('vrrp_script chk {\n script "%s -a secret"\n user %s\n}\n' % (program, name))
    return [text for text, unused in script_access.problems(statements)]


def test_own_user():
    """As whom the tests run, root or not."""
    me = pwd.getpwuid(os.geteuid()).pw_name
    assert refused("/bin/sh", me) == []
    (text,) = refused("/nowhere/at/all", me)
    assert text == "vrrp_script chk: there is no /nowhere. Put it there, or name the right one."


def test_file_that_nobody_may_run(program):
    me = pwd.getpwuid(os.geteuid()).pw_name
    os.chmod(program, 0o644)
    (text,) = refused(program, me)
    assert "the user %s may not run %s" % (me, program) in text
    assert "%s is 0644 " % program in text and "secret" not in text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("closed", ["file", "directory"])
def test_file_or_directory_that_is_closed_to_its_user(program, closed):
    for above in script_access._ancestors(program):
        if not os.stat(above).st_mode & 0o001:
            os.chmod(above, os.stat(above).st_mode | 0o001)  # pytest's own
    assert refused(program, "nobody") == []
    path = program if closed == "file" else os.path.dirname(program)
    os.chmod(path, 0o700)
    (text,) = refused(program, "nobody")
    assert "%s is 0700 root root" % path in text and "chmod o+x %s" % path in text
    assert refused(program, "root") == []


def test_directory_in_the_place_of_a_script(program):
    (text,) = refused(os.path.dirname(program), pwd.getpwuid(os.geteuid()).pw_name)
    assert "is not a file that can be run" in text
