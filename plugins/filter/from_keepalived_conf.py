# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter from_keepalived_conf: thin; see plugin_utils/_adopt/adopt.py."""

from __future__ import annotations

import dataclasses
import re
import typing as t

import yaml
from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._adopt import adopt
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._ansible import plain

PATH = "/etc/keepalived/keepalived.conf"


def _source(member: str, value: t.Any) -> adopt.Source:
    """One member's files, from its text or from a mapping."""
    if isinstance(value, str):
        return adopt.Source({PATH: value}, PATH)
    if isinstance(value, t.Mapping) and isinstance(value.get("files"), t.Mapping):
        node = str(value.get("node") or "").partition(".")[0] or None
        return adopt.Source(value["files"], value.get("path", PATH), _config_id(value.get("arguments") or []) or node)
    raise AnsibleFilterError(f"from_keepalived_conf: {member} has neither a text nor a mapping with files.")


def _config_id(arguments: t.Sequence[str]) -> str | None:
    """What keepalived is started with as C(--config-id), see keepalived(8)."""
    for position, argument in enumerate(arguments):
        if argument in ("-i", "--config-id"):
            return next(iter(arguments[position + 1 :]), None)
        if argument.startswith("--config-id="):
            return argument.partition("=")[2]
        if re.match(r"-i[^-]", argument):
            return argument[2:]
    return None


def from_keepalived_conf(members: t.Any, target: str = "the group's variables") -> dict[str, t.Any]:
    """See from_keepalived_conf.yml."""
    known = plain(members)
    if isinstance(known, str):
        known = {"": known}
    if not isinstance(known, t.Mapping) or not known:
        raise AnsibleFilterError(
            f"from_keepalived_conf expects a text, or a mapping from member to text, not {type(members).__name__}."
        )
    try:
        adopted = adopt.adopt({member: _source(member, value) for member, value in known.items()})
    except adopt.AdoptError as error:
        # An exception of a task that must not be logged would be hidden.
        return {"error": f"from_keepalived_conf: {error}"}
    # The references to the vault are for the files that are written from this, and not to be resolved now.
    return wrap_var(
        {
            "error": None,
            **dataclasses.asdict(adopted),
            "group_file": _file(adopted.group_vars),
            "host_files": {member: _file(variables) for member, variables in adopted.host_vars.items()},
            "report": adopt.report(adopted, target),
        }
    )


def _file(variables: t.Mapping[str, t.Any]) -> str:
    """A file of variables."""
    text = yaml.safe_dump(dict(variables), sort_keys=False, width=120, allow_unicode=True)
    return f"---\n# Made from the members' keepalived.conf. Passwords are references to variables of a vault.\n{text}"


def keepalived_conf_includes(text: t.Any, path: str = PATH) -> list[str]:
    """See keepalived_conf_includes.yml."""
    if not isinstance(text, str):
        raise AnsibleFilterError(f"keepalived_conf_includes expects a text, not {type(text).__name__}.")
    return adopt.includes(plain(text), path)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name to function."""
        return {"from_keepalived_conf": from_keepalived_conf, "keepalived_conf_includes": keepalived_conf_includes}
