# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After a removal a host is what it was before: held against one that was never a member, and against itself."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import subprocess
import typing as t

import pytest

INSTALLED = ("keepalived", "nginx", "rsyslog", "logrotate", "iptables")
PACKAGES = "dpkg-query --show --showformat='${Package} ${Status}\n' | sort"


def run(lab, *arguments: str) -> str:
    """The output of the playbook."""
    done = lab.ansible("ansible-playbook", "playbooks/remove.yml", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def before(lab) -> dict[str, list[str]]:
    """The members before they were any: removed once, with their packages kept, then given things of their own."""
    run(lab, "-e", "hot_standby_hosts=web")
    for name in ("app1", "app2"):
        lab.hosts[name].check_output(
            "printf '! by hand\nvrrp_instance OLD {\n interface eth0\n virtual_router_id 9\n priority 9\n"
            " virtual_ipaddress {\n 198.18.0.9/32\n }\n}\n' >/etc/keepalived/keepalived.conf"
            " && chmod 604 /etc/keepalived/keepalived.conf && mkdir --parents /etc/needrestart/conf.d"
            " && firewall-cmd --quiet --zone=public --add-service=http --permanent"
            " && firewall-cmd --quiet --zone=public --add-service=http"
            " && systemctl enable --quiet --now keepalived && systemctl disable --quiet --now nginx"
        )
    return {name: lab.listing(name) for name in ("app1", "app2")}


def test_check_mode_tells_and_changes_nothing(lab):
    lines = lab.listing("app1")
    output = run(lab, "-e", "hot_standby_hosts=web", "--check")
    assert output.count("changed=0") == 0
    assert lab.listing("app1") == lines


def test_first_removal_leaves_what_the_packages_brought(lab, before):
    for lines in before.values():
        assert not [line for line in lines if "hot-standby" in line or "check_nginx" in line]


def test_site_and_removal_leave_nothing(lab, before):
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lab.holders() == ["app1"]
    assert [name for name in before if lab.listing(name) != before[name]] == ["app1", "app2"]
    # needrestart is not to restart it: read as it reads it.
    perl = 'our %nrconf; do "/etc/needrestart/conf.d/hot-standby.conf"; print join " ", values %{$nrconf{override_rc}}'
    assert lab.hosts["app1"].check_output(f"perl -e '{perl}'") == "0 0"
    # What was changed since is no business of the removal either.
    done = lab.site(keepalived_firewall="zone", keepalived_sysctl={"net.ipv4.ip_forward": 1})
    assert done.returncode == 0, done.stdout + done.stderr
    run(lab, "-e", "hot_standby_hosts=web")
    for name, lines in before.items():
        now = lab.listing(name)
        assert sorted(set(now) ^ set(lines)) == [], name
        assert not lab.hosts[name].file("/run/hot-standby").exists
    assert lab.hosts["app1"].file("/etc/keepalived/keepalived.conf").mode == 0o604


def test_second_removal_has_nothing_to_do(lab):
    output = run(lab, "-e", "hot_standby_hosts=web")
    assert output.count("changed=0") == 2


#: Sends an advert of VRRPv2 of the virtual router id 77 every half second, and ends with whoever has started it.
SPEAKER = """
import os, socket, struct, time
def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return struct.pack("!H", ~total & 0xffff)
advert = bytes.fromhex("214dfa0100010000c000020a0000000000000000")
advert = advert[:6] + checksum(advert) + advert[8:]
sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
parent = os.getppid()
while os.getppid() == parent:
    sock.sendto(advert, ("224.0.0.18", 0))
    time.sleep(0.5)
"""


@contextlib.contextmanager
def stranger(lab) -> t.Iterator[None]:
    """The client speaks a virtual router id and has the address, as a pair would that is in no inventory."""
    container = lab.hostvars["client"]["ansible_host"]
    lab.hosts["client"].check_output(f"ip address add {lab.vip}/{lab.vars['lab_prefixlen']} dev eth0")
    with subprocess.Popen(["docker", "exec", "--env", f"SPEAKER={SPEAKER}", container, "python3", "-c", SPEAKER]):
        try:
            yield
        finally:
            lab.hosts["client"].check_output("pkill --full '[2]24.0.0.18'")
            lab.hosts["client"].check_output(f"ip address del {lab.vip}/{lab.vars['lab_prefixlen']} dev eth0")


def test_first_run_loads_nothing_that_is_another_hosts(lab, before):
    """Beside the packages where there are any to install, as there are not here, and otherwise before all else."""
    instance = {
        "virtual_ipaddress": [f"{lab.vip}/{lab.vars['lab_prefixlen']}"], "unicast": True, "virtual_router_id": 77,
    }  # fmt: skip
    mac = lab.hosts["client"].check_output("cat /sys/class/net/eth0/address")
    for name in before:
        lab.hosts[name].check_output("systemctl stop keepalived")
    was = {name: lab.listing(name) for name in before}
    with stranger(lab):
        done = lab.site(keepalived_vrrp_instances=[instance])
    assert done.returncode == 2, done.stdout + done.stderr
    for words in (
        f"{lab.addresses['client']} speaks virtual router id 77, and is no member.",
        f"{lab.vip} is another host's, which is no member. ({mac} answers for it)",
    ):
        assert words in done.stdout + done.stderr
    assert {name: lab.listing(name) for name in was} == was
    for name in before:
        lab.hosts[name].check_output("systemctl start keepalived")


def first_run(lab, tmp_path) -> int:
    """Sets up, and returns how many calls of modules a host had: see tests/lab/callbacks/times.py."""
    told = tmp_path / "times.jsonl"
    callbacks = {"ANSIBLE_CALLBACK_PLUGINS": "tests/lab/callbacks", "ANSIBLE_CALLBACKS_ENABLED": "times"}
    done = lab.ansible("ansible-playbook", "site.yml", **callbacks, HOTSTANDBY_TIMES=str(told))
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(told.read_text())["calls"] // 2


def test_packages_come_off_on_request(lab, tmp_path):
    """Hosts as they came, without even what knows packages, and their lists: all that was installed comes off."""
    client = set(lab.hosts["client"].check_output(PACKAGES).splitlines())
    for name in ("app1", "app2"):
        lab.hosts[name].check_output(
            "apt-get purge -qq -y keepalived nginx rsyslog logrotate iptables python3-apt >/dev/null"
            "; rm -rf /etc/keepalived /var/lib/apt/lists/* && touch /var/lib/apt/lists"
        )
    before = {name: lab.listing(name) for name in ("app1", "app2")}
    done = lab.site("--check", "--diff")
    assert done.returncode == 0, done.stdout + done.stderr
    for package in ("keepalived", "nginx", "rsyslog", "logrotate", "iptables"):
        assert f'"{package}"' in done.stdout
    assert {name: lab.listing(name) for name in before} == before
    # Of these two are for the firewall's zone, two for its direct rules, and two for the kernel.
    assert first_run(lab, tmp_path) <= 22
    run(lab, "-e", "hot_standby_hosts=web", "-e", "hot_standby_remove_packages=true")
    for name in before:
        now = set(lab.hosts[name].check_output(PACKAGES).splitlines())
        names = {line.split()[0] for line in now if line.endswith(" installed")}
        assert not names & {*INSTALLED, "python3-apt"}
        assert {line.split()[0] for line in client if line.endswith(" installed")} - {"python3-apt"} <= names


def test_what_is_another_hosts_is_found_beside_the_packages(lab):
    with stranger(lab):
        done = lab.site()
    assert done.returncode == 2, done.stdout + done.stderr
    assert f"Nothing is loaded. app1: {lab.vip} is another host's" in done.stdout + done.stderr
    words = r"Packages that were not there before this collection came: ([^.]*)[.]"
    told = re.findall(words, done.stdout + done.stderr)
    assert {"keepalived", "nginx"} <= set(told[-1].split(", "))
    assert not lab.holders()
    assert not lab.hosts["app1"].file("/etc/keepalived/keepalived.conf").exists
    run(lab, "-e", "hot_standby_hosts=web", "-e", "hot_standby_remove_packages=true")


def test_manifest_that_is_lost(lab):
    """What is there is not taken for what was there before, and what is not known is said."""
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("app1", "app2"):
        lab.hosts[name].check_output("rm /var/lib/hot-standby/manifest.json")
    done = lab.ansible("ansible-playbook", "playbooks/remove.yml", "-e", "hot_standby_hosts=web")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "the record of what was there before is gone" in done.stdout + done.stderr
    assert lab.holders() == ["app1"]
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "had been lost" in run(lab, "-e", "hot_standby_hosts=web")
    for name in ("app1", "app2"):
        host = lab.hosts[name]
        assert lab.holders() == []
        assert not host.service("keepalived").is_running
        assert not host.service("keepalived").is_enabled
        for path in ("/etc/keepalived/keepalived.conf", "/etc/nginx/conf.d/hot-standby.conf", "/run/hot-standby"):
            assert not host.file(path).exists


OLD = """vrrp_instance VI_1 {{
  interface eth0
  state BACKUP
  virtual_router_id {router}
  priority {priority}
  unicast_peer {{
    {peer}
  }}
  virtual_ipaddress {{
    {address}
  }}
}}
"""


def test_address_of_a_pair_that_ran_before_stays(lab):
    """Each goes back to what it ran, one after the other, so that one of them has the address all the while."""
    (instance,) = lab.instances().values()
    for name, peer in (("app1", "app2"), ("app2", "app1")):
        text = OLD.format(
            router=instance["virtual_router_id"], priority=200 if name == "app1" else 100,
            peer=lab.addresses[peer], address=f"{lab.vip}/{lab.vars['lab_prefixlen']}",
        )  # fmt: skip
        lab.hosts[name].check_output(
            f"printf '%s' '{text}' >/etc/keepalived/keepalived.conf && systemctl enable --quiet --now keepalived"
        )
    lab.wait_for_owner("app1")
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr
    watch = f"while :; do ip -4 -o address show to {lab.vip} | grep -q . && date +%s.%N; sleep 0.1; done >/run/held"
    for name in ("app1", "app2"):
        lab.hosts[name].check_output(
            f"echo '{watch}' >/run/watch && systemd-run --quiet --unit=lab-watch sh /run/watch"
        )
    run(lab, "-e", "hot_standby_hosts=web")
    held = []
    for name in ("app1", "app2"):
        held += lab.hosts[name].check_output("systemctl stop lab-watch; cat /run/held").split()
    moments = sorted(map(float, held))
    assert moments[-1] - moments[0] > 5
    # A clean stop costs the skew time, some 0.6 s; a restart of both at once an election, 3.6 s.
    assert max(later - earlier for earlier, later in itertools.pairwise(moments)) < 2.5
    lab.wait_for_owner("app1")
