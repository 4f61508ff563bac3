# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Rows of text with their columns one below the other."""

from __future__ import annotations

import typing as t


def aligned(rows: t.Sequence[t.Sequence[str]], indent: str = "") -> list[str]:
    """A line for each row. All rows have the same number of columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [(indent + "  ".join(map(str.ljust, row, widths))).rstrip() for row in rows]
