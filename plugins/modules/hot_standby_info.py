#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: hot_standby_info
short_description: One look at everything a member of a hot-standby group consists of
version_added: 0.1.0
description:
  - Returns in one call what the plan and the judge need to know of a host. These are its interfaces and addresses,
    keepalived with its VRRP instances, the firewall, and what the kernel can do.
  - It is told what else to look at, such as files, kernel parameters, services and packages. What is not asked for
    costs nothing.
  - It tells what is so, never what should be. What it cannot see it says, and tells the rest.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.info
  - hotstandby.vrrp._attributes.deadline
options:
  programs:
    description: Names of programs to look for.
    type: list
    elements: str
    default: []
  files:
    version_added: 1.0.0
    description: Paths of files, of which all but the content is told. Links are not followed.
    type: list
    elements: path
    default: []
  digest_key:
    version_added: 1.0.0
    description:
      - Key, of 16 characters or more, for RV(files) and RV(adverts), whose digests it makes ones of HMAC-SHA256. Make
        a random one in each run on the controller, the same for all hosts.
      - Without it the digest of a file is its SHA-256, from which a short password in it could be found by trying.
    type: str
  sysctls:
    version_added: 1.0.0
    description: Names of kernel parameters, as C(sysctl) has them.
    type: list
    elements: str
    default: []
  services:
    version_added: 1.0.0
    description: Names of units of systemd.
    type: list
    elements: str
    default: []
  packages:
    version_added: 1.0.0
    description: Names of packages.
    type: list
    elements: str
    default: []
  firewall_zones:
    version_added: 1.0.0
    description: Names of zones of firewalld, of which to tell what they let in.
    type: list
    elements: str
    default: []
  firewall_direct_rules:
    version_added: 1.0.0
    description: Whether to tell the direct rules of firewalld, and of which families it takes any.
    type: bool
    default: false
  addresses:
    version_added: 1.0.0
    description: Addresses to look for, with or without prefix length, as in M(hotstandby.vrrp.vip_info).
    type: list
    elements: str
    default: []
  probe:
    version_added: 1.0.0
    description: Whether to ask the wire for O(addresses) too, for O(probe_timeout).
    type: bool
    default: false
  probe_timeout:
    version_added: 1.0.0
    description: How long to wait for answers, in seconds. More than 0.
    type: float
    default: 1.0
  listen:
    version_added: 1.0.0
    description:
      - How long to listen for VRRP adverts, in seconds, as M(hotstandby.vrrp.vrrp_adverts_info) does on all
        interfaces. With V(0) it does not.
    type: float
    default: 0.0
  wire:
    version_added: 1.1.0
    description:
      - When to ask the wire, by O(probe) and O(listen).
      - With V(begin) that goes on when the module has returned, beside what is done on the host meanwhile. RV(adverts)
        and the answers in RV(addresses) come with the next call that has V(take), which waits for them. Where
        nothing was begun, or it has come to nothing, that call asks itself.
    type: str
    choices: [now, begin, take]
    default: now
  numbers:
    version_added: 1.0.0
    description: Paths of files with nothing but a number in them, such as keepalived tracks.
    type: list
    elements: path
    default: []
  http:
    version_added: 1.0.0
    description: HTTP requests to make from the host, each once.
    type: list
    elements: dict
    default: []
    suboptions:
      address:
        description: IPv4 or IPv6 address to ask.
        type: str
        required: true
      port:
        description: TCP port.
        type: int
        default: 80
      path:
        description: What to ask for.
        type: str
        default: /
      host:
        description: The header C(Host). O(http[].address) by default.
        type: str
  settings:
    version_added: 1.0.0
    description: By path of a file of lines C(NAME=value) the names to tell the value of.
    type: dict
    default: {}
  facts:
    version_added: 1.1.0
    description:
      - Whether to set the facts that Ansible's own modules for packages and services ask for, and those of the
        distribution, as M(ansible.builtin.setup) would with C(gather_subset) of C(distribution), C(pkg_mgr) and
        C(service_mgr). That spares a call.
    type: bool
    default: false
  remembered:
    version_added: 1.0.0
    description:
      - Whether to look besides at what M(hotstandby.vrrp.hot_standby_manifest) has noted on the host, so that one
        look is enough for who does not know yet what to look at.
      - Its O(addresses) and O(listen) count with O(probe=true) only. RV(asked) says what was looked at.
    type: bool
    default: false
  manifest:
    version_added: 1.0.0
    description: Where M(hotstandby.vrrp.hot_standby_manifest) keeps what the host was like.
    type: path
    default: /var/lib/hot-standby/manifest.json
seealso:
  - module: hotstandby.vrrp.keepalived_info
  - module: hotstandby.vrrp.vip_info
  - module: hotstandby.vrrp.vrrp_adverts_info
  - module: hotstandby.vrrp.firewalld_direct
  - module: hotstandby.vrrp.hot_standby_manifest
