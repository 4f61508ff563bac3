# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""keepalived_info against the keepalived of each release, in every state that it can be in."""

from __future__ import annotations

import json
import re
import time
import typing as t

import pytest
from labhosts import wait_for
from observed import RELEASES, Lab, instance

PASSWORD = "s3cr3t78"
PASS = f"  authentication {{\n    auth_type PASS\n    auth_pass {PASSWORD}\n  }}\n"
SCRIPT = (
    'vrrp_script chk {\n  script "/usr/bin/test ! -e /run/down"\n  interval 1\n  timeout 1\n  rise 1\n  fall 1\n}\n'
)
VRID = {"deb11": 111, "deb12": 112, "deb13": 113}
VIP = {"deb11": 21, "deb12": 22, "deb13": 23}


@pytest.fixture(autouse=True)
def nothing_left_behind(daemons: Lab) -> t.Iterator[None]:
    """After each test: no dump lies anywhere, and no log has the password (keepalived's own -d is not used)."""
    yield
    for host in daemons.members:
        left = daemons.sh(
            host,
            "find /tmp /run /var/tmp -name 'keepalived*.data' -o -name 'keepalived*.json' -o -name 'keepalived*.stats'"
            " -o -name 'hotstandby-*' -not -name '*.lock';"
            f" journalctl --quiet | grep -c {PASSWORD} || true",
        )
        assert left.split() == ["0"], f"{host}: {left}"


def pairs(lab: Lab, make: t.Callable[[str, int, str], str], vips: t.Callable[[str], list[str]] | None = None) -> None:
    """Configures all pairs by C(make(release, priority, host)), and waits until the first of each is master."""
    for release in RELEASES:
        for host, priority in zip(lab.pair(release), (200, 100), strict=True):
            lab.configure(host, make(release, priority, host))
    lab.systemctl("start", *lab.members)
    for release in RELEASES:
        for address in vips(release) if vips else [lab.address(VIP[release])]:
            lab.wait_for_address(f"{release}a", address)


def plain(lab: Lab, release: str, priority: int, body: str = "") -> str:
    """One VRRPv2 instance with a password."""
    return instance("VI_1", VRID[release], priority, f"{lab.address(VIP[release])}/27", body=PASS + body)


def look(lab: Lab, *hosts: str, **options: t.Any) -> dict[str, dict[str, t.Any]]:
    """keepalived_info on hosts; no answer holds the password."""
    results = lab.modules(hosts or lab.members, "keepalived_info", **options)
    assert PASSWORD not in json.dumps(results)
    return results


def only(result: dict[str, t.Any]) -> dict[str, t.Any]:
    """The one instance of a result."""
    (found,) = result["instances"]
    return found


def test_master_and_backup(daemons: Lab) -> None:
    pairs(daemons, lambda release, priority, host: plain(daemons, release, priority))
    results = look(daemons, wait=True, wait_timeout=15)
    for release, version in zip(RELEASES, ("2.1.5", "2.2.7", "2.3.3"), strict=True):
        master, backup = daemons.pair(release)
        vip = f"{daemons.address(VIP[release])}/27"
        result, found = results[master], only(results[master])
        assert (result["status"], result["version"], result["running"]) == ("ok", version, True)
        assert result["config"]["loaded"] is True, result["config"]
        assert result["uptime"] < 120 and abs(result["start_time"] + result["uptime"] - time.time()) < 60
        pids = daemons.sh(
            master, "systemctl show keepalived --property=MainPID --value; pgrep -P $(cat /run/keepalived.pid)"
        )
        assert [result["pid"], result["vrrp_pid"]] == [int(word) for word in pids.split()]
        assert (found["state"], found["wanted_state"], found["base_priority"]) == ("MASTER", "MASTER", 200)
        assert (found["addresses_held"], found["addresses_not_held"]) == ([vip], [])
        assert (found["virtual_router_id"], found["version"], found["auth_type"]) == (VRID[release], 2, "PASS")
        assert (found["interface"], found["source_address"]) == ("eth0", daemons.addresses[master])
        assert found["unicast_peer"] == [] and found["counters"]["advert_sent"] > 0
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", found["last_transition_utc"])
        assert abs(found["last_transition"] - time.time()) < 60
        result, found = results[backup], only(results[backup])
        assert (found["state"], found["effective_priority"], result["settled"]) == ("BACKUP", 100, True)
        assert (found["addresses_held"], found["addresses_not_held"]) == ([], [vip])
        assert (found["master_address"], found["master_priority"]) == (daemons.addresses[master], 200)
        assert found["master_down_interval"] == pytest.approx(3 + 156 / 256)
        assert found["counters"]["advert_rcvd"] > 0


