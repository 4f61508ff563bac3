# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""One shape of what keepalived tells, whatever its version and the form of its dumps. Pure."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import dump_json, dump_stats, dump_text

# What the JSON of some version, or of all, tells worse than the text.
TEXT_FIRST = (
    "interface",
    "family",
    "virtual_ipaddress",
    "virtual_ipaddress_excluded",
    "track_script",
    "track_interface",
    "track_file",
    "track_process",
)


def from_json(data, dump, digest):
    """The state from the JSON dump, with what only the text dump tells.

    :arg data: the text dump, complete; a form that is not known leaves only what the JSON tells.
    :arg dump: the JSON dump.
    :arg digest: see C(dump_text.parse).
    :returns: dict as from C(dump_text.parse) with C(source) (json); None while the dump is not complete.
    :raises dump_json.FormatError: the JSON has an unknown form.
    """
    try:
        instances = dump_json.instances(json.loads(dump))
    except ValueError:
        return None
    try:
        state = dump_text.parse(data, digest)
    except dump_json.FormatError:
        state = {"instances": [], "sync_groups": None, "scripts": None, "files": None, "processes": None,
                 "interfaces": None, "global_defs": {}}  # fmt: skip
    told = dict((instance["name"], instance) for instance in state["instances"])
    state["instances"] = [_joined(instance, told.get(instance["name"], {})) for instance in instances]
    return dict(state, source="json")


def _joined(instance, text):
    """An instance by JSON, with what only the text tells, or tells better."""
    joined = dict(text, **instance)
    for key, value in text.items():
        if joined[key] is None or key in TEXT_FIRST:
            joined[key] = value
    return joined


def from_text(data, stats, digest):
    """The state from the text dump, for a keepalived without JSON.

    :arg stats: the dump of the counters; keepalived starts it when the text dump is complete.
    :returns: as C(from_json), with C(source) (text).
    :raises dump_json.FormatError: the dump has an unknown form.
    """
    state = dump_text.parse(data, digest)
    counters = dump_stats.parse(stats)
    if len(counters) < len(state["instances"]):
        return None
    for instance in state["instances"]:
        instance["counters"] = counters.get(instance["name"], {})
    return dict(state, source="text")


def fault_causes(instance, state):
    """Why an instance is in FAULT, as far as the dump tells: list of str."""
    if instance["state"] != "FAULT":
        return []

    def decisive_of(kind):
        """Names of the objects that it tracks; one with a weight moves the priority instead."""
        return [entry["name"] for entry in instance["track_" + kind] if not entry["weight"]]

    decisive = [instance["interface"]] + decisive_of("interface")
    causes = [
        "interface %s is down" % found["name"]
        for found in state["interfaces"] or []
        if found["name"] in decisive and not (found["up"] and found["running"])
    ]
    for kind in ("script", "process"):
        found = state["scripts" if kind == "script" else "processes"] or []
        causes += ["%s %s is %s" % (kind, one["name"], one["status"]) for one in found
                   if one["name"] in decisive_of(kind) and one["status"] not in (None, "GOOD")]  # fmt: skip
    for group in (one for one in state["sync_groups"] or [] if instance["name"] in one["instances"]):
        others = [one for one in state["instances"] if one["name"] in group["instances"] and one is not instance]
        faulty = [one["name"] for one in others if one["state"] == "FAULT"]
        causes += ["%s of the sync group %s is in FAULT" % (name, group["name"]) for name in faulty]
    return causes


def is_settled(instance):
    """Whether no transition of this instance is due by VRRP's own rules (RFC 5798 section 6.4).

    A MASTER that holds its addresses stays, and so does a FAULT until its cause ends. 1.3.5 says MASTER one advert
    interval before it sets the addresses; what the kernel could not be asked for (C(None)) is not held against it. A
    BACKUP stays while it hears a master that it will not preempt; one that hears nobody yet, or a master of lower
    priority, is about to become MASTER.
    """
    if instance["state"] == "MASTER":
        return not instance.get("addresses_not_held")
    if instance["state"] == "FAULT":
        return True
    heard = instance["master_priority"]
    if instance["state"] != "BACKUP" or not heard:
        return False
    own = instance["base_priority"] if instance["effective_priority"] is None else instance["effective_priority"]
    return bool(instance["nopreempt"]) or (own is not None and heard >= own)


def in_words(instance):
    """Name and state of an instance, and what keeps a MASTER from being one."""
    text = "%s is %s" % (instance["name"], instance["state"])
    missing = instance.get("addresses_not_held")
    return "%s without %s" % (text, ", ".join(missing)) if instance["state"] == "MASTER" and missing else text
