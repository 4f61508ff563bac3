# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What keepalived has written to the journal: whether it has read its configuration, and which scripts it left out."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import re

UNIT = "keepalived.service"
# A reload is written within moments of the change of its file: a long log is read whole only where that is not so.
SOON = 120.0  # seconds
# What the VRRP process says when it reads the configuration again: 2.0 and later, and 1.3.5.
READS = re.compile(r"Reloading\b|Opening file '")
# What the parent says when the test of reload_check_config has not passed, or was ended by the daemon's own signal.
REFUSES = re.compile(r"failed validation|reload_check exited")
OFF = re.compile(r"disabling|not found|cannot be accessed|insecure", re.IGNORECASE)


class Log(object):
    """The journal of one daemon.

    :arg run: callable C(run(argv)) -> C((rc, stdout, stderr)).
    :arg journalctl: its path, C(None) where there is none; then nothing is told.
    :arg parent: pid of the daemon.
    :arg vrrp: pid of its VRRP process.
    """

    def __init__(self, run, journalctl, parent, vrrp):
        self._run, self._journalctl = run, journalctl
        self._parent, self._vrrp = str(parent), str(vrrp)

    def _lines(self, since, until=None):
        """Pairs of pid (str) and text from an instant on (epoch seconds), oldest first."""
        if not self._journalctl:
            return []
        # It takes whole seconds only; the time of each line is compared below.
        asked = ["--unit=" + UNIT, "--since=@%d" % int(since), "--output=json", "--no-pager", "--quiet"]
        if until is not None:
            asked.append("--until=@%d" % int(until))
        found = []
        for line in self._run([self._journalctl] + asked)[1].splitlines():
            entry = _entry(line)
            if entry and entry[0] >= since:
                found.append(entry[1:])
        return found

    def reload_since(self, instant):
        """What became of a reload since an instant (epoch seconds).

        :returns: C(True): the VRRP process has read the configuration; C(False): it was refused; C(None): not told.
        """
        for until in (instant + SOON, None):
            told = None
            for pid, text in self._lines(instant, until):
                if pid == self._vrrp and READS.match(text):
                    told = True
                elif pid == self._parent and REFUSES.search(text):
                    told = False
            if told is not None:
                return told
        return None

    def why_off(self, words, since):
        """The last line that says why a script is left out.

        :arg words: its name and its program; either may be what the line names.
        :returns: str, empty where none is found.
        """
        lines = [text for pid, text in self._lines(since) if pid == self._vrrp and OFF.search(text)]
        named = [text for text in lines if any(_names(text, word) for word in words if word)]
        return named[-1] if named else ""


def _names(text, word):
    """Whether a word stands in a text as a whole."""
    return re.search(r"(?<![\w/.-])%s(?![\w/-])" % re.escape(word), text) is not None


def _entry(line):
    """C((epoch seconds, pid, text)) of a line of C(journalctl --output=json), C(None) for any other."""
    try:
        entry = json.loads(line)
        return float(entry["__REALTIME_TIMESTAMP"]) / 1e6, str(entry["_PID"]), "%s" % entry["MESSAGE"]
    except (ValueError, KeyError, TypeError):
        return None
