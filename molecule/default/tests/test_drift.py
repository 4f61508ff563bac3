# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run on a group that is as planned ends after its look: so the look must see whatever else a run would mend."""

import json
import re

import pytest
from labhosts import MEMBERS

CONF = "/etc/keepalived/keepalived.conf"
SCRIPTS = "/usr/libexec/keepalived"
DROP_IN = "/etc/systemd/system/keepalived.service.d/50-hot-standby.conf"
SITE = "/etc/nginx/conf.d/hot-standby.conf"

#: What somebody does by hand, and what is said of it then.
DRIFTS = {
    "configuration edited": (f"echo '! by hand' >>{CONF}", f"{CONF} is not as planned. (its content differs"),
    "configuration readable by all": (f"chmod 0644 {CONF}", "0644 root root"),
    "configuration of another user": (f"chown nobody {CONF}", "0640 nobody root"),
    "check removed": (f"rm {SCRIPTS}/check_nginx", "check_nginx is not there"),
    "script edited": (
        f"echo '# by hand' >>{SCRIPTS}/release_addresses",
        "release_addresses is not as planned. (its content",
    ),
    "script not executable": (
        f"chmod 0644 {SCRIPTS}/release_addresses",
        "release_addresses is not as planned. (it is a file with 0644",
    ),
    "directory of scripts writable": (f"chmod 0777 {SCRIPTS}", "0777 root root"),
    "drop-in edited": (f"echo '# by hand' >>{DROP_IN}; systemctl daemon-reload", f"{DROP_IN} is not as planned"),
    "drop-in not read": (f"touch --date=tomorrow {DROP_IN}", "has not read the unit of keepalived"),
    "log configuration removed": ("rm /etc/rsyslog.d/10-keepalived.conf", "10-keepalived.conf is not there"),
    "rotation edited": (
        "sed -i s/weekly/daily/ /etc/logrotate.d/keepalived",
        "logrotate.d/keepalived is not as planned",
    ),
    "kernel parameter, at the next start": (
        "echo '# by hand' >>/etc/sysctl.d/60-hot-standby.conf",
        "60-hot-standby.conf is not as planned",
    ),
    "kernel parameter, now": ("sysctl --quiet --write net.ipv4.ip_forward=0", "net.ipv4.ip_forward is 0"),
    "flags, at the next start": (
        "sed -i 's/^DAEMON_ARGS=.*/DAEMON_ARGS=\"-D\"/' /etc/default/keepalived",
        "DAEMON_ARGS in /etc/default/keepalived is not as planned",
    ),
    "maintenance file removed": ("rm /etc/keepalived/maintenance", "/etc/keepalived/maintenance is not there"),
    "maintenance file writable": ("chmod 0666 /etc/keepalived/maintenance", "0666 root root"),
    "keepalived not at boot": ("systemctl --quiet disable keepalived", "keepalived does not start with the host"),
    "nginx not at boot": ("systemctl --quiet disable nginx", "nginx does not start with the host"),
    "rsyslog not at boot": ("systemctl --quiet disable rsyslog", "rsyslog does not start with the host"),
    "rsyslog stopped": ("systemctl stop rsyslog syslog.socket", "rsyslog does not run"),
    "site edited": (f"echo '# by hand' >>{SITE}", f"{SITE} is not as planned"),
    "site removed": (f"rm {SITE}", f"{SITE} is not there"),
    "firewall, now": ("firewall-cmd --quiet --remove-protocol=vrrp", "its firewall does not let in"),
    "firewall, at its next start": (
        "firewall-cmd --quiet --permanent --remove-protocol=vrrp",
        "its firewall will not let in at its next start",
    ),
}
TOGETHER = 8
#: What a member is like in all of that, in lines of text.
STATE = f"""
stat --format='%n %a %U %G' {CONF} {SCRIPTS} {SCRIPTS}/* {DROP_IN} {SITE} /etc/keepalived/maintenance \
    /etc/rsyslog.d/10-keepalived.conf /etc/logrotate.d/keepalived /etc/sysctl.d/60-hot-standby.conf
sha256sum {CONF} {SCRIPTS}/* {DROP_IN} {SITE} /etc/keepalived/maintenance /etc/default/keepalived \
    /etc/rsyslog.d/10-keepalived.conf /etc/logrotate.d/keepalived /etc/sysctl.d/60-hot-standby.conf
sysctl net.ipv4.ip_forward
systemctl is-enabled keepalived nginx rsyslog
systemctl is-active keepalived nginx rsyslog
systemctl show --property=NeedDaemonReload keepalived
firewall-cmd --list-all
firewall-cmd --permanent --list-all
"""
#: Undoes a drift as a run of site would, to see one at a time.
UNDO = """
cp --archive --force /run/before/. / && systemctl daemon-reload && sysctl --quiet --write net.ipv4.ip_forward=1 &&
systemctl --quiet enable keepalived nginx rsyslog && systemctl start rsyslog &&
systemctl reload firewalld && firewall-cmd --quiet --permanent --add-protocol=vrrp && firewall-cmd --quiet --reload
"""
KEEP = f"""
mkdir --parents /run/before && cp --archive --parents {CONF} {SCRIPTS} {DROP_IN} {SITE} /etc/keepalived/maintenance \
    /etc/default/keepalived /etc/rsyslog.d/10-keepalived.conf /etc/logrotate.d/keepalived \
    /etc/sysctl.d/60-hot-standby.conf /run/before/
"""


