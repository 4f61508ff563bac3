# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is changed on a live pair, good or bad, its address answers all the while: asked for every 10 ms.

The figures go to .cache/change.json, from which the table in docs/operations.md was made.
"""

from __future__ import annotations

import copy
import json
import typing as t

import pytest
from labhosts import CHECKOUT, PICKY, lost

FIGURES = CHECKOUT / ".cache" / "change.json"
INTERVAL = 0.01
NOTHING = "changed=0"
SCRIPTS = [{"name": "picky", "script": "/usr/libexec/keepalived/picky", "interval": 1, "fall": 1}]


def base(lab) -> dict[str, t.Any]:
    """What the inventory has."""
    return {
        "name": "VI_1",
        "virtual_router_id": 51,
        "authentication": {"auth_type": "PASS", "auth_pass": "Tq4vWn8s"},
        "virtual_ipaddress": [f"{lab.vip}/{lab.vars['lab_prefixlen']}"],
    }


def second(lab) -> list[str]:
    """Two addresses in place of one."""
    return [f"{address}/{lab.vars['lab_prefixlen']}" for address in lab.vars["lab_vips"][:2]]


CHANGES = {
    "second run without change": lambda _lab: {},
    "priority, kept highest, and name": lambda _lab: {"name": "VI_web", "priority": {"app1": 210, "app2": 150}},
    "address added": lambda lab: {"virtual_ipaddress": second(lab)},
    "address removed": lambda _lab: {},
    "password": lambda _lab: {"authentication": {"auth_type": "PASS", "auth_pass": "Zr9yLk3m"}},
    "advertisement interval": lambda _lab: {"advert_int": 2},
    "version 3": lambda _lab: {"version": 3, "authentication": None},
    "back to the inventory": lambda _lab: {},
}
#: VRRPv3 has no password, and without one there is another flag (-d): app1 hands over, and takes back.
RESTARTS = ("version 3", "back to the inventory")


def note(what: str, measured: t.Mapping[str, t.Any]) -> None:
    """Adds to the figures."""
    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    figures[what] = {"requests": measured["requests"], "outages": measured["outages"]}
    FIGURES.write_text(json.dumps(figures, indent=1))


@pytest.fixture(scope="module", autouse=True)
def fresh_figures() -> None:
    """Figures of this run only."""
    FIGURES.unlink(missing_ok=True)


def transitions(lab) -> list[int]:
    """How often each member became MASTER."""
    looks = [lab.module(name, "keepalived_info")["instances"][0] for name in ("app1", "app2")]
    return [look["counters"]["become_master"] for look in looks]


@pytest.mark.parametrize("what", CHANGES)
def test_change_costs_no_request(lab, what):
    before = transitions(lab)
    changed = {key: value for key, value in (base(lab) | CHANGES[what](lab)).items() if value is not None}
    with lab.probing(lab.vip, INTERVAL) as measured:
        done = lab.site(keepalived_vrrp_instances=[changed])
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(NOTHING) == (2 if what.startswith("second run") else 0), done.stdout
    note(what, measured)
    # A run that has nothing to do takes some three seconds.
    assert measured["requests"]["sent"] > (200 if what.startswith("second run") else 500)
    assert lab.holders() == ["app1"]
    if what in RESTARTS:
        # A request that is under way in the moment of a move cannot go on with the other member.
        assert measured["requests"]["failed"] <= 2, lost(measured)
        assert measured["outage_longest"] < 0.1, lost(measured)
    else:
        assert measured["requests"]["failed"] == 0, lost(measured)
        # Nor has anybody taken the address over meanwhile.
        assert transitions(lab) == before
    for secret in ("Tq4vWn8s", "Zr9yLk3m"):
        assert secret not in done.stdout + done.stderr
        # Nor does a daemon log it that ran with -d before it was given one.
        for name in ("app1", "app2"):
            search = (
                f"grep -r {secret} /var/log --include=*.log --include=syslog; journalctl --no-pager | grep {secret}"
            )
            assert lab.hosts[name].run(search).stdout == ""


def served_by(lab, name: str) -> str | None:
    """Which member's site answers a name that leads to the address: C(None) for a site that is not the group's."""
    client = lab.hosts["client"]
    if name != lab.vip:
        client.check_output(f"grep -q ' {name}$' /etc/hosts || echo {lab.vip} {name} >>/etc/hosts")
    return lab.fetch(f"http://{name}/")[1].get("X-Served-By")


def test_site_of_nginx_costs_no_request(lab):
    """Another health path, and names of its own; before, it answers all that lead to the address."""
    assert (served_by(lab, "www.example.org"), served_by(lab, "other.example.org")) == ("app1", "app1")
    with lab.probing(lab.vip, INTERVAL) as measured:
        done = lab.site(nginx_health_path="/alive", nginx_server_names=["www.example.org"])
    assert done.returncode == 0, done.stdout + done.stderr
    note("site of nginx", measured)
    assert measured["requests"]["failed"] == 0, lost(measured)
    assert lab.fetch(f"http://{lab.vip}/alive")[0] == 200
    # The distribution's site is there still.
    assert (served_by(lab, "www.example.org"), served_by(lab, "other.example.org")) == ("app1", None)


def test_sites_that_are_there_are_left_alone(lab):
    """The check goes on all the same, and status asks nobody else's site."""
    done = lab.site(nginx_sites="existing")
    assert done.returncode == 0, done.stdout + done.stderr
    assert lab.holders() == ["app1"]
    assert (served_by(lab, lab.vip), lab.fetch(f"http://{lab.vip}/")[0]) == (None, 200)
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr
    assert served_by(lab, "www.example.org") == "app1"


