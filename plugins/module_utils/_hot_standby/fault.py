# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Faults of a drill: what begins one, and what ends it, as scripts of a unit of systemd's.

The unit lasts as long as the fault. However it ends, by its time, by being stopped or killed, systemd runs what heals:
nobody needs to reach the host for that. The unit is in /run, so a reboot ends everything.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

UNIT = "hot-standby-drill.service"
UNIT_FILE = "/run/systemd/system/" + UNIT
FOLDER = "/run/hot-standby"
FAULT_FILE, HEAL_FILE = FOLDER + "/drill-fault", FOLDER + "/drill-heal"
STOP, KILL, FREEZE, NGINX, LINK, BLOCK, REBOOT = FAULTS = (
    "stop", "kill", "freeze", "nginx", "link", "block", "reboot",
)  # fmt: skip
#: Either of these drops VRRP, for C(BLOCK).
FILTERS = ("nft", "iptables")
_INTERFACE = re.compile(r"[A-Za-z0-9_.:@-]{1,15}\Z")

UNIT_TEXT = """\
[Unit]
Description=Fault of a drill, which is healed when this ends

[Service]
ExecStart=/bin/sh {fault}
ExecStopPost=/bin/sh {heal}
TimeoutStopSec=60
"""
#: What a link, and the VLANs on it, lose when it goes down: IPv6 addresses, and every route that is not made by the
#: kernel, by keepalived or by router advertisements. They are put back as they were, line by line; what is there
#: already is no matter. A virtual address is not: another host has it by then.
SAVE = """\
cd {folder} && : >drill-batch && : >drill-routes
{{ echo {interface}; ip -oneline link show up | sed -n 's/^[0-9]*: \\([^:@]*\\)@{interface}:.*/\\1/p'; }} >drill-links
while read -r link; do
    ip -6 address show dev "$link" scope global permanent |
        sed -n "s/^ *inet6 \\([^ ]*\\) .*/address replace \\1 dev $link nodad/p" | grep -v -F {virtual} >>drill-batch
    for family in -4 -6; do
        ip $family route show table all dev "$link" |
            grep -v -E 'table local|proto (kernel|keepalived|18|ra)' |
            sed "s/^/$family route replace /; s/\\$/ dev $link/" >>drill-routes
    done
done <drill-links
exit 0
"""
RESTORE = """\
cd {folder}
while read -r link; do ip link set "$link" up; done <drill-links
ip -6 -force -batch drill-batch
while read -r family rest; do ip $family $rest; done <drill-routes
"""
_IPTABLES = """\
    for tables in iptables ip6tables; do
        for protocol in 51 112; do
            $tables {verb} INPUT --in-interface {{interface}} --protocol $protocol -j DROP
            $tables {verb} OUTPUT --out-interface {{interface}} --protocol $protocol -j DROP
        done
    done
"""
#: VRRP, and the protocol in which its authentication AH hides it.
DROP = """\
if ! command -v nft >/dev/null || ! nft -f - <<END
table inet hot_standby_drill {{
    chain input {{ type filter hook input priority -300; iifname "{interface}" meta l4proto {{ 51, 112 }} drop; }}
    chain output {{ type filter hook output priority -300; oifname "{interface}" meta l4proto {{ 51, 112 }} drop; }}
}}
END
then
""" + _IPTABLES.format(verb="--insert") + "fi"
UNDROP = "if ! nft delete table inet hot_standby_drill; then\n" + _IPTABLES.format(verb="--delete") + "fi"
#: This daemon's processes, and no other's.
CRASH = """\
main=$(systemctl show --property=MainPID keepalived | sed 's/.*=//')
kill -9 $(pgrep -P "$main") "$main"
"""
#: By fault, what is to be prepared, what begins it and what ends it.
SCRIPTS = {
    STOP: ("", "systemctl stop keepalived", "systemctl start keepalived"),
    # The children first: when its parent dies, the one that speaks VRRP ends cleanly, which is no crash (2.2.7).
    KILL: ("", CRASH, "systemctl start keepalived"),
    FREEZE: ("", "systemctl kill --signal=SIGSTOP keepalived", "systemctl kill --signal=SIGCONT keepalived"),
    NGINX: ("", "systemctl stop nginx", "systemctl start nginx"),
    LINK: (SAVE, "ip link set {interface} down", RESTORE),
    BLOCK: ("", DROP, UNDROP),
    # The start heals: the unit is in /run.
    REBOOT: ("", "systemctl reboot", ":"),
}


class FaultError(Exception):
    """It cannot be done. The text is for the user."""


def scripts(fault, interface, delay, duration, virtual=()):
    """The scripts of a fault.

    :arg fault: one of C(FAULTS).
    :arg interface: the name of the interface, which link and block need.
    :arg delay: seconds before it begins.
    :arg duration: seconds that it lasts.
    :arg virtual: addresses that are not to be put back, normalised.
    :returns: what is run at once, what the unit runs, and what heals.
    :raises FaultError: there is no such interface.
    """
    if fault in (LINK, BLOCK) and not _INTERFACE.match(interface or ""):
        raise FaultError("interface: %r is no name of an interface, and the fault %s needs one." % (interface, fault))
    # grep needs one pattern at least.
    patterns = " ".join("-e ' %s/'" % address for address in ["none"] + list(virtual))
    values = {"interface": interface, "folder": FOLDER, "virtual": patterns}
    prepares, begins, heals = (part.format(**values) if part else "" for part in SCRIPTS[fault])
    return prepares, "sleep {0}\n{1}\nsleep {2}\n".format(delay, begins, duration), "exec 2>/dev/null\n%s\n" % heals


def boot():
    """What is another text after the host, or the container that it is, has been started anew."""
    with open("/proc/sys/kernel/random/boot_id") as stream:
        kernel = stream.read().strip()
    with open("/proc/1/stat") as stream:
        # After the name, which may have anything in it; see proc(5), starttime.
        started = stream.read().rpartition(")")[2].split()[19]
    return "%s %s" % (kernel, started)


def unit():
    """The text of the unit."""
    return UNIT_TEXT.format(fault=FAULT_FILE, heal=HEAL_FILE)