def test_fault_by_script_interface_and_sync_group(daemons: Lab) -> None:
    daemons.everywhere(
        "rm -f /run/down; ip link add dum0 type veth peer name dum1 && ip link set dum0 up && ip link set dum1 up",
        daemons.members,
    )
    try:
        pairs(
            daemons,
            lambda release, priority, host: SCRIPT
            # In the group: of one of its instances 2.1.5 does not take it.
            + "vrrp_sync_group VG_1 {\n  group {\n    VI_1\n    VI_2\n  }\n  track_script {\n    chk\n  }\n}\n"
            + plain(daemons, release, priority)
            + instance("VI_2", VRID[release] + 10, priority, daemons.address(VIP[release] + 3),
                       body="  track_interface {\n    dum0\n  }\n"),
        )  # fmt: skip
        masters = [f"{release}a" for release in RELEASES]
        settled = look(daemons, *masters, wait=True, wait_timeout=15, wait_state="MASTER")
        for host in masters:
            (group,) = settled[host]["sync_groups"]
            assert (group["name"], group["state"], group["instances"]) == ("VG_1", "MASTER", ["VI_1", "VI_2"])
            assert group["track_script"] == [{"name": "chk", "weight": 0}]
            assert [(one["name"], one["status"]) for one in settled[host]["scripts"]] == [("chk", "GOOD")]
            assert settled[host]["not_tracked"] == []
        daemons.everywhere("touch /run/down", masters)
        results = look(daemons, *masters, wait=True, wait_state="FAULT", wait_timeout=15)
        for host in masters:
            by_name = {one["name"]: one for one in results[host]["instances"]}
            assert by_name["VI_1"]["fault_causes"][0] == "script chk is BAD"
            assert "VI_1 of the sync group VG_1 is in FAULT" in by_name["VI_2"]["fault_causes"]
            assert by_name["VI_1"]["addresses_held"] == by_name["VI_2"]["addresses_held"] == []
            assert [group["state"] for group in results[host]["sync_groups"]] == ["FAULT"]
        daemons.everywhere("rm /run/down", masters)
        look(daemons, *masters, wait=True, wait_state="MASTER", wait_timeout=15)
        daemons.everywhere("ip link set dum0 down", masters)
        results = look(daemons, *masters, wait=True, wait_state="FAULT", wait_timeout=15)
        for host in masters:
            by_name = {one["name"]: one for one in results[host]["instances"]}
            assert by_name["VI_2"]["fault_causes"][0] == "interface dum0 is down"
            assert "VI_2 of the sync group VG_1 is in FAULT" in by_name["VI_1"]["fault_causes"]
    finally:
        daemons.everywhere("ip link delete dum0; rm -f /run/down", daemons.members)


def test_not_running_killed_and_frozen(daemons: Lab) -> None:
    pairs(daemons, lambda release, priority, host: plain(daemons, release, priority))
    masters, backups = [f"{release}a" for release in RELEASES], [f"{release}b" for release in RELEASES]
    # Frozen: recognised, and never signalled. What lies queued would be written when it is continued.
    daemons.everywhere("pkill -STOP keepalived", masters)
    begun = time.monotonic()
    for result in look(daemons, *masters).values():
        assert (result["status"], result["running"], result["instances"]) == ("frozen", True, [])
    assert time.monotonic() - begun < 20
    daemons.everywhere("pkill -CONT keepalived", masters)
    look(daemons, *masters, wait=True, wait_timeout=15)
    # Killed: the address stays behind, held but not owned.
    # The children first: one whose parent is dead ends cleanly, and takes the address off.
    daemons.everywhere("kill -KILL $(pgrep keepalived | sort --reverse --numeric-sort)", masters)
    for release in RELEASES:
        daemons.wait_for_address(f"{release}b", daemons.address(VIP[release]))
    results = look(daemons)
    for release in RELEASES:
        killed, successor = (results[host] for host in daemons.pair(release))
        vip = daemons.address(VIP[release])
        assert (killed["status"], killed["running"], killed["addresses_left_behind"]) == ("crashed", False, [vip])
        assert only(successor)["state"] == "MASTER"
    # Stopped cleanly: no address is left.
    daemons.systemctl("stop", *backups)
    for result in look(daemons, *backups).values():
        assert (result["status"], result["running"], result["addresses_left_behind"]) == ("not_running", False, [])
        assert result["message"] == "keepalived is not running."


