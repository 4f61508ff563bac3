# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""One look at everything that a member consists of: what the observers tell, together."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._adverts import listen
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import (
    firewall_cmd,
    firewalld,
    packet_filters,
    ufw,
)
from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import (
    digest,
    env_file,
    file_facts,
    ipvs,
    netlink,
    number_files,
    packages as _packages,
    selinux,
    sysctl,
    systemd_units,
)
from ansible_collections.hotstandby.vrrp.plugins.module_utils._hot_standby import beside, look_options
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import info
from ansible_collections.hotstandby.vrrp.plugins.module_utils._vip import http_request, owner

ERRORS = (
    digest.DigestError, firewall_cmd.FirewalldError, http_request.HttpError, netlink.NetlinkError,
    _packages.PackageError, sysctl.SysctlError, systemd_units.UnitError, owner.VipError, listen.ListenError,
)  # fmt: skip


#: When the wire is asked: values of the option C(wire), beside C(now).
BEGIN, TAKE = "begin", "take"
BESIDE = beside.FOLDER + "/wire.json"
PATIENCE = 5.0  # seconds, beyond those that the wire is asked for


def look(options, run, find, manifest):
    """One look.

    :arg options: the module's parameters.
    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg find: callable C(find(name)) -> path of a program, or None.
    :arg manifest: what C(manifest.told) returned.
    :returns: the module's return values, less C(changed) and C(platform).
    :raises ERRORS: an option is wrong, or the kernel does not answer.
    """
    digest.check_key(options["digest_key"])
    if not 0 <= options["listen"] < float("inf"):
        raise listen.ListenError(
            "listen: {0} is no span of time to listen for. Write a number of seconds, like 3.5, or 0.".format(
                options["listen"]
            )
        )
    _packages.check(options["packages"])
    # Where it is asked beside what follows, what is looked at here is whether the host has the addresses.
    asked = None if options["wire"] == BEGIN else _wire(options, take=options["wire"] == TAKE)
    held = _held(dict(options, probe=False))
    services, packages, manager = {}, {}, None
    if options["services"]:
        systemctl = find("systemctl")
        told = run(systemd_units.command(systemctl or "systemctl", options["services"]))[1] if systemctl else ""
        services = systemd_units.parse(options["services"], told)
    if options["packages"]:
        manager = _packages.manager(find)
        told = run(_packages.command(manager, find, options["packages"]))[1] if manager else ""
        packages = _packages.parse(options["packages"], told)
    found = {
        "interfaces": held["interfaces"],
        "addresses": asked["addresses"] if asked else held["addresses"],
        "keepalived": info.collect(run, find),
        "firewall": _firewall(options, run, find),
        "kernel": {"ipvs": ipvs.available(run, find("modprobe")), "selinux": selinux.mode()},
        "programs": dict((name, find(name)) for name in options["programs"]),
        "files": dict((path, file_facts.look(path, options["digest_key"])) for path in options["files"]),
        "sysctls": dict((name, sysctl.read(name)) for name in options["sysctls"]),
        "services": services,
        "packages": packages,
        "package_manager": manager,
        "adverts": asked["adverts"] if asked else None,
        "numbers": dict((path, number_files.read(path)) for path in options["numbers"]),
        "http": [http_request.look(request) for request in options["http"]],
        "settings": env_file.look(options["settings"]),
        "manifest": manifest,
        "asked": dict((name, options[name]) for name in look_options.NAMES),
        "time": time.time(),
    }
    if options["wire"] == BEGIN:
        # The last, since it is for this host to be quick with what the run waits for.
        try:
            beside.begin(lambda: _ask(options), BESIDE)
        except (IOError, OSError):
            pass  # the call that would take it asks itself
    return found


def _wire(options, take):
    """What is heard and answered: C(addresses) and C(adverts).

    :arg take: whether it may have been begun beside other work.
    """
    patience = options["listen"] + options["probe_timeout"] + PATIENCE
    return (beside.take(BESIDE, patience) if take else None) or _ask(options)


def _ask(options):
    return {
        "addresses": _held(options)["addresses"],
        "adverts": _adverts(options) if options["listen"] else None,
    }


def _held(options):
    return owner.observe(dict(options, wait=False, wait_state="held", wait_timeout=0.0, interface=None))


def _firewall(options, run, find):
    """firewalld, and what else filters packets."""
    others, program = packet_filters.look(run, find("systemctl")), find("ufw")
    # A package that was removed leaves its switch behind.
    others = [name for name in others if name != "ufw" or program]
    return dict(
        firewalld.look(run, find, options["firewall_zones"], options["firewall_direct_rules"]),
        others=others,
        ufw=ufw.look(run, program) if "ufw" in others else None,
    )


def _adverts(options):
    """What is heard of VRRP, without the single packets. Where it cannot be listened, that is said of it alone."""
    wanted = {
        "interface": None, "duration": options["listen"], "count": None, "virtual_router_id": None,
        "digest_key": options["digest_key"],
    }  # fmt: skip
    try:
        heard = listen.observe(wanted)
    except listen.ListenError as error:
        return {
            "status": "not_listening", "message": str(error), "interfaces": [], "duration": options["listen"],
            "elapsed": 0.0, "packets_total": 0, "virtual_routers": [],
        }  # fmt: skip
    del heard["packets"]
    return heard
