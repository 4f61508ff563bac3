# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup template: that of ansible-core, less a copy of all variables for each template."""

from __future__ import annotations

DOCUMENTATION = """
name: template
short_description: Fill templates in, on hosts that have many variables
version_added: 1.0.0
author: hotstandby.vrrp contributors (@hotstandby)
description:
  - Does what P(ansible.builtin.template#lookup) does, and takes its options.
  - That one copies every variable of the host, to its depth, for each template. The plan of a whole fleet is one of
    them, so that twice the hosts take four times as long. Here templates see the variables themselves, and must not
    change them.
options:
  _terms:
    description: Paths of the templates.
    type: list
    elements: str
    required: true
"""

EXAMPLES = """
- name: Show a template filled in
  ansible.builtin.debug:
    msg: "{{ lookup('hotstandby.vrrp.template', 'keepalived.conf.j2') }}"
"""

RETURN = """
_raw:
  description: The texts.
  type: list
  elements: str
"""

import typing as t

from ansible.plugins.loader import lookup_loader
from ansible.plugins.lookup import LookupBase


class Shared(dict[str, t.Any]):
    """Variables of which a deep copy has the same values."""

    def __deepcopy__(self, memo: dict[int, t.Any]) -> dict[str, t.Any]:
        return dict(self)


class LookupModule(LookupBase):
    """See C(DOCUMENTATION)."""

    def run(self, terms: list[str], variables: t.Any = None, **kwargs: t.Any) -> list[str]:
        """The texts, in the order of the paths."""
        lookup = lookup_loader.get("ansible.builtin.template", loader=self._loader, templar=self._templar)
        return t.cast("list[str]", lookup.run(terms, variables=Shared(variables or {}), **kwargs))