def test_address_and_state_that_disagree(daemons: Lab) -> None:
    pairs(daemons, lambda release, priority, host: plain(daemons, release, priority))
    for release in RELEASES:
        master, backup = daemons.pair(release)
        vip = f"{daemons.address(VIP[release])}/27"
        daemons.sh(backup, f"ip address add {vip} dev eth0")
        # keepalived puts it back unless it does not see it go: it does, so the interface's own handling is asked too.
        daemons.sh(master, f"ip address del {vip} dev eth0")
    results = look(daemons)
    for release in RELEASES:
        master, backup = daemons.pair(release)
        found = only(results[backup])
        assert (found["state"], len(found["addresses_held"])) == ("BACKUP", 1)
        found = only(results[master])
        assert len(found["addresses_held"]) + len(found["addresses_not_held"]) == 1
        assert (found["state"], found["addresses_held"]) in (
            ("MASTER", []),
            ("MASTER", found["virtual_ipaddress"]),
        ) or (found["state"] == "BACKUP" and not found["addresses_held"])


def test_ipv6_unicast_and_several_instances(daemons: Lab) -> None:
    if not daemons.ipv6:
        pytest.skip("no IPv6 in this kernel")

    def make(release: str, priority: int, host: str) -> str:
        first, second = daemons.pair(release)
        peer = second if host == first else first
        unicast = (
            f"  unicast_src_ip {daemons.addresses[host]}\n  unicast_peer {{\n    {daemons.addresses[peer]}\n  }}\n"
        )
        return (
            plain(daemons, release, priority, unicast + "  nopreempt\n")
            + instance(
                "VI_6", VRID[release], priority, f"fe80::1:{VRID[release]:x}/64",
                f"{daemons.address(VIP[release], 6)}/64", version=3, body="",
            )
            + instance(
                "VI_3", VRID[release] + 20, 300 - priority, f"{daemons.address(VIP[release] + 3)}/27",
                body="  preempt_delay 2\n  virtual_ipaddress_excluded {\n"
                f"    {daemons.address(VIP[release] + 6)}/32\n  }}\n",
            )
        )  # fmt: skip

    pairs(daemons, make, lambda release: [daemons.address(VIP[release]), daemons.address(VIP[release], 6)])
    results = look(daemons, wait=True, wait_timeout=25)
    for release in RELEASES:
        first, second = daemons.pair(release)
        by_name = {one["name"]: one for one in results[first]["instances"]}
        assert list(by_name) == ["VI_1", "VI_6", "VI_3"]
        assert [by_name[name]["state"] for name in by_name] == ["MASTER", "MASTER", "BACKUP"]
        assert by_name["VI_1"]["unicast_peer"] == [daemons.addresses[second]]
        assert (by_name["VI_1"]["nopreempt"], by_name["VI_3"]["preempt_delay"]) == (True, 2.0)
        six = by_name["VI_6"]
        assert (six["family"], six["version"], six["unicast_peer"]) == ("ipv6", 3, [])
        assert sorted(six["addresses_held"]) == sorted(six["virtual_ipaddress"]) and len(six["addresses_held"]) == 2
        other = {one["name"]: one for one in results[second]["instances"]}
        assert other["VI_3"]["state"] == "MASTER"
        excluded = f"{daemons.address(VIP[release] + 6)}/32"
        assert other["VI_3"]["virtual_ipaddress_excluded"] == [excluded]
        assert excluded in other["VI_3"]["addresses_held"]
        assert other["VI_6"]["master_address"].startswith("fe80::")
        assert other["VI_6"]["master_advert_int"] == 1.0
    # Some of them only.
    result = look(daemons, "deb12a", instances=["VI_6"])["deb12a"]
    assert [one["name"] for one in result["instances"]] == ["VI_6"]


