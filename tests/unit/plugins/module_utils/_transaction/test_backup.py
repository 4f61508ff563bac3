# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of replaced files."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os

from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import backup as _backup


def test_five_backups_are_kept_and_nothing_of_others(host):
    others = ["keepalived.conf.orig~", "keepalived.conf.20260101T000000Z", "x.keepalived.conf.20260101T000000Z~"]
    for name in others:
        host.write(str(host.folder / name), "")
    for number in range(8):
        host.write("%s.2026010%dT000000Z~" % (host.path, number + 1), str(number))
    backup = _backup.keep(host.path)
    left = [name for name in host.files() if name.startswith("keepalived.conf.") and name.endswith("Z~")]
    assert len(left) == 5
    assert os.path.basename(backup) in left
    assert "keepalived.conf.20260104T000000Z~" not in left
    assert set(others) <= set(host.files())
