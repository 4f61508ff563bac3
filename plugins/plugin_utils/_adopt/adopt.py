# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Turns the keepalived.conf files of a group's members into the group's variables.

What is the same on all members becomes one value, what differs a mapping from member to value. What the plan derives by
itself is left out. No password comes out: a reference to a variable of a vault stands for each.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._adopt import vault as _vault
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import definitions, keywords, reader, writer
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.entries import entries
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.sections import SECTIONS
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import GLOBAL_DEFS, INSTANCES

#: What a group that was set up by hand keeps as it is.
KEPT: dict[str, t.Any] = {"hot_standby_service": "none", "keepalived_sysctl": {}}


class AdoptError(ValueError):
    """A file that cannot be adopted. The text is for the user."""


@dataclasses.dataclass
class Adopted:
    """What became of the files.

    C(group_vars) and, by member, C(host_vars) are variables. C(secrets) are the names of the vault's variables that
    they refer to, with where each comes from. C(notes) are for the user.
    """

    group_vars: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    host_vars: dict[str, dict[str, t.Any]] = dataclasses.field(default_factory=dict)
    secrets: dict[str, str] = dataclasses.field(default_factory=dict)
    notes: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Source:
    """One member's files: their texts by path, the one that keepalived is started with, and its C(--config-id)."""

    files: t.Mapping[str, str]
    path: str
    config_id: str | None = None


def adopt(sources: t.Mapping[str, Source]) -> Adopted:
    """The variables of a group.

    :arg sources: by member, in the order of their rank.
    :raises AdoptError: a file that cannot be read.
    """
    adopted = Adopted()
    vault = _vault.Vault()
    parts = {member: _parts(member, source, vault, adopted) for member, source in sources.items()}
    adopted.secrets = vault.origins
    adopted.notes += vault.differences()
    adopted.group_vars.update(KEPT)
    for variable in SECTIONS.values():
        values = {member: own[variable] for member, own in parts.items() if variable in own}
        if values:
            _combine(variable, values, list(sources), adopted)
    adopted.group_vars = vault.written(adopted.group_vars)
    adopted.host_vars = vault.written(adopted.host_vars)
    adopted.notes = [vault.unmarked(note) for note in adopted.notes]
    return adopted


def includes(text: str, path: str) -> list[str]:
    """The files that a configuration includes: absolute paths, which may have wildcards."""
    found: list[str] = []

    def look(statements: t.Any) -> None:
        for words, inner in statements:
            if inner is None and len(words) == 2 and re.fullmatch(r"include[a-z]?", words[0]):
                found.append(_beside(path, words[1]))
            look(inner or [])

    look(conf_parser.parse(text))
    return found


def _beside(path: str, name: str) -> str:
    """A file that is named in another one: a relative path starts at that one's directory."""
    return str(pathlib.PurePosixPath(path).parent / name)


def _parts(member: str, source: Source, vault: _vault.Vault, adopted: Adopted) -> dict[str, t.Any]:
    """One member's configuration by variable, without passwords."""
    text = _spliced(source, source.path, 0).replace("\ufeff", "").replace("\r", "\n")
    notes: list[str] = []
    try:
        resolved = definitions.resolve(text, source.config_id)
        _vault.refuse_braces(resolved)
        statements = reader.statements(resolved)
        config = reader.data_of(vault.redacted(statements, member), notes)
    except (definitions.DefinitionError, conf_parser.ConfError, _vault.PasswordError) as error:
        raise AdoptError(f"{member}: {source.path}: {error}") from error
    adopted.notes += [f"{member}: {note}" for note in notes]
    known = {word: value for word, value in config.items() if word in SECTIONS}
    lines = {word: value for word, value in config.items() if word in keywords.ROOT_LINES}
    if lines:
        known["global_defs"] = {**lines, **known.get("global_defs", {})}
    others: dict[str, t.Any] = {
        word: value for word, value in config.items() if word not in SECTIONS and word not in lines
    }
    try:
        raw = [*known.pop("raw", []), *(writer.render(others).splitlines() if others else [])]
    except writer.RenderError as error:
        raise AdoptError(f"{member}: {source.path}: {vault.unmarked(str(error))}") from error
    if raw:
        known["raw"] = "\n".join(raw) + "\n"
        adopted.notes.append(f"{member}: some lines have no other place than keepalived_raw.")
    return {SECTIONS[word]: value for word, value in known.items()}


