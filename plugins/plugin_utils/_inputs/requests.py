# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What a run is asked for, by C(-e) or by the survey of a job: the one place for its types, choices and defaults.

A blank answer, nothing and an option that is left out are the same. AWX writes a blank answer as C(!unsafe ''), which
is C(None) under ansible-core 2.19 and later and C('') before. What concerns a group is in C(variables).
"""

from __future__ import annotations

import os
import pathlib
import typing as t

from ansible.module_utils.common import validation
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import fault

PREFIX = "hot_standby_"
REPORT = "hot_standby_report"


class Option(t.NamedTuple):
    """One of them. A C(path) is one of the controller's."""

    kind: str
    default: t.Any
    choices: tuple[str, ...] = ()


OPTIONS: dict[str, Option] = {
    "hot_standby_format": Option("str", "text", ("text", "json")),
    "hot_standby_fail_on": Option("str", "error", ("error", "warning", "never")),
    REPORT: Option("path", ""),
    "hot_standby_plan_digest": Option("str", ""),
    "hot_standby_drill_confirm": Option("str", ""),
    "hot_standby_drill_faults": Option("list", ["stop", "kill", "freeze", "nginx", "link"], tuple(fault.FAULTS)),
    "hot_standby_drill_from": Option("str", "localhost"),
    "hot_standby_drill_address": Option("str", ""),
    "hot_standby_handover_to": Option("str", ""),
    "hot_standby_handover_from": Option("str", ""),
    "hot_standby_handover_end": Option("str", ""),
    "hot_standby_remove_packages": Option("bool", False),
    "hot_standby_update_packages": Option("list", []),
    "hot_standby_adopt_directory": Option("path", ""),
}
_WORDS = {"bool": "true or false", "list": "a list of texts", "path": "the path of a file", "str": "a text"}


def is_blank(value: t.Any) -> bool:
    """Whether an answer says nothing: C(None), a text of nothing but white space, or a list without entries."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == [] or value == ()


def asked(given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The answers with their defaults filled in.

    :arg given: values by the names of C(OPTIONS), of which any may be left out.
    :returns: by name without C(PREFIX) the value in its type, a relative path made absolute from the directory in
        which the run was started. C(problems) (texts), of values that are none; the default stands in for them.
        C(report_problem), why the report cannot be written, or C(None).
    """
    answers: dict[str, t.Any] = {}
    problems: list[str] = []
    for name, option in OPTIONS.items():
        key, value = name.removeprefix(PREFIX), given.get(name)
        answers[key] = option.default
        if is_blank(value):
            continue
        try:
            answers[key] = _answer(option, value)
        except (TypeError, ValueError, RuntimeError):
            problems.append(_problem(name, option, value))
    return {**answers, "problems": problems, "report_problem": _report_problem(answers["report"])}


def _answer(option: Option, value: t.Any) -> t.Any:
    """The value in the option's type.

    :raises TypeError: it is of another.
    :raises ValueError: it is no choice.
    :raises RuntimeError: it is below the home of a user who has none.
    """
    if option.kind == "bool":
        return validation.check_type_bool(value)
    if option.kind == "list":
        # A comma at the end of a text does not begin another entry.
        texts = [text for text in map(_text, validation.check_type_list(value)) if text.strip()]
    else:
        texts = [_text(value)]
    if option.choices and not set(texts) <= set(option.choices):
        raise ValueError
    if option.kind == "path":
        return str(pathlib.Path.cwd() / pathlib.Path(texts[0]).expanduser())
    return texts if option.kind == "list" else texts[0]


def _text(value: t.Any) -> str:
    """A text as it is, and a number as one: a host or a group may be named so."""
    if isinstance(value, (bool, dict, list)):
        raise TypeError
    return str(validation.check_type_str(value))


def _problem(name: str, option: Option, value: t.Any) -> str:
    if not option.choices:
        kind = _WORDS[option.kind]
        return f"{name} is not {kind} but of type {type(value).__name__}. Set it to {kind}."
    wanted = "some of" if option.kind == "list" else "one of"
    return f"{name}: {value} is not known. Set it to {wanted} {', '.join(option.choices)}, or leave it out."


def _report_problem(path: str) -> str | None:
    """Why a file cannot be written there: to be known before a drill, and not after it."""
    if not path:
        return None
    file = pathlib.Path(path)
    if not file.parent.is_dir():
        reason = f"there is no folder {file.parent} on the controller"
    elif file.is_dir():
        reason = "it is a folder"
    elif not os.access(file if file.exists() else file.parent, os.W_OK):
        reason = "this user must not write there"
    else:
        return None
    return f"{REPORT}: {path} cannot be written, as {reason}. Set it to a file in a folder that is there."
