# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Which distribution runs the host, in the names that Ansible's own facts have for it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible.module_utils.facts.system.distribution import Distribution

KEYS = ("distribution", "distribution_major_version", "os_family")


def look(module):
    """Dict of C(distribution), C(distribution_major_version) and C(os_family), as the module setup tells them.

    :arg module: the AnsibleModule, by which Ansible's own collector runs programs.
    """
    facts = Distribution(module).get_distribution_facts()
    return dict((key, facts.get(key)) for key in KEYS)
