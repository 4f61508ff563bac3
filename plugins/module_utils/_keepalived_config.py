# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Validates a configuration with the installed keepalived."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_daemon, _keepalived_secrets

# C(-t) came with 2.0.4.
FIRST_WITH_TEST = (2, 0, 4)


class ConfigError(Exception):
    """The configuration must not be put in effect."""


def version_tuple(version):
    """C(2.2.7) as C((2, 2, 7)), for comparing."""
    return tuple(int(number) for number in re.findall(r"\d+", version or "")[:3])


def check_content(content):
    """What C(keepalived -t) lets through although it takes the address down: an empty configuration.

    :raises ConfigError: if nothing but comments and blank lines is in it.
    """
    lines = [line.strip() for line in content.splitlines()]
    if not any(line and line[0] not in "#!" for line in lines):
        raise ConfigError("The configuration is empty: keepalived would accept it and drop every virtual address.")


def test_command(program, path, unshare):
    """Argument vector of the test.

    Never C(--config-test=FILE): that FILE is a log which is overwritten. Under C(unshare --fork --pid) the program is
    process 1 of a namespace of its own, because keepalived 2.2.7 (Debian 12) otherwise ends with "Terminated" on valid
    configurations whose scripts run as an ordinary user (keepalived issues 2587 and 2617).
    """
    prefix = [unshare, "--fork", "--pid"] if unshare else []
    return prefix + [program, "-t", "-f", path]


def validate(run, program, unshare, path, content):
    """Tests a configuration file with the installed keepalived.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg program: path of keepalived.
    :arg unshare: path of unshare(1), or None.
    :arg path: the file to test.
    :arg content: what is in it, as text.
    :returns: True, or False if this keepalived has no test (before 2.0.4).
    :raises ConfigError: with keepalived's own words and the lines they name, secrets masked.
    """
    facts = _keepalived_daemon.parse_version("".join(run([program, "-v"])[1:]))
    if facts["version"] and version_tuple(facts["version"]) < FIRST_WITH_TEST:
        return False
    rc, stdout, stderr = run(test_command(program, path, unshare))
    if rc == 0:
        return True
    words = (stderr or stdout).replace(path, "keepalived.conf").strip()
    raise ConfigError(_keepalived_secrets.without(
        "keepalived refuses the configuration (exit status %d): %s" % (rc, words or "it gave no reason"),
        _keepalived_secrets.secrets(content),
    ))