def test_what_runs_is_what_is_on_disk(daemons: Lab) -> None:
    pairs(daemons, lambda release, priority, host: plain(daemons, release, priority))
    masters = [f"{release}a" for release in RELEASES]
    daemons.everywhere("sed -i 's/priority 200/priority 190/' /etc/keepalived/keepalived.conf", masters)
    for host, result in look(daemons, *masters).items():
        assert result["config"]["loaded"] is False, (host, result["config"])
        assert any("priority" in text for text in result["config"]["differences"]), result["config"]
    daemons.systemctl("reload", *masters)
    wait_for(
        "all have loaded it",
        lambda: all(only(result)["base_priority"] == 190 for result in look(daemons, *masters).values()),
    )
    for host, result in look(daemons, *masters).items():
        # 2.1.5 keeps no text, and its log says that it has read it.
        assert result["config"]["loaded"] is True, (host, result["config"])
        assert result["config"]["differences"] == []
    # Of a password only that it differs.
    daemons.everywhere(f"sed -i 's/{PASSWORD}/{PASSWORD[::-1]}/' /etc/keepalived/keepalived.conf", masters)
    for host, result in look(daemons, *masters).items():
        assert result["config"]["loaded"] is False, (host, result["config"])
        assert PASSWORD[::-1] not in json.dumps(result)


def test_reload_that_keepalived_refuses(daemons: Lab) -> None:
    hosts = ["deb12a", "deb13a"]
    for host in hosts:
        daemons.configure(host, "global_defs {\n  reload_check_config\n}\n", plain(daemons, host[:-1], 200))
    daemons.systemctl("start", *hosts)
    assert all(result["config"]["loaded"] for result in look(daemons, *hosts).values())
    daemons.everywhere("echo 'no_such_keyword 1' >>/etc/keepalived/keepalived.conf; systemctl reload keepalived", hosts)
    for host in hosts:
        wait_for(
            "the refusal",
            lambda host=host: "failed validation" in daemons.sh(host, "journalctl --quiet --unit keepalived"),
        )
    for host, result in look(daemons, *hosts).items():
        assert result["config"]["loaded"] is False, (host, result["config"])


def test_instance_namespace_tmpdir_and_moved_dumps(daemons: Lab) -> None:
    """Wherever the dumps go, they are found, believed and removed; the right one of two daemons is asked."""
    daemons.everywhere("mkdir -p /run/elsewhere /run/moved", daemons.members)
    for release in RELEASES:
        text = plain(daemons, release, 200)
        host = f"{release}a"
        daemons.configure(host, text)
        moved = "global_defs {\n  data_use_instance\n}\n" if release != "deb11" else ""
        if release == "deb13":
            moved = "global_defs {\n  state_dump_file /run/moved/state\n  json_dump_file /run/moved/json\n}\n"
        daemons.write(host, "/etc/keepalived/keepalived.conf", "instance blue\n" + moved + text)
        daemons.write(
            host,
            "/etc/systemd/system/keepalived.service.d/test.conf",
            "[Service]\nPrivateTmp=yes\n" + ("Environment=TMPDIR=/run/elsewhere\n" if release == "deb12" else ""),
        )
    hosts = [f"{release}a" for release in RELEASES]
    try:
        daemons.systemctl("daemon-reload", *hosts, unit="")
        daemons.systemctl("start", *hosts)
        for host, result in look(daemons, *hosts, wait=True, wait_timeout=15).items():
            assert (result["status"], only(result)["state"]) == ("ok", "MASTER"), (host, result)
        left = [
            daemons.sh(host, "find /run/elsewhere /run/moved /tmp/systemd-private-*keepalived*/tmp -type f")
            for host in hosts
        ]
        assert left == ["", "", ""]
        # A second daemon, in a network namespace of its own.
        for host in hosts:
            daemons.sh(host, "ip netns add red && ip -n red link set lo up && ip link add v0 type veth peer name v1 &&"
                       " ip link set v0 netns red && ip -n red address add 198.18.2.250/24 dev v0 &&"
                       " ip -n red link set v0 up && ip link set v1 up")  # fmt: skip
            text = instance("VI_RED", 99, 100, "198.18.2.251/24", interface="v0")
            daemons.write(host, "/etc/keepalived/red.conf", f"net_namespace red\n{text}")
            daemons.sh(host, "keepalived --vrrp --use-file=/etc/keepalived/red.conf")
            wait_for(
                "the address in the namespace",
                lambda host=host: "198.18.2.251" in daemons.sh(host, "ip -n red address"),
            )
        for host in hosts:
            red = int(daemons.sh(host, "pgrep --oldest --full red.conf"))
            first = look(daemons, host)[host]
            assert red in [first["pid"], *first["other_pids"]] and len(first["other_pids"]) == 1
            pid_file = daemons.sh(host, f"grep --files-with-matches --recursive '^{red}$' /run/keepalived").split()[0]
            result = look(daemons, host, pid_file=pid_file)[host]
            assert (result["pid"], only(result)["name"], only(result)["state"]) == (red, "VI_RED", "MASTER")
            # Held in its own namespace, and nowhere else.
            assert only(result)["addresses_held"] == ["198.18.2.251/24"]
            assert result["config_file"] == "/etc/keepalived/red.conf"
            assert result["config"]["loaded"] is True or host == "deb11a"
    finally:
        daemons.everywhere(
            "pkill keepalived; rm -rf /etc/systemd/system/keepalived.service.d/test.conf /run/elsewhere /run/moved;"
            " systemctl daemon-reload; ip link delete v1; ip netns delete red; true",
            daemons.members,
        )