def _spliced(source: Source, path: str, depth: int) -> str:
    """The text of a file with each include that was fetched in its place."""
    if path not in source.files:
        raise AdoptError(f"{path} was not read.")
    lines = []
    for line in source.files[path].split("\n"):
        found = re.fullmatch(r"\s*include[a-z]?\s+(\S+)\s*", line)
        pattern = _beside(path, found.group(1)) if found else ""
        matches = sorted(one for one in source.files if found and _matches(one, pattern))
        if matches and depth < conf_parser.MAX_DEPTH:
            lines += [_spliced(source, one, depth + 1) for one in matches]
        elif found:
            lines.append(f"include {pattern}")
        else:
            lines.append(line)
    return "\n".join(lines)


def _matches(path: str, pattern: str) -> bool:
    expression = "".join(
        "[^/]*" if part == "*" else "[^/]" if part == "?" else re.escape(part) for part in re.split(r"([*?])", pattern)
    )
    return re.fullmatch(expression, path) is not None


def _combine(variable: str, values: t.Mapping[str, t.Any], members: t.Sequence[str], adopted: Adopted) -> None:
    """Puts one variable where it belongs: once for the group, or for each member."""
    if variable == INSTANCES:
        values = _instances(values, members, adopted)
    if variable == GLOBAL_DEFS:
        values = {member: _settings(value, member) for member, value in values.items()}
        values = {member: value for member, value in values.items() if value}
    if not values:
        return
    first = next(iter(values.values()))
    if len(values) == len(members) and all(value == first for value in values.values()):
        adopted.group_vars[variable] = first
        return
    merged = _merged(values) if len(values) == len(members) else None
    if merged is not None:
        adopted.group_vars[variable] = merged
        adopted.notes.append(f"{variable} differs between the members, in {', '.join(_differing(values))}.")
        return
    for member, value in values.items():
        adopted.host_vars.setdefault(member, {})[variable] = value
    adopted.notes.append(f"{variable} is not of the same shape on all members: it is written for each of them.")


def _settings(settings: t.Mapping[str, t.Any], member: str) -> dict[str, t.Any]:
    """C(global_defs) less what is derived."""
    return {key: value for key, value in settings.items() if (key, value) != ("router_id", member)}


def _merged(values: t.Mapping[str, t.Any]) -> t.Any:
    """One value for all members, with mappings from member to value in it; C(None) where the shapes differ."""
    first = next(iter(values.values()))
    if all(isinstance(value, t.Mapping) for value in values.values()):
        return _merged_block(values)
    if not all(isinstance(value, list) and len(value) == len(first) for value in values.values()):
        return None
    merged = []
    for position in range(len(first)):
        blocks = {member: value[position] for member, value in values.items()}
        one = next(iter(blocks.values()))
        if not all(isinstance(block, t.Mapping) for block in blocks.values()):
            if any(block != one for block in blocks.values()):
                return None
            merged.append(one)
            continue
        if any(block.get("name") != one.get("name") for block in blocks.values()):
            return None
        merged.append(_merged_block(blocks))
    return merged