notes:
  - Needs root to see everything.
  - Where firewalld runs it is asked everything at once, by its own Python library and with the Python that firewall-cmd
    has, which takes a fifth of a second of a processor. Where it does not run, firewall-offline-cmd is asked for zones
    and for direct rules, which takes about a third of a second each.
"""

EXAMPLES = r"""
- name: Look at the host
  hotstandby.vrrp.hot_standby_info:
    programs: [keepalived, nginx]
  register: observed

- name: Look at everything the group stands on
  hotstandby.vrrp.hot_standby_info:
    files: [/etc/keepalived/keepalived.conf, /etc/sysctl.d/60-hot-standby.conf]
    digest_key: "{{ run_key }}"
    sysctls: [net.ipv4.ip_forward]
    services: [keepalived, nginx, rsyslog]
    packages: [keepalived, nginx]
    firewall_zones: [public]
    addresses: [192.0.2.10]
    probe: true
    listen: 3
"""

RETURN = r"""
interfaces:
  description: The network interfaces with their addresses, as M(hotstandby.vrrp.vip_info) returns them.
  type: list
  elements: dict
  returned: success
addresses:
  description: The asked O(addresses), as M(hotstandby.vrrp.vip_info) returns them.
  type: list
  elements: dict
  returned: success
keepalived:
  description: What M(hotstandby.vrrp.keepalived_info) returns.
  type: dict
  returned: success
adverts:
  description:
    - What M(hotstandby.vrrp.vrrp_adverts_info) returns, without the single packets. Null without O(listen), and with
      O(wire=begin). C(status) is V(not_listening) where the host has not the means to listen on all interfaces.
  type: dict
  returned: success
firewall:
  description: The firewall in front of the host.
  type: dict
  returned: success
  contains:
    installed:
      description: Whether firewalld is installed.
      type: bool
    running:
      description: Whether firewalld runs.
      type: bool
    backend:
      description: V(nftables) or V(iptables). Null where firewalld is not installed.
      type: str
    default_zone:
      description: The zone of every interface that is in no other. Null where firewalld does not run.
      type: str
    zones:
      description: Zone of each interface that is in one. Empty where firewalld does not run.
      type: dict
      sample: {"eth0": "public"}
    problem:
      description: Why firewalld could not be asked, null if it could or is not installed.
      type: str
    others:
      description: Which other services load a packet filter, of V(ufw), V(nftables) and V(iptables).
      type: list
      elements: str
    ufw:
      description:
        - Where ufw is on, its C(version), and the C(rules) that were added to it, as it keeps them, null where they
          could not be read. Null elsewhere.
      type: dict
      sample: {"version": "0.36.2", "rules": ["allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in"]}
    entries:
      description:
        - For C(runtime) and C(permanent) a dict from each of O(firewall_zones) to what it has. A zone that there is
          not is null.
        - Where firewalld does not run there is only C(permanent).
      type: dict
      sample:
        runtime:
          public:
            target: default
            interfaces: [eth0]
            sources: []
            services: [http, ssh]
            ports: []
            protocols: [vrrp]
            rich_rules: []
    direct_rules:
      description:
        - For C(runtime) and C(permanent) the list of direct rules, with O(firewall_direct_rules=true). They are dicts
          of C(ipv), C(table), C(chain), C(priority) and C(args), as M(hotstandby.vrrp.firewalld_direct) takes them.
      type: dict
    direct_families:
      version_added: 1.1.0
      description:
        - The families, of V(ipv4) and V(ipv6), of which the running firewalld takes direct rules. It looks for
          C(iptables) and C(ip6tables) when it starts, and refuses the rules of one that it has not found until its
          next start, even where the command has been installed since.
        - Null where firewalld does not run, and with the nftables backend without O(firewall_direct_rules=true).
      type: list
      elements: str
      sample: [ipv4, ipv6]
kernel:
  description: What the kernel can do.
  type: dict
  returned: success
  contains:
    ipvs:
      description: Whether it has IPVS, loaded or as a module.
      type: bool
    selinux:
      description: What SELinux does, V(enforcing), V(permissive) or V(disabled).
      type: str
programs:
  description: Path of each asked program, null where it was not found.
  type: dict
  returned: success
  sample: {"keepalived": "/usr/sbin/keepalived", "nginx": null}
files:
  description:
    - Each asked file by its path.
    - They are dicts of C(exists) (bool, null where that could not be seen), C(kind) (V(file), V(directory), V(link),
      V(socket), V(fifo) or V(device)), C(mode) (such as V(0640)), C(owner), C(group), C(size) (bytes), C(mtime)
      (seconds of the epoch), C(target) (of a link), C(digest) (hexadecimal, see O(digest_key); of files up to 16 MiB)
      and C(problem) (why something could not be seen, or null).
  type: dict
  returned: success
sysctls:
  description: Value of each asked kernel parameter, null where the kernel has none, or does not tell it.
  type: dict
  returned: success
  sample: {"net.ipv4.ip_forward": "1"}
