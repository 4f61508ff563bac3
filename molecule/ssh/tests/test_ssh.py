# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pair is reached by ssh as an ordinary user; and what a user may ask of the playbook, or get wrong."""

import re

import pytest
from labhosts import CHECKOUT


def refused(lab, tmp_path, variables):
    """Runs site.yml with other group variables; returns what it printed after nothing was changed."""
    overlay = tmp_path / "overlay.yml"
    overlay.write_text(f"web:\n  vars:\n{variables}\n")
    done = lab.ansible("ansible-playbook", f"--inventory={overlay}", "site.yml")
    assert done.returncode == 2, done.stdout
    assert done.stdout.count("changed=0") == 2
    return " ".join((done.stdout + done.stderr).split())


def test_address_is_on_the_first_member(lab):
    assert lab.holders() == ["app1"]
    assert lab.fetch(f"http://{lab.vip}/")[1]["X-Served-By"] == "app1"


def test_check_and_diff_on_a_finished_pair(lab):
    done = lab.ansible("ansible-playbook", "site.yml", "--check", "--diff")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("changed=0") == 2


def test_check_and_diff_tell_a_change_and_make_none(lab):
    before = lab.hosts["app2"].file("/etc/keepalived/keepalived.conf").content_string
    done = lab.ansible("ansible-playbook", "site.yml", "--check", "--diff", "-e", '{"nginx_port": 8080}')
    assert done.returncode == 0, done.stdout + done.stderr
    assert "+    listen 8080;" in done.stdout
    script = "/usr/libexec/keepalived/check_nginx 8080 /health check.hot-standby.invalid 4.5"
    assert f'+    script "{script}"' in done.stdout.splitlines()
    assert lab.hosts["app2"].file("/etc/keepalived/keepalived.conf").content_string == before
    assert "8080" not in lab.hosts["app2"].file("/etc/nginx/conf.d/hot-standby.conf").content_string


@pytest.mark.parametrize("tag", ["packages", "firewall", "nginx", "keepalived", "judge"])
def test_each_tag_works_alone(lab, tag):
    done = lab.ansible("ansible-playbook", "site.yml", "--tags", tag)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("changed=0") == 2


def test_limit_to_the_whole_group_works(lab):
    done = lab.ansible("ansible-playbook", "site.yml", "--limit", "web", "--tags", "judge")
    assert done.returncode == 0, done.stdout + done.stderr


def test_limit_that_splits_the_group_is_refused(lab):
    done = lab.ansible("ansible-playbook", "site.yml", "--limit", "app2")
    assert done.returncode == 2
    printed = " ".join((done.stdout + done.stderr).split())
    assert "the play leaves out app1 of the group web" in printed
    assert "changed=0" in printed


def test_play_without_any_member_is_refused(lab):
    done = lab.ansible("ansible-playbook", "site.yml", "--limit", "client")
    assert done.returncode == 2
    assert "No host of this play has keepalived_vrrp_instances" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ("    keepalived_vrrp_instances: 192.0.2.10/24", "keepalived_vrrp_instances"),
        (
            "    keepalived_vrrp_instances: [{virtual_ipaddress: [10.9.8.7/24]}]",
            "10.9.8.7 is in no network of app1, which has eth0",
        ),
        ("    hot_standby_members: [app1, app3]", "the inventory has no host app3"),
        (
            "    keepalived_firewall: open",
            "value of keepalived_firewall must be one of: auto, direct, zone, none, got: open",
        ),
    ],
    ids=["type", "network", "member", "choice"],
)
def test_mistakes_are_named_before_anything_changes(lab, tmp_path, variables, message):
    assert message in refused(lab, tmp_path, variables)


def test_play_variables_of_the_group_are_refused(lab, tmp_path):
    playbook = CHECKOUT / ".cache" / "play_vars.yml"
    playbook.write_text(
        "- hosts: web\n  gather_facts: false\n  vars: {keepalived_firewall: none}\n"
        "  tasks: [{ansible.builtin.import_role: {name: hotstandby.vrrp.hot_standby}}]\n"
    )
    done = lab.ansible("ansible-playbook", str(playbook))
    playbook.unlink()
    assert done.returncode == 2
    assert "keepalived_firewall: it is set in the play or a role" in done.stdout + done.stderr


def test_nginx_org_repository_is_written_and_signed(lab):
    """Its server is not asked: another key stands in, and check mode with diff shows what would be written."""
    lab.hosts["app2"].check_output("apt-get install --quiet --quiet --yes ca-certificates python3-debian")
    lab.hosts["app1"].check_output("apt-get install --quiet --quiet --yes ca-certificates python3-debian")
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    asked = ("-e", f"nginx_repository=nginx.org __nginx_repository_key={key}")
    done = lab.ansible("ansible-playbook", "site.yml", "--check", "--diff", "-v", "--tags", "packages", *asked)
    assert done.returncode == 0, done.stdout + done.stderr
    # The module has no difference; its result has the file.
    (written,) = {repository.replace("\\n", "\n") for repository in re.findall(r'"repo": "([^"]*)"', done.stdout)}
    assert set(written.splitlines()) >= {
        "Types: deb",
        "URIs: https://nginx.org/packages/debian",
        "Suites: bookworm",
        "Components: nginx",
        f"Signed-By: {key}",
    }
    assert "+Pin: origin nginx.org" in done.stdout.splitlines()