def _merged_block(blocks: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    keys = dict.fromkeys(key for block in blocks.values() for key in block)
    merged = {}
    for key in keys:
        present = {member: block[key] for member, block in blocks.items() if key in block}
        first = next(iter(present.values()))
        same = len(present) == len(blocks) and all(value == first for value in present.values())
        merged[key] = first if same else present
    return merged


def _differing(values: t.Mapping[str, t.Any]) -> list[str]:
    """The keys in which blocks differ."""
    found: dict[str, None] = {}
    lists = [value if isinstance(value, list) else [value] for value in values.values()]
    for blocks in zip(*lists, strict=True):
        for key in dict.fromkeys(key for block in blocks for key in block):
            if any(block.get(key) != blocks[0].get(key) for block in blocks):
                found[key] = None
    return list(found)


def _instances(
    values: t.Mapping[str, list[dict[str, t.Any]]], members: t.Sequence[str], adopted: Adopted
) -> dict[str, list[dict[str, t.Any]]]:
    """Instances of all members in one order, less what is derived."""
    first = next(iter(values.values()))
    order = [block.get("name") for block in first]
    sides = {
        member: sorted(
            blocks, key=lambda block: order.index(block.get("name")) if block.get("name") in order else len(order)
        )
        for member, blocks in values.items()
    }
    if len(sides) < len(members) or len({tuple(one.get("name") for one in blocks) for blocks in sides.values()}) > 1:
        adopted.notes.append("The members do not have the same instances: no group can be made of them as they are.")
        return sides
    for position, name in enumerate(order):
        _simplify({member: blocks[position] for member, blocks in sides.items()}, str(name), adopted)
    return sides


def _simplify(blocks: t.Mapping[str, dict[str, t.Any]], name: str, adopted: Adopted) -> None:
    """Takes out of one instance, in place, what the plan derives by itself."""
    states = {member: block.pop("state", None) for member, block in blocks.items()}
    _keep_order(blocks, states, name, adopted)
    if any(states.values()):
        adopted.notes.append(f"{name}: state is left out; it is derived from the order of the members.")
    sources = {member: block.get("unicast_src_ip") for member, block in blocks.items()}
    heard = {
        member: sorted(str(entry) for entry in entries(block.get("unicast_peer"))) for member, block in blocks.items()
    }
    if (
        len(blocks) > 1
        and all(sources.values())
        and all(
            heard[member] == sorted(str(source) for other, source in sources.items() if other != member)
            for member in blocks
        )
    ):
        for block in blocks.values():
            del block["unicast_peer"]
            block["unicast"] = True
        adopted.notes.append(f"{name}: unicast_peer is left out; it is derived, since each member lists all others.")
    elif any(heard.values()):
        adopted.notes.append(f"{name}: unicast_peer is not the list of all other members' unicast_src_ip: look at it.")


def _keep_order(
    blocks: t.Mapping[str, dict[str, t.Any]], states: t.Mapping[str, t.Any], name: str, adopted: Adopted
) -> None:
    """The owner stays the owner where no priority says so: keepalived takes 100 for one that is left out."""
    if all("priority" in block for block in blocks.values()):
        return
    masters = [member for member, state in states.items() if state == "MASTER"]
    if len(masters) == 1 and not any("priority" in block for block in blocks.values()):
        for block in blocks.values():
            block["owner"] = masters[0]
        adopted.notes.append(
            f"{name}: no member has a priority, so {masters[0]}, which starts as MASTER, is the owner."
        )
        return
    for block in blocks.values():
        block.setdefault("priority", 100)
    adopted.notes.append(f"{name}: a priority is left out, which keepalived takes for 100: give each member its own.")


def report(adopted: Adopted, target: str) -> str:
    """What was adopted, and what is to be done, as text.

    :arg target: where the group's variables were written.
    """
    lines = [f"Adopted into {target}:"]
    lines += [f"  {variable}" for variable in adopted.group_vars]
    for member, variables in adopted.host_vars.items():
        lines.append(f"  for {member} alone: {', '.join(variables)}")
    lines += [
        "",
        "Note: hot_standby_service is none and keepalived_sysctl is empty: nginx and the kernel stay as they are.",
        *(f"Note: {note}" for note in dict.fromkeys(adopted.notes)),
    ]
    if adopted.secrets:
        lines += ["", "Passwords were not written. Put each into a vault, as it is in the members' files:"]
        lines += [
            f"  ansible-vault encrypt_string --stdin-name {name}    # {where}"
            for name, where in adopted.secrets.items()
        ]
    lines += ["", "Then see what would change: ansible-playbook hotstandby.vrrp.plan --diff"]
    return "\n".join(lines)
