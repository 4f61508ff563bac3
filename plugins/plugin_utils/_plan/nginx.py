# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""nginx as the service behind the virtual addresses, and the check by which it gives them up."""

from __future__ import annotations

import re
import shlex
import typing as t

from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.masking import shown
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs import addresses
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.problems import Problems
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._inputs.variables import DEFAULTS
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._plan.parts import LOCALHOST
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._vrrp.instances import Instance

SERVICES = ("nginx", "none")
REPOSITORIES = ("distribution", "nginx.org")
#: Whose sites users see: the collection's, which answers any name or C(nginx_server_names), or those that are there.
SITES = ("managed", "existing")
CHECK_NAME = "check_nginx"
CHECK_SCRIPT = "/usr/libexec/keepalived/check_nginx"
#: The name by which the check asks for the site, besides those that users do: whatever addresses come and go, it stays.
#: No name server has it (RFC 6761 section 6.4).
CHECK_HOST = "check.hot-standby.invalid"
#: What says how nginx is watched: keepalived's keyword and the variable. Each is a positive integer.
CHECK = {word: f"nginx_check_{word}" for word in ("interval", "timeout", "fall", "rise")}
#: Far beyond what is of use, and within what every keepalived reads.
LONGEST = 3600
#: The part of the timeout that the check itself waits for an answer. Then it ends before keepalived ends it.
WAITS = 0.9
_PATH = re.compile(r"/[A-Za-z0-9._~/-]*")
#: The name is a word of nginx's configuration, and nginx expands $ in quotes too.
_NAME = re.compile(r"[A-Za-z0-9_.:@-]+")
#: A server's name as users have it, with nginx's wildcards; its regular expressions are not taken.
_SERVER_NAME = re.compile(r"(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?:\.\*)?")
#: Of an interface: nginx has no way to say which.
_LINK_LOCAL = re.compile(r"\[fe[89ab]", re.IGNORECASE)
#: A name, or an address of either family.
_HOST = re.compile(r"[A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\]")


def nginx(
    name: str,
    variables: t.Mapping[str, t.Any],
    instances: t.Sequence[Instance],
    observed: t.Mapping[str, t.Any],
    problems: Problems,
) -> dict[str, t.Any]:
    """What the role nginx is to set up on one member.

    :arg observed: what hot_standby_info returned for it.
    :returns: dict C(repository), C(port), C(health_path), C(root), C(served_by), C(sites), C(host_header) (by which the
        site is asked through an address, C(None) for the address itself), C(site) (C(ports), C(addresses) that it has
        for itself, whatever the name, C(health_paths), C(server_names), C(ipv6) and the C(requests) that must be
        answered with 200), C(transition) (the same while keepalived still runs what it ran before, C(None) where there
        is nothing else to serve) and C(unknown) (bool: a keepalived runs that does not tell what it checks).
    """
    for variable, choices in (("nginx_repository", REPOSITORIES), ("nginx_sites", SITES)):
        if variables[variable] not in choices:
            problems.error(
                name,
                variable,
                f"{shown(variables[variable], variable)} is not known.",
                f"Set it to {' or '.join(choices)}.",
            )
    if not _NAME.fullmatch(name):
        problems.error(
            name, "hot_standby_members",
            f"{shown(name, '')} cannot be the name that nginx gives in its answers.",
            "Call the host by letters, digits and ._:@- in the inventory, or set hot_standby_service to none.",
        )  # fmt: skip
    port = variables["nginx_port"]
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        problems.error(name, "nginx_port", f"{shown(port, '')} is not a TCP port.", "Set it to 1 to 65535.")
    for variable in CHECK.values():
        value = variables[variable]
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST:
            problems.error(
                name, variable, f"{shown(value, '')} is not a number from 1 to {LONGEST}.",
                f"Set it to such a number, for the members' group; {DEFAULTS[variable]} if you leave it out.",
            )  # fmt: skip
    for variable in ("nginx_health_path", "nginx_root"):
        value = variables[variable]
        if value is not None and not (isinstance(value, str) and _PATH.fullmatch(value)):
            problems.error(
                name,
                variable,
                f"{shown(value, variable)} is not a path that begins with / and has letters, digits and ._~/- alone.",
                "Set it to such a path.",
            )
    _check_names(name, variables, problems)
    virtual = _host_headers(text for one in instances for text in [*one.addresses, *one.excluded])
    site = _site([port], [variables["nginx_health_path"]], variables, virtual, [])
    return {
        "repository": variables["nginx_repository"],
        "port": port,
        "health_path": variables["nginx_health_path"],
        "root": variables["nginx_root"],
        "check": {word: variables[variable] for word, variable in CHECK.items()},
        "served_by": name,
        "sites": variables["nginx_sites"],
        "host_header": CHECK_HOST if variables["nginx_sites"] == "existing" else None,
        "site": site,
        "transition": _transition(site, variables, virtual, observed["keepalived"]),
        "unknown": _is_unknown(observed["keepalived"]),
    }


