#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: vip_info
short_description: Tells who holds an IP address
version_added: 0.1.0
description:
  - Tells for each address whether the host holds it, on which interface, and whether it is usable.
    The kernel is asked directly (rtnetlink); no command is run.
  - With O(probe=true) the wire is asked as well, by ARP (RFC 826, RFC 5227) and IPv6 neighbour discovery (RFC 4861),
    and every MAC address that answers is told.
  - "How to read a probe of a virtual IP address. From a host that does not hold it: one MAC is its owner, two are a
    split, where two hosts hold it at once. From the host that holds it: its own answer does not come over the wire,
    so any MAC with RV(addresses[].probe.answers[].own=false) is a second holder. Before the address is put into
    service anywhere: any answer is an address conflict."
  - With O(wait=true) it waits until all addresses have come, or have gone.
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.info
  - hotstandby.vrrp._attributes.deadline
author: hotstandby.vrrp contributors (@hotstandby)
options:
  addresses:
    description:
      - IPv4 and IPv6 addresses, with or without a prefix length.
      - A prefix length must be valid, but plays no part in the match.
    type: list
    elements: str
    required: true
  probe:
    description:
      - Whether to ask on the wire who answers for the addresses.
      - Needs C(CAP_NET_RAW), which C(root) has. Without it the module does not fail, and
        RV(addresses[].probe.status) is V(not_permitted).
    type: bool
    default: false
  probe_timeout:
    description:
      - How long to listen for answers, in seconds. More than 0.
      - All addresses are asked in this one window, three times each, and all answers to its end count.
    type: float
    default: 1.0
  interface:
    description:
      - Name of the interface to probe on.
      - By default, for each address, the interface that holds an address whose network contains it.
    type: str
  wait:
    description:
      - Whether to wait until all addresses are in O(wait_state).
      - At O(wait_timeout) the module fails, says which addresses are not, and still returns what it saw.
    type: bool
    default: false
  wait_state:
    description:
      - The state to wait for. V(held) on any interface of the host, or V(not_held), on none.
    type: str
    choices: [held, not_held]
    default: held
  wait_timeout:
    description:
      - How long to wait at most, in seconds. A probe comes after it. V(0) looks once.
    type: float
    default: 30.0
notes:
  - A probe asks from an address of the host's own that is none of O(addresses), so that it moves no neighbour's idea
    of where these are. IPv4 asks from an address in the same network, IPv6 from a link-local one.
    Where there is none it asks from the unspecified address, as duplicate address detection does. For IPv6 this makes
    a host that is still checking the address itself give it up (RFC 4862, section 5.4.3).
  - Where keepalived uses a virtual MAC (C(use_vmac)), all holders answer with the same one, so that a probe from a
    third host cannot tell two from one. Ask each host whether it holds the address.
  - That an address is held does not make its host the owner in the sense of VRRP.
    A keepalived that was killed leaves the address behind.
"""

EXAMPLES = r"""
- name: See whether this host holds the virtual address
  hotstandby.vrrp.vip_info:
    addresses: [192.0.2.10]
  register: result

- name: Refuse an address that somebody answers for already
  hotstandby.vrrp.vip_info:
    addresses:
      - 192.0.2.10/24
      - 2001:db8::10
    probe: true
  register: result
  failed_when: result.addresses | selectattr('probe.status', 'equalto', 'answered')

- name: Wait until the virtual address has left this host
  hotstandby.vrrp.vip_info:
    addresses: [192.0.2.10]
    wait: true
    wait_state: not_held
    wait_timeout: 10
