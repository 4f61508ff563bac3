# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Whether a configuration that was loaded is in effect, and the daemon is as well as it was before."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re
import time

from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import clock
from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import state, tracked

POLL = 0.3  # seconds
# What the daemon says at each reload of a configuration, good or bad, and whenever it is looked at.
CHATTER = re.compile(
    r"Reloading|Starting |Opening file|Configuration file|Command line|Registering|Initialization|Assigned address"
    r"|Running on|Startup complete|removing|Using |Printing VRRP|^-- |^\s*$"
)
MOST_LINES = 8


def states(facts):
    """By instance (virtual router id, interface, family) its state, as C(keepalived_info) tells it."""
    return dict((_identity(one), one["state"]) for one in facts["instances"])


def _identity(instance):
    """What keepalived knows an instance by when it reads its configuration again; its name is none of it."""
    return "%s %s %s" % (instance["virtual_router_id"], instance["interface"], instance["family"])


def trouble(facts, before, due=True):
    """Why a configuration that was loaded is not well, C(None) if it is.

    :arg facts: as from C(info.collect).
    :arg before: as from C(states): what was in FAULT before may be so now.
    :arg due: whether the daemon had anything to read: then it must be seen that it has.
    """
    if facts["status"] != "ok":
        return facts["message"]
    config = facts["config"]
    if config["loaded"] is False:
        return "%s %s" % (config["reason"], "; ".join(config["differences"]))
    if config["loaded"] is None and due:
        return (
            "it is not known whether keepalived runs the new configuration. %s Where its log is elsewhere than in the "
            "journal, restart keepalived by hand while this host owns nothing, and run again." % config["reason"]
        )
    if facts["not_tracked"]:
        return " ".join(map(tracked.in_words, facts["not_tracked"]))
    faulty = [one for one in facts["instances"] if one["state"] == "FAULT" and before.get(_identity(one)) != "FAULT"]
    if faulty:
        causes = ["%s is in FAULT%s" % (one["name"], "".join(", " + cause for cause in one["fault_causes"]))
                  for one in faulty]  # fmt: skip
        return "; ".join(causes) + "."
    unsettled = [one for one in facts["instances"] if not state.is_settled(one)]
    if unsettled:
        return "its instances have not settled: %s." % ", ".join(map(state.in_words, unsettled))
    return None


def wait(look, before, timeout, hold=0.0, due=True):
    """Looks until all is well, or the time is over.

    :arg look: callable without arguments, as C(info.collect).
    :arg hold: seconds; a look before they are over does not count.
    :arg due: see C(trouble).
    :returns: C((facts, trouble)); the trouble is C(None) when all is well.
    """
    time.sleep(hold)
    deadline = clock.monotonic() + max(timeout - hold, 0.0)
    while True:
        facts = look()
        found = trouble(facts, before, due)
        if found is None or clock.monotonic() >= deadline or not facts["running"]:
            return facts, found
        time.sleep(POLL)


def words(run, journalctl, since):
    """What the daemon has written to the journal since a moment, less what it always says: text, may be empty.

    :arg since: epoch seconds.
    """
    if not journalctl:
        return ""
    asked = ["--unit=keepalived.service", "--since=@%d" % int(since), "--output=cat", "--no-pager", "--quiet"]
    lines = run([journalctl] + asked)[1].splitlines()
    return "\n".join([line.strip() for line in lines if not CHATTER.search(line)][-MOST_LINES:])
