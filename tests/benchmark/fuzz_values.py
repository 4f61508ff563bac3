# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile values for the plan, and for everything that the roles write of it.

Each is put in the place of any value or key of an inventory that has every kind of variable. Where the plan takes it,
the files of all members are written from the roles' own templates, and read again: the word CANARY stands behind
something in every hostile text, so that a statement, or a line, that begins with it is one that got through.
"""

from __future__ import annotations

import copy
import functools
import operator
import pathlib
import random
import re
import typing as t

import jinja2
import mutate
from ansible.plugins.filter.core import comment
from ansible_collections.hotstandby.vrrp.plugins.filter.to_keepalived_conf import to_keepalived_conf
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.keywords import RAW
from builders import firewall, inventory, observed, plan

OUTCOMES = ("written", "refused", "crash", "injection")
CANARY = "canary"
ROLES = pathlib.Path(__file__).resolve().parents[2] / "roles"
#: What may end a word, a line or a statement in one of the files, to somebody.
SEPARATORS = (
    "\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\x00", "\\\n", " }\n", "}",
    "{", "\n}\n", '"\n', '" ', "'\n", "' ", ";", "; ", "#\n", "!\n", "\\", "\\n", "$", "${_A}", "~SEQ(A,1,2)\n",
    "@app1 ", "\ninclude ", "\nincludea ", "*/", "{{ 7 * 7 }}\n", "%\n", ",", "\t", " ", "\u00a0", "\u200b", "\u3000",
    "\ud800",
)  # fmt: skip
BEFORE = (
    "x", "1", "192.0.2.10", "192.0.2.10/24", "eth0", "/usr/bin/test", "/health", "net.ipv4.ip_forward", '"x', "x y",
    "80/tcp",
)  # fmt: skip
INSTANCE = {
    "name": "VI_1", "interface": {"app1": "eth0", "app2": "eth0"}, "virtual_router_id": 51, "state": "BACKUP",
    "priority": {"app1": 100, "app2": 99}, "advert_int": 1, "unicast": True, "preempt_delay": 5,
    "authentication": {"auth_type": "PASS", "auth_pass": "s3cr3t78"},
    "notify_fault": ["/usr/bin/notify", "root", "root"], "notify_master": "/usr/bin/notify master",
    "track_interface": ["eth1 weight -40"],
    "track_script": ["disk"], "track_file": [{"name": "level", "weight": 1}],
    "virtual_routes": [{"to": "203.0.113.0/24", "via": "192.0.2.1"}],
    "virtual_ipaddress": [{"address": "192.0.2.10/24", "brd": "192.0.2.255", "label": "eth0:1"}],
    "virtual_ipaddress_excluded": ["192.0.2.11/24 dev eth0"], "smtp_alert": True, "raw": "garp_master_delay 3",
}  # fmt: skip
VARIABLES = {
    "keepalived_global_defs": {
        "router_id": "a router", "notification_email": ["admin@example.com"], "smtp_server": "192.0.2.25",
        "notification_email_from": "keepalived@example.com", "script_user": "root root", "vrrp_garp_interval": 0.001,
    },
    "keepalived_linkbeat_interfaces": ["eth1"],
    "keepalived_static_ipaddress": [{"address": "198.51.100.9/24", "dev": "eth1"}],
    "keepalived_static_routes": ["203.0.113.0/24 via 192.0.2.1"],
    "keepalived_vrrp_scripts": [{"name": "disk", "script": "/usr/bin/test -d '/a b'", "weight": -30, "interval": 5}],
    "keepalived_vrrp_track_files": [{"name": "level", "file": "/run/level", "weight": 1}],
    "keepalived_vrrp_track_processes": [{"name": "cron", "process": "cron", "weight": -10}],
    "keepalived_vrrp_sync_groups": [{"name": "VG_1", "group": ["VI_1", "VI_2"], "notify": "/usr/bin/notify"}],
    "keepalived_virtual_servers": [
        {
            "address": "192.0.2.10", "port": 80, "delay_loop": 6, "lb_algo": "rr", "lb_kind": "NAT", "protocol": "TCP",
            "virtualhost": "www.example.com",
            "real_servers": [
                {"address": "self", "port": 80, "weight": 1, "HTTP_GET": {"url": [{"path": "/x", "status_code": 200}]}}
            ],
        }
    ],
    "keepalived_virtual_server_groups": [{"name": "G", "entries": ["192.0.2.13 80", "fwmark 1"]}],
    "keepalived_raw": "garp_group {\n  garp_interval 1\n  interface eth1\n}",
    "keepalived_sysctl": {"net.ipv4.ip_forward": 1, "net.ipv4.ip_nonlocal_bind": "1"},
    "keepalived_firewall": "auto", "keepalived_firewall_services": ["https", "8443/tcp"], "keepalived_log_facility": 0,
    "keepalived_log_target": "rsyslog", "keepalived_failover": "standard", "nginx_port": 80, "nginx_root": "/var/www",
    "nginx_health_path": "/health", "nginx_repository": "distribution", "hot_standby_service": "nginx",
    "keepalived_log_transitions": True, "keepalived_transition_command": "/usr/bin/logger moved",
    "hot_standby_members": ["app1", "app2"],
}  # fmt: skip
SECOND = {"name": "VI_2", "virtual_router_id": 52, "interface": "eth0", "virtual_ipaddress": ["2001:db8::10/64"]}
#: What the roles' own variables, which no user sets, hold.
NAMES = {
    "ansible_managed": "Ansible managed", "__keepalived_log_file": "/var/log/keepalived.log",
    "__keepalived_log_group": "adm", "__keepalived_script_directory": "/usr/libexec/keepalived",
}  # fmt: skip
_jinja = jinja2.Environment(trim_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined)
_jinja.filters.update({"comment": comment, "hotstandby.vrrp.to_keepalived_conf": to_keepalived_conf})
TEMPLATES = {path: _jinja.from_string(path.read_text(encoding="utf-8")) for path in sorted(ROLES.glob("*/templates/*"))}
#: nginx ends a statement at these too.
_STATEMENTS = re.compile(r"[;{}]")
BASE = {
    name: {**host, "observed": observed(number, firewall=firewall(True, "nftables", eth0="public"))}
    for number, (name, host) in enumerate(inventory(INSTANCE, SECOND, **VARIABLES).items(), 1)
}
PLACES = [
    (name, "variables", *path) for name, host in BASE.items() for path in mutate.places(host["variables"])
]  # fmt: skip


class Case(t.NamedTuple):
    """A value, and the place that it is put into: a path of C(BASE); C(as_key) renames what is there."""

    path: tuple[t.Any, ...]
    value: t.Any
    as_key: bool
    members: tuple[str, ...]


def _hostile(dice: random.Random, sound: t.Any) -> str:
    """A text that begins like a sound one and has what may end it, the canary, and maybe a rest."""
    begin = dice.choice(BEFORE) if isinstance(sound, (dict, list)) or dice.randrange(3) == 0 else str(sound)
    ends = dice.choices(SEPARATORS, k=dice.choice((1, 1, 1, 2, 3)))
    return "".join([begin, *ends, CANARY, dice.choice(("", "", " ", " {", " }", " x {\n}", "\n", " 1"))])


def _value(dice: random.Random, sound: t.Any) -> t.Any:
    """A hostile text, in most cases; or one within a list or a mapping, or something of another type."""
    text, shape = _hostile(dice, sound), dice.randrange(12)
    if shape < 7:
        return text
    if shape == 7:
        return [text, "x"]
    if shape == 8:
        return {"name": text, "address": "192.0.2.12"}
    if shape == 9:
        return {text: "x"}
    if shape == 10:
        return {"app1": text, "app2": "x"}
    return copy.deepcopy(dice.choice(mutate.ODD_VALUES))


def cases(dice: random.Random) -> t.Iterator[Case]:
    """Every place is as likely; for both members, as a group's variable is, or for one."""
    while True:
        path = dice.choice(PLACES)
        as_key = isinstance(path[-1], str) and len(path) > 3 and dice.randrange(6) == 0
        members = tuple(BASE) if dice.randrange(4) else (path[0],)
        sound = path[-1] if as_key else functools.reduce(operator.getitem, path, BASE)
        yield Case(path, _hostile(dice, sound) if as_key else _value(dice, sound), as_key, members)


