#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: hot_standby_fault
short_description: Makes a fault on a member of a hot-standby group, for a limited time
version_added: 1.0.0
description:
  - V(begin) makes a fault that lasts for O(duration) and then heals by itself, by a unit of systemd's on the host. No
    connection to the host is needed for that, so it is healed when the controller or the network is gone.
  - V(end) heals it at once, if it is not healed already, and leaves nothing behind.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.write
options:
  step:
    description: What to do.
    type: str
    choices: [begin, end]
    required: true
  fault:
    description:
      - The fault, for O(step=begin).
      - V(stop) stops keepalived, V(kill) kills it, V(freeze) suspends it, V(nginx) stops nginx.
      - V(link) sets O(interface) down. V(block) drops VRRP in both directions there, by nft or iptables.
      - V(reboot) starts the host anew. O(duration) says nothing of how long that takes.
    type: str
    choices: [stop, kill, freeze, nginx, link, block, reboot]
  interface:
    description: Name of the interface, for V(link) and V(block).
    type: str
  delay:
    description: Seconds until the fault begins.
    type: float
    default: 1.0
  duration:
    description: Seconds that the fault lasts, up to 600.
    type: float
    default: 10.0
  virtual_addresses:
    description:
      - The virtual addresses, without prefix length.
      - V(link) does not put them back, since another member owns them by then.
    type: list
    elements: str
    default: []
notes:
  - V(link) puts back the IPv6 addresses and routes of O(interface) and of the VLANs on it, but no routes over more than
    one interface.
  - Needs root and systemd.
"""

EXAMPLES = r"""
- name: Suspend keepalived for ten seconds
  hotstandby.vrrp.hot_standby_fault:
    step: begin
    fault: freeze
    duration: 10

- name: Heal it before its time
  hotstandby.vrrp.hot_standby_fault:
    step: end
"""

RETURN = r"""
begins_at:
  description: When the fault begins, by the host's clock, in seconds of the epoch.
  type: float
  returned: when O(step=begin)
boot:
  description: Another text after each start of the host, or of the container that it is.
  type: str
  returned: always
"""

import os
import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import fault as _fault
from ansible_collections.hotstandby.vrrp.plugins.module_utils._vip import owner

LONGEST = 600


def begin(module, systemctl):
    """The step begin."""
    options = module.params
    if not 0 < options["duration"] <= LONGEST or not 0 <= options["delay"] <= LONGEST:
        raise _fault.FaultError("duration, delay: they are no spans up to %d s." % LONGEST)
    prepares, fault, heals = _fault.scripts(
        options["fault"], options["interface"], options["delay"], options["duration"],
        [owner.parse_address(address) for address in options["virtual_addresses"]],
    )  # fmt: skip
    if module.run_command([systemctl, "is-active", _fault.UNIT])[1].strip() in ("active", "activating", "deactivating"):
        raise _fault.FaultError("Another drill is under way on this host. It heals by itself in some minutes at most.")
    if options["fault"] == _fault.BLOCK and not any(map(module.get_bin_path, _fault.FILTERS)):
        raise _fault.FaultError("Neither nft nor iptables is on this host, and the fault block needs one of them.")
    if module.check_mode:
        return {"changed": True}
    for folder in (_fault.FOLDER, os.path.dirname(_fault.UNIT_FILE)):
        if not os.path.isdir(folder):
            # As the load makes it, whose secrets may come to lie there.
            os.makedirs(folder, 0o700 if folder == _fault.FOLDER else 0o755)
    for path, text in ((_fault.FAULT_FILE, fault), (_fault.HEAL_FILE, heals), (_fault.UNIT_FILE, _fault.unit())):
        write.replace(path, text.encode("ascii"), 0o644)
    if prepares:
        module.run_command(["/bin/sh", "-c", prepares], check_rc=True)
    module.run_command([systemctl, "daemon-reload"], check_rc=True)
    module.run_command([systemctl, "start", _fault.UNIT], check_rc=True)
    return {"changed": True, "begins_at": time.time() + options["delay"]}


def end(module, systemctl):
    """The step end."""
    there = os.path.exists(_fault.UNIT_FILE)
    if there and not module.check_mode:
        # It waits for what heals.
        module.run_command([systemctl, "stop", _fault.UNIT], check_rc=True)
        module.run_command([systemctl, "reset-failed", _fault.UNIT])
        for name in (_fault.UNIT_FILE, _fault.FAULT_FILE, _fault.HEAL_FILE):
            write.unlink(name)
        for name in ("drill-batch", "drill-links", "drill-routes"):
            write.unlink(os.path.join(_fault.FOLDER, name))
        module.run_command([systemctl, "daemon-reload"], check_rc=True)
    return {"changed": there}


def main():
    """Entry point."""
    module = AnsibleModule(
        argument_spec={
            "step": {"type": "str", "choices": ["begin", "end"], "required": True},
            "fault": {"type": "str", "choices": list(_fault.FAULTS)},
            "interface": {"type": "str"},
            "delay": {"type": "float", "default": 1.0},
            "duration": {"type": "float", "default": 10.0},
            "virtual_addresses": {"type": "list", "elements": "str", "default": []},
        },
        required_if=[("step", "begin", ["fault"])],
        supports_check_mode=True,
    )
    module.run_command_environ_update = {"LC_ALL": "C"}
    systemctl = module.get_bin_path("systemctl", required=True)
    try:
        result = {"begin": begin, "end": end}[module.params["step"]](module, systemctl)
    except (_fault.FaultError, owner.VipError) as error:
        module.fail_json(msg=str(error))
    except (IOError, OSError) as error:
        module.fail_json(msg="%s: %s" % (error.filename, error.strerror))
    module.exit_json(boot=_fault.boot(), **result)


if __name__ == "__main__":
    main()
