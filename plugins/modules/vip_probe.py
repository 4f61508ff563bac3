#!/usr/bin/python
# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: vip_probe
short_description: Measure the availability of a service through a fault
version_added: 0.1.0
author: hotstandby.vrrp contributors (@hotstandby)
description:
  - Makes a new connection to a virtual IP address (VIP) every few milliseconds for a stated time, and reports the
    outages, with their start and length, and who answered before and after.
  - Requests begin on a fixed schedule of the monotonic clock and do not wait for each other, so that a service that
    hangs is seen as sharply as one that refuses.
  - A sample is a request, ordered by its start. An outage is a maximal run of failed samples. It starts with its first
    failed sample and ends at the start of the next successful one, so that each end is known to about one O(interval).
  - What the probe itself did not do or see in time is counted as skipped, never as failed, and its own lateness is
    returned in RV(resolution).
  - Each connection is closed with a TCP reset once the response has been read, so that neither this host, nor the
    server, nor the firewalls between collect closed connections (C(TIME_WAIT)), and ephemeral ports do not run out.
extends_documentation_fragment:
  - hotstandby.vrrp._attributes
  - hotstandby.vrrp._attributes.info
  - hotstandby.vrrp._attributes.deadline
notes:
  - Run it from a host that is not a member of the group. A member that holds the VIP reaches it without the network.
  - O(progress_file) and O(stop_file) are the module's own temporary files; they are made and removed in check mode too.
  - The requests appear in the access log of the service, with the user agent C(hotstandby.vrrp vip_probe).
options:
  address:
    description:
      - The VIP, as an IPv4 or IPv6 address. A link-local one needs its interface, as in V(fe80::1%eth0).
      - Names are not accepted, since their resolution would be measured too.
    type: str
    required: true
  port:
    description: TCP port of the service.
    type: int
    default: 80
  protocol:
    description:
      - With V(http), a sample is successful when the whole response has come and is the expected one.
      - With V(tcp), it is when the connection is established. That shows the kernel at the other end, not that the
        service takes the connection up.
    type: str
    choices: [http, tcp]
    default: http
  path:
    description: What to request with HTTP, percent-encoded.
    type: str
    default: /
  host_header:
    description:
      - Value of the C(Host) header. The default is O(address), and O(port) unless it is 80. Only with O(protocol=http).
    type: str
  expected_status:
    description: HTTP status codes (200 to 599) that count as success.
    type: list
    elements: int
    default: [200]
  expected_body:
    description:
      - Text that the body of the response has to contain within its first 64 KiB. Only with O(protocol=http).
      - A response is read to its end, or to these 64 KiB.
    type: str
  served_by_header:
    description: Response header in which the host that answered gives its name.
    type: str
    default: X-Served-By
  interval:
    description: Time between the starts of two requests, in seconds, at least 0.001.
    type: float
    default: 0.01
  timeout:
    description:
      - How long one request may take, in seconds, from V(0.001) to V(60).
      - Below 1 second a success says that the service was there then. A longer one lets the kernel send a lost
        connection request again (RFC 6298 section 2, after 1 second), and what began in an outage can end well after
        it.
    type: float
    default: 0.2
  duration:
    description:
      - How long to begin requests, in seconds, at most 3600. The module returns at the latest O(timeout) after that.
      - With O(stop_file), the most that it can take.
    type: float
    required: true
  progress_file:
    description:
      - Absolute path of a file that the module creates, empty and with mode 0600, after the first successful request,
        and removes at the end. A playbook that has started the probe in the background learns from it that probing
        runs.
      - It must not exist yet.
    type: path
  stop_file:
    description:
      - Absolute path of a file that ends the probing early, within 0.1 seconds, once it exists. The module removes it
        at the end. A playbook ends the measurement with it when the fault is over.
      - It must not exist yet.
    type: path
"""

EXAMPLES = r"""
- name: Measure for ten seconds
  hotstandby.vrrp.vip_probe:
    address: 192.0.2.10
    duration: 10
  register: probe

