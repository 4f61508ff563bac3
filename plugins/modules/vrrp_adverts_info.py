#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: vrrp_adverts_info
short_description: Listens for VRRP adverts on the wire and behind the firewall
version_added: 1.0.0
description:
  - Listens for some seconds and decodes the VRRP adverts that it hears, of version 2 (RFC 3768, RFC 2338) and 3
    (RFC 5798, RFC 9568), over IPv4 and IPv6, multicast and unicast. No command is run.
  - Each packet is looked for twice. RV(packets[].on_wire) is before the host's firewall, RV(packets[].delivered)
    behind it, where a VRRP daemon listens. On the wire and not delivered means blocked, by the packet filter or by
    another check of the kernel, such as that of the reverse path.
  - For each virtual router it tells who speaks, who is master now, and what does not fit together.
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.info
  - hotstandby.vrrp._attributes.deadline
author: hotstandby.vrrp contributors (@hotstandby)
options:
  interface:
    description:
      - Name of the interface to listen on.
      - By default all that are up, except for the loopback and the ports of bridges and bonds.
    type: str
  duration:
    description:
      - How long to listen, in seconds. More than 0.
      - A master is heard for sure in a little more than its advertisement interval; to judge intervals takes three.
    type: float
    default: 3.0
  count:
    description: End early, after so many adverts that could be decoded.
    type: int
  settle_timeout:
    description:
      - Listen beyond O(duration) until all VRRP instances of keepalived on this host are settled, as
        M(hotstandby.vrrp.keepalived_info) with O(hotstandby.vrrp.keepalived_info#module:wait) waits for it, but no
        longer than so many seconds from the beginning. V(0) does not look at keepalived.
      - So what is sent while an owner is elected is heard, and its first adverts as owner are.
    type: float
    default: 0.0
    version_added: 1.1.0
  virtual_router_id:
    description: Only tell of adverts with these virtual router ids. What cannot be decoded so far is left out then.
    type: list
    elements: int
  digest_key:
    description:
      - Key, of 16 characters or more, for RV(packets[].auth_digest).
      - Make a random one in each run on the controller, the same for all hosts, so that the controller can compare
        what the hosts send, also with the password it knows, and no password is returned.
    type: str
notes:
  - Needs C(CAP_NET_RAW), which C(root) has. Without it, or without the interface, the module does not fail;
    see RV(status).
  - What comes from the virtual MAC address of an interface of C(use_vmac) is delivered there, and not below. It counts
    as delivered on the interface below too.
  - To have multicasts delivered it joins 224.0.0.18 and ff02::12 on the interfaces while it listens.
  - Who knows O(digest_key) can find a password of 8 bytes from its digest by trying. It goes over the wire in clear
    anyway, with each advert.
  - A multicast that comes in on an interface is heard on it and on the macvlan interfaces (C(use_vmac)) on top of it.
    A tagged one is heard on the parent interface with its C(vlan), and on the VLAN interface without.
    Python 2.7 cannot be told the tag, and hears tagged packets on the VLAN interface only.
  - Memory is bounded. Of more than 1000 packets the first are returned, all are counted. More than 1000 sources are
    not told apart. In a flood of several thousand packets a second the kernel may drop sightings.
"""

EXAMPLES = r"""
- name: Listen for adverts on all interfaces
  hotstandby.vrrp.vrrp_adverts_info:
  register: result

- name: Refuse a virtual router id that somebody uses already
  hotstandby.vrrp.vrrp_adverts_info:
    interface: eth0
    virtual_router_id: [51]
    duration: 5
    count: 1
  register: result
  failed_when: result.packets_total > 0

- name: Name the virtual routers whose adverts the firewall blocks
  ansible.builtin.debug:
    msg: "{{ result.virtual_routers | selectattr('blocked') | map(attribute='virtual_router_id') }}"
"""

RETURN = r"""
status:
  description:
    - V(ok) when it has listened to the end.
    - V(not_permitted) without C(CAP_NET_RAW).
    - V(no_interface) where there is none of the name, or none to listen on.
    - V(interface_down) where it is down, or went while it was listened on; what was heard until then is told.
  returned: success
  type: str
  sample: ok
message:
  description: What there is to say beyond V(ok). V(null) if nothing.
  returned: success
  type: str
  sample: Interface eth1 is down.
interfaces:
  description: Names of the interfaces listened on.
  returned: success
  type: list
  elements: str
  sample: [eth0]
settled:
  description: Whether all instances of keepalived have settled. V(null) without O(settle_timeout).
  returned: success
  type: bool
  version_added: 1.1.0
duration:
  description: How long it was to listen, in seconds.
  returned: success
  type: float
  sample: 3.0
elapsed:
  description: How long it listened, in seconds.
  returned: success
  type: float
  sample: 3.0
packets_total:
  description: How many packets were heard, those of RV(packets) and those beyond.
  returned: success
  type: int
  sample: 6
packets:
  description: The first 1000 packets.
  returned: success
  type: list
  elements: dict
  contains:
    time:
      description: When the kernel received it, in seconds since the epoch.
      type: float
      sample: 1767225600.25
    interface:
      description: Name of the interface it was heard on.
      type: str
      sample: eth0
    vlan:
      description: VLAN id of a tagged packet. V(null) for an untagged one.
      type: int
    direction:
      description: V(in), or V(out) for one that this host sent.
      type: str
      sample: in
    source_mac:
      description: MAC address it came from. V(null) if not told.
      type: str
      sample: 00:00:5e:00:53:01
    source:
      description: IP address it came from. V(null) if cut off.
      type: str
      sample: 192.0.2.11
    destination:
      description: IP address it went to. V(null) if cut off, or not told.
      type: str
      sample: 224.0.0.18
    unicast:
      description: Whether it went to one host. V(null) if not known.
      type: bool
    family:
      description: V(ipv4) or V(ipv6).
      type: str
      sample: ipv4
    ttl:
      description: TTL, or hop limit. V(null) if not known.
      type: int
      sample: 255
    ttl_ok:
      description: Whether that is 255, as it has to be for multicast. V(null) if not known.
      type: bool
    version:
      description: VRRP version. V(null) if cut off.
      type: int
      sample: 2
    type:
      description: VRRP packet type, 1 for an advert. V(null) if cut off.
      type: int
      sample: 1
    virtual_router_id:
      description: Virtual router id. V(null) if it could not be decoded so far.
      type: int
      sample: 51
    priority:
      description: Priority. 0 when a master leaves, 255 when it owns the addresses. V(null) as before.
      type: int
      sample: 150
    advert_int:
      description: Advertisement interval, in seconds. V(null) as before.
      type: float
      sample: 1.0
    auth_type:
      description:
        - V(NONE), V(PASS) or V(AH), V(UNKNOWN) for another. V(null) for version 3, which has none.
      type: str
      sample: PASS
    auth_digest:
      description:
        - The first 16 hexadecimal digits of the HMAC-SHA256 of the 8 bytes of authentication data with O(digest_key).
        - V(null) without a key, and unless the type is V(PASS).
      type: str
      sample: 5c7a0b1c2d3e4f50
    checksum:
      description:
        - V(ok) or V(wrong).
        - V(ok_without_pseudo_header) for version 3 over IPv4 with the checksum of version 2, which keepalived's
          C(v3_checksum_as_v2) and others send.
        - V(null) if not known.
      type: str
      sample: ok
    addresses:
      description: The virtual addresses in it.
      type: list
      elements: str
      sample: [192.0.2.10]
    on_wire:
      description:
        - Whether it was seen on the wire. V(false) if delivered only, since it came encrypted (IPsec) or in fragments.
      type: bool
    delivered:
      description:
        - Whether it came through the firewall. V(null) for what this host sent, what is for other hosts, tagged for a
          VLAN, or no valid IP packet, and for ports of bridges and bonds.
      type: bool
    error:
      description:
        - V(truncated), V(unknown IP version), V(bad header length), V(wrong IP header checksum), V(fragment),
          V(unknown version), V(unknown type), V(address count does not fit). V(null) for none of these.
      type: str
    length:
      description: Length of the VRRP message, in bytes. V(null) if cut off.
      type: int
      sample: 20
virtual_routers:
  description: The virtual routers heard, each on each interface and VLAN.
  returned: success
  type: list
  elements: dict
  contains:
    interface:
      description: Name of the interface.
      type: str
      sample: eth0
    vlan:
      description: VLAN id. V(null) for untagged.
      type: int
    family:
      description: V(ipv4) or V(ipv6).
      type: str
      sample: ipv4
    virtual_router_id:
      description: Virtual router id.
      type: int
      sample: 51
    versions:
      description: VRRP versions spoken.
      type: list
      elements: int
      sample: [2]
    masters:
      description:
        - IP addresses of those who are master now, as far as the adverts tell. More than one is a split.
        - A source is none once it has left (priority 0), has been silent for its master down interval, or has missed
          its turn since another one spoke.
      type: list
      elements: str
      sample: [192.0.2.11]
    blocked:
      description: How many packets were on the wire and not delivered, though they should have been.
      type: int
    address_lists_differ:
      description: Whether sources have different addresses in their adverts.
      type: bool
    versions_differ:
      description: Whether more than one version is spoken.
      type: bool
    auth_types_differ:
      description: Whether sources have different authentication types.
      type: bool
    sources:
      description:
        - Who speaks, told apart by IP and MAC address.
        - Packets with errors count, but their contents do not.
      type: list
      elements: dict
      contains:
        source:
          description: IP address.
          type: str
          sample: 192.0.2.11
        source_mac:
          description: MAC address. V(null) if not told.
          type: str
          sample: 00:00:5e:00:53:01
        own:
          description: Whether it is this host.
          type: bool
        priority:
          description: The last priority. V(null) if there were only errors.
          type: int
          sample: 150
        left:
          description: Whether that was 0, by which a master says that it leaves.
          type: bool
        packets:
          description: How many packets were heard.
          type: int
        delivered:
          description: How many of them were delivered.
          type: int
        blocked:
          description: How many were not, though they should have been.
          type: int
        first:
          description: When the first came, in seconds since the epoch.
          type: float
          sample: 1767225600.25
        last:
          description: When the last came, in seconds since the epoch.
          type: float
          sample: 1767225602.25
        interval:
          description: Mean time between its adverts, in seconds. V(null) if there were not two.
          type: float
          sample: 1.000125
        jitter:
          description: Largest deviation from that mean, in seconds. V(null) if there were not two.
          type: float
          sample: 0.000310
        advert_int:
          description: Advertisement interval in the last advert, in seconds. V(null) if there were only errors.
          type: float
          sample: 1.0
        auth_type:
          description: As in RV(packets[].auth_type), of the last advert.
          type: str
          sample: PASS
        auth_digest:
          description: As in RV(packets[].auth_digest), of the last advert.
          type: str
        addresses:
          description: The virtual addresses in the last advert.
          type: list
          elements: str
          sample: [192.0.2.10]
        errors:
          description:
            - What was wrong with its packets, each once, as in RV(packets[].error), and V(wrong checksum),
              V(ttl not 255).
          type: list
          elements: str
"""

import threading

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hotstandby.vrrp.plugins.module_utils._adverts import listen
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import netlink
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import info


class Settling(threading.Thread):
    """Looks at keepalived until it has settled, beside the listening."""

    def __init__(self, module, timeout):
        super(Settling, self).__init__()
        self.daemon = True
        self._module, self._timeout = module, timeout
        self.settled, self.error = False, None

    def run(self):
        """Sets what it was made for."""
        try:
            self.settled = info.collect_when(self._look, "settled", [], self._timeout)[1]
        except netlink.NetlinkError as error:
            self.error = error

    def _look(self):
        return info.collect(self._module.run_command, self._find)

    def _find(self, name):
        return self._module.get_bin_path(name, opt_dirs=["/usr/sbin", "/sbin", "/usr/local/sbin"])


def main():
    """Arguments in, what was heard out."""
    module = AnsibleModule(
        argument_spec={
            "deadline": {"type": "float"},
            "interface": {"type": "str"},
            "duration": {"type": "float", "default": 3.0},
            "count": {"type": "int"},
            "settle_timeout": {"type": "float", "default": 0.0},
            "virtual_router_id": {"type": "list", "elements": "int"},
            "digest_key": {"type": "str", "no_log": True},
        },
        supports_check_mode=True,
    )
    module.run_command_environ_update = {"LC_ALL": "C"}
    timeout, settling = module.params["settle_timeout"], None
    if not 0 <= timeout < float("inf"):
        module.fail_json(msg="settle_timeout: %s is no span of time. Write a number of seconds, like 15." % timeout)
    try:
        listen.check(module.params)
        if timeout:
            settling = Settling(module, timeout)
            settling.start()
        data = listen.observe(module.params, settling.is_alive if settling else None)
    except (listen.ListenError, netlink.NetlinkError) as exc:
        module.fail_json(msg=str(exc), changed=False)
    if settling:
        # Where it cannot listen, it waits all the same.
        settling.join()
        if settling.error:
            module.fail_json(msg=str(settling.error), changed=False)
    module.exit_json(changed=False, settled=settling.settled if settling else None, **data)


if __name__ == "__main__":
    main()
