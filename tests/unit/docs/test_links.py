# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that whatever a page refers to is there: other pages, places in them, files, tests and scenarios."""

from __future__ import annotations

import re

import pages
import pytest

_ELSEWHERE = re.compile(r"[a-z]+:")
#: A test by its file, and its own name behind two colons.
_TEST = re.compile(r"(?P<path>(?:tests|molecule)/[\w/.-]+\.py)(?:::(?P<name>\w+))?")
_FILE = re.compile(r"(?:tests|molecule|plugins|roles|playbooks|examples|docs|meta|changelogs)/[\w/.-]*\w")


def missing_links(page: str, text: str) -> list[str]:
    """The links of a page that lead nowhere. Those to other sites are not followed."""
    found = []
    for link in pages.links(text):
        if _ELSEWHERE.match(link):
            continue
        path, _sign, anchor = link.partition("#")
        target = (pages.ROOT / page).parent / path if path else pages.ROOT / page
        if not target.exists() or (anchor and anchor not in pages.anchors(target.read_text(encoding="utf-8"))):
            found.append(link)
    return found


def missing_tests(text: str) -> list[str]:
    """The tests and files of the checkout that a page names and that are not there."""
    found = []
    for word in pages.code_words(text):
        test = _TEST.fullmatch(word)
        if test:
            path = pages.ROOT / test["path"]
            named = test["name"]
            if not path.is_file() or (named and f"def {named}(" not in path.read_text(encoding="utf-8")):
                found.append(word)
        elif _FILE.fullmatch(word) and not (pages.ROOT / word).exists():
            found.append(word)
    return found


@pytest.mark.parametrize("page", pages.PAGES)
def test_every_link_leads_somewhere(page):
    assert missing_links(page, pages.text_of(page)) == []


@pytest.mark.parametrize("page", pages.PAGES)
def test_every_test_and_file_that_is_named_is_there(page):
    assert missing_tests(pages.text_of(page)) == []


@pytest.mark.parametrize("page", [page for page in pages.PAGES if page.startswith("docs/")])
def test_every_page_is_in_the_map(page):
    assert page.removeprefix("docs/") in {*pages.links(pages.text_of("docs/README.md")), "README.md"}


def test_what_is_missing_is_seen():
    text = "[a](nowhere.md) [b](#nothing) [c](docs/operations.md#status) ![d](none.png) [e](https://example.com/x)\n"
    assert missing_links("README.md", text) == ["nowhere.md", "#nothing", "none.png"]
    words = ["tests/unit/pages.py::nothing", "tests/unit/pages.py", "tests/none.py", "molecule/blog", "roles/none"]
    named = " ".join(f"`{word}`" for word in words)
    assert missing_tests(named) == ["tests/unit/pages.py::nothing", "tests/none.py", "roles/none"]


def test_anchors():
    text = "# A `b` of c, d/e\n\n## Same\n\n### Same\n\n## 中文 标题\n\n<a id=\"own\"></a>\n"
    assert pages.anchors(text) == {"a-b-of-c-de", "same", "same-1", "中文-标题", "own"}
