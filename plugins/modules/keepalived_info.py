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
  - Says whether keepalived is installed and running, whether it runs what is on disk, and for each VRRP instance its
    state, priorities, addresses, timers and counters, with the sync groups and everything that is tracked.
  - Works with keepalived 1.3.5 and later. The daemon is asked by signals for its text dump, and for its JSON dump
    where that is compiled in. What it returns has one shape, whatever the version and the dumps.
  - The dumps hold passwords. They are removed at once, and no password is returned. An earlier dump of an
    administrator's is kept.
  - A daemon that is stopped (C(SIGSTOP), C(systemctl freeze)) is recognised and never signalled.
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.info
  - hotstandby.vrrp._attributes.deadline
options:
  pid_file:
    version_added: 1.0.0
    description:
      - Path of the pid file of the keepalived to look at.
      - Needed only where several run on the host. By default the one of C(/run/keepalived.pid), else the first.
        RV(other_pids) tells whether there are others.
    type: path
  instances:
    version_added: 1.0.0
    description:
      - Names of the VRRP instances to return, and to wait for. All by default.
    type: list
    elements: str
    default: []
  wait:
    description:
      - Whether to wait until all instances are in O(wait_state).
      - At O(wait_timeout) the module fails, says which are not, and still returns what it saw.
    type: bool
    default: false
  wait_state:
    version_added: 1.0.0
    description:
      - The state to wait for.
      - V(settled) is when no transition is due any more, by VRRP's own rules. An instance has settled as V(MASTER), as
        V(FAULT), or as V(BACKUP) that hears a master which it will not preempt.
    type: str
    choices: [settled, MASTER, BACKUP, FAULT]
    default: settled
  wait_timeout:
    description: How long to wait at most, in seconds. V(0) looks once.
    type: float
    default: 30.0
seealso:
  - module: hotstandby.vrrp.vip_info
  - module: hotstandby.vrrp.vrrp_adverts_info
notes:
  - Needs root to read the instances. As another user RV(status) is V(not_permitted) and the rest is still told.
  - In a container root may lack C(CAP_SYS_PTRACE). Then it cannot be seen where PrivateTmp has its files, nor whether
    a daemon with C(reload_check_config) has taken the text that it was given last, but by its log.
  - RFC 9568 says Active and Backup where this module, as keepalived, says V(MASTER) and V(BACKUP).
  - keepalived logs a line for each dump, so two for each look.
  - A daemon that hangs is given up after 5 seconds. Should it recover, it may still write the dump into its temporary
    directory, readable by root alone.
  - In FAULT keepalived 1.3.5 prints a sync group as V(BACKUP).
"""

EXAMPLES = r"""
- name: See what keepalived is doing
  hotstandby.vrrp.keepalived_info:
  register: keepalived

- name: Tell where each instance is
  ansible.builtin.debug:
    msg: "{{ item.name }} is {{ item.state }} since {{ item.last_transition_utc }}, holds {{ item.addresses_held }}"
  loop: "{{ keepalived.instances }}"
  loop_control:
    label: "{{ item.name }}"

- name: Wait until the group has agreed on its master
  hotstandby.vrrp.keepalived_info:
    wait: true
    wait_timeout: 15

- name: Wait until this host is the master of one instance
  hotstandby.vrrp.keepalived_info:
    instances: [VI_1]
    wait: true
    wait_state: MASTER
"""

RETURN = r"""
status:
  description:
    - V(ok) when the instances could be read, otherwise the reason why not.
    - V(not_installed).
    - V(not_running), stopped cleanly or never started.
    - V(crashed), gone without a clean stop. RV(addresses_left_behind) tells what that has left.
    - V(frozen), stopped by a signal or by its control group.
    - V(no_vrrp), running without a VRRP process.
    - V(not_permitted), the user is not root.
    - V(timeout), it hangs.
    - V(not_trusted), somebody else's file lies where the dump would be.
    - V(unknown_format), its dumps have a form that is not known.
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
  sample: [NFTABLES, LVS, VRRP, JSON]
pid:
  description: Number of the parent process.
  type: int
  returned: always
  sample: 812
vrrp_pid:
  description: Number of its process that speaks VRRP.
  type: int
  returned: always
  sample: 813
other_pids:
  description: Parent processes of other keepalived daemons on this host. See O(pid_file).
  type: list
  elements: int
  returned: always
start_time:
  description: When the parent process was started, as seconds of the epoch.
  type: float
  returned: always
uptime:
  description: Seconds since then.
  type: float
  returned: always
program_replaced:
  description: Whether the program's file was replaced since then, as by an update. Null where that could not be seen.
  type: bool
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
  sample: /etc/keepalived/keepalived.conf
