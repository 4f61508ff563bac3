# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for the former configuration after a reboot."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config.service import SERVICE
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import boot, place


def test_nothing_that_reads_what_comes_back_starts_before(tmp_path, monkeypatch):
    for name in ("FOLDER", "UNIT", "WANTS"):
        monkeypatch.setattr(boot, name, str(tmp_path / name / "x"))
    (tmp_path / "UNIT").mkdir()
    boot.prepare(SERVICE, None, {}, "run 1")
    text = (tmp_path / "UNIT" / "x").read_text()
    assert "\nBefore=keepalived.service nginx.service rsyslog.service\n" in text
    assert isinstance(SERVICE, place.Service)
