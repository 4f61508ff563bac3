# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Takes passwords out of a configuration before anything else looks at it, and leaves references to a vault."""

from __future__ import annotations

import re
import secrets
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils import _keywords
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._problems import SECRET_KEYWORDS

#: What begins a template of Jinja.
_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
#: A keyword of a password, with whatever stands before and behind it.
_SECRET = re.compile(rf"(?:^|\W)(?:{'|'.join(sorted(SECRET_KEYWORDS))})(?!\w)", re.IGNORECASE)
_KNOWN = frozenset(word for word, _keyword in _keywords.everything())


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

    def redacted(self, statements: t.Sequence[t.Any], member: str, name: str = "") -> list[t.Any]:
        """The statements without whatever stands behind, or in the braces of, a word that announces a password.

        :arg name: the name of the block that they stand in.
        :raises PasswordError: a password that is not where it belongs, and might be missed.
        """
        found = []
        for words, inner in statements:
            end, place = next(
                ((end, place) for place, word in enumerate(words) if (end := _announced(word, place))), (0, None)
            )
            if place is None:
                named = words[1] if len(words) > 1 else name
                found.append((words, None if inner is None else self.redacted(inner, member, str(named))))
                continue
            kept, rest = words[place][:end], [words[place][end:], *words[place + 1 :]]
            keyword = re.findall(r"\w+", kept)[-1]
            if not any(rest) and inner is None:
                raise PasswordError(f"{keyword} has no password on its line{f' in {name}' if name else ''}.")
            reference = self._reference(keyword, " ".join(rest) + str(inner or ""), member, name)
            found.append(([*words[:place], kept, reference], None))
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
        return re.sub(rf"{self._mark}(\w+)-", r"{{ \1 }}", text)

    def unmarked(self, text: str) -> str:
        """A text for people, in which the variable's name stands for a reference."""
        return re.sub(rf"{self._mark}(\w+)-", r"\1", text)


def _announced(word: str, position: int) -> int:
    """Where in a word that ends which announces a password, 0 if it announces none."""
    found = _SECRET.search(word)
    if found:
        return found.end()
    suspicious = position == 0 and word not in _KNOWN and re.search(r"pass|secret", word, re.IGNORECASE)
    return len(word) if suspicious else 0
