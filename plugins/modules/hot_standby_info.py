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
  - It tells what is so, never what should be.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.info
options:
  programs:
    description: Names of programs to look for.
    type: list
    elements: str
    default: []
seealso:
  - module: hotstandby.vrrp.keepalived_info
  - module: hotstandby.vrrp.vip_info
"""

EXAMPLES = r"""
- name: Look at the host
  hotstandby.vrrp.hot_standby_info:
    programs: [keepalived, nginx]
  register: observed
"""

RETURN = r"""
interfaces:
  description: The network interfaces with their addresses, as M(hotstandby.vrrp.vip_info) returns them.
  type: list
  elements: dict
  returned: always
keepalived:
  description: What M(hotstandby.vrrp.keepalived_info) returns.
  type: dict
  returned: always
firewall:
  description: The firewall in front of the host.
  type: dict
  returned: always
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
kernel:
  description: What the kernel can do.
  type: dict
  returned: always
  contains:
    ipvs:
      description: Whether it has IPVS, loaded or as a module.
      type: bool
programs:
  description: Path of each asked program, null where it was not found.
  type: dict
  returned: always
  sample: {"keepalived": "/usr/sbin/keepalived", "nginx": null}
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _firewall_cmd, _host, _keepalived_info, _netlink

SYSTEM_DIRECTORIES = ["/usr/sbin", "/sbin"]


def main():
    """Entry point."""
    module = AnsibleModule(
        argument_spec={
            "programs": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    module.run_command_environ_update = {"LC_ALL": "C"}

    def find(name):
        return module.get_bin_path(name, opt_dirs=SYSTEM_DIRECTORIES)

    try:
        interfaces = _netlink.interfaces()
        firewall = _host.firewall(module.run_command)
    except (_netlink.NetlinkError, _firewall_cmd.FirewalldError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=False,
        interfaces=interfaces,
        keepalived=_keepalived_info.collect(module.run_command, find),
        firewall=firewall,
        kernel={"ipvs": _host.ipvs(module.run_command, find("modprobe"))},
        programs=dict((name, find(name)) for name in module.params["programs"]),
    )


if __name__ == "__main__":
    main()
