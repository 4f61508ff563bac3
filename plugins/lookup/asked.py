# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup asked: thin; see plugin_utils/_inputs/requests.py."""

from __future__ import annotations

DOCUMENTATION = """
name: asked
short_description: What a run is asked for, with defaults for what was left blank
version_added: 1.1.0
author: hotstandby.vrrp contributors (@hotstandby)
description:
  - Reads the variables by which a run of the playbooks is told what to do, such as C(hot_standby_format). A survey of
    AWX that was not answered makes them empty, or nothing at all, as ansible-core has it. Here both are the default, as
    if the variable was not set.
  - For the roles of this collection, which read these variables by it alone.
options:
  _terms:
    description: None.
    type: list
    elements: str
"""

EXAMPLES = """
- name: Show what is asked for
  ansible.builtin.debug:
    msg: "{{ lookup('hotstandby.vrrp.asked').format }}"
"""

RETURN = """
_raw:
  description:
    - One mapping. By the names of the variables without C(hot_standby_) their values, in their types. A relative path
      is made absolute from the directory in which the run was started.
    - C(problems), a list of texts on values that cannot be, for which the default stands in. C(report_problem), why
      C(hot_standby_report) cannot be written, or null.
  type: list
  elements: dict
"""

import typing as t

from ansible.plugins.loader import lookup_loader
from ansible.plugins.lookup import LookupBase
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import requests


class LookupModule(LookupBase):
    """See C(DOCUMENTATION)."""

    def run(self, terms: list[str], variables: t.Any = None, **kwargs: t.Any) -> list[dict[str, t.Any]]:
        """One mapping."""
        names = list(requests.OPTIONS)
        lookup = lookup_loader.get("ansible.builtin.vars", loader=self._loader, templar=self._templar)
        given = lookup.run(names, variables=variables, default="", **kwargs)
        return [requests.asked(dict(zip(names, given, strict=True)))]
