# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all pages share: every value is escaped, and none is left out in silence."""

from __future__ import annotations

import jinja2
import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import page

TEMPLATE = '{% extends "base" %}{% block body %}<p title="{{ value }}">{{ value }}</p>{% endblock %}'


def test_every_value_is_escaped():
    body = page.render(TEMPLATE, value="<script>\"'&", title="t").partition("<body>")[2]
    assert "<script>" not in body
    assert body.count("&lt;script&gt;&#34;&#39;&amp;") == 2


def test_value_that_is_missing_is_an_error():
    with pytest.raises(jinja2.UndefinedError):
        page.render(TEMPLATE, title="t")