def judge(case: Case) -> str:
    """Plans it, and writes and reads the files."""
    hosts = copy.deepcopy(BASE)
    for member in case.members:
        path = (member, *case.path[1:])
        if case.as_key:
            holder = hosts
            for key in path[:-1]:
                holder = holder[key]
            holder[case.value] = holder.pop(path[-1])
        else:
            mutate.put(hosts, path, copy.deepcopy(case.value))
    planned = plan(hosts)
    if planned["errors"]:
        return "refused"
    found = [
        (path.name, text)
        for model in planned["members"].values()
        for path, template in TEMPLATES.items()
        if path.parts[-3] != "nginx" or model["nginx"]
        for text in [template.render(NAMES, keepalived_model=model["keepalived"], nginx_model=model["nginx"])]
    ]
    return "injection" if any(_got_through(name, text, case.path) for name, text in found) else "written"


def _got_through(name: str, text: str, path: t.Sequence[t.Any]) -> bool:
    """Whether the canary stands where a statement begins. Raw lines are the user's own, within their block."""
    if name == "keepalived.conf.j2":
        parsed = conf_parser.parse(text)
        if RAW in path or "keepalived_raw" in path:
            return RAW in path and any(words[:1] == [CANARY] for words, _inner in parsed)
        return any(words[:1] == [CANARY] for words in _all(parsed)) or _begins(text.splitlines())
    if name == "site.conf.j2":
        return _begins(_STATEMENTS.split(text)) or _begins(text.splitlines())
    return _begins(text.splitlines())


def _all(statements: t.Any) -> t.Iterator[list[str]]:
    for words, inner in statements:
        yield words
        yield from _all(inner or [])


def _begins(parts: t.Iterable[str]) -> bool:
    return any(part.lstrip().startswith(CANARY) for part in parts)
