# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Takes passwords out of a configuration before anything else looks at it, and leaves references to a vault."""

from __future__ import annotations

import re
import secrets
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived.masking import (
    KEY,
    SECRET_BLOCK,
    SECRET_KEYWORDS,
    WITH_FILES,
    passages,
)
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import keywords

#: What begins a template of Jinja.
_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
#: A keyword of a password, with whatever stands before and behind it.
_SECRET = re.compile(rf"(?:^|\W)(?:{'|'.join(sorted(SECRET_KEYWORDS))})(?!\w)", re.IGNORECASE)
#: What may stand behind a brace that closes or opens a block there.
_APART = re.compile(r"[\s{}]|$")
_KNOWN = frozenset(word for word, _keyword in keywords.everything())
_BLOCK = re.compile(rf"(?<![\w./-]){SECRET_BLOCK}", re.IGNORECASE)
_KEY = re.compile(rf"(?<![\w./-]){KEY}(?![\w-])", re.IGNORECASE)
#: The same with all that belongs to it in one word.
_WHOLE_KEY = re.compile(_KEY.pattern + r"(?=\s+[0-9]{1,3}\s+\S)", re.IGNORECASE)
_ID = re.compile(r"[0-9]{1,3}")
#: What has a reference written in quotes, since a key may need them.
_QUOTED = "!"
#: A key that is in a file of its own: no secret.
_FILE = "file:"
#: Of lines of the block that are no key, those that can hold no secret.
_PLAIN = re.compile(r"(?:active_key|time_window) [0-9]{1,3}|anti_replay (?:time|monotonic)|mode [a-z-]{1,12}")


class PasswordError(ValueError):
    """A password that is not where it belongs. The text is for the user, and does not hold it."""


