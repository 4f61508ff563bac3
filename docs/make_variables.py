# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/variables.md from the argument specs of the role hot_standby and the inventories in examples/."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "variables.md"
SPECS = ROOT / "roles" / "hot_standby" / "meta" / "argument_specs.yml"
#: The examples in the order in which they are shown.
EXAMPLES = (
    "pair", "fast", "dual_stack", "active_active", "unicast", "tracking", "interfaces", "everything",
)  # fmt: skip
_MARKUP = re.compile(r"\b(?:RV|[BCEIMOPV])\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
HEAD = """\
# Variables

<!-- Made by docs/make_variables.py from the argument specs of the role hot_standby. Do not edit. -->

What concerns a group is set in the inventory, for the inventory group of its members. A group needs one variable,
`keepalived_vrrp_instances`; everything else has a default or is derived, and `ansible-playbook hotstandby.vrrp.plan`
prints each derived value with the reason.

Names are keepalived's own keywords, see keepalived.conf(5). These are ours:

| key | where | meaning |
| --- | --- | --- |
| `name` | blocks that keepalived names behind their keyword | that name |
| `unicast` | an instance | true: adverts go to the other members' addresses, which are derived |
| `owner` | an instance | the member that is first; left out, the first of the group |
| `real_servers` | a virtual server | its `real_server` blocks; `address: self` is the member's own |
| `fwmark`, `group` | a virtual server | what it is found by in place of `address` and `port` |
| `entries` | a virtual server group | its lines |
| `{app1: 1, app2: 2}` | any value in a block | another value for each member |
| `raw` | any block | lines that are written as they are: for what has no other spelling |

How a value is written depends on the keyword: a flag as the bare word, a command line in quotes, a list as a block with
one entry a line. A keyword that is not known here is written by the shape of its value, with a warning that names the
nearest known one. An entry of a list is a text (`eth1 weight -40`), a list of words, or a mapping
(`{address: 192.0.2.10/24, dev: eth1}`). A value that would change the structure of the file is refused: Jinja is what
keepalived's own `$` definitions, `@` conditions and `~SEQ` are elsewhere.
"""


def plain(text: str) -> str:
    """A description with Markdown's code marks in place of Ansible's markup."""
    return _MARKUP.sub(lambda found: f"`{found.group(1).removeprefix('hotstandby.vrrp.').partition('#')[0]}`", text)


def described(option: t.Mapping[str, t.Any]) -> list[str]:
    """An option's description, as paragraphs."""
    text = option["description"]
    return [plain(part) for part in (text if isinstance(text, list) else [text])]


def section(name: str, option: t.Mapping[str, t.Any]) -> str:
    """One variable."""
    # What a survey may leave blank has no type there, see the argument specs.
    kind = "bool" if isinstance(option.get("default"), bool) else option["type"]
    kind += (f" of {option['elements']}" if option.get("elements", "raw") != "raw" else "")
    facts = [kind]
    if option.get("required"):
        facts.append("required")
    if "choices" in option:
        facts.append("one of " + ", ".join(f"`{choice}`" for choice in option["choices"]))
    if "default" in option:
        facts.append(f"default `{json.dumps(option['default'])}`")
    return "\n".join([f"### {name}", "", "; ".join(facts), "", *(f"* {part}" for part in described(option)), ""])


def example(name: str) -> str:
    """One inventory, under what its first line says."""
    lines = (ROOT / "examples" / f"{name}.yml").read_text(encoding="utf-8").splitlines()
    title = lines[1].removeprefix("# ")
    return "\n".join([f"### {name.replace('_', ' ').capitalize()}", "", title, "", "```yaml", *lines[2:], "```", ""])


def page() -> str:
    """The whole page."""
    options = yaml.safe_load(SPECS.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    parts = [HEAD, "## Examples\n", *map(example, EXAMPLES), "## Reference\n"]
    parts += [section(name, option) for name, option in options.items()]
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