def test_planted_files_and_earlier_dumps(daemons: Lab) -> None:
    pairs(daemons, lambda release, priority, host: plain(daemons, release, priority))
    masters = [f"{release}a" for release in RELEASES]
    daemons.everywhere(
        "cd /tmp; echo victim >/root/victim; ln -s /root/victim keepalived.data;"
        " setpriv --reuid=ops --clear-groups sh -c 'echo \"[]\" >keepalived.json'; echo own >keepalived.stats",
        masters,
    )
    for host, result in look(daemons, *masters).items():
        assert (result["status"], only(result)["state"]) == ("ok", "MASTER"), (host, result)
    for host in masters:
        seen = daemons.sh(host, "cd /tmp; readlink keepalived.data; stat -c %U keepalived.json; cat keepalived.json"
                          " keepalived.stats /root/victim; rm -f keepalived.*")  # fmt: skip
        assert seen.split() == ["/root/victim", "ops", "[]", "own", "victim"]


def test_several_tasks_at_once(daemons: Lab) -> None:
    pairs(daemons, lambda release, priority, host: plain(daemons, release, priority))
    play = "- hosts: deb11a,deb12a,deb13a\n  gather_facts: false\n  tasks:\n" + "".join(
        f"    - hotstandby.vrrp.keepalived_info:\n      async: 60\n      poll: 0\n      register: job{number}\n"
        for number in range(4)
    )
    play += "".join(
        f"    - ansible.builtin.async_status:\n        jid: '{{{{ job{number}.ansible_job_id }}}}'\n"
        "      register: done\n      until: done.finished | bool\n      retries: 60\n      delay: 0.5\n"
        "      failed_when: done.status != 'ok' or done.instances[0].state != 'MASTER'\n"
        for number in range(4)
    )
    path = daemons_playbook(play)
    try:
        done = daemons.ansible("ansible-playbook", str(path))
    finally:
        path.unlink()
    assert done.returncode == 0, done.stdout


def daemons_playbook(text: str) -> t.Any:
    """A playbook in a temporary file."""
    import pathlib
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".yml", delete=False) as stream:
        stream.write(text)
    return pathlib.Path(stream.name)


def test_as_an_ordinary_user(daemons: Lab) -> None:
    pairs(daemons, lambda release, priority, host: plain(daemons, release, priority))
    results = daemons.modules(
        ["deb11a", "deb12a", "deb13a"], "keepalived_info", arguments=["--become", "--become-user=ops"]
    )
    for result in results.values():
        assert (result["status"], result["running"], result["instances"]) == ("not_permitted", True, [])
        assert "become" in result["message"] and result["pid"] > 1


