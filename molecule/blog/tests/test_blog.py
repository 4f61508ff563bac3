# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every setting of the post's two files, and each of its steps 1 to 6, on a pair that was set up by one command."""

import re

import pytest
from labhosts import wait_for

PASSWORD = "Kx7wQz2p"
GROUP_RULE = "0 --{direction}-interface eth0 --destination 224.0.0.18 --protocol vrrp -j ACCEPT"


def parsed(text):
    """keepalived.conf as nested lists: [[words, block or None], ...]."""
    stack = [[]]
    for line in text.splitlines():
        words = line.split()
        if not words or words[0][0] in "!#":
            continue
        if words == ["}"]:
            stack.pop()
        elif words[-1] == "{":
            stack[-1].append((tuple(words[:-1]), []))
            stack.append(stack[-1][-1][1])
        else:
            stack[-1].append((tuple(words), None))
    assert len(stack) == 1
    return stack[0]


def block(config, *header):
    """The content of the one block with this header."""
    (found,) = [content for words, content in config if words == header and content is not None]
    return found


def lines(content):
    """The plain lines of a block."""
    return {words for words, inner in content if inner is None}


@pytest.fixture
def config(member):
    return parsed(member.file("/etc/keepalived/keepalived.conf").content_string)


@pytest.mark.parametrize("name", ["keepalived", "nginx"])
def test_step_1_packages(member, name):
    assert member.package(name).is_installed


def test_step_2_and_3_global_definitions(config, member):
    content = block(config, "global_defs")
    assert lines(block(content, "notification_email")) == {
        ("acassen@firewall.loc",),
        ("failover@firewall.loc",),
        ("sysadmin@firewall.loc",),
    }
    assert lines(content) >= {
        ("notification_email_from", "Alexandre.Cassen@firewall.loc"),
        ("smtp_server", "192.168.200.1"),
        ("smtp_connect_timeout", "30"),
        ("router_id", member.name),
        ("vrrp_skip_check_adv_addr",),
    }
    assert ("vrrp_strict",) not in lines(content)


def test_step_2_and_3_zero_intervals_mean_the_same(member):
    """keepalived 2 refuses to read the 0 of the post; what the daemon has is 0 all the same."""
    pid = member.check_output("cat /run/keepalived.pid")
    member.check_output(f"rm -f /tmp/keepalived.data; kill -USR1 {pid}")
    try:
        dump = wait_for(
            "the daemon's dump",
            lambda: "Gratuitous NA" in (text := member.run("cat /tmp/keepalived.data").stdout) and text,
        )
    finally:
        member.check_output("rm -f /tmp/keepalived.data /tmp/keepalived_parent.data")
    assert re.search(r"Gratuitous ARP interval = 0\.0", dump)
    assert re.search(r"Gratuitous NA interval = 0\.0", dump)


def test_step_2_and_3_instance(config, member, lab):
    content = block(config, "vrrp_instance", "VI_1")
    mine, other = ("app1", "app2") if member.name == "app1" else ("app2", "app1")
    assert lines(content) >= {
        ("state", {"app1": "MASTER", "app2": "BACKUP"}[mine]),
        ("interface", "eth0"),
        ("virtual_router_id", "51"),
        ("priority", {"app1": "100", "app2": "99"}[mine]),
        ("advert_int", "1"),
        ("unicast_src_ip", lab.addresses[mine]),
    }
    assert lines(block(content, "unicast_peer")) == {(lab.addresses[other],)}
    assert lines(block(content, "authentication")) == {("auth_type", "PASS"), ("auth_pass", PASSWORD)}
    assert lines(block(content, "virtual_ipaddress")) == {(f"{lab.vip}/27", "brd", lab.vars["lab_broadcast"])}


def test_step_2_and_3_virtual_server(config, member, lab):
    content = block(config, "virtual_server", lab.vip, "80")
    assert lines(content) == {
        ("delay_loop", "6"),
        ("lb_algo", "rr"),
        ("lb_kind", "NAT"),
        ("persistence_timeout", "50"),
        ("protocol", "TCP"),
    }
    assert lines(block(content, "real_server", lab.addresses[member.name], "80")) == {("weight", "1")}


def test_step_4_packets_are_forwarded(member):
    assert member.sysctl("net.ipv4.ip_forward") == 1