- name: Measure a fault of unknown length from the monitoring host
  delegate_to: monitor
  block:
    - name: Start probing in the background
      hotstandby.vrrp.vip_probe:
        address: 192.0.2.10
        expected_body: welcome
        duration: 600
        progress_file: /run/probe-42.on
        stop_file: /run/probe-42.stop
      async: 660
      poll: 0
      register: job

    - name: Wait until the service has answered the first request
      ansible.builtin.wait_for:
        path: /run/probe-42.on
        timeout: 30

    - name: Stop the VRRP daemon of the owner
      ansible.builtin.service:
        name: keepalived
        state: stopped
      delegate_to: app1

    - name: End probing
      ansible.builtin.file:
        path: /run/probe-42.stop
        state: touch
        mode: "0600"

    - name: Collect the measurement
      ansible.builtin.async_status:
        jid: "{{ job.ansible_job_id }}"
      register: probe
      until: probe is finished
      retries: 30
      delay: 1

- name: See whether a TCP service answers over IPv6
  hotstandby.vrrp.vip_probe:
    address: 2001:db8::10
    port: 5432
    protocol: tcp
    interval: 0.1
    duration: 2
"""

RETURN = r"""
start_epoch:
  description: When probing began, as Unix time in seconds by the wall clock of the probing host.
  returned: success
  type: float
  sample: 1767225600.125
duration:
  description:
    - How long requests were begun, in seconds by the monotonic clock.
    - Times that are not called epoch count from RV(start_epoch).
  returned: success
  type: float
  sample: 10.0
requests:
  description: Number of samples.
  returned: success
  type: dict
  contains:
    sent:
      description: Requests that were begun and have a result. The sum of C(ok) and C(failed).
      type: int
    ok:
      description: Successful ones.
      type: int
    failed:
      description: Failed ones.
      type: int
    skipped:
      description:
        - Slots of the schedule about which the probe knows nothing, because it was late itself, because it did not run
          for more than half of the request's O(timeout), or because this host could not open a connection (then with a
          warning).
      type: int
    by_reason:
      description:
        - Number of failed samples by reason.
        - V(timeout), no complete answer in O(timeout); V(refused), nobody listens; V(unreachable), no route, or an ICMP
          error; V(reset), the server broke the connection or ended it before the response was complete; V(bad_status);
          V(bad_body); V(protocol), the answer is not HTTP/1.x.
      type: dict
  sample: {"sent": 1000, "ok": 640, "failed": 360, "skipped": 0, "by_reason": {"timeout": 360}}
outages:
  description: The 100 longest outages, in order of time.
  returned: success
  type: list
  elements: dict
  contains:
    start:
      description: Start of the first failed sample, in seconds.
      type: float
    start_epoch:
      description: The same as Unix time in seconds.
      type: float
    end:
      description: Start of the next successful sample, in seconds, V(null) if there was none.
      type: float
    length:
      description: Seconds from start to end, or to the end of probing.
      type: float
    failed:
      description: Number of failed samples.
      type: int
    reasons:
      description: Number of failed samples by reason, as in RV(requests.by_reason).
      type: dict
    served_by_before:
      description: Who answered last before, V(null) if nobody gave a name.
      type: str
    served_by_after:
      description: Who answered first after, V(null) if nobody gave a name.
      type: str
    open:
      description: Whether the outage still went on at the end of probing.
      type: bool
  sample:
    - {"start": 2.51, "start_epoch": 1767225602.635, "end": 6.11, "length": 3.6, "failed": 360,
       "reasons": {"timeout": 360},
       "served_by_before": "app1", "served_by_after": "app2", "open": false}
outages_omitted:
  description: Number of shorter outages left out of RV(outages).
  returned: success
  type: int
  sample: 0
outage_total:
  description: Sum of the lengths of all outages, in seconds.
  returned: success
  type: float
  sample: 3.6
outage_longest:
  description: Length of the longest outage, in seconds, 0 without any.
  returned: success
  type: float
  sample: 3.6
longest_gap:
  description:
    - Longest time between two successive ends of successful requests, in seconds, V(null) with fewer than two.
    - It is a second opinion on RV(outage_longest), which takes no account of the probe's own lateness.
  returned: success
  type: float
  sample: 3.601
latency:
  description:
    - Duration of the successful requests, in seconds. V(null) without any. Median and p99 are at most 2 % too high.
  returned: success
  type: dict
  contains:
    min:
      description: Shortest.
      type: float
    median:
      description: Median.
      type: float
    p99:
      description: 99th percentile.
      type: float
    max:
      description: Longest.
      type: float
  sample: {"min": 0.000281, "median": 0.000412, "p99": 0.001093, "max": 0.003125}
served_by:
  description:
    - Number of successful requests by the host that answered, from O(served_by_header). Answers without the header are
      not among them. Beyond 100 names the others are counted together as V((others\)).
  returned: success
  type: dict
  sample: {"app1": 251, "app2": 389}
