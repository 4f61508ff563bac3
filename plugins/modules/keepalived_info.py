#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: keepalived_info
short_description: Tells what keepalived is doing on a host
version_added: 0.1.0
description:
  - Says whether keepalived is installed and running, and for each VRRP instance its state, priorities and counters.
  - The instances come from keepalived's own JSON dump, asked for by a signal. The dump holds passwords. It is removed
    at once and no password is returned.
  - A daemon that is stopped by C(SIGSTOP) is recognised and never signalled.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.info
options:
  wait:
    description:
      - Wait until no transition is due any more. That is so when each instance is V(MASTER) or V(FAULT), or is
        V(BACKUP) and hears a master that it will not preempt.
      - The module does not fail when the time is over. RV(settled) says how it ended.
    type: bool
    default: false
  wait_timeout:
    description: How long to wait at most, in seconds.
    type: int
    default: 30
seealso:
  - module: hotstandby.vrrp.vip_info
notes:
  - Needs root to read the instances. As another user RV(status) is V(not_permitted) and the rest is still told.
  - Needs a keepalived with JSON compiled in, as on Debian and Ubuntu.
"""

EXAMPLES = r"""
- name: See what keepalived is doing
  hotstandby.vrrp.keepalived_info:
  register: keepalived

- name: Wait until the group has agreed on its master
  hotstandby.vrrp.keepalived_info:
    wait: true
    wait_timeout: 15
  register: keepalived
"""

RETURN = r"""
status:
  description:
    - V(ok) when the instances could be read, otherwise the reason why not.
    - V(not_installed), V(not_running), V(frozen) (stopped by a signal), V(not_permitted) (not root), V(timeout)
      (hangs), V(not_trusted) (somebody else's file lies where the dump would be), V(no_json) (built without JSON),
      V(unknown_format).
  type: str
  returned: always
  sample: ok
message:
  description: The reason in words, with what to do. Null when RV(status) is V(ok).
  type: str
  returned: always
installed:
  description: Whether the program was found.
  type: bool
  returned: always
running:
  description: Whether the daemon runs.
  type: bool
  returned: always
version:
  description: Version of the installed program.
  type: str
  returned: always
  sample: 2.2.7
compiled:
  description: Options that it was compiled with, as C(keepalived -v) lists them.
  type: list
  elements: str
  returned: always
pid:
  description: Number of the parent process.
  type: int
  returned: always
started:
  description: When the parent process was started, as seconds of the epoch.
  type: float
  returned: always
arguments:
  description: Command line flags of the running daemon.
  type: list
  elements: str
  returned: always
  sample: ["--dont-fork", "-D", "-S", "0"]
config_file:
  description: The configuration file that the daemon was started with, or its default.
  type: str
  returned: always
settled:
  description: Whether every instance is in a state that VRRP's rules will not change by themselves.
  type: bool
  returned: always
elapsed:
  description: Seconds spent looking and waiting.
  type: float
  returned: always
instances:
  description: The VRRP instances, in the order of the daemon's configuration.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Name of the instance.
      type: str
    state:
      description: V(INIT), V(BACKUP), V(MASTER), V(FAULT), V(DELETED), V(STOP) or V(UNKNOWN).
      type: str
    wanted_state:
      description: The state that the instance is on its way to.
      type: str
    interface:
      description: Interface that carries the adverts.
      type: str
    virtual_router_id:
      description: Virtual router identifier (VRID), 1 to 255.
      type: int
    version:
      description: Version of VRRP, 2 or 3.
      type: int
    base_priority:
      description: The configured priority.
      type: int
    effective_priority:
      description: The priority after what the tracked scripts, files and interfaces add or take.
      type: int
    master_priority:
      description: Priority of the master that a V(BACKUP) hears. Null if it hears none, and in every other state.
      type: int
    advert_int:
      description: Advertisement interval in seconds.
      type: float
    nopreempt:
      description: Whether the instance leaves a master of lower priority in place.
      type: bool
    preempt_delay:
      description: Seconds to wait before preempting.
      type: float
    auth_type:
      description: V(NONE), V(PASS) or V(AH). The password itself is never returned.
      type: str
    last_transition:
      description: When the state changed last, as seconds of the epoch.
      type: float
    virtual_ipaddress:
      description: The virtual addresses with their prefix length.
      type: list
      elements: str
    virtual_ipaddress_excluded:
      description: Virtual addresses that the adverts do not carry.
      type: list
      elements: str
    track_script:
      description: Scripts that the instance tracks.
      type: list
      elements: str
    track_interface:
      description: Interfaces that the instance tracks.
      type: list
      elements: str
    counters:
      description: keepalived's counters, such as C(advert_rcvd), C(advert_sent), C(become_master), C(auth_failure).
      type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_info


def main():
    """Entry point."""
    module = AnsibleModule(
        argument_spec={
            "wait": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 30},
        },
        supports_check_mode=True,
    )
    module.run_command_environ_update = {"LC_ALL": "C"}
    timeout = module.params["wait_timeout"] if module.params["wait"] else 0
    program = module.get_bin_path("keepalived", opt_dirs=["/usr/sbin", "/sbin"])
    result, elapsed = _keepalived_info.collect_settled(module.run_command, program, timeout)
    module.exit_json(changed=False, elapsed=round(elapsed, 3), **result)


if __name__ == "__main__":
    main()
