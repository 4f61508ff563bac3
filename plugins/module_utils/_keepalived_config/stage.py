# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Tests a configuration and stages it: lays it beside the live one, whole, to be renamed over it."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import difflib
import errno
import glob
import io
import os
import stat
import uuid

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import write
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser, masking
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived_config import (
    extra_checks,
    script_access,
    syntax_test,
)
from ansible_collections.hotstandby.vrrp.plugins.module_utils._transaction import place

MODE = 0o640


class ConfigError(Exception):
    """The configuration must not be put in effect."""


def read(path):
    """Content of a file as text, or C(None) if there is none."""
    try:
        with io.open(path, encoding="utf-8", errors="replace", newline="") as stream:
            return stream.read()
    except (IOError, OSError) as error:
        if error.errno == errno.ENOENT:
            return None
        raise


def has_right_mode(path):
    """Whether the live file is there with the owner, group and mode that keep its passwords from others."""
    try:
        facts = os.stat(path)
    except OSError:
        return False
    return stat.S_IMODE(facts.st_mode) == MODE and (facts.st_uid, facts.st_gid) == (
        os.geteuid(), os.getegid()
    )  # fmt: skip


def difference(path, before, after):
    """The difference of two configurations with the secrets masked, as Ansible's diff mode shows it.

    Prepared line by line: a text that is equal to the module's option, which is not logged, would be blotted out whole.
    """
    salt = uuid.uuid4().hex
    texts = [masking.masked(text, salt).splitlines(True) for text in (before, after)]
    return {"prepared": "".join(difflib.unified_diff(texts[0], texts[1], path, path))}


def _check(content, staged, folder, interfaces, version, scripts):
    """What C(keepalived -t) lets through.

    :raises ConfigError: every problem, with the line.
    """
    try:
        own, everything = conf_parser.parse(content), conf_parser.read(staged)["statements"]
    except conf_parser.ConfError as error:
        raise ConfigError(error.args[0])
    found = extra_checks.problems(own, everything, folder, interfaces, version)
    if scripts:
        found += script_access.problems(everything)
    refuse(found, content)


def refuse(found, content):
    """:raises ConfigError: every problem, with the line."""
    if found:
        texts = [problem + _place(word, content) for problem, word in found]
        secrets = masking.secrets(content)
        raise ConfigError(masking.without("\n".join(texts), secrets))


def statements(path):
    """Those of a configuration, with what it includes; none where it cannot be read."""
    try:
        return conf_parser.read(path)["statements"]
    except conf_parser.ConfError:
        return []


def _place(word, content):
    """Where a word is first found, in words."""
    for number, line in enumerate(content.splitlines(), 1):
        if word is not None and word in line.split():
            return " (line %d: %s)" % (number, masking.lines(content)[number - 1].strip())
    return ""


def stage(path, content, tester, interfaces, scratch, check_mode, again=False, version=None, scripts=False):
    """Tests a configuration and lays it beside the live one, unless it is the live one.

    :arg tester: a C(Tester), or None where keepalived is not installed (check mode only), or is not to test yet.
    :arg interfaces: as from C(netlink.interfaces).
    :arg scratch: a private directory, for the test where the configuration's own does not exist yet or in check mode.
    :arg again: whether to stage it even if it is the live one.
    :arg version: of the installed keepalived, C(None) where it is not known.
    :arg scripts: whether the scripts that it names are there by now, and are to be ones that their users may run.
    :returns: dict C(changed), C(validated), C(diff), C(transaction) (names what is staged; empty where nothing is).
    :raises ConfigError: if it does not pass; nothing is left behind then.
    """
    before = read(path)
    changed = again or before != content or not has_right_mode(path)
    transaction = uuid.uuid4().hex[:16]
    staged = os.path.join(scratch, "keepalived.conf") if check_mode else place.staged_path(path, transaction)
    if not check_mode:
        discard(path)
    write.unlink(staged)
    write.create(staged, content.encode("utf-8"), MODE)
    try:
        _check(content, staged, os.path.dirname(path), interfaces, version, scripts)
        validated = bool(tester) and tester.test(staged, content)
    except (ConfigError, syntax_test.TestError) as error:
        write.unlink(staged)
        raise ConfigError(error.args[0])
    if check_mode or not changed:
        write.unlink(staged)
        transaction = ""
    result = {"changed": changed, "validated": validated, "transaction": transaction}
    return dict(result, diff=difference(path, before or "", content))


def discard(path):
    """Takes away what earlier runs have staged and never loaded."""
    for old in glob.glob(place.staged_path(path, "*")):
        write.unlink(old)


def says_the_same(path, staged):
    """Whether two configurations differ in nothing that keepalived reads, so that no reload is needed."""
    try:
        return conf_parser.read(path)["statements"] == conf_parser.read(staged)["statements"]
    except conf_parser.ConfError:
        return False
