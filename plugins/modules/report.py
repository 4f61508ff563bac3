#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: report
short_description: Prints a text that people can read
version_added: 1.0.0
description:
  - Prints a text as it is, where the playbook is run and in its log. C(ansible.builtin.debug) would print it as data,
    with its lines in quotes.
  - In a job of AWX the whole text is one event.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.info
  - hotstandby.vrrp._attributes.action
options:
  text:
    description: The text. Must not hold a secret. Nothing is printed of an empty one.
    type: str
    required: true
  refusal:
    description:
      - Why the host fails, in one sentence; what there is to say of it stands in O(text), which is printed once for all
        hosts. With an empty one it does not fail.
    type: str
    default: ""
    version_added: 1.1.0
notes:
  - Runs on the controller. No connection to the host is made.
"""

EXAMPLES = r"""
- name: Show the plan
  hotstandby.vrrp.report:
    text: "{{ plan | hotstandby.vrrp.plan_report }}"
"""

RETURN = r"""
text:
  description: The text, where the task registers its result. Nobody else could read it.
  type: str
  returned: success, where the task has C(register)
"""