config:
  description: Whether what runs is what is on disk. Null where RV(status) is not V(ok).
  type: dict
  returned: always
  contains:
    loaded:
      description:
        - V(true) or V(false), or null where the evidence does not decide.
        - From 2.2 on the daemon keeps the text it has read, which is compared. Before, only what its dump shows can be
          compared, and the file's times with the daemon's start and with what its log says of reloads.
      type: bool
    takes_reload:
      description: >-
        Whether the daemon takes a reload at all. V(false) for keepalived 2.3.4 and later that runs with
        C(reload_check_config): it then logs a reload as complete, and goes on as before. Null where it is not known.
      type: bool
    reason:
      description: The evidence in words.
      type: str
    differences:
      description: What differs between the file and the daemon. Of a password only that it differs.
      type: list
      elements: str
      sample: ["VI_1: priority is 100 in the file and 90 in the daemon"]
    not_compared:
      description: Keywords of the file that the dump does not show.
      type: list
      elements: str
    changed:
      description: When the file, or one that it includes, was changed last, as seconds of the epoch.
      type: float
    read_at:
      description: When the daemon read its configuration last, as seconds of the epoch. Null before 2.2.
      type: float
source:
  description: V(json), or V(text) where keepalived was built without JSON. Null where RV(status) is not V(ok).
  type: str
  returned: always
  sample: json
not_tracked:
  description:
    - Scripts, files and processes that an instance or a sync group is configured to track, and that keepalived does not
      track for it, such as a script that its user may not execute. It has said so once, in its log.
    - Empty where the configuration has conditions, which only keepalived knows.
  type: list
  elements: dict
  returned: always
  sample: [{"by": "VI_1", "kind": "script", "name": "chk", "reason": "script '/usr/local/bin/chk' is not executable"}]
  contains:
    by:
      description: Name of the instance or the sync group.
      type: str
    kind:
      description: V(script), V(file) or V(process).
      type: str
    name:
      description: Name of what is not tracked.
      type: str
    reason:
      description: What the log says of it. Empty where that is not found.
      type: str
settled:
  description: >-
    Whether every instance is in a state that VRRP's rules will not change by themselves. A V(MASTER) has its addresses.
  type: bool
  returned: always
elapsed:
  description: Seconds spent looking and waiting.
  type: float
  returned: always
  sample: 0.021
addresses_left_behind:
  description:
    - Virtual addresses of the configuration file that the host holds though no keepalived runs. A daemon that was
      killed leaves them, and another host holds them too by then.
    - Null where the file could not be read.
  type: list
  elements: str
  returned: always
instances:
  description:
    - The VRRP instances, in the order of the daemon's configuration. A value that the dumps do not tell is null.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Name of the instance.
      type: str
      sample: VI_1
    state:
      description: V(INIT), V(BACKUP), V(MASTER), V(FAULT), V(DELETED), V(STOP) or V(UNKNOWN).
      type: str
      sample: MASTER
    wanted_state:
      description: The state that the instance is on its way to. Null before 2.0.
      type: str
      sample: MASTER
    fault_causes:
      description: Why it is in V(FAULT), as far as keepalived tells.
      type: list
      elements: str
      sample: [script chk_nginx is BAD]
    interface:
      description: Interface that carries the adverts.
      type: str
      sample: eth0
    vmac_interface:
      description: Interface with the virtual MAC (C(use_vmac)). Null without one.
      type: str
    virtual_router_id:
      description: Virtual router identifier (VRID), 1 to 255.
      type: int
      sample: 51
    version:
      description: Version of VRRP, V(2) or V(3).
      type: int
      sample: 2
    family:
      description: V(ipv4) or V(ipv6).
      type: str
      sample: ipv4
    base_priority:
      description: The configured priority, 1 to 255.
      type: int
      sample: 100
    effective_priority:
      description: The priority after what the tracked objects add or take. Null before 2.0.
      type: int
      sample: 100
    master_address:
      description: Address of the master that a V(BACKUP) hears. Null if it hears none, and in every other state.
      type: str
      sample: 192.0.2.11
    master_priority:
      description: Priority of that master.
      type: int
      sample: 200
    source_address:
      description: Address that the adverts are sent from.
      type: str
      sample: 192.0.2.12
    unicast_peer:
      description: Addresses that the adverts are sent to. Empty for multicast.
      type: list
      elements: str
    advert_int:
      description: Advertisement interval in seconds.
      type: float
      sample: 1.0
    master_advert_int:
      description: Advertisement interval of the master in seconds, which counts in VRRPv3.
      type: float
    master_down_interval:
      description: Seconds without an advert after which a V(BACKUP) takes over.
      type: float
      sample: 3.609375
    nopreempt:
      description: Whether the instance leaves a master of lower priority in place.
      type: bool
    preempt_delay:
      description: Seconds to wait before preempting.
      type: float
    accept:
      description: Whether a master accepts packets for the virtual addresses.
      type: bool
    auth_type:
      description: V(NONE), V(PASS) or V(AH). The password itself is never returned.
      type: str
      sample: PASS
    last_transition:
      description: When the state changed last, as seconds of the epoch.
      type: float
      sample: 1795351479.364812
    last_transition_utc:
      description: The same as ISO 8601 in UTC.
      type: str
      sample: "2026-11-22T12:44:39.364812Z"
    virtual_ipaddress:
      description: The virtual addresses with their prefix length.
      type: list
      elements: str
      sample: [192.0.2.10/24]
    virtual_ipaddress_excluded:
      description: Virtual addresses that the adverts do not carry.
      type: list
      elements: str
    addresses_held:
      description:
        - Those of both lists that the kernel has, in the daemon's network namespace. A V(MASTER) should hold all, every
          other instance none.
        - The namespace of a daemon that is closed to root (see the notes) is taken to be the task's own.
      type: list
      elements: str
      sample: [192.0.2.10/24]
    addresses_not_held:
      description: The others.
      type: list
      elements: str
    sync_group:
      description: Its sync group. Null without one.
      type: str
    track_script:
      description: Scripts that the instance tracks, itself or through its sync group.
      type: list
      elements: dict
      contains: &tracked
        name:
          description: Name.
          type: str
        weight:
          description: What its failure takes from the priority. With V(0) it means V(FAULT).
          type: int
    track_interface:
      description: Interfaces that it tracks.
      type: list
      elements: dict
      contains: *tracked
    track_file:
      description: Files that it tracks.
      type: list
      elements: dict
      contains: *tracked
    track_process:
      description: Processes that it tracks.
      type: list
      elements: dict
      contains: *tracked
    counters:
      description: keepalived's counters, such as C(advert_rcvd), C(advert_sent), C(become_master), C(auth_failure).
      type: dict
      sample: {"advert_rcvd": 3, "advert_sent": 1600, "become_master": 1}
