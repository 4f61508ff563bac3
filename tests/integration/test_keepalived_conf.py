# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written, as real keepalived of each version reads it: it is the judge of structure and of meaning."""

from __future__ import annotations

import concurrent.futures
import pathlib
import re

import pytest
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf import definitions, reader
from ansible_collections.hotstandby.vrrp.plugins.plugin_utils._conf.writer import RenderError, render
from labhosts import wait_for
from observed import RELEASES

SAMPLES = sorted((pathlib.Path(__file__).parents[1] / "unit/fixtures/samples").glob("*.conf"))
#: Texts that try to be more than a value. What is not refused must come out as it went in.
NASTY = [
    "a b",
    "a#b",
    "a!b",
    "a # b",
    "x } y {",
    "{}",
    "it's one's",
    "a;b|c&d",
    "$",
    "a$1 b$",
    "${x",
    "$_PWD",
    "@a b",
    "~SEQ(A, 1, 3) x",
    "include /etc/passwd",
    "a\\b",
    "\u00e9\u00fc",
    "}",
    "{",
    "a\nb",
    '"',
    "x" * 400,
]


#: What the daemon that runs now has said.
RUN = "$(systemctl show --property InvocationID --value keepalived)"
ENTERED = f"journalctl --quiet --output cat _SYSTEMD_INVOCATION_ID={RUN}"


def verdict(lab, host, text):
    """Exit code of keepalived's test, and what it says, less what depends on where the statements stand."""
    lab.write(host, "/tmp/test.conf", text)
    # 2.3.3 never comes to an end with its own sample of SMTP_CHECK.
    test = "timeout --signal=KILL 5 unshare --fork --pid --kill-child keepalived -t -f /tmp/test.conf 2>&1"
    said = lab.sh(host, f"{test}; echo code $?; rm /tmp/test.conf")
    *lines, code = said.strip().splitlines()
    return code, sorted(
        re.sub(r"\(Line [0-9]+\)|Line [0-9]+|\(?/tmp/test.conf:? ?", "", line).strip() for line in lines
    )


def on_each_release(check):
    """Does it on a host of each release, at once: most of it is waiting."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(check, [f"{release}a" for release in RELEASES]))


def test_samples_written_again_get_the_same_verdict(daemons):
    def check(host):
        judged = {}
        for path in SAMPLES:
            text = definitions.resolve(path.read_text(), "high")
            judged[path.stem] = verdict(daemons, host, text), verdict(daemons, host, render(reader.data(text)))
        different = {name: pair for name, pair in judged.items() if pair[0] != pair[1]}
        assert (host, different) == (host, {})
        assert len(judged) == 25

    on_each_release(check)


def accepted():
    """Those of the texts that are not refused, in each place that takes any text."""
    places = {"router_id": [], "script": [], "notify": [], "auth_pass": []}
    for text in NASTY:
        for place, taken in places.items():
            candidate = (
                text[:8] if place == "auth_pass" else f"/usr/bin/env {text}" if place in ("script", "notify") else text
            )
            config = {
                "router_id": {"global_defs": {"router_id": candidate}},
                "script": {"vrrp_script": [{"name": "a", "script": candidate}]},
                "notify": {"vrrp_instance": [{"name": "a", "notify": candidate}]},
                "auth_pass": {"vrrp_instance": [{"name": "a", "authentication": {"auth_pass": candidate}}]},
            }[place]
            try:
                render(config)
            except RenderError:
                continue
            taken.append(candidate)
    return places


@pytest.fixture
def dumping(daemons):
    """The lab, for daemons that write dumps; afterwards there are none."""
    yield daemons
    daemons.everywhere("systemctl stop keepalived; rm -f /tmp/keepalived*.data", daemons.members)


def test_what_is_not_refused_is_read_as_it_was_written(dumping):
    on_each_release(lambda host: see_what_is_read(dumping, host))


def see_what_is_read(dumping, host):
    """A live daemon's own dump has every text in its place, and nothing more than was written."""
    places = accepted()
    assert all(len(taken) >= 6 for taken in places.values())
    instances = []
    for number, password in enumerate(places["auth_pass"]):
        instances.append(
            {
                "name": f"VI_{number}", "state": "BACKUP", "interface": "eth0", "virtual_router_id": 100 + number,
                "priority": 50, "authentication": {"auth_type": "PASS", "auth_pass": password},
                "notify": places["notify"][number % len(places["notify"])],
                "virtual_ipaddress": [f"198.18.1.{200 + number}/32"],
            }
        )  # fmt: skip
    config = {
        "global_defs": {"router_id": places["router_id"][0], "enable_script_security": True, "script_user": "root"},
        "vrrp_script": [
            {"name": f"s{number}", "script": script, "interval": 60} for number, script in enumerate(places["script"])
        ],
        "vrrp_instance": instances,
    }
    for script in config["vrrp_script"]:
        instances[0].setdefault("track_script", []).append(script["name"])
    for router_id in places["router_id"]:
        config["global_defs"]["router_id"] = router_id
        dumping.write(host, "/etc/keepalived/keepalived.conf", render(config), "0640")
        dumping.sh(host, "systemctl reset-failed keepalived; systemctl restart keepalived")
        wait_for("it has read that", lambda: "BACKUP STATE" in dumping.sh(host, ENTERED, check=False))
        dumping.sh(host, "rm -f /tmp/keepalived.data; kill -USR1 $(cat /run/keepalived.pid)")
        dump = wait_for(
            "its dump",
            lambda: dumping.sh(
                host,
                "test $(grep -c 'VRRP Instance' /tmp/keepalived.data) -gt 0 && cat /tmp/keepalived.data",
                check=False,
            ),
        )
        assert f"Router ID = {router_id}\n" in dump
        if router_id != places["router_id"][-1]:
            continue
        names = re.findall(r"VRRP Instance = (\S+)", dump)
        assert sorted(set(names)) == sorted(one["name"] for one in instances)
        for one in instances:
            assert f"Password = {one['authentication']['auth_pass']}\n" in dump
        for script in places["script"]:
            for word in script.replace("'", "").split():
                assert word in dump
        assert sorted(set(re.findall(r"VRRP Script = (\S+)", dump))) == sorted(
            one["name"] for one in config["vrrp_script"]
        )