"""

RETURN = r"""
addresses:
  description: What is known of each of the asked addresses, in their order.
  returned: always, except for invalid options
  type: list
  elements: dict
  contains:
    address:
      description: The address, normalised and without a prefix length.
      type: str
      sample: 192.0.2.10
    held:
      description: Whether any interface of the host has the address.
      type: bool
    usable:
      description: Whether it is held and duplicate address detection has neither failed for it nor is still at it.
      type: bool
    interfaces:
      description: Where the host holds it.
      type: list
      elements: dict
      contains:
        interface:
          description: Name of the interface.
          type: str
          sample: eth0
        prefixlen:
          description: Prefix length it is held with.
          type: int
          sample: 24
        label:
          description: Label of an IPv4 address. V(null) for IPv6.
          type: str
          sample: eth0
        secondary:
          description: Whether it is a secondary IPv4 address of its network.
          type: bool
        scope:
          description: V(global), V(site), V(link), V(host), V(nowhere), or the number of another scope.
          type: str
          sample: global
        flags:
          description: The kernel's flags of the address, with the names they have in C(ip address).
          type: list
          elements: str
          sample: [permanent]
    probe:
      description: What the wire said. V(null) without O(probe=true).
      type: dict
      contains:
        status:
          description:
            - V(answered) or V(silent).
            - V(not_permitted) where the user lacks C(CAP_NET_RAW).
            - V(no_interface) where no interface of the host is in the address's network, or the interface is
              missing, down, or without a MAC address.
          type: str
          sample: answered
        interface:
          description: Name of the interface that was, or was to be, probed on. V(null) if none was found.
          type: str
          sample: eth0
        answers:
          description: The MAC addresses that answered, each once, sorted.
          type: list
          elements: dict
          contains:
            mac:
              description: MAC address.
              type: str
              sample: 00:00:5e:00:53:01
            own:
              description: Whether it is the MAC address of one of the host's own interfaces.
              type: bool
        duration_s:
          description: How long answers were listened for, in seconds.
          type: float
          sample: 1.0
interfaces:
  description: All interfaces of the host, in the order of their index, and their addresses.
  returned: always, except for invalid options
  type: list
  elements: dict
  contains:
    name:
      description: Name.
      type: str
      sample: eth0
    index:
      description: Number the kernel has for it.
      type: int
      sample: 2
    mac:
      description: MAC address. V(null) if it has none.
      type: str
      sample: 00:00:5e:00:53:01
    mtu:
      description: Largest packet, in bytes.
      type: int
      sample: 1500
    up:
      description: Whether it is set up (C(IFF_UP)).
      type: bool
    running:
      description: Whether it can pass packets (C(IFF_RUNNING), from the operational state of RFC 2863).
      type: bool
    loopback:
      description: Whether it is a loopback interface.
      type: bool
    kind:
      description: Kind of a virtual interface, such as V(macvlan) or V(veth). V(null) for hardware.
      type: str
      sample: macvlan
    parent:
      description: Name of the interface it sits on. V(null) if on none, or on one in another network namespace.
      type: str
      sample: eth0
    addresses:
      description: Its addresses, in the kernel's order.
      type: list
      elements: dict
      contains:
        address:
          description: The address, normalised. On a point-to-point interface the host's own, not the peer's.
          type: str
          sample: 192.0.2.11
        prefixlen:
          description: Prefix length.
          type: int
          sample: 24
        family:
          description: V(ipv4) or V(ipv6).
          type: str
          sample: ipv4
        scope:
          description: As in RV(addresses[].interfaces[].scope).
          type: str
          sample: global
        label:
          description: Label of an IPv4 address. V(null) for IPv6.
          type: str
          sample: eth0
        broadcast:
          description: Broadcast address. V(null) if it has none.
          type: str
          sample: 192.0.2.255
        secondary:
          description: Whether it is a secondary IPv4 address of its network.
          type: bool
        flags:
          description: As in RV(addresses[].interfaces[].flags).
          type: list
          elements: str
          sample: [permanent]
elapsed:
  description: How long the wait took, in seconds. V(0) without O(wait=true).
  returned: always, except for invalid options
  type: float
  sample: 0.0
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import netlink
from ansible_collections.hotstandby.vrrp.plugins.module_utils._vip import owner


def main():
    """Arguments in, what was seen out."""
    module = AnsibleModule(
        argument_spec={
            "deadline": {"type": "float"},
            "addresses": {"type": "list", "elements": "str", "required": True},
            "probe": {"type": "bool", "default": False},
            "probe_timeout": {"type": "float", "default": 1.0},
            "interface": {"type": "str"},
            "wait": {"type": "bool", "default": False},
            "wait_state": {"type": "str", "choices": ["held", "not_held"], "default": "held"},
            "wait_timeout": {"type": "float", "default": 30.0},
        },
        supports_check_mode=True,
    )
    try:
        data = owner.observe(module.params)
    except owner.VipError as exc:
        module.fail_json(msg=str(exc), changed=False, **exc.data)
    except netlink.NetlinkError as exc:
        module.fail_json(msg=str(exc), changed=False)
    module.exit_json(changed=False, **data)


if __name__ == "__main__":
    main()
