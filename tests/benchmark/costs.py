# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change of a live pair costs: of all that serves the address, made, taken back, and refused half way.

A client asks 100 times a second while site runs. Refused half way is a change that one member cannot load when both
members serve the old and the new already. nginx's port is measured by molecule/change (test_row.py). Prints the table
of docs/operations.md, and writes .cache/benchmark/costs.json with the outages. Takes a quarter of an hour.
"""

from __future__ import annotations

import contextlib
import json
import pathlib
import sys
import tempfile
import typing as t

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests/lab"))

from labhosts import LabHosts  # noqa: E402

MEMBERS = ("app1", "app2")
INTERVAL = 0.01
#: They change nothing that keepalived loads: there is nothing half way.
WITHOUT_LOAD = ("nginx's names", "the log's target")
CHECK, TELL = "/usr/local/bin/check-disk", "/usr/local/bin/tell"
Overlay = dict[str, t.Any]


def base(lab: LabHosts, *numbers: int, **more: t.Any) -> Overlay:
    """The instance, with these of the lab's addresses."""
    addresses = [f"{lab.vars['lab_vips'][number]}/{lab.vars['lab_prefixlen']}" for number in numbers or (0, 1)]
    instance = {"name": "VI_1", "virtual_router_id": 51, "virtual_ipaddress": addresses, **more}
    return {"keepalived_vrrp_instances": [instance]}


def changes(lab: LabHosts) -> dict[str, Overlay]:
    """By name what differs from the usual."""
    script = {"name": "disk", "script": CHECK, "interval": 2}
    return {
        "the first address is another one of the two": base(lab, 1, 0),
        "the first address replaced by a new one": base(lab, 2, 1),
        "nginx's health path": {"nginx_health_path": "/alive"},
        "nginx's names": {"nginx_server_names": ["www.example.org"]},
        "a check of one's own": {**base(lab, track_script=["disk"]), "keepalived_vrrp_scripts": [script]},
        "a notify script": {"keepalived_log_transitions": True, "keepalived_transition_command": f"{TELL} ops"},
        "the log's target": {"keepalived_log_target": "journald"},
        "all of that at once": {
            **base(lab, 1, 2, track_script=["disk"]), "keepalived_vrrp_scripts": [script],
            "nginx_health_path": "/alive", "nginx_server_names": ["www.example.org"],
            "keepalived_log_transitions": True, "keepalived_transition_command": f"{TELL} ops",
            "keepalived_log_target": "journald",
        },
    }  # fmt: skip


@contextlib.contextmanager
def half_way(lab: LabHosts) -> t.Iterator[None]:
    """app2 has not what is to keep the load: found out when all is in place but the configuration itself."""
    program = "/usr/bin/systemd-run"
    lab.hosts["app2"].check_output(f"mv {program} {program}.away")
    try:
        yield
    finally:
        lab.hosts["app2"].check_output(f"mv {program}.away {program}")


def measured(lab: LabHosts, overlay: Overlay, expected: int) -> dict[str, t.Any]:
    """What requests to the address and port that stay cost while a run of site makes a change, or refuses it."""
    with lab.probing(lab.vars["lab_vips"][1], INTERVAL) as found:
        done = lab.site(**overlay)
    words = "of the group web failed, so the group goes back" if expected else ""
    if done.returncode != expected or words not in done.stdout + done.stderr:
        raise SystemExit(f"site ended with {done.returncode}:\n{done.stdout[-6000:]}{done.stderr[-2000:]}")
    return {"requests": found["requests"], "outages": found["outages"]}


def main() -> None:
    """Measures and prints."""
    found: dict[str, dict[str, t.Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        written = pathlib.Path(name) / "inventory.json"
        lab = LabHosts("costs", written)
        variables = {"keepalived_failover": "standard", **base(lab)}
        written.write_text(json.dumps({"web": {"hosts": dict.fromkeys(MEMBERS, {}), "vars": variables}}))
        try:
            for playbook in ("tests/lab/create.yml", "site.yml"):
                done = lab.ansible("ansible-playbook", playbook)
                if done.returncode:
                    raise SystemExit(f"{playbook} failed:\n{done.stdout[-6000:]}{done.stderr[-2000:]}")
            for member in MEMBERS:
                for path in (CHECK, TELL):
                    lab.script(member, path, "#!/bin/sh\nexit 0\n")
            for what, overlay in changes(lab).items():
                found[what] = {}
                if what not in WITHOUT_LOAD:
                    with half_way(lab):
                        found[what]["refused"] = measured(lab, overlay, 2)
                found[what].update(made=measured(lab, overlay, 0), back=measured(lab, {}, 0))
                print(row(what, found[what]), flush=True)
        finally:
            lab.ansible("ansible-playbook", "tests/lab/destroy.yml")
    target = CHECKOUT / ".cache/benchmark/costs.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1))


def row(what: str, one: dict[str, t.Any]) -> str:
    """Failed of all requests of each run."""
    cells = [one[kind]["requests"] if kind in one else None for kind in ("made", "back", "refused")]
    texts = [f"{cell['failed']} of {cell['sent']:,}" if cell else "-" for cell in cells]
    return f"| {what} | {' | '.join(texts)} |"


if __name__ == "__main__":
    main()