def _check_names(name: str, variables: t.Mapping[str, t.Any], problems: Problems) -> None:
    names = variables["nginx_server_names"]
    for text in names:
        if not _SERVER_NAME.fullmatch(text):
            problems.error(
                name, "nginx_server_names", f"{shown(text, '')} is no name of a server.",
                "Write a name like www.example.org or *.example.org.",
            )  # fmt: skip
    if names and variables["nginx_sites"] == "existing":
        problems.error(
            name, "nginx_server_names", "the sites that are there have names of their own, as nginx_sites is existing.",
            "Leave it out, or set nginx_sites to managed.",
        )  # fmt: skip


def _host_headers(texts: t.Iterable[str]) -> list[str]:
    """Addresses as a browser has them in its C(Host) header."""
    found = [address for address in map(addresses.parse, texts) if address is not None]
    return [f"[{address.ip}]" if address.version == 6 else str(address.ip) for address in found]


def _site(
    ports: t.Sequence[t.Any],
    paths: t.Sequence[str],
    variables: t.Mapping[str, t.Any],
    virtual: t.Sequence[str],
    besides: t.Sequence[str],
) -> dict[str, t.Any]:
    """What the site serves, and how nginx is asked whether it does.

    Without names of its own it is the one site of the virtual addresses, and so answers every name that leads to them.
    That is by its C(listen) of each address beside that of the port: nginx opens the port alone then, so that the
    address need not be there, and does not take C(default_server) from another site.

    :arg virtual: the addresses, as C(_host_headers) returns them.
    :arg besides: other names.
    """
    named = bool(variables["nginx_server_names"])
    existing = variables["nginx_sites"] == "existing"
    names = [] if existing else [*variables["nginx_server_names"], *virtual]
    ports, paths, names = (list(dict.fromkeys(values)) for values in (ports, paths, [*names, *besides, CHECK_HOST]))
    return {
        "ports": ports,
        "addresses": [] if named or existing else [one for one in dict.fromkeys(virtual) if not _LINK_LOCAL.match(one)],
        "health_paths": paths,
        "server_names": names,
        "ipv6": any(name.startswith("[") for name in virtual),
        "requests": [
            {"address": LOCALHOST, "port": port, "path": path, "host": CHECK_HOST} for port in ports for path in paths
        ],
    }


def _transition(
    site: t.Mapping[str, t.Any],
    variables: t.Mapping[str, t.Any],
    virtual: t.Sequence[str],
    keepalived: t.Mapping[str, t.Any],
) -> dict[str, t.Any] | None:
    """The site while keepalived runs what it ran before, and until its new configuration is final.

    It serves both: what the running check asks for, by which the member keeps its addresses, and the addresses that
    clients still use.

    :returns: as C(site), C(None) where that serves it all by itself.
    """
    asked = _running_check(keepalived)
    if asked is None:
        return None
    port, path, host = asked
    kinds = ("virtual_ipaddress", "virtual_ipaddress_excluded")
    running = [text for one in keepalived["instances"] for kind in kinds for text in one.get(kind) or []]
    both = _site(
        [*site["ports"], port], [*site["health_paths"], path], variables, [*virtual, *_host_headers(running)], [host]
    )
    same = all(set(both[key]) == set(site[key]) for key in ("ports", "addresses", "health_paths", "server_names"))
    return None if same else both