timeline:
  description:
    - Runs of equal samples that cover the whole time, in order, at most 200. Beyond that neighbours are merged, those
      that agree in C(ok) first.
  returned: success
  type: list
  elements: dict
  contains:
    start:
      description: Start of the first sample, in seconds.
      type: float
    end:
      description: Start of the next segment, or the end of probing, in seconds.
      type: float
    ok:
      description: Whether the samples were successful, V(null) if runs that differ in it were merged.
      type: bool
    served_by:
      description: Who answered, V(null) if nobody gave a name, or if runs that differ in it were merged.
      type: str
    reason:
      description: Why the samples failed, V(null) if they did not, or if runs that differ in it were merged.
      type: str
    count:
      description: Number of samples.
      type: int
    runs:
      description: Number of runs in this segment, V(1) unless it was merged.
      type: int
  sample:
    - {"start": 0.0, "end": 2.51, "ok": true, "served_by": "app1", "reason": null, "count": 251, "runs": 1}
    - {"start": 2.51, "end": 6.11, "ok": false, "served_by": null, "reason": "timeout", "count": 360, "runs": 1}
    - {"start": 6.11, "end": 10.0, "ok": true, "served_by": "app2", "reason": null, "count": 389, "runs": 1}
timeline_merged:
  description: Number of merges that RV(timeline) took, 0 if it is exact.
  returned: success
  type: int
  sample: 0
resolution:
  description: The probe's own error.
  returned: success
  type: dict
  contains:
    interval:
      description: The O(interval) asked for, in seconds.
      type: float
    late_max:
      description: Longest time that a slot was served after it was due, in seconds.
      type: float
    late_p99:
      description: Its 99th percentile, at most 2 % too high.
      type: float
    skipped:
      description: The same as RV(requests.skipped).
      type: int
  sample: {"interval": 0.01, "late_max": 0.000912, "late_p99": 0.000217, "skipped": 0}
"""

import signal

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hotstandby.vrrp.plugins.module_utils._probe.loop import Loop, RunFiles, Schedule, Target
from ansible_collections.hotstandby.vrrp.plugins.module_utils._probe.request import HttpCheck, ProbeError
from ansible_collections.hotstandby.vrrp.plugins.module_utils._probe.timeline import Timeline


def probe(params, warn):
    """Probe as PARAMS (the module's) say; return the result without `changed`. WARN takes texts. ProbeError."""
    target = Target(params["address"], params["port"])
    check = None
    if params["protocol"] == "http":
        names = ("path", "host_header", "expected_status", "expected_body", "served_by_header")
        check = HttpCheck(target.authority, *[params[name] for name in names])
    else:
        for name in ("host_header", "expected_body"):
            if params[name] is not None:
                raise ProbeError("%s has no meaning with protocol tcp: leave it out, or use protocol http" % name)
    schedule = Schedule(params["interval"], params["timeout"], params["duration"])
    files = RunFiles(params["progress_file"], params["stop_file"])
    timeline = Timeline()
    try:
        loop = Loop(target, check, schedule, timeline, files)
        started, duration = loop.run()
    finally:
        for problem in files.remove():
            warn(problem)
    if loop.local_errors:
        warn("requests skipped because this host could not make a connection: %s" % loop.describe_local_errors())
    return timeline.result(started, duration, params["interval"])


def cancel(received, dummy_frame):
    """Ends the module on a signal by way of its clean-up."""
    raise SystemExit(128 + received)


def main():
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "deadline": {"type": "float"},
            "address": {"type": "str", "required": True},
            "port": {"type": "int", "default": 80},
            "protocol": {"type": "str", "choices": ["http", "tcp"], "default": "http"},
            "path": {"type": "str", "default": "/"},
            "host_header": {"type": "str"},
            "expected_status": {"type": "list", "elements": "int", "default": [200]},
            "expected_body": {"type": "str"},
            "served_by_header": {"type": "str", "default": "X-Served-By"},
            "interval": {"type": "float", "default": 0.01},
            "timeout": {"type": "float", "default": 0.2},
            "duration": {"type": "float", "required": True},
            "progress_file": {"type": "path"},
            "stop_file": {"type": "path"},
        },
        supports_check_mode=True,
    )
    # So that a cancelled job leaves no progress file behind.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, cancel)
    try:
        result = probe(module.params, module.warn)
    except ProbeError as exc:
        module.fail_json(msg=str(exc))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
