# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The daemon, as a transaction knows it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import daemon
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import place

#: nginx is what it asks for, and rsyslog has its log.
SERVICE = place.Service(
    daemon.DEFAULT_CONFIG_FILE, "keepalived.service", "keepalived", daemon.reload, ("nginx.service", "rsyslog.service")
)  # fmt: skip