class Vault:
    """Takes passwords out, and leaves references to variables in their place. The values never leave it.

    While the files are read a word that nobody can have written stands for each reference.
    """

    def __init__(self) -> None:
        #: Where each variable's value comes from.
        self.origins: dict[str, str] = {}
        self._values: dict[str, set[str]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._mark = f"vault-{secrets.token_hex(12)}-"

    def redacted(self, statements: t.Sequence[t.Any], member: str, name: str = "", block: str = "") -> list[t.Any]:
        """The statements without whatever stands behind, or in the braces of, a word that announces a password.

        :arg name: the name of the block that they stand in.
        :arg block: its keyword.
        :raises PasswordError: a password that is not where it belongs, and might be missed.
        """
        found: list[t.Any] = []
        for words, inner in statements:
            if any(map(_BLOCK.search, words)):
                found.append((words, self._block(words, inner, member, name)))
                continue
            end, place = next(
                ((end, place) for place in range(len(words)) if (end := _announced(words, place, block))), (0, None)
            )
            if place is None:
                named = words[1] if len(words) > 1 else name
                first = words[0] if words else ""
                found.append((words, None if inner is None else self.redacted(inner, member, str(named), first)))
                continue
            kept, rest = words[place][:end], [words[place][end:], *words[place + 1 :]]
            keyword = re.findall(r"\w+", kept)[-1]
            if not any(rest) and inner is None:
                raise PasswordError(f"{keyword} has no password on its line{f' in {name}' if name else ''}.")
            reference = self._reference(keyword, " ".join(rest) + str(inner or ""), member, name)
            found.append(([*words[:place], kept, reference], None))
        return found

    def _block(self, words: t.Sequence[str], inner: t.Any, member: str, name: str) -> list[t.Any]:
        """What the braces of HMAC hold, without the keys. Whatever is not known there might be one.

        :raises PasswordError: for that.
        """
        where = f"{SECRET_BLOCK} in {name}" if name else SECRET_BLOCK
        if list(words) != [SECRET_BLOCK] or inner is None:
            raise PasswordError(
                f"{where} is no block that can be read here. Write it as {SECRET_BLOCK} {{, then each key on a line of "
                f"its own as {KEY} ID SECRET, then }}."
            )
        found = []
        for line, braces in inner:
            is_key = braces is None and len(line) == 3 and line[0] == KEY and _ID.fullmatch(line[1]) is not None
            if is_key and not line[2].startswith(_FILE):
                reference = self._reference(f"{SECRET_BLOCK} {KEY} {line[1]}", line[2], member, name)
                found.append(([KEY, line[1], reference + _QUOTED], None))
            elif is_key or (braces is None and _PLAIN.fullmatch(" ".join(line))):
                found.append((line, None))
            else:
                raise PasswordError(
                    f"A line of {where} is none that can be read here, and may have a key in it. Write each key on a "
                    f"line of its own as {KEY} ID SECRET, and take out what is neither that nor active_key, "
                    "time_window, anti_replay or mode."
                )
        return found

    def _reference(self, keyword: str, secret: str, member: str, name: str) -> str:
        variable = self._names.get((keyword, name))
        if variable is None:
            plain = re.sub(r"\W", "_", f"vault_keepalived_{keyword}_{name}".rstrip("_"))
            taken = [other for other in self.origins if re.fullmatch(rf"{plain}(_[0-9]+)?", other)]
            variable = f"{plain}_{len(taken) + 1}" if taken else plain
            self._names[keyword, name] = variable
            self.origins[variable] = f"{keyword} of {name}, on {member}" if name else f"{keyword}, on {member}"
        self._values.setdefault(variable, set()).add(secret)
        return f"{self._mark}{variable}-"

    def differences(self) -> list[str]:
        """Passwords that are not the same everywhere: in words without them."""
        return [
            f"{self.origins[variable].split(',')[0]} is not the same everywhere."
            for variable, values in self._values.items()
            if len(values) > 1
        ]

    def written(self, value: t.Any) -> t.Any:
        """A value as it belongs into a file of variables: with references, and nothing else that is a template.

        What looks like a template in a file of a managed host must never run on the controller.
        """
        if isinstance(value, t.Mapping):
            return {self.written(key): self.written(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.written(inner) for inner in value]
        if not isinstance(value, str):
            return value
        text = _TEMPLATE.sub(lambda found: f"{{{{ '{found.group(0)}' }}}}", value)
        return re.sub(rf"{self._mark}(\w+)-{_QUOTED}?", r"{{ \1 }}", text)

    def unmarked(self, text: str) -> str:
        """A text for people, in which the variable's name stands for a reference."""
        return re.sub(rf"{self._mark}(\w+)-{_QUOTED}?", r"\1", text)


def refuse_braces(text: str) -> None:
    """Refuses a password with a brace in it that is not in quotes: what stands behind that would be taken for more.

    :arg text: a configuration.
    :raises PasswordError: for the first one.
    """
    spans, begin = passages(text), 0
    for number, line in enumerate(text.split("\n"), 1):
        for place in conf_parser.braces(line):
            in_secret = any(start <= begin + place < end for start, end in spans)
            if in_secret and not _APART.match(line, place + 1):
                message = f"Line {number} has a password or a key with a brace in it. Put it in double quotes."
                raise PasswordError(message)
        begin += len(line) + 1


def _announced(words: t.Sequence[str], position: int, block: str) -> int:
    """Where in the word at a position that ends which announces a password, 0 if it announces none.

    :arg block: the keyword of the block that the words stand in.
    """
    word = words[position]
    found = [_SECRET.search(word)]
    if block not in WITH_FILES:
        # Elsewhere than at the start of a line it is a word like others, unless an ID follows.
        starts = position == 0 or _ID.fullmatch(" ".join(words[position + 1 : position + 2]))
        found += [_KEY.search(word) if starts else None, _WHOLE_KEY.search(word)]
    if any(found):
        # What stands in front of the first is kept.
        return min(one.end() for one in found if one)
    suspicious = position == 0 and word not in _KNOWN and re.search(r"pass|secret", word, re.IGNORECASE)
    return len(word) if suspicious else 0
