# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of address, port and path in a row, every second one refused, while all cores of the machine are busy.

What changes, and how a change is refused, is drawn. HOTSTANDBY_CHANGES says how many, HOTSTANDBY_SEED from which seed:
the session "changes" of nox does twenty. The client asks 50 times a second; what it missed while it was not scheduled
itself for half a second, by its own clock, is no loss (vip_probe counts it as skipped).
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import typing as t

from labhosts import CHECKOUT, PICKY, lost

COUNT, SEED = int(os.environ.get("HOTSTANDBY_CHANGES", "2")), int(os.environ.get("HOTSTANDBY_SEED", "1"))
FIGURES = CHECKOUT / ".cache" / "changes.json"
#: Not 80: there the site of the distribution answers too.
PORTS, PATHS = (8080, 8181, 8282), ("/health", "/alive")
FILES = "find /etc/keepalived /etc/nginx /etc/default/keepalived /etc/systemd/system -type f -not -name '*Z~'"
#: Without a timeout keepalived gives it one interval, and a host that is busy is a failure.
SCRIPT = {"name": "picky", "script": "/usr/libexec/keepalived/picky", "interval": 1, "timeout": 60, "fall": 1}
MEMBERS = ("app1", "app2")


@dataclasses.dataclass(frozen=True)
class State:
    """What the group is to serve: addresses by their number in the lab, of which number 0 always stays."""

    addresses: tuple[int, ...]
    port: int
    path: str


def drawn(state: State, chance: random.Random) -> State:
    """Another state: the first address, or the port, or the path, or several of them change."""
    others = chance.sample((1, 2, 3), chance.choice((1, 2)))
    # The one that stays is not the first: the first is what a check by address would go by.
    addresses = chance.choice((state.addresses, (*others, 0)))
    found = State(addresses, chance.choice(PORTS), chance.choice(PATHS))
    return found if found != state else drawn(state, chance)


def variables(lab, state: State, **more: t.Any) -> dict[str, t.Any]:
    """The group's variables for a state."""
    prefix = lab.vars["lab_prefixlen"]
    instance = {
        "name": "VI_1", "virtual_router_id": 51, "authentication": {"auth_type": "PASS", "auth_pass": "Tq4vWn8s"},
        "virtual_ipaddress": [f"{lab.vars['lab_vips'][number]}/{prefix}" for number in state.addresses], **more,
    }  # fmt: skip
    return {
        "keepalived_vrrp_instances": [instance], "nginx_port": state.port, "nginx_health_path": state.path,
        # All cores are busy: what takes a second takes twenty.
        "hot_standby_load_wait": 120, "hot_standby_observe_timeout": 300,
    }  # fmt: skip


@contextlib.contextmanager
def port_taken(lab, port: int) -> t.Iterator[None]:
    """Another process of app2 holds a port: nginx -t does not see that."""
    server = f"import socket, time; s = socket.create_server(('', {port})); time.sleep(3000)"
    lab.hosts["app2"].check_output(f'systemd-run --unit=taken python3 -c "{server}"')
    try:
        yield
    finally:
        lab.hosts["app2"].check_output("systemctl stop taken")


@contextlib.contextmanager
def refusal(lab, kind: str, wanted: State) -> t.Iterator[tuple[dict[str, t.Any], str]]:
    """Makes a change impossible. Yields the variables, and words of the refusal."""
    if kind == "keyword":
        yield variables(lab, wanted, raw="nonsense yes"), "keepalived refuses the configuration"
    elif kind == "script":
        yield (
            variables(lab, wanted, track_script=["picky"]) | {"keepalived_vrrp_scripts": [SCRIPT]},
            "Nothing has changed: the group web runs its former configuration again, seen on app1, app2",
        )
    else:
        with port_taken(lab, wanted.port):
            yield variables(lab, wanted), "Nothing has changed: the group web runs its former configuration again"


def files(lab) -> dict[str, str]:
    """Every file of keepalived and nginx on both members, by its digest."""
    return {name: lab.hosts[name].check_output(f"{FILES} -exec sha256sum {{}} + | sort -k 2") for name in MEMBERS}


def states(lab) -> dict[str, tuple[str, int]]:
    """By member the state of its instance, and how often it became MASTER. Of since when, a reload forgets."""
    looks = {name: lab.module(name, "keepalived_info")["instances"][0] for name in MEMBERS}
    return {name: (look["state"], look["counters"]["become_master"]) for name, look in looks.items()}


def asked(lab, port: int, **more: t.Any):
    """The client asks for the address that stays."""
    return lab.probing(lab.vars["lab_vips"][0], 0.02, port=port, timeout=1.0, **more)


def test_changes_in_a_row_cost_nothing(lab):
    chance, figures = random.Random(SEED), []
    for name in MEMBERS:
        lab.script(name, SCRIPT["script"], PICKY)
    state = State((1, 0), 8080, "/health")
    done = lab.site(**variables(lab, state))
    assert done.returncode == 0, done.stdout + done.stderr
    before = states(lab)
    # Loops on the hosts themselves. Outside of them they would have all hosts together scheduled like one of the loops,
    # and stand still for seconds at a time: no group on one machine bears that.
    with lab.busy(MEMBERS, loops=os.cpu_count() or 1):
        for number in range(COUNT):
            wanted = drawn(state, chance)
            kinds = ["keyword", "script", *(["port"] if wanted.port != state.port else [])]
            kind = chance.choice(kinds) if number % 2 else None
            what = f"change {number} (seed {SEED}) from {state} to {wanted}, {f'refused by {kind}' if kind else 'good'}"
            figures.append({"what": what, **(refused(lab, state, wanted, kind) if kind else good(lab, state, wanted))})
            FIGURES.write_text(json.dumps(figures, indent=1))
            assert states(lab) == before, what
            state = state if kind else wanted


def refused(lab, state: State, wanted: State, kind: str) -> dict[str, t.Any]:
    """A change that is refused leaves everything as it was."""
    left = files(lab)
    with refusal(lab, kind, wanted) as (values, words), asked(lab, state.port) as measured:
        done = lab.site(**values)
    output = done.stdout + done.stderr
    assert done.returncode == 2, output
    assert words in output, output
    assert files(lab) == left, output
    assert measured["requests"]["failed"] == 0, f"{lost(measured)}\n{output}"
    return {"requests": measured["requests"]}


def good(lab, state: State, wanted: State) -> dict[str, t.Any]:
    """A change that is made: the old port is served until the new one is."""
    with contextlib.ExitStack() as probes:
        old = probes.enter_context(asked(lab, state.port))
        new = probes.enter_context(asked(lab, wanted.port, answers=False)) if wanted.port != state.port else None
        done = lab.site(**variables(lab, wanted))
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    held = {lab.vars["lab_vips"][number] for number in wanted.addresses}
    assert {address for address in lab.vars["lab_vips"] if lab.holder(address) == ["app1"]} == held
    assert lab.fetch(f"http://{lab.vars['lab_vips'][0]}:{wanted.port}{wanted.path}")[0] == 200
    if new is None:
        assert old["requests"]["failed"] == 0, f"{lost(old)}\n{output}"
        return {"requests": old["requests"]}
    assert len(old["outages"]) == len(new["outages"]) == 1, (old["outages"], new["outages"], output)
    gone, come = old["outages"][0], new["outages"][0]
    assert gone["open"], gone
    # From the first answer of the new port on it answers, and the old one has until then.
    assert come["start_epoch"] + come["length"] < gone["start_epoch"], (old["outages"], new["outages"])
    return {"requests": [old["requests"], new["requests"]]}
