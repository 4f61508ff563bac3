# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that have nothing to do, or come too late; all others are tried on hosts, in tests/integration."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

import pytest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import steps

DEFAULTS = {
    "content": "", "test": True, "reload": False, "transaction": "", "at": None, "window": 0.0, "timeout": 1.0,
    "hold": 0.0, "confirm_timeout": 1.0, "stop": False, "alone": False, "kept": None, "readers": {}, "run": "",
    "scripts": [],
}  # fmt: skip


class Module(object):
    """A module on a host without keepalived."""

    check_mode = False

    def __init__(self, path, **options):
        self.params = dict(DEFAULTS, path=str(path), **options)
        self.tmpdir = str(path.parent)

    @staticmethod
    def get_bin_path(name, required=False, opt_dirs=()):
        return None

    @staticmethod
    def run_command(argv):
        raise AssertionError(argv)


@pytest.mark.parametrize("name", ["arm", "load", "verify", "confirm", "revert"])
def test_nothing_was_staged_so_nothing_is_done(tmp_path, name):
    result = getattr(steps.Steps(Module(tmp_path / "keepalived.conf")), name)()
    assert result["changed"] is False
    assert [path.name for path in tmp_path.iterdir()] == []


def test_nothing_is_staged_without_keepalived(tmp_path):
    with pytest.raises(steps.ERRORS, match="keepalived is not installed: install it before"):
        steps.Steps(Module(tmp_path / "keepalived.conf", content="x")).stage()


@pytest.mark.parametrize("name", ["arm", "load"])
def test_what_another_run_has_replaced_is_not_loaded(tmp_path, name):
    with pytest.raises(steps.ERRORS, match="Another run has replaced what this one has staged: run again."):
        getattr(steps.Steps(Module(tmp_path / "keepalived.conf", transaction="20260101T000000-1")), name)()


def test_host_that_is_reached_too_late(tmp_path):
    path = tmp_path / "keepalived.conf"
    module = Module(path, transaction="20260101T000000-1", at=time.time() - 2)
    step = steps.Steps(module)
    open(step._staged("20260101T000000-1"), "w").close()
    with pytest.raises(steps.LateError, match=r"reached 2\.\d s after the instant to load: nothing was loaded"):
        step.load()


def test_file_that_is_a_link_stays_one(tmp_path):
    target, link = tmp_path / "real.conf", tmp_path / "keepalived.conf"
    target.write_bytes(b"")
    link.symlink_to(target)
    assert steps.Steps(Module(link)).path == str(target)