def _running_check(keepalived: t.Mapping[str, t.Any]) -> tuple[int, str, str] | None:
    """Port, path and host that the check of a running daemon asks for, C(None) where it has none of ours."""
    for script in keepalived.get("scripts") or []:
        # A check of the user's may use our program for a site of his own, which is none of ours.
        if script.get("name") != CHECK_NAME:
            continue
        try:
            words = shlex.split(str(script["command"]))
        except ValueError:
            continue
        if len(words) == 1:  # quoted as a whole
            words = words[0].split()
        # Before 1.1.0 without the last one, the seconds that it waits.
        is_ours = len(words) in (4, 5) and words[0] == CHECK_SCRIPT and words[1].isdigit()
        if is_ours and _PATH.fullmatch(words[2]) and _HOST.fullmatch(words[3]):
            return int(words[1]), words[2], words[3]
    return None


def _is_unknown(keepalived: t.Mapping[str, t.Any]) -> bool:
    """Whether a daemon runs and does not tell what it checks, so that the site cannot be changed without a risk.

    One that has no VRRP process checks nothing.
    """
    if not keepalived["running"] or keepalived["status"] == "no_vrrp":
        return False
    return keepalived["status"] != "ok" or keepalived.get("scripts") is None


def check(service: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The C(vrrp_script) that watches nginx.

    Without a weight a failing check is a FAULT: the member gives the address up whatever the others' priority. If nginx
    is dead everywhere nobody owns the address, which then would answer nothing anyway; a negative weight would keep it.

    Its timeout may be longer than its interval, and is unless that is changed: on a busy host the check itself is late.
    keepalived 1.4.0 to 2.1.2, and from 2.3.3 on, then starts none while one runs. Those in between say so too
    ("skipping run") and start the next all the same, as 1.3.5 does without a word: then there are as many at once as
    intervals fit into the timeout. Either is well, since every run ends by itself and counts (1.3.5, 2.2.7, 2.3.3).
    """
    command = f"{CHECK_SCRIPT} {service['port']} {service['health_path']} {CHECK_HOST}"
    wanted = service["check"]
    return {"name": CHECK_NAME, "script": f"{command} {_waits(wanted['timeout'])}", **wanted}


def _waits(timeout: t.Any) -> str:
    """Seconds that the check waits for an answer, as it takes them; the plan is refused where the timeout is none."""
    return f"{timeout * WAITS:g}" if isinstance(timeout, int) else "1"


def slowest_check(plan: t.Mapping[str, t.Any], group: t.Mapping[str, t.Any]) -> dict[str, int]:
    """The longest of each number by which the group's members watch their nginx; nothing where none does."""
    models = [plan["members"][name]["nginx"] for name in group["members"] if name in plan["members"]]
    checks = [model["check"] for model in models if model]
    return {word: max(check[word] for check in checks) for word in CHECK if checks}


def refused_after(check: t.Mapping[str, int]) -> int:
    """Seconds after which a nginx is given up that refuses, at most: one interval more, for a check that is late."""
    return check["interval"] * (check["fall"] + 1)


def silent_after(check: t.Mapping[str, int]) -> int:
    """Seconds after which a nginx is given up that takes connections or not, and never answers, at most.

    Where one check ends before the next begins each takes its timeout, and the next begins within an interval. Where
    they overlap it is sooner.
    """
    return (check["timeout"] + check["interval"]) * check["fall"]
