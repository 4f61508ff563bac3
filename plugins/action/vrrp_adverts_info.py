# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's part of the module vrrp_adverts_info: its deadline."""

from __future__ import annotations

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._action.observer import Observer


class ActionModule(Observer):
    """See plugin_utils/_action/observer.py."""
