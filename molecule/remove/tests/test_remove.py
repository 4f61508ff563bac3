# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After a removal a host is what it was before: held against one that was never a member, and against itself."""

from __future__ import annotations

import pytest

# Everything of a host that can be listed: files with their content, units, firewall, kernel, addresses. Left out is
# what changes by itself, or is the packages' own business.
LISTING = r"""
for folder in /etc /usr/libexec /var/lib/hot-standby /srv; do
    find $folder -xdev ! -type d -printf '%p %m %u %g %l ' \
        \( -type f -exec sha256sum '{}' ';' -o -printf '\n' \) 2>/dev/null
    find $folder -xdev -type d -printf '%p %m %u %g\n' 2>/dev/null
done | sort | grep --invert-match --extended-regexp \
    '^/etc/(firewalld/zones/.*[.]old|ssh/ssh_host.*|machine-id|ld.so.cache|resolv.conf|hosts|hostname) '
systemctl list-unit-files --no-legend --no-pager | awk '{print $1, $2}'
systemctl list-units --no-legend --no-pager --plain --state=active --type=service | awk '{print $1}' | sort
for zone in "" --permanent; do
    firewall-cmd $zone --list-all; firewall-cmd $zone --direct --get-all-rules
done
sysctl --all 2>/dev/null | grep -e '^net.ipv4.ip_forward ' -e 'all.arp_notify'
ip -oneline address show | awk '{print $2, $4}' | grep --invert-match 198.18.0.9/
"""
INSTALLED = ("keepalived", "nginx", "rsyslog", "logrotate", "iptables")
PACKAGES = "dpkg-query --show --showformat='${Package} ${Status}\n' | sort"


def listing(lab, name: str) -> list[str]:
    """What a host is."""
    return lab.hosts[name].check_output(LISTING).splitlines()


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
    return {name: listing(lab, name) for name in ("app1", "app2")}


def test_check_mode_tells_and_changes_nothing(lab):
    lines = listing(lab, "app1")
    output = run(lab, "-e", "hot_standby_hosts=web", "--check")
    assert output.count("changed=0") == 0
    assert listing(lab, "app1") == lines


def test_first_removal_leaves_what_the_packages_brought(lab, before):
    for lines in before.values():
        assert not [line for line in lines if "hot-standby" in line or "check_nginx" in line]


def test_site_and_removal_leave_nothing(lab, before):
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lab.holders() == ["app1"]
    assert [name for name in before if listing(lab, name) != before[name]] == ["app1", "app2"]
    # needrestart is not to restart it: read as it reads it.
    perl = 'our %nrconf; do "/etc/needrestart/conf.d/hot-standby.conf"; print join " ", values %{$nrconf{override_rc}}'
    assert lab.hosts["app1"].check_output(f"perl -e '{perl}'") == "0 0"
    # What was changed since is no business of the removal either.
    done = lab.site(keepalived_firewall="zone", keepalived_sysctl={"net.ipv4.ip_forward": 1})
    assert done.returncode == 0, done.stdout + done.stderr
    run(lab, "-e", "hot_standby_hosts=web")
    for name, lines in before.items():
        now = listing(lab, name)
        assert sorted(set(now) ^ set(lines)) == [], name
    assert lab.hosts["app1"].file("/etc/keepalived/keepalived.conf").mode == 0o604


def test_second_removal_has_nothing_to_do(lab):
    output = run(lab, "-e", "hot_standby_hosts=web")
    assert output.count("changed=0") == 2


def test_packages_come_off_on_request(lab):
    """app2 as it came: nothing was installed, so all that was comes off."""
    client = set(lab.hosts["client"].check_output(PACKAGES).splitlines())
    app2 = lab.hosts["app2"]
    app2.check_output(
        "apt-get purge -qq -y keepalived nginx rsyslog logrotate iptables >/dev/null; rm -rf /etc/keepalived"
    )
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr
    run(lab, "-e", "hot_standby_hosts=app2", "-e", "hot_standby_remove_packages=true")
    now = set(app2.check_output(PACKAGES).splitlines())
    names = {line.split()[0] for line in now if line.endswith(" installed")}
    assert not names & set(INSTALLED)
    assert {line.split()[0] for line in client if line.endswith(" installed")} <= names
