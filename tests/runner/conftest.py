# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What these tests take is told at their end."""

from __future__ import annotations

import times

# Counted and told at the end: see tests/lab/times.py.
pytest_runtest_logreport, pytest_terminal_summary = times.pytest_runtest_logreport, times.pytest_terminal_summary