services:
  description:
    - Each asked unit by its name, null where systemd does not run the host.
    - They are dicts of C(unit) (its full name), C(load_state), C(active_state), C(sub_state), C(unit_file_state),
      C(result), C(main_pid) (null if none), C(restarts) (by systemd itself; null before systemd 235) and
      C(need_daemon_reload) (bool). The states are in systemd's own words.
  type: dict
  returned: success
packages:
  description: Installed version of each asked package, null where it is not installed.
  type: dict
  returned: success
  sample: {"keepalived": "1:2.2.7-1+b2"}
numbers:
  description: The number in each asked file, null where there is none.
  type: dict
  returned: success
  sample: {"/etc/keepalived/maintenance": 0}
http:
  description:
    - What came of each request. They are dicts of C(address), C(port), C(path), C(status) (null without an answer),
      C(served_by) (the header C(X-Served-By), or null) and C(error) (null with an answer).
  type: list
  elements: dict
  returned: success
settings:
  description:
    - By path what is after the C(=) of the last line of each asked name, as it is written; null of one that is not
      there. Null where there is no such file; a file that cannot be read is left out.
  type: dict
  returned: success
  sample: {"/etc/default/keepalived": {"DAEMON_ARGS": '"-D -S 0"'}}
platform:
  description: The distribution, in the names of Ansible's own facts.
  type: dict
  returned: success
  sample: {"distribution": "Debian", "distribution_major_version": "12", "os_family": "Debian"}
ansible_facts:
  description: Facts that Ansible keeps, with O(facts=true).
  type: dict
  returned: with O(facts=true)
  sample: {"ansible_distribution": "Debian", "ansible_pkg_mgr": "apt", "ansible_service_mgr": "systemd"}
manifest:
  description:
    - What M(hotstandby.vrrp.hot_standby_manifest) has noted. C(known) tells whether it has, C(pending) whether a change
      of the host is not final, or was cut off, and C(loading) in how many seconds a load comes back unless it is
      confirmed, null where there is none.
    - By C(files), C(directories), C(sysctl), C(services) and C(packages) the names, without what they were; the
      C(firewall) and C(selinux) entries that were not there before, and what to C(look) at.
  type: dict
  returned: success
asked:
  description: What was looked at, the options with what was O(remembered).
  type: dict
  returned: success
time:
  description: The host's clock at the end of the look, in seconds of the epoch.
  type: float
  returned: success
  sample: 1795351479.36
package_manager:
  description: Who told of O(packages), V(dpkg) or V(rpm). Null where there is neither, or none was asked for.
  type: str
  returned: success
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import distribution
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import look, look_options, manifest
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import confirm

SYSTEM_DIRECTORIES = ["/usr/sbin", "/sbin"]
HTTP = {
    "address": {"type": "str", "required": True},
    "port": {"type": "int", "default": 80},
    "path": {"type": "str", "default": "/"},
    "host": {"type": "str"},
}


def argument_spec():
    """Return the argument specification."""
    names = {"type": "list", "elements": "str", "default": []}
    return {
        "deadline": {"type": "float"},
        "programs": names,
        "files": {"type": "list", "elements": "path", "default": []},
        "digest_key": {"type": "str", "no_log": True},
        "sysctls": names,
        "services": names,
        "packages": names,
        "firewall_zones": names,
        "firewall_direct_rules": {"type": "bool", "default": False},
        "addresses": names,
        "probe": {"type": "bool", "default": False},
        "probe_timeout": {"type": "float", "default": 1.0},
        "listen": {"type": "float", "default": 0.0},
        "wire": {"type": "str", "choices": ["now", "begin", "take"], "default": "now"},
        "numbers": {"type": "list", "elements": "path", "default": []},
        "http": {"type": "list", "elements": "dict", "default": [], "options": HTTP},
        "settings": {"type": "dict", "default": {}},
        "facts": {"type": "bool", "default": False},
        "remembered": {"type": "bool", "default": False},
        "manifest": {"type": "path", "default": "/var/lib/hot-standby/manifest.json"},
    }


def main():
    """Entry point."""
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    module.run_command_environ_update = {"LC_ALL": "C"}

    def find(name):
        return module.get_bin_path(name, opt_dirs=SYSTEM_DIRECTORIES)

    try:
        loading = confirm.left(module.run_command, find("systemctl") or "systemctl")
        noted = dict(manifest.told(module.params["manifest"]), loading=loading)
        options = look_options.merged(module.params, noted["look"] if module.params["remembered"] else None)
        facts = distribution.look(module)
        data = dict(look.look(options, module.run_command, find, noted), platform=distribution.platform(facts))
    except look.ERRORS as error:
        module.fail_json(msg=str(error))
    if module.params["facts"]:
        known = dict(facts, **distribution.managers(module, facts))
        data["ansible_facts"] = dict(("ansible_" + key, value) for key, value in known.items())
    module.exit_json(changed=False, **data)


if __name__ == "__main__":
    main()
