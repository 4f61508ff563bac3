# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the reader of the counters' dump. The recordings are read in test__keepalived_state.py too."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import io
import os

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import dump_stats
from hypothesis import given, strategies as st

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "fixtures", "keepalived")
VERSIONS = ("1.3.5", "2.1.5", "2.2.7", "2.2.8", "2.3.3")


def read(version):
    with io.open(os.path.join(FIXTURES, version, "backup.stats"), encoding="utf-8") as stream:
        return stream.read()


def test_every_counter_of_every_version():
    for version in VERSIONS:
        found = dump_stats.parse(read(version))
        assert "VI_MCAST4" in found
        for counters in found.values():
            assert set(counters) == set(dump_stats.KEYS.values())
        # A backup hears, and does not speak.
        assert found["VI_MCAST4"]["advert_rcvd"] > found["VI_MCAST4"]["advert_sent"] == 0


@given(st.sampled_from(VERSIONS), st.floats(0, 1))
def test_an_instance_counts_when_it_is_complete(version, part):
    text = read(version)
    whole = dump_stats.parse(text)
    cut = dump_stats.parse(text[: int(len(text) * part)])
    assert all(whole[name] == counters for name, counters in cut.items())
    assert len(cut) < len(whole) or part > 0.9


def test_counters_of_no_instance():
    """A dump whose head was cut off."""
    text = read("2.2.7")
    assert dump_stats.parse(text[text.index("\n") + 1 :]).keys() < dump_stats.parse(text).keys()


def test_a_number_that_no_counter_has():
    text = read("2.2.7")
    assert "VI_MCAST4" not in dump_stats.parse(text.replace("Sent: 0", "Sent: " + "1" * 5000))


@given(st.text())
def test_any_text(text):
    assert dump_stats.parse(text) == {}
