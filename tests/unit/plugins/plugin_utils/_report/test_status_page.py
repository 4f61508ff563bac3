# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages: well-formed, without anything from elsewhere, and safe whatever is in a name."""

from __future__ import annotations

import re

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import status
from judged import healthy, verdict
from markup import NASTY, parsed


def shown(planned, seen):
    return status.page(status.status(planned, verdict(planned, seen), seen, 1795351479.4))


def sick():
    planned, seen = healthy(count=3)
    del seen["app3"]
    seen["app2"]["keepalived"]["instances"][0]["state"] = "FAULT"
    seen["app1"]["keepalived"]["instances"][0]["fault_causes"] = [NASTY]
    seen["app2"]["keepalived"]["instances"][0]["fault_causes"] = [NASTY]
    return planned, seen


@pytest.mark.parametrize("make", [healthy, sick])
def test_page_is_well_formed_and_needs_nothing(make):
    page = shown(*make())
    parsed(page)
    assert not re.findall(r"https?://(?!127\.0\.0\.1|192\.0\.2\.)", page.replace("http://www.w3.org", ""))
    assert "<script" not in page and "@import" not in page and "url(" not in page
    assert 'name="viewport"' in page and "prefers-color-scheme: dark" in page


def test_picture_of_a_healthy_group():
    planned, seen = healthy(count=3)
    for member in ("app2", "app3"):
        seen[member]["keepalived"]["instances"][0]["master_address"] = "192.0.2.101"
    body = parsed(shown(planned, seen))
    (picture,) = body.iter("svg")
    assert picture.get("aria-label") == "VI_1: 192.0.2.10/24, virtual router id 10, owned by app1"
    assert len(list(picture.iter("rect"))) == 3
    links = list(picture.iter("path"))
    assert [link.get("stroke") for link in links] == ["var(--good)"] * 2
    assert "stroke-dasharray" not in links[0].attrib


def test_a_member_that_hears_nobody_is_drawn_so():
    body = parsed(shown(*healthy()))
    (link,) = body.iter("path")
    assert (link.get("stroke"), link.get("stroke-dasharray")) == ("var(--bad)", "5 5")


def test_findings_are_told_and_their_values_escaped():
    page = shown(*sick())
    assert NASTY not in page
    assert "&lt;script&gt;" in page
    findings = [node for node in parsed(page).iter("div") if "finding" in node.get("class", "")]
    assert len(findings) >= 2
    assert "error" in findings[0].get("class")


def test_page_of_nobody_that_answers():
    planned, _seen = healthy()
    text = "".join(parsed(shown(planned, {})).itertext())
    assert "not reached" in text
