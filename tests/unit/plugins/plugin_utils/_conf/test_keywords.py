# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the table of keywords, against what keepalived itself installs in its parser."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import keywords
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.keywords import ROOT, Kind, everything

RECORDED = sorted((pathlib.Path(__file__).parents[3] / "fixtures" / "keywords").glob("*.txt"))


def test_there_are_recordings():
    assert [path.stem for path in RECORDED] == ["2.2.7", "2.3.4"]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_every_keyword_of_a_version_is_known(path):
    known = {word for word, _keyword in everything()}
    assert set(path.read_text().split()) - known == set()


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_no_keyword_is_said_to_be_newer_than_a_version_that_has_it(path):
    has = set(path.read_text().split())
    version = tuple(int(part) for part in path.stem.split("."))
    oldest = {}
    for word, keyword in everything():
        oldest[word] = min(oldest.get(word, (99,)), keyword.since)
    assert [word for word in sorted(has) if oldest[word] > version] == []


def test_a_keyword_that_a_version_lacks_is_said_to_be_newer():
    has = set(RECORDED[0].read_text().split()) | {"HTTP_GET", "SSL_GET", "include"}  # these two are installed by name
    assert [word for word, keyword in everything() if word not in has and keyword.since <= (2, 2, 7)] == []


def test_blocks_have_keywords_and_others_have_none():
    for word, keyword in everything():
        assert bool(keyword.block) == (keyword.kind is Kind.BLOCK), word


def test_what_stands_alone_comes_before_the_blocks():
    kinds = [keyword.kind in (Kind.BLOCK, Kind.LIST) for keyword in ROOT.values()]
    assert kinds == sorted(kinds)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("virtual_ip_address", "virtual_ipaddress"), ("no_preempt", "nopreempt"), ("rawe", "raw"), ("zzz", None)],
)
def test_nearest(written, meant):
    assert keywords.nearest(written, ROOT["vrrp_instance"].block) == meant
