# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""A set of files that belong together, put in place in one go: root's, each whole or not at all."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import errno
import io
import os
import re
import stat

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import write as _write

FILE, FOLDER, ABSENT, SETTING = STATES = ("file", "directory", "absent", "setting")
OWNER = (0, 0)


class FilesError(Exception):
    """A file cannot be put in place. The text is for the user."""


class Entry(object):
    """One file, or folder, as it is and as it is to be.

    :arg wanted: a dict C(path), C(state) (one of C(STATES)), C(mode) (C(None) for what has no mode of ours),
        C(only_over), C(name) and C(value): see the documentation of the module hot_standby_files.
    :arg text: content of a file, text; C(None) where it is not ours.
    """

    def __init__(self, wanted, text=None):
        self.path, self.state = wanted["path"], wanted["state"]
        if self.state == SETTING or wanted["only_over"] is not None:
            # Others' in part: what it links to is what they have.
            self.path = os.path.realpath(self.path)
        self._mode = int(wanted["mode"], 8) if wanted["mode"] else None
        self._name, self._value = wanted["name"], wanted["value"]
        self._facts = _facts(self.path)
        self._is_file = self._facts is not None and stat.S_ISREG(self._facts.st_mode)
        self.before = _read(self.path) if self._is_file and self.state != FOLDER else None
        self.after = self._content(text, wanted["only_over"])

    def _content(self, text, only_over):
        """Bytes of the file as it is to be, C(None) for one that is not to be there, or whose content is not ours."""
        if self.state == SETTING:
            return _set(self.before or b"", self._name, self._value)
        if self.state != FILE:
            return None
        if text is None:
            return self.before
        content = text.encode("utf-8")
        ours = [one.encode("utf-8") for one in only_over or []]
        return self.before if only_over is not None and self.before not in [None] + ours else content

    @property
    def changes(self):
        """Whether it is not as it is to be."""
        if self.state == ABSENT:
            return self._facts is not None
        return not self._is_there() or self.before != self.after or not self._has_right_mode()

    def _is_there(self):
        if self.state == FOLDER:
            return self._facts is not None and stat.S_ISDIR(self._facts.st_mode)
        return self._is_file

    def _has_right_mode(self):
        if self._mode is None:
            return True
        return (stat.S_IMODE(self._facts.st_mode), self._facts.st_uid, self._facts.st_gid) == (self._mode,) + OWNER

    def put(self):
        """Makes it so.

        :raises FilesError: something else is in its place.
        """
        is_folder = self._facts is not None and stat.S_ISDIR(self._facts.st_mode)
        if self.state != FOLDER and is_folder:
            raise FilesError("%s is a directory, and is to be a file, or gone: move it away." % self.path)
        if self.state == ABSENT:
            _write.unlink(self.path)
        elif self.state == FOLDER:
            if self._facts is not None and not is_folder:
                raise FilesError("%s is no directory: move it away." % self.path)
            self._make_folder()
        elif self.after is None:
            raise FilesError("%s is not there, and what it is to hold is not known." % self.path)
        else:
            _make_folders(os.path.dirname(self.path))
            mode = self._mode if self._mode is not None else stat.S_IMODE(self._facts.st_mode) if self._facts else 0o644
            _write.replace(self.path, self.after, mode, OWNER)

    def _make_folder(self):
        _make_folders(self.path)
        if self._mode is not None:
            os.chmod(self.path, self._mode)
            os.chown(self.path, *OWNER)

    def diff(self):
        """What changes, as Ansible's diff mode shows it."""
        texts = [(content or b"").decode("utf-8", "replace") for content in (self.before, self.after)]
        return {"before_header": self.path, "after_header": self.path, "before": texts[0], "after": texts[1]}


def _facts(path):
    try:
        return os.lstat(path)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return None
        raise


def _read(path):
    with io.open(path, "rb") as stream:
        return stream.read()


def _set(content, name, value):
    """A file of C(NAME=VALUE) lines with one of them set: in the place of the last that sets it, else at the end."""
    line, lines = ("%s=%s" % (name, value)).encode("utf-8"), content.splitlines(True)
    setting = re.compile(re.escape(name.encode("utf-8")) + b"=")
    places = [number for number, old in enumerate(lines) if setting.match(old)]
    if places:
        end = b"\n" if lines[places[-1]].endswith(b"\n") else b""
        lines[places[-1]] = line + end
    else:
        if lines and not lines[-1].endswith(b"\n"):
            lines[-1] += b"\n"
        lines.append(line + b"\n")
    return b"".join(lines)


def _make_folders(path):
    """Makes a folder and what is above it, as others may see it."""
    if not os.path.isdir(path):
        _make_folders(os.path.dirname(path))
        os.mkdir(path, 0o755)
        os.chmod(path, 0o755)  # whatever the umask


def put(wanted, texts, check_mode, finish):
    """Makes files as they are to be, in their order.

    :arg wanted: list of dicts, see C(Entry).
    :arg texts: by path the content (text).
    :arg finish: callable C(finish(path)), for what a new file needs besides.
    :returns: dict C(written) and C(removed) (lists of paths that change) and C(diff).
    :raises FilesError: something else is in the place of one.
    """
    changed = []
    for one in wanted:
        entry = Entry(one, texts.get(one["path"], one["text"]))
        if not entry.changes:
            continue
        changed.append(entry)
        if not check_mode:
            entry.put()
            if entry.state != ABSENT:
                finish(entry.path)
    if not check_mode:
        for folder in sorted(set(os.path.dirname(entry.path) for entry in changed)):
            if os.path.isdir(folder):
                _write.sync_folder(folder)
    return {
        "written": [entry.path for entry in changed if entry.state != ABSENT],
        "removed": [entry.path for entry in changed if entry.state == ABSENT],
        "diff": [entry.diff() for entry in changed],
    }