def files(lab) -> list[str]:
    """What both members have in place, and what a load may leave."""
    listing = "ls -A /etc/keepalived | grep -v 'Z~$'; cat /etc/keepalived/keepalived.conf; ls /etc/systemd/system"
    return [lab.hosts[name].check_output(listing) for name in ("app1", "app2")]


BROKEN = {
    "nonsense": (lambda lab: base(lab) | {"raw": "nonsense yes"}, "keepalived refuses the configuration"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_configuration_is_refused(lab, what):
    made, cause = BROKEN[what]
    before, moved = files(lab), transitions(lab)
    with lab.probing(lab.vip, INTERVAL) as measured:
        done = lab.site(keepalived_vrrp_instances=[made(lab)])
    assert done.returncode == 2, done.stdout + done.stderr
    assert cause in done.stdout + done.stderr
    note(f"refused: {what}", measured)
    assert measured["requests"]["failed"] == 0, lost(measured)
    assert (files(lab), transitions(lab)) == (before, moved)


def test_check_that_fails_is_not_loaded(lab):
    """Nobody would have the address until it is taken back: it is tried before."""
    for name in ("app1", "app2"):
        lab.script(name, SCRIPTS[0]["script"], "#!/bin/sh\necho no such disk\nexit 3\n")
    before, moved = files(lab), transitions(lab)
    with lab.probing(lab.vip, INTERVAL) as measured:
        done = lab.site(
            keepalived_vrrp_instances=[base(lab) | {"track_script": ["picky"]}], keepalived_vrrp_scripts=SCRIPTS
        )
    output = done.stdout + done.stderr
    assert done.returncode == 2, output
    assert "vrrp_script picky: /usr/libexec/keepalived/picky, run by the user " in output
    assert "ends with status 3: no such disk." in output
    note("refused: a check that fails", measured)
    assert measured["requests"]["failed"] == 0, lost(measured)
    assert (files(lab), transitions(lab)) == (before, moved)


def test_member_that_is_not_well_takes_all_back(lab):
    """The configuration is sound, and app2 does not bear it: app1 has it for a while, and then has it no more."""
    for name in ("app1", "app2"):
        lab.script(name, SCRIPTS[0]["script"], PICKY)
    changed = copy.deepcopy(base(lab)) | {"virtual_ipaddress": second(lab), "track_script": ["picky"]}
    before, moved = files(lab), transitions(lab)
    with lab.probing(lab.vip, INTERVAL) as measured:
        done = lab.site(keepalived_vrrp_instances=[changed], keepalived_vrrp_scripts=SCRIPTS)
    output = done.stdout + done.stderr
    assert done.returncode == 2, output
    assert "VI_1 is in FAULT, script picky is" in output
    assert "Nothing has changed: the group web runs its former configuration again" in output
    note("taken back: one member is not well", measured)
    assert measured["requests"]["failed"] == 0, lost(measured)
    assert (files(lab), transitions(lab)) == (before, moved)
    assert lab.holders() == ["app1"]


def test_member_that_cannot_load_keeps_all_from_loading(lab):
    app2 = lab.hosts["app2"]
    before, moved = files(lab), transitions(lab)
    app2.check_output("mv /usr/bin/systemd-run /usr/bin/systemd-run.away")
    try:
        with lab.probing(lab.vip, INTERVAL) as measured:
            done = lab.site(keepalived_vrrp_instances=[base(lab) | {"virtual_ipaddress": second(lab)}])
    finally:
        app2.check_output("mv /usr/bin/systemd-run.away /usr/bin/systemd-run")
    output = done.stdout + done.stderr
    assert done.returncode == 2, output
    assert "app2 of the group web failed, so the group goes back." in output
    note("taken back: one member cannot load", measured)
    assert measured["requests"]["failed"] == 0, lost(measured)
    assert [one.replace(".staged", "") for one in files(lab)][0] == before[0]
    assert transitions(lab) == moved


def test_change_that_cannot_be_made_live_is_refused_beforehand(lab):
    before, moved = files(lab), transitions(lab)
    done = lab.site(keepalived_vrrp_instances=[base(lab) | {"virtual_router_id": 52}])
    assert done.returncode == 2
    assert "virtual router id 51 becomes 52, which cannot be changed while VI_1 runs" in done.stdout + done.stderr
    assert "its addresses would be away for up to 3.3 s. Set it to 51 to keep it" in done.stdout + done.stderr
    assert "or set keepalived_allow_disruption to true for this run" in done.stdout + done.stderr
    assert (files(lab), transitions(lab)) == (before, moved)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("virtual router id, and unicast", {"unicast": True}),
        ("both back", {"virtual_router_id": 51}),
    ],
)
def test_change_that_cannot_be_made_live_costs_no_more_than_announced(lab, what, change):
    changed = base(lab) | {"virtual_router_id": 52} | change
    with lab.probing(lab.vip, INTERVAL) as measured:
        done = lab.site(keepalived_vrrp_instances=[changed], keepalived_allow_disruption=True)
    assert done.returncode == 0, done.stdout + done.stderr
    note(f"allowed: {what}", measured)
    assert measured["outage_longest"] <= 3.3 + 1.0
    assert lab.holders() == ["app1"]


