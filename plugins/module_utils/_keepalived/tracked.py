# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""What is configured to be tracked, and is not: keepalived drops what it does not like, and goes on without. Pure.

A script that its user may not execute, one that is not there and one that is insecure is logged once and left out; then
nothing moves when it should fail.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser

KINDS = ("script", "file", "process")
BLOCKS = ("vrrp_instance", "vrrp_sync_group")
# 1.3.5 goes on to list a script that it does not run.
OFF = "DISABLED"


def missing(statements, state):
    """What the configuration has an instance or a sync group track, and the daemon does not track for it.

    :arg statements: of the whole configuration; with conditions in it nothing is told: which hold is known only there.
    :arg state: as from C(state.from_json).
    :returns: list of dicts C(by) (name of the instance or group), C(kind) (of C(KINDS)) and C(name).
    """
    conditional = any(word[:1] in ("@", "~") for word in conf_parser.lines(statements).split())
    # Without the text dump what is tracked is told in part only.
    if conditional or state["scripts"] is None:
        return []
    found = []
    for block, known in zip(BLOCKS, (state["instances"], state["sync_groups"] or [])):
        told = dict((one["name"], one) for one in known)
        for name, inner in conf_parser.blocks(statements, block):
            for kind in KINDS:
                tracked = (told.get(name) or {}).get("track_" + kind)
                if tracked is None:
                    continue
                names = set(one["name"] for one in tracked) - _off(state, kind)
                wanted = conf_parser.first_words(inner, "track_" + kind)
                found += [{"by": name, "kind": kind, "name": word} for word in wanted
                          if word not in names and "$" not in word]  # fmt: skip
    return found


def _off(state, kind):
    """Names of the scripts that are listed and not run."""
    return set(one["name"] for one in state["scripts"] if one["status"] == OFF) if kind == "script" else set()


def command(statements, name):
    """The program of a script by its name, empty where it is not told: an argument may be a password."""
    for found, block in conf_parser.blocks(statements, "vrrp_script"):
        for words, inner in block:
            if found == name and inner is None and words[0] == "script" and len(words) > 1:
                return (words[1].split() or [""])[0]
    return ""


def in_words(one):
    """One of C(missing) as a sentence."""
    return "%s does not track the %s %s: keepalived has left it out.%s" % (
        one["by"], one["kind"], one["name"], " %s" % one["reason"] if one.get("reason") else ""
    )  # fmt: skip
