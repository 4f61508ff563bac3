# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Which distribution runs the host, and what manages its packages and services, in the names of Ansible's own facts."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible.module_utils.facts.system.distribution import Distribution
from ansible.module_utils.facts.system.pkg_mgr import PkgMgrFactCollector
from ansible.module_utils.facts.system.service_mgr import ServiceMgrFactCollector

KEYS = ("distribution", "distribution_major_version", "os_family")


def look(module):
    """All that the module setup tells of the distribution.

    :arg module: the AnsibleModule, by which Ansible's own collector runs programs.
    """
    return Distribution(module).get_distribution_facts()


def platform(facts):
    """Of what C(look) has returned what a plan is made from."""
    return dict((key, facts.get(key)) for key in KEYS)


def managers(module, facts):
    """C(pkg_mgr) and C(service_mgr), as the module setup tells them.

    :arg facts: what C(look) has returned.
    """
    known = dict(("ansible_" + key, value) for key, value in facts.items())
    known["ansible_system"] = "Linux"
    found = {}
    for collector in (PkgMgrFactCollector, ServiceMgrFactCollector):
        found.update(collector().collect(module, known))
    return found
