# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What of a configuration is a secret, what runs programs, and how either is shown."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import masking
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import keywords, quoting

MASK = "********"
_MAY_BE_SECRET = re.compile(r"pass|secret|hmac|password", re.IGNORECASE)
#: A password behind its keyword, in a text, or a key of HMAC.
_FOLLOWED = re.compile(r"\bauth_pass\s+\S|\bauth_hmac\"?\s+(\"?key\b|\{)|(?<![\w.-])key\"?\s+\"?[0-9]{1,3}\"?\s+\S")
_HARMLESS = frozenset({"passive"})


def shown(value: t.Any, variable: str) -> str:
    """A value as it may be shown in a message, as it would be written in YAML: a secret is masked, a long one cut."""
    text = _written(value)
    if masking.is_secret(variable) or masking.may_have(repr(value)) or masking.may_have(text):
        return MASK
    return text if len(text) <= 60 else text[:57] + "..."


def _written(value: t.Any) -> str:
    """A text in quotes, everything else as JSON, which is YAML: null and true, not how Python calls them."""
    if isinstance(value, str):
        return repr(value)
    try:
        return json.dumps(value)
    except (TypeError, ValueError):
        return repr(value)


def as_text(value: t.Any) -> str:
    """A value in one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(as_text(entry) for entry in value)
    if isinstance(value, t.Mapping):
        return " ".join(f"{key} {as_text(inner)}" for key, inner in value.items())
    return str(value)


def masked(config: t.Any) -> t.Any:
    """A configuration without its passwords, and without what may be one: for a report that anybody may read."""
    if isinstance(config, t.Mapping):
        return {_masked_text(key): _masked_value(str(key), value) for key, value in config.items()}
    return [masked(entry) for entry in config] if isinstance(config, list) else _masked_text(config)


def _masked_value(key: str, value: t.Any) -> t.Any:
    if key == "authentication":
        kind = value.get("auth_type") if isinstance(value, t.Mapping) else None
        return {"auth_type": kind, "auth_pass": MASK} if kind in ("PASS", "AH") else MASK
    if key == keywords.RAW or (_MAY_BE_SECRET.search(key) and key not in _HARMLESS):
        return MASK
    if key in masking.WITH_FILES and isinstance(value, t.Mapping):
        return {**masked(value), **{name: _masked_text(inner) for name, inner in value.items() if name == "key"}}
    if key == masking.KEY:
        return MASK
    return masked(value)


def _masked_text(text: t.Any) -> t.Any:
    return MASK if isinstance(text, str) and _FOLLOWED.search(text) else text


def holds_secret(config: t.Any) -> bool:
    """Whether a configuration has a password or a key anywhere, or an include, in which there may be one."""
    return _holds_secret(config, "")


def _holds_secret(config: t.Any, path: str) -> bool:
    """The same of a part.

    :arg path: where it stands: names of blocks, with a dot behind each.
    """
    if isinstance(config, t.Mapping):
        return any(
            _is_secret(f"{path}{key}", str(key), value) or _holds_secret(value, f"{path}{key}.")
            for key, value in config.items()
        )
    if isinstance(config, list):
        return any(_holds_secret(entry, path) for entry in config)
    return isinstance(config, str) and masking.may_have(config)


def _is_secret(path: str, key: str, value: t.Any) -> bool:
    if key == keywords.RAW:
        words = raw_words(value)
        found = words & {*masking.SECRET_KEYWORDS, masking.SECRET_BLOCK}
        return bool(found) or any(map(quoting.is_include, words)) or masking.may_have(str(value))
    return masking.is_secret(path) or quoting.is_include(key)


def raw_words(value: t.Any) -> set[str]:
    """Everything in raw lines that may be a keyword."""
    return set(re.findall(r"\w+", "\n".join(map(str, value)) if isinstance(value, list) else str(value)))


def runs_scripts(config: t.Any) -> bool:
    """Whether keepalived has any command line to run, or an include, in which there may be one."""
    if isinstance(config, t.Mapping):
        return any(_is_script(key, value) or runs_scripts(value) for key, value in config.items())
    return isinstance(config, list) and any(runs_scripts(entry) for entry in config)


def _is_script(key: str, value: t.Any) -> bool:
    if not value:
        return False
    if key == keywords.RAW:
        words = raw_words(value)
        return bool(words & keywords.SCRIPTS) or any(map(quoting.is_include, words))
    return key in keywords.SCRIPTS or quoting.is_include(str(key))
