# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SELinux's policy is made to allow, and to forbid again.

The kernel of the lab has no SELinux. The policy is Debian's, in its store on the host, and the modules are told to
change it all the same; its booleans have none of keepalived's, so another one stands for it.
"""

from __future__ import annotations

import json

import pytest
import yaml

ENTRIES = [{"port": 8085, "setype": "http_port_t"}, {"boolean": "httpd_can_network_connect"}]
PACKAGES = "selinux-policy-default policycoreutils-python-utils python3-selinux python3-semanage"
MANIFEST = "/var/lib/hot-standby/manifest.json"


@pytest.fixture(scope="module")
def host(lab):
    """A member with a policy."""
    app1 = lab.hosts["app1"]
    app1.check_output(f"DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends {PACKAGES} 2>&1")
    return app1


PLATFORM = {"distribution": "Debian", "distribution_major_version": "12", "os_family": "Debian"}
MODEL = {"selinux": ENTRIES, "platform": PLATFORM}


def run(lab, tmp_path, tasks_from, **variables):
    """That part of the role on the member. Returns how many tasks changed something."""
    allowed = {"ignore_selinux_state": True}
    playbook = tmp_path / f"{tasks_from}.yml"
    role = {"name": "hotstandby.vrrp.keepalived", "tasks_from": tasks_from}
    play = {
        "hosts": "app1", "gather_facts": True,
        "module_defaults": {"community.general.seport": allowed, "ansible.posix.seboolean": allowed},
        "tasks": [{"ansible.builtin.include_role": role, "vars": variables}],
    }  # fmt: skip
    playbook.write_text(yaml.safe_dump([play]))
    done = lab.ansible("ansible-playbook", str(playbook))
    assert done.returncode == 0, done.stdout + done.stderr
    return int(done.stdout.rpartition("changed=")[2].split()[0])


def allowed(host):
    """The ports of the type, and whether the boolean is on at the next start."""
    ports = host.check_output("semanage port --list --noheading | grep '^http_port_t .*tcp'")
    switch = host.check_output("semanage boolean --list --noheading | grep '^httpd_can_network_connect '")
    return "8085" in ports.replace(",", " ").split(), switch.split("(")[1].split(")")[0].split(",")[1].strip() == "on"


def noted(host):
    return json.loads(host.file(MANIFEST).content_string)["selinux"]


def test_it_is_allowed_noted_and_forbidden_again(lab, host, tmp_path):
    assert allowed(host) == (False, False)
    assert run(lab, tmp_path, "selinux", keepalived_model=MODEL) > 0
    assert allowed(host) == (True, True)
    assert noted(host) == ENTRIES
    assert run(lab, tmp_path, "selinux", keepalived_model=MODEL) == 0
    # The plan has none of it. What the tests before this one have changed is changed back.
    site = lab.site(keepalived_allow_disruption=True)
    assert site.returncode == 0, site.stdout + site.stderr
    assert allowed(host) == (False, False)
    assert noted(host) == []


def test_what_was_allowed_before_stays(lab, host, tmp_path):
    host.check_output("semanage port --add --type http_port_t --proto tcp 8085")
    try:
        assert run(lab, tmp_path, "selinux", keepalived_model={**MODEL, "selinux": ENTRIES[:1]}) == 0
        assert noted(host) == []
    finally:
        host.check_output("semanage port --delete --proto tcp 8085")