def test_check_mode_tells_and_changes_nothing(lab):
    before = files(lab)
    done = lab.site("--check", "--diff", keepalived_vrrp_instances=[base(lab) | {"preempt_delay": 5}])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "+    preempt_delay 5" in done.stdout
    assert done.stdout.count(NOTHING) == 0
    assert files(lab) == before


# Packs a package again as a later version, in the host's own repository: NAME VERSION [COMMAND of its last script].
LATER = r"""
set -e
cd /srv/lab-repository
rm -rf /run/later && dpkg-deb --raw-extract {name}_*.deb /run/later
sed --in-place 's/^Version: .*/&+{version}/' /run/later/DEBIAN/control
sed --in-place --expression '/^trap/d' --expression '/^set -e/a trap "{command}" EXIT' /run/later/DEBIAN/postinst
rm {name}_*.deb
dpkg-deb --build /run/later {name}_later.deb >/dev/null
rm -r /run/later
apt-ftparchive packages . >Packages
"""


def test_group_without_a_service_is_changed_too(lab):
    """As every adopted one: nginx goes on by itself. Then it is watched again."""
    without = {"hot_standby_service": "none", "keepalived_vrrp_instances": [base(lab) | {"advert_int": 2}]}
    with lab.probing(lab.vip, INTERVAL) as measured:
        for changed in (without, {}):
            done = lab.site(**changed)
            assert done.returncode == 0, done.stdout + done.stderr
    assert measured["requests"]["failed"] == 0, lost(measured)
    assert lab.holders() == ["app1"]


def test_update_of_the_packages_costs_next_to_nothing(lab):
    """The address moves twice. A request that is under way in that very moment cannot go on with the other member."""
    for member in ("app1", "app2"):
        for name in ("keepalived", "nginx"):
            lab.hosts[member].check_output(LATER.format(name=name, version="later1", command="true"))
    with lab.probing(lab.vip, INTERVAL) as measured:
        done = lab.ansible("ansible-playbook", "playbooks/update.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    note("packages updated", measured)
    for member in ("app1", "app2"):
        for name in ("keepalived", "nginx"):
            assert lab.hosts[member].package(name).version.endswith("+later1")
    assert measured["requests"]["failed"] <= 2, lost(measured)
    assert measured["outage_longest"] < 0.1, lost(measured)
    assert lab.holders() == ["app1"]


def test_member_that_is_not_well_after_its_turn_stops_the_update(lab):
    """nginx is down on app2 when its new version is there. app1 is left as it is, and owns the address."""
    # The package hands over to a new master process, which systemd may not know yet.
    down = "systemctl stop nginx; pkill -KILL -x nginx || true"
    for member, command in (("app1", "true"), ("app2", down)):
        lab.hosts[member].check_output(LATER.format(name="nginx", version="later2", command=command))
    with lab.probing(lab.vip, INTERVAL) as measured:
        done = lab.ansible("ansible-playbook", "playbooks/update.yml")
    output = done.stdout + done.stderr
    assert done.returncode == 2, output
    assert "app2 of the group web failed before, so this member is left as it is." in output
    note("update that is stopped", measured)
    assert measured["requests"]["failed"] == 0, lost(measured)
    assert lab.hosts["app2"].package("nginx").version.endswith("+later2")
    assert not lab.hosts["app1"].package("nginx").version.endswith("+later2")
    lab.hosts["app2"].check_output("systemctl start nginx")
