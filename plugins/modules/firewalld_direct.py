#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: firewalld_direct
short_description: Manages firewalld's direct rules, chains and passthroughs
version_added: 0.1.0
description:
  - Adds or removes direct chains, rules and passthroughs of firewalld, in its permanent configuration and at runtime
    in one call.
  - Changes each of the two directly and never reloads firewalld. A reload would drop what others have
    changed at runtime only.
  - Touches only the entries that the task names. An entry is the same as another when all its fields and arguments are.
  - Changes the runtime first. There iptables tries an entry, so that one it refuses is not stored permanently.
  - Reads the entries back after a change, and fails when firewalld does not show them or no longer runs.
  - Tells in RV(entries) whether an entry has an effect. With firewalld's nftables backend a direct rule that accepts
    packets has none.
  - firewalld calls the direct interface deprecated. Where a zone, a policy or a rich rule can do it, use those,
    for instance with M(ansible.posix.firewalld).
author: hotstandby.vrrp contributors (@hotstandby)
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.write
requirements:
  - firewalld, with C(iptables), C(ip6tables) or C(ebtables) for the entries of that family
options:
  rules:
    description: Direct rules.
    type: list
    elements: dict
    suboptions:
      ipv:
        description: Family, V(eb) for Ethernet bridges.
        type: str
        choices: [ipv4, ipv6, eb]
        default: ipv4
      table:
        description: Table of C(iptables), C(ip6tables) or C(ebtables).
        type: str
        default: filter
      chain:
        description: Built-in chain, or one added with O(chains).
        type: str
        default: INPUT
      priority:
        description: Place among the direct rules of the chain. A lower number comes before a higher one.
        type: int
        default: 0
      args:
        description:
          - Arguments for C(iptables), C(ip6tables) or C(ebtables), one in each list element, without table and chain.
          - They are compared as they are written. V(-p) and V(--protocol) make two different rules.
        type: list
        elements: str
        required: true
  chains:
    description: Direct chains.
    type: list
    elements: dict
    suboptions:
      ipv:
        description: Family, V(eb) for Ethernet bridges.
        type: str
        choices: [ipv4, ipv6, eb]
        default: ipv4
      table:
        description: Table of C(iptables), C(ip6tables) or C(ebtables).
        type: str
        default: filter
      chain:
        description: Name of the chain, 28 characters at most.
        type: str
        required: true
  passthroughs:
    description: Passthroughs that firewalld keeps track of.
    type: list
    elements: dict
    suboptions:
      ipv:
        description: Family, V(eb) for Ethernet bridges.
        type: str
        choices: [ipv4, ipv6, eb]
        default: ipv4
      args:
        description: Arguments for C(iptables), C(ip6tables) or C(ebtables), one in each list element.
        type: list
        elements: str
        required: true
  state:
    description:
      - Whether the entries are to be there.
      - Chains are added before rules, and rules before passthroughs. They are removed in the opposite order.
      - A chain is not removed while a rule that stays is in it or jumps to it.
    type: str
    choices: [present, absent]
    default: present
  permanent:
    description:
      - Change the permanent configuration.
      - Works with C(firewall-offline-cmd) while firewalld does not run, or runs in its FAILED state.
    type: bool
    default: true
  immediate:
    description:
      - Change the runtime configuration. Needs a running firewalld, which has found the command of the family when it
        started. RV(hotstandby.vrrp.hot_standby_info#module:firewall.direct_families) tells.
      - With V(false) nothing tries the entries. firewalld stores even those that iptables will refuse, and goes into
        its FAILED state at its next start.
    type: bool
    default: true
seealso:
  - module: ansible.posix.firewalld
  - name: firewalld.direct(5)
    description: What direct entries are, and what they cannot do.
    link: https://firewalld.org/documentation/man-pages/firewalld.direct.html
  - name: firewalld issue 527
    description: Why an accepting direct rule has no effect with the nftables backend.
    link: https://github.com/firewalld/firewalld/issues/527
notes:
  - Needs root.
  - One of O(permanent) and O(immediate) must be V(true).
  - What was changed before a failure stays changed. The message names it.
"""

EXAMPLES = r"""
- name: Accept VRRP multicast through direct rules
  hotstandby.vrrp.firewalld_direct:
    rules:
      - chain: INPUT
        args: [--in-interface, eth0, --destination, 224.0.0.18, --protocol, vrrp, -j, ACCEPT]
      - chain: OUTPUT
        args: [--out-interface, eth0, --destination, 224.0.0.18, --protocol, vrrp, -j, ACCEPT]
  register: direct

- name: Stop where such a rule has no effect
  ansible.builtin.assert:
    that: direct.entries | rejectattr('effective', 'none') | map(attribute='effective') is all
    fail_msg: "{{ direct.entries | map(attribute='reason') | select | unique | join(' ') }}"

- name: Drop VRRP over IPv6 from one host in a chain of its own
  hotstandby.vrrp.firewalld_direct:
    chains:
      - {ipv: ipv6, chain: vrrp_in}
    rules:
      - {ipv: ipv6, args: [-p, vrrp, -j, vrrp_in]}
      - {ipv: ipv6, chain: vrrp_in, args: [-s, "2001:db8::13", -j, DROP]}

- name: Remove a rule from the permanent configuration of a firewalld that does not run
  hotstandby.vrrp.firewalld_direct:
    rules:
      - args: "{{ '-s 192.0.2.13 -p vrrp -j DROP' | ansible.builtin.split }}"
    state: absent
    immediate: false
"""

RETURN = r"""
backend:
  description:
    - The backend that firewalld is configured for, V(nftables) or V(iptables).
    - From C(FirewallBackend) in C(/etc/firewalld/firewalld.conf), else the default of the installed firewalld.
      Null when neither can be read.
    - firewalld takes a change of that file only at its next start.
  returned: success
  type: str
  sample: nftables
entries:
  description: The entries that the task names, chains first, then rules, then passthroughs, each once.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: V(chain), V(rule) or V(passthrough).
      type: str
    ipv:
      description: Family.
      type: str
    table:
      description: Table, null for a passthrough.
      type: str
    chain:
      description: Chain, null for a passthrough.
      type: str
    priority:
      description: Priority, null for a chain or a passthrough.
      type: int
    args:
      description: Arguments, empty for a chain.
      type: list
      elements: str
    permanent_before:
      description: Whether the permanent configuration had the entry before the task.
      type: bool
    permanent:
      description: Whether the permanent configuration has the entry after the task. In check mode, whether it would.
      type: bool
    runtime:
      description: Whether the runtime configuration has the entry after the task, null while firewalld does not run.
      type: bool
    effective:
      description:
        - Whether the entry does to a packet what it says, once it is at runtime. Null when that cannot be told.
        - V(false) for a rule that accepts, in the table V(filter) with the nftables backend, and for any entry whose
          command is not installed.
      type: bool
    reason:
      description: Why RV(entries[].effective) is not V(true), in a sentence. Null when it is.
      type: str
  sample:
    - kind: rule
      ipv: ipv4
      table: filter
      chain: INPUT
      priority: 0
      args: [--in-interface, eth0, --destination, 224.0.0.18, --protocol, vrrp, -j, ACCEPT]
      permanent_before: false
      permanent: true
      runtime: true
      effective: true
      reason: null
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import direct, firewall_cmd


def argument_spec():
    """Return the argument specification."""
    ipv = {"type": "str", "choices": ["ipv4", "ipv6", "eb"], "default": "ipv4"}
    table = {"type": "str", "default": "filter"}
    args = {"type": "list", "elements": "str", "required": True}
    rule = {
        "ipv": ipv,
        "table": table,
        "chain": {"type": "str", "default": "INPUT"},
        "priority": {"type": "int", "default": 0},
        "args": args,
    }
    chain = {"ipv": ipv, "table": table, "chain": {"type": "str", "required": True}}
    return {
        "rules": {"type": "list", "elements": "dict", "options": rule},
        "chains": {"type": "list", "elements": "dict", "options": chain},
        # Said outright, since "pass" in the name makes ansible-core think of a password.
        "passthroughs": {"type": "list", "elements": "dict", "no_log": False, "options": {"ipv": ipv, "args": args}},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "permanent": {"type": "bool", "default": True},
        "immediate": {"type": "bool", "default": True},
    }


def main():
    """Entry point."""
    module = AnsibleModule(
        argument_spec=argument_spec(),
        required_one_of=[("rules", "chains", "passthroughs")],
        supports_check_mode=True,
    )
    options = module.params
    try:
        wanted = direct.normalise(options["rules"], options["chains"], options["passthroughs"])
        outcome = direct.ensure(
            module.run_command, wanted, options["state"], options["permanent"], options["immediate"], module.check_mode
        )
    except firewall_cmd.FirewalldError as error:
        module.fail_json(msg=str(error), changed=error.changed)

    backend = firewall_cmd.configured_backend()
    module.exit_json(
        changed=outcome["before"] != outcome["after"],
        backend=backend,
        entries=direct.report(
            wanted, outcome["before"], outcome["after"], backend, lambda name: module.get_bin_path(name) is not None
        ),
        diff={
            "before": direct.diff_text(outcome["before"]),
            "after": direct.diff_text(outcome["after"]),
        },
    )


if __name__ == "__main__":
    main()
