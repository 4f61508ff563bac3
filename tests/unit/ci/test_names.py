# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No test goes without a word: their names are listed."""

from __future__ import annotations

import importlib.util
import pathlib

SCRIPT = pathlib.Path(__file__).parents[2] / "names.py"


def test_tests_are_those_that_are_listed():
    spec = importlib.util.spec_from_file_location("names", SCRIPT)
    listing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(listing)
    listed, found = listing.LIST.read_text(encoding="utf-8").splitlines(), listing.names()
    gone, new = sorted(set(listed) - set(found)), sorted(set(found) - set(listed))
    assert (gone, new) == ([], []), "run `python3 tests/names.py`, and say in the commit why what is gone is gone"
    assert listed == found
