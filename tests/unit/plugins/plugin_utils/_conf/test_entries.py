# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of lists, as a text with words or as a mapping."""

from __future__ import annotations

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import (
    entries,
    first_word,
    has_word,
    tracked_name,
    with_device,
)


@pytest.mark.parametrize(("entry", "name"), [("a weight 5", "a"), (["a", "b"], "a"), ({"name": "a"}, "a"), ("", None)])
def test_tracked_name(entry, name):
    assert tracked_name(entry) == name


@pytest.mark.parametrize(
    ("value", "found"), [(None, []), ([], []), (["a"], ["a"]), ("a", ["a"]), ({"a": 1}, [{"a": 1}])]
)
def test_entries(value, found):
    assert entries(value) == found


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("192.0.2.10/24 dev eth0", "192.0.2.10/24"),
        ({"address": "192.0.2.10/24", "dev": "eth0"}, "192.0.2.10/24"),
        ({"dev": "eth0"}, None),
        ("", ""),
        (" ", " "),
        (7, 7),
    ],
)
def test_first_word(entry, word):
    assert first_word(entry) == word


@pytest.mark.parametrize("entry", ["192.0.2.10/24", {"address": "192.0.2.10/24"}])
def test_device_is_added_as_the_entry_is_written(entry):
    assert not has_word(entry, "dev")
    added = with_device(entry, "eth1")
    assert type(added) is type(entry)
    assert has_word(added, "dev")
    assert first_word(added) == "192.0.2.10/24"


def test_an_address_is_no_word_of_its_own():
    assert not has_word("dev", "dev")
