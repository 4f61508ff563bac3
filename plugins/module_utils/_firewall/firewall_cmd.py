# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Asks firewalld through its command-line clients, and reads its configuration file.

A ``run`` argument is always a callable that takes an argument vector and returns ``(rc, out, err)``:
an AnsibleModule's ``run_command`` is one.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import errno
import glob
import io

from ansible.module_utils.common.text.converters import to_native

CONFIGURATION = "/etc/firewalld/firewalld.conf"
PACKAGES = "/usr/lib*/python*/*-packages/firewall/core"

# Exit codes of firewall-cmd: firewall/errors.py, firewall-cmd(1) "Exit codes".
_DBUS_ERROR = 36
_INVALID_IPV = 111
_RUNNING_BUT_FAILED = 251
_NOT_RUNNING = 252
NOT_AUTHORIZED = 253
_NOT_ROOT = 255
# env(1): the program it was to run does not exist.
_NO_SUCH_PROGRAM = 127


class FirewalldError(Exception):
    """What firewalld could not do, or what was asked of it that it must not be given.

    ``kind`` is C(not_installed), C(not_running), C(refused), C(invalid) (the request itself) or
    C(unverified) (firewalld said success, and what it then showed says otherwise). ``changed`` tells whether
    anything was changed before the failure.
    """

    def __init__(self, kind, message, changed=False):
        super(FirewalldError, self).__init__(message)
        self.kind = kind
        self.changed = changed


def call(run, program, arguments):
    """Run PROGRAM with the list ARGUMENTS in the C locale; return (rc, out, err) as native strings.

    Raises FirewalldError C(not_installed) where there is no such program. env(1) both sets the locale and turns
    a missing program into an exit code, whatever RUN does by itself.
    """
    rc, out, err = run(["env", "LC_ALL=C", program] + list(arguments))
    if rc == _NO_SUCH_PROGRAM:
        raise FirewalldError(
            "not_installed",
            "firewalld is not installed: there is no %s in PATH. Install the package "
            "firewalld, or leave firewalld out of this host." % program,
        )
    return rc, to_native(out), to_native(err)


def answer(run, program, arguments):
    """Run PROGRAM with ARGUMENTS and return its standard output.

    Raises FirewalldError: C(not_installed), C(not_running), or C(refused) with what the program said.
    """
    rc, out, err = call(run, program, arguments)
    if rc != 0:
        raise refusal(program, arguments, rc, err or out)
    return out


def state(run):
    """Return C(running), C(failed) (it runs, but could not load its configuration) or C(not running).

    firewall-cmd(1) ``--state``: exit code 0, 251, 252. Without a system bus it cannot be running either.
    Raises FirewalldError C(not_installed), or C(refused) where this user may not ask.
    """
    rc, out, err = call(run, "firewall-cmd", ["--state"])
    known = {0: "running", _RUNNING_BUT_FAILED: "failed", _NOT_RUNNING: "not running", _DBUS_ERROR: "not running"}
    if rc not in known:
        raise refusal("firewall-cmd", ["--state"], rc, err or out)
    return known[rc]


def configured_backend(configuration=CONFIGURATION, packages=PACKAGES):
    """Return C(nftables), C(iptables), or None where neither the file nor the installation tells.

    ``FirewallBackend`` of firewalld.conf(5), else the default of the installed firewalld: nftables where it comes
    with that backend (0.6.0 and later), iptables otherwise. The version number alone would mislead: Enterprise
    Linux 7 ships 0.6.3 without it. firewalld takes a change of the file only at its next start.
    """
    try:
        with io.open(configuration, encoding="utf-8", errors="replace") as handle:
            value = _option(handle.read(), "FirewallBackend")
    except (IOError, OSError) as error:
        if error.errno != errno.ENOENT:
            return None
        value = None
    if value in ("nftables", "iptables"):
        return value
    if glob.glob(packages + "/nftables.py"):
        return "nftables"
    return "iptables" if glob.glob(packages + "/fw.py") else None


def _option(text, name):
    """Return the value, in lower case, that the text of a firewalld.conf(5) gives to NAME, or None.

    As firewalld reads it: the first of several counts, a line with a second ``=`` does not.
    """
    for line in text.splitlines():
        pair = [part.strip() for part in line.strip().split("=")]
        if len(pair) == 2 and pair[0] == name and pair[1]:
            return to_native(pair[1].lower())
    return None


def refusal(program, arguments, rc, message):
    """Return the FirewalldError for exit code RC of PROGRAM, which printed MESSAGE.

    MESSAGE becomes one line: firewalld hands on what iptables says over several lines.
    """
    if rc in (_NOT_RUNNING, _DBUS_ERROR):
        return FirewalldError(
            "not_running", "firewalld is not running, says %s: %s" % (program, " ".join(message.split()))
        )
    advice = {
        NOT_AUTHORIZED: " Run the task as root (become: true).",
        _NOT_ROOT: " Run the task as root (become: true).",
        _RUNNING_BUT_FAILED: " See firewall-offline-cmd --check-config and journalctl -u firewalld.",
        _INVALID_IPV: " firewalld looks for iptables, ip6tables and ebtables when it starts. Set immediate to false to "
        "change its permanent configuration alone, which counts from its next start on.",
    }
    return FirewalldError(
        "refused",
        "%s: %s (exit code %d).%s"
        % (" ".join([program] + list(arguments)), " ".join(message.split()) or "no message", rc, advice.get(rc, "")),
    )
