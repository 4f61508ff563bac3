# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the checkout, and what is in them, for the tests of the documentation."""

from __future__ import annotations

import pathlib
import re
import typing as t

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = pathlib.Path(__file__).parents[2]
PAGES = sorted(
    str(path.relative_to(ROOT)) for pattern in ("*.md", "docs/*.md", "roles/*/README.md") for path in ROOT.glob(pattern)
)
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_HTML = re.compile(r"<a (?P<kind>id|href)=\"(?P<value>[^\"]+)\"")


class Heading(t.NamedTuple):
    """A heading: 1 to 6, and its words."""

    level: int
    text: str


def text_of(page: str) -> str:
    """The page itself, by its path in the checkout."""
    return (ROOT / page).read_text(encoding="utf-8")


def headings(text: str) -> list[Heading]:
    """All headings, in their order."""
    tokens = _MARKDOWN.parse(text)
    return [
        Heading(int(token.tag[1]), _words(inline))
        for token, inline in zip(tokens, tokens[1:], strict=False)
        if token.type == "heading_open"
    ]


def code_blocks(text: str) -> list[tuple[str, str]]:
    """The language and content of every fenced block."""
    return [(token.info, token.content) for token in _MARKDOWN.parse(text) if token.type == "fence"]


def links(text: str) -> list[str]:
    """Where every link and picture leads."""
    found = [value for kind, value in _html(text) if kind == "href"]
    for token in _inline(text):
        found += [str(token.attrs[key]) for key in ("href", "src") if key in token.attrs]
    return found


def code_words(text: str) -> list[str]:
    """Everything that stands in backticks within a line."""
    return [token.content for token in _inline(text) if token.type == "code_inline"]


def anchors(text: str) -> set[str]:
    """What a link may name behind a number sign, as GitHub makes it of the headings."""
    found: set[str] = {value for kind, value in _html(text) if kind == "id"}
    for heading in headings(text):
        slug = re.sub(r"[^\w\- ]", "", heading.text.lower()).replace(" ", "-")
        same = [slug, *(f"{slug}-{number}" for number in range(1, 100))]
        found.add(next(name for name in same if name not in found))
    return found


def _inline(text: str) -> t.Iterator[Token]:
    for token in _MARKDOWN.parse(text):
        yield from token.children or []


def _html(text: str) -> list[tuple[str, str]]:
    return [
        (match["kind"], match["value"])
        for tokens in (_MARKDOWN.parse(text), _inline(text))
        for token in tokens
        if token.type in ("html_block", "html_inline")
        for match in _HTML.finditer(token.content)
    ]


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))