def test_daemon_that_is_closed_to_root(daemons: Lab) -> None:
    """One that has looked at its scripts as another user: root needs CAP_SYS_PTRACE to look into its /proc."""
    hosts = ["deb11a", "deb12a", "deb13a"]
    for host in hosts:
        user = "global_defs {\n  enable_script_security\n  script_user nobody\n}\n"
        daemons.write(
            host,
            "/etc/keepalived/keepalived.conf",
            user + SCRIPT + plain(daemons, host[:-1], 200, "  track_script {\n    chk\n  }\n"),
        )
    daemons.systemctl("start", *hosts)
    results = look(daemons, *hosts, wait=True, wait_state="MASTER", wait_timeout=20)
    closed = [daemons.sh(host, "readlink /proc/$(cat /run/vrrp.pid)/root || true").strip() != "/" for host in hosts]
    assert any(closed)
    for host, result in results.items():
        assert result["vrrp_pid"] and result["config"]["loaded"] is True, (host, result)
        assert [one["status"] for one in result["scripts"]] == ["GOOD"]
        assert only(result)["addresses_held"]
    # What the dump does not show: the parent shows what the daemon was given.
    daemons.everywhere("sed -i 's/interval 1/interval 2/' /etc/keepalived/keepalived.conf", hosts)
    for host, result in look(daemons, *hosts).items():
        # 2.1.5 keeps no text: there it is not known.
        assert result["config"]["loaded"] is (None if host == "deb11a" else False), (host, result["config"])
    daemons.systemctl("reload", *hosts)
    wait_for(
        "all have read it", lambda: all(one["config"]["loaded"] is True for one in look(daemons, *hosts).values())
    )


def test_reload_that_a_closed_daemon_refuses(daemons: Lab) -> None:
    """Only its log says whether it has taken what its parent has for it."""
    user = "global_defs {\n  enable_script_security\n  script_user nobody\n  reload_check_config\n}\n"
    body = "  track_script {\n    chk\n  }\n"
    daemons.write("deb13a", "/etc/keepalived/keepalived.conf", user + SCRIPT + plain(daemons, "deb13", 200, body))
    daemons.systemctl("start", "deb13a")
    assert look(daemons, "deb13a", wait=True, wait_state="MASTER")["deb13a"]["config"]["loaded"] is True
    daemons.sh("deb13a", "sed -i 's/interval 1/interval 2/' /etc/keepalived/keepalived.conf")
    daemons.systemctl("reload", "deb13a")
    wait_for("it has read it", lambda: look(daemons, "deb13a")["deb13a"]["config"]["loaded"] is True)
    daemons.sh("deb13a", "echo 'no_such_keyword 1' >>/etc/keepalived/keepalived.conf; systemctl reload keepalived")
    wait_for("it was refused", lambda: look(daemons, "deb13a")["deb13a"]["config"]["loaded"] is False)
    assert "refused" in look(daemons, "deb13a")["deb13a"]["config"]["reason"]


#: By kind what is tracked, and how it is defined.
TRACKED = {
    "script": ("chk", ""),
    "file": ("away", "vrrp_track_file away {\n  file /run/away\n  init_file 0\n}\n"),
    "process": ("journal", "vrrp_track_process journal {\n  process systemd-journald\n}\n"),
}
#: Asks the kernel for news of processes as keepalived does (proc_cn_mcast_op PROC_CN_MCAST_LISTEN of linux/cn_proc.h).
LISTEN = """
import socket, struct
listener = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 11)
listener.bind((0, 1))
message = struct.pack("=IIIIHHI", 1, 1, 0, 0, 4, 0, 1)
listener.send(struct.pack("=IHHII", 16 + len(message), 3, 0, 0, 0) + message)
"""


