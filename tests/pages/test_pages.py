# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of status and drill in a real browser: on a phone and on a desk, in light and in dark.

Screenshots are left in .cache/pages, to be looked at.
"""

from __future__ import annotations

import os
import pathlib
import re
import shutil

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._report import drill_page, status
from judged import healthy, verdict

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

SHOTS = pathlib.Path(__file__).resolve().parents[2] / ".cache/pages"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
NOW = 1795351479.4


def part(start, end, served_by):
    return {"start": start, "end": end, "ok": bool(served_by), "served_by": served_by, "reason": None, "count": 1}


def status_page(planned, seen):
    return status.page(status.status(planned, verdict(planned, seen), seen, NOW))


def well():
    planned, seen = healthy(count=3)
    for member in ("app2", "app3"):
        seen[member]["keepalived"]["instances"][0]["master_address"] = "192.0.2.101"
    return status_page(planned, seen)


def sick():
    planned, seen = healthy(count=3)
    del seen["app3"]
    seen["app2"]["keepalived"]["instances"][0].update(state="FAULT", fault_causes=["check_nginx fails " + "x" * 90])
    return status_page(planned, seen)


def drill():
    fault = {
        "fault": "kill", "owner": "app1", "expected": 3.297, "outage": 2.6, "total": 2.6, "longest_gap": 2.61,
        "requests": 1660, "failed": 260, "served_by": ["app1", "app2", "app1"], "ok": True,
        "timeline": [part(0, 3, "app1"), part(3, 5.6, None), part(5.6, 12, "app2"), part(12, 16.6, "app1")],
    }  # fmt: skip
    slow = {**fault, "fault": "link", "outage": 9.9, "ok": False}
    times = {"group": "web", "address": "192.0.2.10", "time": "2026-11-25T09:00:00Z"}
    return drill_page.page({**times, "faults": [fault, slow]})


PAGES = {"status-well": well, "status-sick": sick, "drill": drill}


@pytest.fixture(scope="module")
def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed")
    # Chromium's own sandbox does not work for root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=arguments)
        yield started
        started.close()


@pytest.fixture(params=[(size, scheme) for size in WIDTHS for scheme in ("light", "dark")], ids="-".join)
def opened(request, browser, tmp_path):
    """Opens a page from a file, and collects what the browser complains of, and what it asks for."""
    size, scheme = request.param
    width, height = WIDTHS[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page, complaints, requests = context.new_page(), [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: requests.append(asked.url))

    def load(name):
        written = tmp_path / f"{name}.html"
        written.write_text(PAGES[name](), encoding="utf-8")
        page.goto(written.as_uri())
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}-{size}-{scheme}.png", full_page=True)
        assert complaints == []
        assert requests == [written.as_uri()]
        return page, width, scheme

    yield load
    context.close()


def luminance(page):
    """Of the background, from 0 (black) to 1, as it is drawn."""
    text = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(number) for number in text[text.index("(") + 1 : -1].split(",")[:3])
    return (red + green + blue) / 765


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_its_width_and_follows_the_scheme(opened, name):
    page, width, scheme = opened(name)
    # A table may be wider, and then scrolls by itself.
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (luminance(page) > 0.5) is (scheme == "light")


@pytest.mark.parametrize("name", PAGES)
def test_every_text_is_within_the_picture_and_can_be_read(opened, name):
    page, _width, _scheme = opened(name)
    pictures = page.locator("svg")
    assert pictures.count() > 0
    for number in range(pictures.count()):
        picture = pictures.nth(number)
        outer = picture.bounding_box()
        texts = picture.locator("text").filter(has_text=re.compile(r"\S"))
        assert texts.count() > 0
        for index in range(texts.count()):
            inner = texts.nth(index).bounding_box()
            assert inner["x"] >= outer["x"] - 1
            assert inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1
            # A phone's smallest print.
            assert inner["height"] >= 9


def test_links_between_members_are_drawn(opened):
    page, _width, _scheme = opened("status-well")
    assert page.locator("svg path").count() == 2
    assert "app1" in page.locator("svg").first.text_content()


def test_findings_are_there_to_be_read(opened):
    page, width, _scheme = opened("status-sick")
    findings = page.locator(".finding")
    assert findings.count() >= 2
    box = findings.first.bounding_box()
    assert box["width"] <= width


def test_bars_are_as_long_as_what_they_stand_for(opened):
    page, _width, _scheme = opened("drill")
    bars = page.locator("svg").first.locator("rect")
    widths = [bars.nth(index).bounding_box()["width"] for index in range(bars.count())]
    assert [round(one / sum(widths), 2) for one in widths] == [round(one / 16.6, 2) for one in (3, 2.6, 6.4, 4.6)]
