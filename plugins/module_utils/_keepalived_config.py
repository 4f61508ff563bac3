# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Tests a configuration with the installed keepalived, stages it, and puts it in its place."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import difflib
import errno
import io
import os
import re
import stat
import uuid

from ansible_collections.hotstandby.vrrp.plugins.module_utils import _keepalived_daemon, _keepalived_secrets

# C(-t) came with 2.0.4.
FIRST_WITH_TEST = (2, 0, 4)
MODE = 0o640
BACKUP_MODE = 0o600


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


class Tester(object):
    """Tests a configuration file with the installed keepalived.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg program: path of keepalived.
    :arg unshare: path of unshare(1), or None.
    """

    def __init__(self, run, program, unshare):
        self._run = run
        self._program = program
        self._unshare = unshare

    def _command(self, path):
        """Argument vector of the test.

        Never C(--config-test=FILE): that FILE is a log which is overwritten. Under C(unshare --fork --pid) the program
        is process 1 of a namespace of its own, because keepalived 2.2.7 (Debian 12) otherwise ends with "Terminated" on
        valid configurations whose scripts run as an ordinary user (keepalived issues 2587 and 2617).
        """
        prefix = [self._unshare, "--fork", "--pid"] if self._unshare else []
        return prefix + [self._program, "-t", "-f", path]

    def test(self, path, content):
        """Tests the file, whose content is given too.

        :returns: True, or False if this keepalived has no test (before 2.0.4).
        :raises ConfigError: with keepalived's own words and the lines they name, secrets masked.
        """
        facts = _keepalived_daemon.parse_version("".join(self._run([self._program, "-v"])[1:]))
        if facts["version"] and version_tuple(facts["version"]) < FIRST_WITH_TEST:
            return False
        rc, stdout, stderr = self._run(self._command(path))
        if rc != 0 and stderr.startswith("unshare:"):
            # Not permitted here, as in a container: then without, as on every other version.
            self._unshare = None
            rc, stdout, stderr = self._run(self._command(path))
        if rc == 0:
            return True
        words = (stderr or stdout).replace(path, "keepalived.conf").strip()
        message = "keepalived refuses the configuration (exit status %d): %s" % (rc, words or "it gave no reason")
        raise ConfigError(_keepalived_secrets.without(message, _keepalived_secrets.secrets(content)))


def staged_path(path):
    """Where a tested configuration waits: beside the live one, so that it can be renamed over it."""
    directory, name = os.path.split(path)
    return os.path.join(directory, ".%s.staged" % name)


def read(path):
    """Content of a file as text, or C(None) if there is none."""
    try:
        with io.open(path, encoding="utf-8", errors="replace", newline="") as stream:
            return stream.read()
    except (IOError, OSError) as error:
        if error.errno == errno.ENOENT:
            return None
        raise


def _write(path, content):
    """Writes a file whole, with owner root and mode 0640 from its first moment on."""
    remove(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(stream.fileno(), MODE)
        stream.write(content.encode("utf-8"))
        stream.flush()
        os.fsync(stream.fileno())


def remove(path):
    """Removes a file if it is there."""
    try:
        os.unlink(path)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise


def has_right_mode(path):
    """Whether the live file is there with the owner and mode that keep its passwords from others."""
    try:
        facts = os.stat(path)
    except OSError:
        return False
    return stat.S_IMODE(facts.st_mode) == MODE and facts.st_uid == os.geteuid()


def difference(path, before, after):
    """The difference of two configurations with the secrets masked, as Ansible's diff mode shows it.

    Prepared line by line: a text that is equal to the module's option, which is not logged, would be blotted out whole.
    """
    salt = uuid.uuid4().hex
    texts = [_keepalived_secrets.masked(text, salt).splitlines(True) for text in (before, after)]
    return {"prepared": "".join(difflib.unified_diff(texts[0], texts[1], path, path))}


def stage(path, content, tester, scratch, check_mode):
    """Tests a configuration and lays it beside the live one, unless it is the live one.

    :arg tester: a C(Tester), or None where keepalived is not installed (check mode only).
    :arg scratch: a private directory, for the test where the configuration's own does not exist yet or in check mode.
    :returns: dict C(changed), C(validated), C(diff).
    :raises ConfigError: if it does not pass; nothing is left behind then.
    """
    check_content(content)
    before = read(path)
    changed = before != content or not has_right_mode(path)
    staged = os.path.join(scratch, "keepalived.conf") if check_mode else staged_path(path)
    _write(staged, content)
    try:
        validated = bool(tester) and tester.test(staged, content)
    except ConfigError:
        remove(staged)
        raise
    if check_mode or not changed:
        remove(staged)
    return {"changed": changed, "validated": validated, "diff": difference(path, before or "", content)}


def load(path, backup, reload_daemon, check_mode):
    """Puts the staged configuration, if there is one, in the place of the live one, and has the daemon read it.

    Both in one step: a play that ended between them would leave a file that nothing ever loads.

    :arg backup: callable C(backup(path)) -> path of the copy.
    :arg reload_daemon: callable that tells a running daemon and returns whether there was one.
    :returns: dict C(changed), C(reloaded), and C(backup_file) where a file was replaced.
    """
    staged = staged_path(path)
    if check_mode or read(staged) is None:
        return {"changed": False, "reloaded": False}
    result = {"changed": True}
    if read(path) is not None:
        result["backup_file"] = backup(path)
        os.chmod(result["backup_file"], BACKUP_MODE)
    os.rename(staged, path)
    result["reloaded"] = reload_daemon()
    return result