sync_groups:
  description: The sync groups. Null where only the JSON dump could be read, as are the four lists that follow.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Name.
      type: str
    state:
      description: Its state.
      type: str
    instances:
      description: Names of its instances.
      type: list
      elements: str
    track_script:
      description: Scripts that the group as a whole tracks.
      type: list
      elements: dict
      contains: *tracked
    track_interface:
      description: Interfaces that the group as a whole tracks.
      type: list
      elements: dict
      contains: *tracked
    track_file:
      description: Files that the group as a whole tracks.
      type: list
      elements: dict
      contains: *tracked
    track_process:
      description: Processes that the group as a whole tracks.
      type: list
      elements: dict
      contains: *tracked
scripts:
  description: The tracked scripts.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Name.
      type: str
    command:
      description: Its command line.
      type: str
    interval:
      description: Seconds between runs.
      type: float
    timeout:
      description: Seconds after which a run has failed.
      type: float
    weight:
      description: Its own weight.
      type: int
    rise:
      description: Successes in a row that make it good.
      type: int
    fall:
      description: Failures in a row that make it bad.
      type: int
    status:
      description: V(GOOD), V(BAD) or another word of keepalived's.
      type: str
files:
  description: The tracked files.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Name.
      type: str
    path:
      description: Path.
      type: str
    weight:
      description: Factor of the number in it.
      type: int
    status:
      description: The number last read from it.
      type: int
processes:
  description: The tracked processes.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Name.
      type: str
    command:
      description: The program.
      type: str
    weight:
      description: Its own weight.
      type: int
    quorum:
      description: How many are to run.
      type: int
    running:
      description: How many run.
      type: int
    status:
      description: V(GOOD) or V(BAD).
      type: str
interfaces:
  description: The interfaces as keepalived sees them.
  type: list
  elements: dict
  returned: always
  contains:
    name:
      description: Name.
      type: str
    up:
      description: Whether it is set up.
      type: bool
    running:
      description: Whether it has a carrier.
      type: bool
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import netlink
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import info


def main():
    """Entry point."""
    module = AnsibleModule(
        argument_spec={
            "deadline": {"type": "float"},
            "pid_file": {"type": "path"},
            "instances": {"type": "list", "elements": "str", "default": []},
            "wait": {"type": "bool", "default": False},
            "wait_state": {"type": "str", "choices": ["settled", "MASTER", "BACKUP", "FAULT"], "default": "settled"},
            "wait_timeout": {"type": "float", "default": 30.0},
        },
        supports_check_mode=True,
    )
    module.run_command_environ_update = {"LC_ALL": "C"}
    names, state = module.params["instances"], module.params["wait_state"]
    timeout = module.params["wait_timeout"] if module.params["wait"] else 0.0
    if not 0 <= timeout < float("inf"):
        module.fail_json(msg="wait_timeout: %s is no span of time. Write a number of seconds, like 15." % timeout)

    def look():
        """One look."""
        return info.collect(module.run_command, find, module.params["pid_file"])

    def find(name):
        """Path of a program of the system's."""
        return module.get_bin_path(name, opt_dirs=["/usr/sbin", "/sbin", "/usr/local/sbin"])

    try:
        result, come, elapsed = info.collect_when(look, state, names, timeout)
    except netlink.NetlinkError as error:
        module.fail_json(msg=str(error), changed=False)
    if names:
        result["instances"] = [instance for instance in result["instances"] if instance["name"] in names]
    result["elapsed"] = round(elapsed, 3)
    if module.params["wait"] and not come:
        module.fail_json(msg=info.still(result, state, names, timeout), changed=False, **result)
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
