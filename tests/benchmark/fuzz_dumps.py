# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged dumps of keepalived for their readers, and damaged configurations for what looks in them."""

from __future__ import annotations

import copy
import json
import os
import pathlib
import random
import typing as t

import mutate
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import (
    conf_parser,
    dump,
    dump_json,
    info,
    state as _state,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import reader

OUTCOMES = ("read", "refused", "not complete", "crash")
FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "unit/fixtures"
DUMPS = {
    kind: sorted((FIXTURES / "keepalived").glob(f"*/*.{kind}"), key=str) for kind in ("data", "json", "stats")
}  # fmt: skip
CONFIGURATIONS = sorted([*FIXTURES.glob("keepalived/*/*.conf"), *FIXTURES.glob("samples/*.conf")], key=str)


class Case(t.NamedTuple):
    """One state: C(kind) is text, json or conf, C(late) the dump that the daemon writes after the text dump."""

    kind: str
    text: str
    late: str = ""


def cases(dice: random.Random) -> t.Iterator[Case]:
    """Dumps of both kinds, damaged in the text, in the data or in the bytes, and one configuration in five."""
    texts = {path: path.read_text(encoding="utf-8") for paths in (*DUMPS.values(), CONFIGURATIONS) for path in paths}
    trees = {path: json.loads(texts[path]) for path in DUMPS["json"]}
    ways = {path: list(mutate.places(tree)) for path, tree in trees.items()}

    def damaged(path: pathlib.Path, others: t.Sequence[pathlib.Path]) -> str:
        text, other = texts[path], texts[dice.choice(others)]
        if dice.randrange(4):
            return mutate.lines(dice, text, other)
        return mutate.octets(dice, text.encode(), other.encode()).decode("utf-8", "replace")

    while True:
        kind = dice.choice(("text", "text", "json", "json", "conf"))
        if kind == "conf":
            yield Case(kind, damaged(dice.choice(CONFIGURATIONS), CONFIGURATIONS))
            continue
        late = dice.choice(DUMPS["json" if kind == "json" else "stats"])
        early = late.with_suffix(".data")
        text = texts[early] if dice.randrange(3) == 0 else damaged(early, DUMPS["data"])
        if kind == "json" and dice.randrange(3):
            tree = copy.deepcopy(trees[late])
            for path in dice.sample(ways[late], dice.randint(1, 3)):
                try:
                    mutate.put(tree, path, copy.deepcopy(dice.choice(mutate.ODD_VALUES)))
                except (IndexError, KeyError, TypeError):
                    continue  # an earlier one has taken its place away
            yield Case(kind, text, json.dumps(tree))
        else:
            yield Case(kind, text, damaged(late, DUMPS[late.suffix[1:]]))


def judge(case: Case) -> str:
    """Reads it, and goes on to what keepalived_info returns."""
    try:
        if case.kind == "conf":
            dump.places(os.getpid(), "data", case.text)
            conf_parser.virtual_addresses(conf_parser.parse(case.text))
            reader.data(case.text)
            return "read"
        make = _state.from_json if case.kind == "json" else _state.from_text
        state = make(case.text, case.late, lambda secret: "a digest")
    except (dump_json.FormatError, conf_parser.ConfError):
        return "refused"
    if state is None:
        return "not complete"
    all(map(_state.is_settled, state["instances"]))
    json.dumps([info._told(instance, state, {"192.0.2.10"}) for instance in state["instances"]])
    return "read"