@pytest.mark.parametrize("permanent", ["", "--permanent"])
@pytest.mark.parametrize(("chain", "direction"), [("INPUT", "in"), ("OUTPUT", "out")])
def test_step_4_direct_rules(member, permanent, chain, direction):
    """firewalld takes them at runtime once it has found iptables: when it starts, or is reloaded as in the post."""
    if not permanent:
        member.check_output("firewall-cmd --quiet --reload")
    rules = member.check_output(f"firewall-cmd {permanent} --direct --get-rules ipv4 filter {chain}").splitlines()
    assert GROUP_RULE.format(direction=direction) in rules


def test_step_4_zone_lets_in_what_the_direct_rules_cannot(member, lab):
    peer = lab.addresses[{"app1": "app2", "app2": "app1"}[member.name]]
    wanted = f'rule family="ipv4" source address="{peer}" protocol value="vrrp" accept'
    assert wanted in member.check_output("firewall-cmd --zone=public --list-rich-rules").splitlines()


def test_step_4_service_is_enabled_and_runs(member):
    assert member.service("keepalived").is_enabled
    assert member.service("keepalived").is_running


def test_step_4_address_is_on_the_master_with_its_broadcast(lab):
    assert lab.holders() == ["app1"]
    assert f"inet {lab.vip}/27 brd {lab.vars['lab_broadcast']} " in lab.hosts["app1"].check_output(
        "ip -4 address show dev eth0"
    )


def test_step_5_adverts_as_in_the_post(lab):
    """Stop and start of the master, seen by tcpdump on the master as in the post."""
    app1 = lab.hosts["app1"]
    app1.check_output("apt-get install --quiet --quiet --yes tcpdump")
    see = "timeout 20 tcpdump --interface=eth0 -n -c 1 vrrp and src host "
    form = "IP {} > {}: VRRPv2, Advertisement, vrid 51, prio {}, authtype simple, intvl 1s, length 20"
    ours, theirs = lab.addresses["app1"], lab.addresses["app2"]
    assert form.format(ours, theirs, 100) in app1.check_output(see + ours)
    app1.check_output("systemctl stop keepalived")
    lab.wait_for_owner("app2")
    assert form.format(theirs, ours, 99) in app1.check_output(see + theirs)
    assert lab.fetch(f"http://{lab.vip}/")[1]["X-Served-By"] == "app2"
    app1.check_output("systemctl start keepalived")
    lab.wait_for_owner("app1")


def test_step_6_log_is_apart_and_flags_are_set(lab, member):
    # Less the post's -d, which would write the password to the log.
    flags = lab.flags(member.name, "-D", "-S", "0")
    assert f'DAEMON_ARGS="{flags}"' in member.file("/etc/default/keepalived").content_string
    assert "Keepalived_vrrp" in member.file("/var/log/keepalived.log").content_string
    assert "Keepalived_vrrp" not in member.file("/var/log/syslog").content_string


def test_missing_ipvs_and_ineffective_rules_are_told(lab):
    missing = "--vrrp" in lab.flags("app1")
    done = lab.ansible("ansible-playbook", "site.yml", "--tags", "firewall")
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("the kernel of app1 has no IPVS" in done.stdout) is missing
    assert "a direct rule alone lets no advert in" in done.stdout


def test_changed_password_is_applied_and_shows_nowhere(lab):
    """With everything Ansible can be made to print, the change shows and neither password does."""
    changed = "Jw4vRt9n"
    done = lab.ansible("ansible-playbook", "site.yml", "-vvv", "--diff", "-e", f"vault_vrrp_pass={changed}")
    printed = done.stdout.replace(f"vault_vrrp_pass={changed}", "") + done.stderr
    assert done.returncode == 0, printed
    assert re.search(r"\+\s+auth_pass \*{8} \(", printed)
    lab.wait_for_owner("app1")
    for name in ("app1", "app2"):
        host = lab.hosts[name]
        assert f"auth_pass {changed}" in host.file("/etc/keepalived/keepalived.conf").content_string
        log = host.check_output("journalctl --no-pager; cat /var/log/keepalived.log /var/log/syslog; ps -eo args")
        holding = host.check_output(
            "find /etc /root /run /tmp -ignore_readdir_race -type f -exec grep --files-with-matches auth_pass {} \\;"
        )
        assert "/etc/keepalived/keepalived.conf" in holding.splitlines()
        assert {path.rsplit("/", 1)[0] for path in holding.splitlines()} == {"/etc/keepalived"}
        for password in (PASSWORD, changed):
            assert password not in log
    for password in (PASSWORD, changed):
        assert password not in printed


def test_backups_are_for_root_alone(member):
    modes = member.check_output("stat --format %a /etc/keepalived/keepalived.conf.*~").split()
    assert modes
    assert set(modes) == {"600"}