@pytest.mark.parametrize("kinds", [("script", "file"), ("process",)], ids="-".join)
def test_what_is_tracked_is_seen_to_be(daemons: Lab, kinds: tuple[str, ...]) -> None:
    """By an instance, and by a sync group for its instances."""
    if "process" in kinds and daemons.hosts["deb12a"].run(f"python3 -c '{LISTEN}'").rc != 0:
        pytest.skip("the kernel tells these hosts nothing of processes (it does only outside of containers)")
    hosts = [f"{release}a" for release in RELEASES]
    defined = SCRIPT + "".join(TRACKED[kind][1] for kind in kinds)
    tracked = "".join(f"  track_{kind} {{\n    {TRACKED[kind][0]}\n  }}\n" for kind in kinds)
    for host in hosts:
        daemons.configure(
            host,
            defined + "vrrp_sync_group VG_1 {\n  group {\n    VI_2\n    VI_3\n  }\n" + tracked + "}\n",
            plain(daemons, host[:-1], 200, tracked),
            *(instance(f"VI_{number}", VRID[host[:-1]] + 10 * number, 200,
                       f"{daemons.address(VIP[host[:-1]] + 3 * (number - 1))}/27") for number in (2, 3)),
        )  # fmt: skip
    daemons.systemctl("start", *hosts)
    for host, result in look(daemons, *hosts, wait=True, wait_state="MASTER", wait_timeout=20).items():
        assert result["not_tracked"] == [], (host, result["not_tracked"])
        (group,) = result["sync_groups"]
        for kind in kinds:
            assert [one["name"] for one in group[f"track_{kind}"]] == [TRACKED[kind][0]], (host, group)


def test_script_that_keepalived_leaves_out(daemons: Lab) -> None:
    """It says so once, in its log, and goes on without."""
    hosts = [f"{release}a" for release in RELEASES]
    picky = SCRIPT.replace("chk", "picky").replace("/usr/bin/test ! -e /run/down", "/usr/local/bin/picky")
    body = "  track_script {\n    chk\n    picky\n  }\n"
    user = "global_defs {\n  enable_script_security\n  script_user nobody\n}\n"
    for host in hosts:
        daemons.write(host, "/usr/local/bin/picky", "#!/bin/sh\nexit 0\n", "0700")
        conf = user + SCRIPT + picky + plain(daemons, host[:-1], 200, body)
        daemons.write(host, "/etc/keepalived/keepalived.conf", conf)
    daemons.systemctl("start", *hosts)
    try:
        for host, result in look(daemons, *hosts, wait=True, wait_state="MASTER", wait_timeout=20).items():
            (found,) = result["not_tracked"]
            assert (found["by"], found["kind"], found["name"]) == ("VI_1", "script", "picky"), host
            assert "/usr/local/bin/picky" in found["reason"], (host, found)
        daemons.everywhere("chmod 0755 /usr/local/bin/picky && systemctl reload keepalived", hosts)
        wait_for("all track it", lambda: not any(one["not_tracked"] for one in look(daemons, *hosts).values()))
    finally:
        daemons.everywhere("rm -f /usr/local/bin/picky", hosts)


def test_starting(daemons: Lab) -> None:
    """Asked in the moment of its start, again and again: no signal comes too early, which would end the daemon."""
    hosts = ["deb11a", "deb12a", "deb13a"]
    for host in hosts:
        daemons.configure(host, plain(daemons, host[:-1], 200))
    begun = daemons.sh("deb12a", "date +%s").strip()
    for _attempt in range(3):
        daemons.everywhere("systemctl restart --no-block keepalived", hosts)
        results = look(daemons, *hosts, wait=True, wait_state="MASTER", wait_timeout=20)
        for host, result in results.items():
            assert only(result)["addresses_held"], (host, result)
            assert 0 < result["elapsed"] < 20
    journal = "".join(daemons.sh(host, f"journalctl --quiet --unit keepalived --since @{begun}") for host in hosts)
    assert journal.count("Starting VRRP child process") >= 9
    assert "Respawning" not in journal and "exited" not in journal


def test_wait_that_is_in_vain(daemons: Lab) -> None:
    daemons.configure("deb12a", plain(daemons, "deb12", 200))
    daemons.systemctl("start", "deb12a")
    daemons.wait_for_address("deb12a", daemons.address(VIP["deb12"]))
    result = daemons.modules(
        ["deb12a"], "keepalived_info", check=False, wait=True, wait_state="BACKUP", wait_timeout=1
    )["deb12a"]
    assert result["failed"] and "VI_1 is MASTER" in result["msg"] and only(result)["state"] == "MASTER"
    result = daemons.modules(["deb12a"], "keepalived_info", check=False, wait=True, instances=["VI_9"], wait_timeout=1)[
        "deb12a"
    ]
    assert result["failed"] and "VI_9" in result["msg"]