def found(lab):
    """By member the texts of what status finds."""
    done = lab.ansible("ansible-playbook", "playbooks/status.yml", "-e", "hot_standby_format=json")
    data = json.JSONDecoder().raw_decode(done.stdout, done.stdout.index("\n{\n") + 1)[0]
    return {name: [one["text"] for one in data["groups"]["web"]["findings"] if one["host"] == name] for name in MEMBERS}


@pytest.fixture(scope="module")
def before(lab):
    for name in MEMBERS:
        lab.hosts[name].check_output(KEEP)
    return {name: lab.hosts[name].check_output(STATE) for name in MEMBERS}


def test_run_on_a_group_that_is_as_planned_ends_after_its_look(lab, before):
    """One call of a module on each host, and the tasks of the controller."""
    done = lab.site("-v")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"^TASK .*(?:Install|Apply|Look at|Facts).*", done.stdout, re.MULTILINE) == [
        "TASK [hotstandby.vrrp.hot_standby : Observe | Look at the host] ****************",
        "TASK [hotstandby.vrrp.hot_standby : Drift | Look at what is planned besides what was noted to look at] ***",
        "TASK [hotstandby.vrrp.hot_standby : Apply the plan where something has drifted] ***",
    ]
    assert done.stdout.count("changed=0") == 2
    assert "skipping: [app1]" in done.stdout.split("noted to look at] ***")[1].split("TASK")[0]
    assert found(lab) == {name: [] for name in MEMBERS}


@pytest.mark.parametrize("begin", range(0, len(DRIFTS), TOGETHER))
def test_each_thing_that_was_changed_by_hand_is_seen(lab, before, begin):
    """Some on each member, since a look takes its time; each is said by itself."""
    chosen = list(DRIFTS)[begin : begin + TOGETHER]
    for number, drift in enumerate(chosen):
        lab.hosts[MEMBERS[number % 2]].check_output(DRIFTS[drift][0])
    try:
        seen = found(lab)
    finally:
        for name in MEMBERS:
            lab.hosts[name].check_output(UNDO)
    for number, drift in enumerate(chosen):
        assert [text for text in seen[MEMBERS[number % 2]] if DRIFTS[drift][1] in text], (drift, seen)


def test_all_that_was_changed_by_hand_is_mended(lab, before):
    for number, (command, _words) in enumerate(DRIFTS.values()):
        # What has been removed cannot be edited any more.
        lab.hosts[MEMBERS[number % 2]].run(command)
    assert all(lab.hosts[name].run(STATE).stdout.strip() != before[name] for name in MEMBERS)
    done = lab.site()
    assert done.returncode == 0, done.stdout + done.stderr
    for name in MEMBERS:
        assert lab.hosts[name].check_output(STATE).splitlines() == before[name].splitlines()
    assert lab.site().stdout.count("changed=0") == 2
