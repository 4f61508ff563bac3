# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Tests a configuration with the installed keepalived, each version in the way that it can be trusted with."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import daemon, masking

# C(-t) came with 2.0.4.
FIRST_WITH_TEST = (2, 0, 4)
# Before 2.2, with BFD compiled in (Debian 11), its exit status is that of the last reader, BFD's: always 0.
FIRST_WITH_STATUS = (2, 2)
# What such a one says of configurations that it takes, for it minds only in strict mode, which the plan knows about.
# With no BFD in it, its exit status is that of an error all the same.
REMARK = re.compile(r"^\(\S+\) the first IPv6 VIP address must be link local$")
TIME_LIMIT = 30  # seconds; 2.3.3 never ends on some SMTP_CHECK
KILLED = 137
FIRST_SIGNAL = 128


class TestError(Exception):
    """keepalived refuses the configuration. The text is for the user, secrets masked."""

    __test__ = False  # no test of pytest's


def version_tuple(version):
    """C(2.2.7) as C((2, 2, 7)), for comparing."""
    return tuple(int(number) for number in re.findall(r"\d+", version or "")[:3])


class Tester(object):
    """Tests a configuration file with the installed keepalived.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg program: path of keepalived.
    :arg unshare, timeout: paths of unshare(1) and timeout(1), or None.
    """

    def __init__(self, run, program, unshare=None, timeout=None):
        self._run = run
        self._program = program
        self._unshare = unshare
        self._timeout = timeout

    def _command(self, path):
        """Argument vector of the test.

        Never C(--config-test=FILE): that FILE is a log which is overwritten. Under C(unshare --fork --pid) the program
        is process 1 of a namespace of its own, because keepalived 2.2.7 (Debian 12) otherwise ends with "Terminated" on
        valid configurations whose scripts run as an ordinary user (keepalived issues 2587 and 2617).
        """
        limit = [self._timeout, "--signal=KILL", str(TIME_LIMIT)] if self._timeout else []
        apart = [self._unshare, "--fork", "--pid", "--kill-child"] if self._unshare else []
        return limit + apart + [self._program, "-t", "-f", path]

    def test(self, path, content):
        """Tests the file, whose content is given too.

        :returns: True, or False if this keepalived has no test (before 2.0.4).
        :raises TestError: with keepalived's own words and the lines they name.
        """
        facts = daemon.parse_version("".join(self._run([self._program, "-v"])[1:]))
        version = version_tuple(facts["version"])
        if version and version < FIRST_WITH_TEST:
            return False
        rc, stdout, stderr = self._run(self._command(path))
        if rc != 0 and stderr.startswith("unshare:"):
            # Not permitted here, as in a container: then without, as on every other version.
            self._unshare = None
            rc, stdout, stderr = self._run(self._command(path))
        words = (stderr or stdout).replace(path, "keepalived.conf").strip()
        old = version and version < FIRST_WITH_STATUS
        if old and words and not complaints(words) and rc < FIRST_SIGNAL:
            return True
        if rc == 0 and not (old and words and "BFD" in facts["compiled"]):
            return True
        if rc == KILLED and self._timeout:
            words = "it had not ended after %d s. %s" % (TIME_LIMIT, words)
        message = "keepalived refuses the configuration (exit status %d): %s" % (rc, words or "it gave no reason")
        raise TestError(explained(message, content))


def complaints(words):
    """The lines of a test's output that are no mere remarks."""
    return [line for line in words.splitlines() if not REMARK.match(line)]


def explained(message, content):
    """A message of keepalived's with the lines that it names, all without secrets."""
    lines = masking.lines(content)
    named = sorted(set(int(number) for number in re.findall(r"\b[Ll]ine (\d+)\b", message)))
    quoted = ["line %d: %s" % (number, lines[number - 1].strip()) for number in named if 0 < number <= len(lines)]
    text = "\n".join([message] + quoted)
    return masking.without(text, masking.secrets(content))
