# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that README.zh-CN.md has the form of README.md: whoever changes one is reminded of the other."""

from __future__ import annotations

import pages

ENGLISH, CHINESE = pages.text_of("README.md"), pages.text_of("README.zh-CN.md")


def test_headings_have_the_same_levels():
    assert [one.level for one in pages.headings(CHINESE)] == [one.level for one in pages.headings(ENGLISH)]


def test_code_blocks_are_the_same():
    """To mend: copy the block from README.md."""
    assert pages.code_blocks(CHINESE) == pages.code_blocks(ENGLISH)


def test_links_lead_to_the_same_pages():
    here = {"README.md", "README.zh-CN.md"}
    assert set(pages.links(CHINESE)) ^ set(pages.links(ENGLISH)) == here


def test_each_names_the_other_first():
    assert pages.links(ENGLISH)[0] == "README.zh-CN.md"
    assert pages.links(CHINESE)[0] == "README.md"
