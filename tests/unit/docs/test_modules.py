# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that the page of modules and filters is up to date."""

from __future__ import annotations

import pathlib
import re
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "docs"))

import make_modules  # noqa: E402


@pytest.fixture(scope="module")
def page():
    return make_modules.page()


def test_the_page_is_up_to_date(page):
    """If not: python3 docs/make_modules.py."""
    assert (ROOT / "docs" / "modules.md").read_text(encoding="utf-8") == page


def test_every_plugin_is_on_the_page(page):
    modules = [path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")]
    filters = [path.stem for path in (ROOT / "plugins" / "filter").glob("*.yml")]
    lookups = sorted(path.stem for path in (ROOT / "plugins" / "lookup").glob("*.py"))
    assert re.findall(r"^### (.*)$", page, re.MULTILINE) == sorted(modules) + sorted(filters) + lookups


def test_no_markup_is_left_and_no_cell_is_broken(page):
    assert not re.findall(r"\b(?:RV|[BCEIMOPVLU])\(", page)
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in page.splitlines() if line.startswith("|")} == {4}


def test_index_names_every_module_and_filter():
    lines = (ROOT / "docs/README.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    named = {word for row in rows for word in re.findall(r"`(\w+)`", row.split("|")[1])}
    plugins = [*(ROOT / "plugins/modules").glob("*.py"), *(ROOT / "plugins/filter").glob("*.yml")]
    assert {path.stem for path in plugins} - named == set()
