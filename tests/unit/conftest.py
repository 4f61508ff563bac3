# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the unit tests share; runs on Python 2.7 too."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import fcntl
import os
import signal
import tempfile

import pytest

# nohup has it ignored, which every process inherits: the daemons' stand-ins could not be told anything by it.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

try:
    import hypothesis
except ImportError:  # the old Pythons, on which the tests of modules run
    pass
else:
    # A machine that is busy with other things is no failure; what is slow is seen in tests/benchmark.
    # Each run tries the same, so that it says something of what was changed: `nox -s search` tries others.
    hypothesis.settings.register_profile("shared", deadline=None, derandomize=True)
    hypothesis.settings.register_profile("search", deadline=None, derandomize=False)
    hypothesis.settings.load_profile("shared")


@pytest.fixture
def alone_on_loopback():
    """One test at a time that hears what is on this host's loopback interface, of however many processes."""
    with open(os.path.join(tempfile.gettempdir(), "hotstandby-vrrp-tests-%d.lock" % os.geteuid()), "w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
