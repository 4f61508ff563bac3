# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/modules.md, the modules, filters and lookups at a glance, from what ansible-doc tells of them."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import typing as t

from make_variables import plain

ROOT = pathlib.Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "modules.md"
COLLECTION = "hotstandby.vrrp"
KINDS = {"module": "Modules", "filter": "Filters", "lookup": "Lookups"}
FOLDERS = {"module": "modules", "filter": "filter", "lookup": "lookup"}
HEAD = """\
# Modules, filters and lookups

<!-- Made by docs/make_modules.py from the plugins' own documentation. Do not edit. -->

Each at a glance: the first sentence of everything. `ansible-doc hotstandby.vrrp.NAME` has the whole of it, with
examples; for a filter `ansible-doc -t filter hotstandby.vrrp.NAME`, for a lookup `-t lookup`.
"""


def told(kind: str) -> dict[str, dict[str, t.Any]]:
    """The documentation of all plugins of a kind, by name."""
    names = sorted(
        path.stem
        for path in (ROOT / "plugins" / FOLDERS[kind]).iterdir()
        if path.suffix == (".yml" if kind == "filter" else ".py")
    )
    command = ["ansible-doc", "--json", "--type", kind, *(f"{COLLECTION}.{name}" for name in names)]
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return {name.removeprefix(f"{COLLECTION}."): found for name, found in json.loads(done.stdout).items()}


def sentence(description: str | list[str]) -> str:
    """The first sentence of a description, for a cell of a table."""
    first = description[0] if isinstance(description, list) else description
    text = plain(" ".join(first.split())).replace("|", "\\|")
    return text.partition(". ")[0].rstrip(".") + "."


def kind_of(entry: t.Mapping[str, t.Any]) -> str:
    """The type of an option or a value, with its choices and its default."""
    facts = [entry.get("type", "str") + (f" of {entry['elements']}" if entry.get("elements", "raw") != "raw" else "")]
    if entry.get("choices"):
        facts.append(", ".join(f"`{choice}`" for choice in entry["choices"]))
    if entry.get("required"):
        facts.append("required")
    elif entry.get("default") is not None:
        facts.append(f"default `{json.dumps(entry['default'])}`")
    return "; ".join(facts)


def table(head: str, entries: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[str]:
    """Options or return values."""
    if not entries:
        return []
    rows = [f"| `{name}` | {kind_of(entry)} | {sentence(entry['description'])} |" for name, entry in entries.items()]
    return [f"| {head} | | |", "| --- | --- | --- |", *rows, ""]


def section(name: str, documentation: t.Mapping[str, t.Any]) -> str:
    """One plugin."""
    options = documentation["doc"].get("options") or {}
    returned = documentation.get("return") or {}
    lines = [f"### {name}", "", plain(documentation["doc"]["short_description"]).rstrip(".") + ".", ""]
    return "\n".join([*lines, *table("option", options), *table("returns", returned)])


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for kind, title in KINDS.items():
        parts += [f"## {title}\n", *(section(name, found) for name, found in sorted(told(kind).items()))]
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
