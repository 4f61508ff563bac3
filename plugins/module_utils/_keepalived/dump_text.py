# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""keepalived's text dump (SIGUSR1), of 1.3.5 to 2.4, as the collection's own shape. Pure.

The dump is a row of records: a head such as C( VRRP Instance = VI_1), fields C(   State = MASTER) and lists, whose
entries are indented further. 1.3.5 prints the tracked interfaces and scripts whole, in the middle of the instance.
Sources: vrrp_data.c, vrrp_if.c, track_file.c and track_process.c of keepalived.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import dump_json

_HEAD = re.compile(r"^ (?:VRRP )?(Instance|Sync Group|Script|Track file|Track process|Track BFD|Name) = (.*)$")
_LIST = re.compile(
    r"^(Virtual IP(?: Excluded)?|Unicast Peer|Tracked \w+|Tracking (?:VRRP )?instances|VRRP member instances)"
    r"(?: \(\d+\))? ?(?::|= \d+)$"
)
_TRACKED = re.compile(r"^(.*?),? weight (-?\d{1,9})(?!\d)")
_TRACKED_HEADS = (("script", "Script"), ("interface", "Name"), ("file", "Track file"), ("process", "Track process"))
_NESTED_SCRIPT = ("Command", "Interval", "Timeout", "Weight", "Rise", "Full", "Fall", "Insecure", "Status", "Result")
_GLOBAL_FLAGS = (
    ("vrrp_skip_check_adv_addr", "VRRP skip check advert addresses"),
    ("vrrp_strict", "VRRP strict mode"),
)
_AUTHENTICATION = {"SIMPLE_PASSWORD": "PASS", "IPSEC_AH": "AH"}


class _Record:
    """A head with its fields (the last of each name), its lists, and the lines that are no fields."""

    def __init__(self, kind, name):
        self.kind, self.name = kind, name
        self.fields, self.lists, self.lines, self.nested = {}, {}, [], []

    def number(self, key):
        """First word of a field as a float, None where there is none."""
        found = re.match(r"-?\d{1,15}(?!\d)(?:\.\d+)?", self.fields.get(key, ""))
        return float(found.group()) if found else None

    def integer(self, key):
        """The same as an int."""
        number = self.number(key)
        return None if number is None else int(number)

    def word(self, key):
        """First word of a field, None where there is none, or the word is C((none))."""
        words = self.fields.get(key, "").split()
        return words[0].rstrip(",") if words and words[0] != "(none)" else None

    def entries(self, key):
        """First words of a list."""
        return [line.split()[0] for line in self.lists.get(key, [])]


def _records(text):
    """The dump as records: the first holds what comes before any head, and the global definitions."""
    record = _Record("Global", "")
    records, entries = [record], None
    for line in text.splitlines():
        head = _HEAD.match(line)
        if head and head.group(1) in ("Script", "Name") and record.kind == "Instance":
            record.nested.append(_Record(head.group(1), head.group(2)))
        elif head:
            record = _Record(head.group(1), head.group(2))
            records.append(record)
        elif line.startswith("------<"):
            # Not a new section of 1.3.5's, in the middle of an instance.
            if "< Global definitions >" in line:
                record = records[0]
            elif "< NIC >" not in line:
                record = _Record("Section", line)
        elif line.startswith("     ") and entries is not None and line.strip():
            entries.append(line.strip())
            continue
        else:
            entries = _add(_owner(record, line), line)
            continue
        entries = None
    return records


def _owner(record, line):
    """The record that a line belongs to: with 1.3.5 one that is printed within an instance."""
    if record.nested:
        last, key = record.nested[-1], line.strip().split(" = ")[0]
        if key.startswith("Interface weight"):
            return last
        of_script = last.kind == "Script"
        if line.startswith("   ") == of_script and (not of_script or key in _NESTED_SCRIPT):
            return last
    return record


def _add(record, line):
    """Adds a field or a plain line; returns the list that is begun, or C(None)."""
    text = line.strip()
    begun = _LIST.match(text)
    if begun:
        return record.lists.setdefault(begun.group(1), [])
    key, equals, value = text.partition(" = ")
    if equals:
        if key == "monitor":
            record.lists.setdefault(key, []).append(value)
        record.fields[key] = value
    else:
        record.lines.append(text)
    return record.lists.setdefault("Flags", []) if text == "Flags:" else None


def parse(text, digest=None):
    """The whole dump.

    :arg digest: callable C(digest(str)) -> C(str) that stands in for each password; without it none is looked at.
    :returns: dict C(instances) (as the module keepalived_info documents them, with C(auth_digest) and without
        counters), C(sync_groups), C(scripts), C(files), C(processes), C(interfaces) and C(global_defs) (what it tells
        of C(router_id), C(script_security), C(reload_check_config), C(vrrp_skip_check_adv_addr), C(vrrp_strict)).
    :raises dump_json.FormatError: this is no dump of keepalived's.
    """
    records = _records(text)
    found = dict((kind, [record for record in records if record.kind == kind]) for kind in (
        "Instance", "Sync Group", "Script", "Track file", "Track process", "Name"))  # fmt: skip
    if not found["Instance"]:
        raise dump_json.FormatError("The text dump of keepalived has no VRRP instance.")
    nested = [record for instance in found["Instance"] for record in instance.nested]
    groups = [_group(record) for record in found["Sync Group"]]
    instances = [_instance(record, groups, digest) for record in found["Instance"]]
    for kind, head in _TRACKED_HEADS:
        _add_trackers(instances, kind, found[head])
    return {
        "instances": instances,
        "sync_groups": groups,
        "scripts": _once(_script(one) for one in found["Script"] + [one for one in nested if one.kind == "Script"]),
        "files": [_file(record) for record in found["Track file"]],
        "processes": [_process(record) for record in found["Track process"]],
        "interfaces": _once(_interface(one) for one in found["Name"] + [one for one in nested if one.kind == "Name"]),
        "global_defs": _global_defs(records[0]),
    }


def _once(records):
    """The first of each name: 1.3.5 prints one that is tracked twice at both places."""
    seen = {}
    return [seen.setdefault(one["name"], one) for one in records if one["name"] not in seen]


def _seconds(record, key):
    """A time such as C(1 sec), C(1.00 sec), C(1000 milli-sec) or C(3609375 usecs), in seconds."""
    number, value = record.number(key), record.fields.get(key, "")
    scale = 0.001 if "milli" in value else 0.000001 if "usec" in value else 1
    return None if number is None else round(number * scale, 6)


def _address(text):
    """The address of an entry with its prefix length, which is not printed where it is the whole address."""
    address = text.split()[0]
    return address if "/" in address else "%s/%d" % (address, 128 if ":" in address else 32)


def _tracked(record, kind, nested):
    """The tracked objects of a kind with their weights."""
    entries = [_TRACKED.match(line) for line in record.lists.get("Tracked " + kind, [])]
    found = [{"name": entry.group(1), "weight": int(entry.group(2))} for entry in entries if entry]
    for one in record.nested:
        if one.kind == nested:
            weights = [int(line.split()[-1]) for line in one.lines if re.match(r"Interface weight -?\d{1,9}$", line)]
            found.append({"name": one.name, "weight": weights[-1] if weights else 0})
    return found


def _add_trackers(instances, kind, records):
    """Adds to the instances what only the tracked object tells: those that track it through their sync group.

    Of instances within a sync group 2.1.5 prints no tracked objects at all. Every instance tracks its own interface.
    """
    for record in records:
        lines = record.lists.get("Tracking VRRP instances") or record.lists.get("Tracking instances") or []
        trackers = dict((entry.group(1), int(entry.group(2))) for entry in map(_TRACKED.match, lines) if entry)
        for instance in instances:
            known = [entry["name"] for entry in instance["track_" + kind]]
            own = kind == "interface" and record.name == instance["interface"]
            if instance["name"] in trackers and record.name not in known and not own:
                instance["track_" + kind].append({"name": record.name, "weight": trackers[instance["name"]]})


def _all_tracked(record):
    """The tracked objects of an instance or a sync group, of every kind."""
    return {
        "track_script": _tracked(record, "scripts", "Script"),
        "track_interface": _tracked(record, "interfaces", "Name"),
        "track_file": _tracked(record, "files", None),
        "track_process": _tracked(record, "processes", None),
    }


def _instance(record, groups, digest):
    """One VRRP instance, in the shape of C(dump_json.instance)."""
    fields = record.fields
    old = "Listening device" in fields  # 1.3.5
    state, vrid = fields.get("State"), record.integer("Virtual Router ID")
    if state is None or vrid is None:
        raise dump_json.FormatError("The text dump tells no state or VRID of the instance %s." % record.name)
    backup, version = state == "BACKUP", record.integer("VRRP Version")
    addresses = [_address(line) for line in record.lists.get("Virtual IP", [])]
    virtual = re.match(r"(\S+), (?:vmac|ipvlan) on (\S+?)(?:,|$)", fields.get("Interface", ""))
    password = fields.get("Password")
    members = [group["name"] for group in groups if record.name in group["instances"]]
    # Of a backup that hears nobody it prints what its memory held, such as ff02::12 (2.1.5).
    heard = (record.integer("Master priority") if backup else None) or None
    told = {
        "name": record.name,
        "state": state if state in dump_json.STATES.values() else "UNKNOWN",
        "wanted_state": fields.get("Wantstate"),
        "interface": virtual.group(2) if virtual else record.word("Listening device" if old else "Interface"),
        "virtual_router_id": vrid,
        "version": version,
        "family": "ipv6" if "Using Native IPv6" in record.lines or ":" in "".join(addresses) else "ipv4",
        "base_priority": record.integer("Priority"),
        "effective_priority": record.integer("Effective priority"),
        "master_address": record.word("Master router") if heard else None,
        "master_priority": heard,
        "advert_int": _seconds(record, "Advert interval"),
        "master_advert_int": _seconds(record, "Master advert interval") if backup and version == 3 else None,
        "master_down_interval": _seconds(record, "Master down timer"),
        "nopreempt": fields.get("Preempt") == "disabled",
        "preempt_delay": record.number("Preempt delay") or 0.0,
        "accept": fields["Accept"] == "enabled" if "Accept" in fields else None,
        "auth_type": _AUTHENTICATION.get(fields.get("Authentication type"), "NONE"),
        "auth_digest": digest(password) if digest and password and password.strip("*") else None,
        "source_address": record.word("Using src_ip"),
        "unicast_peer": None if old and "Unicast Peer" not in record.lists else record.entries("Unicast Peer"),
        "vmac_interface": virtual.group(1) if virtual else None,
        "last_transition": record.number("Last transition"),
        "virtual_ipaddress": addresses,
        "virtual_ipaddress_excluded": [_address(line) for line in record.lists.get("Virtual IP Excluded", [])],
        "sync_group": fields.get("Sync group") or (members[0] if members else None),
        "counters": {},
    }
    told.update(_all_tracked(record))
    return told


def _group(record):
    """A sync group: its head tells name and state."""
    name, comma, state = record.name.rpartition(", ")
    members = record.lists.get("VRRP member instances") or record.lists.get("monitor") or []
    told = {"name": name if comma else record.name, "state": state if comma else None, "instances": list(members)}
    return dict(told, **_all_tracked(record))


def _script(record):
    """A tracked script."""
    return {
        "name": record.name,
        "command": dump_json.command(record.fields.get("Command", "")),
        "interval": record.number("Interval"),
        "timeout": record.number("Timeout") or None,
        "weight": record.integer("Weight"),
        "rise": record.integer("Rise"),
        # 1.3.5 misspells it.
        "fall": record.integer("Full" if "Full" in record.fields else "Fall"),
        # An insecure one 1.3.5 lists all the same; later ones leave it out.
        "status": "DISABLED" if record.fields.get("Insecure") == "yes" else record.fields.get("Status"),
    }


def _file(record):
    """A tracked file."""
    status, weight = record.integer("Status"), record.integer("Weight")
    return {"name": record.name, "path": record.fields.get("File"), "weight": weight, "status": status}


def _process(record):
    """A tracked process."""
    quorum = record.fields.get("Have quorum")
    return {
        "name": record.name,
        "command": " ".join(word for word in (record.fields.get("Process"), record.fields.get("Parameters")) if word),
        "weight": record.integer("Weight"),
        "quorum": record.integer("Min processes"),
        "running": record.integer("Current processes"),
        "status": None if quorum is None else "GOOD" if quorum == "true" else "BAD",
    }


def _interface(record):
    """An interface: its flags are one field from 2.0 on, lines before."""
    flags = record.fields["State"].split(", ") if "State" in record.fields else [
        line[len("is "):] for line in record.lines if line.startswith("is ")]  # fmt: skip
    return {"name": record.name, "up": "UP" in flags, "running": "RUNNING" in flags}


def _global_defs(record):
    """What it tells of global_defs, by the keywords' names."""
    found = {}
    if record.word("Router ID"):
        found["router_id"] = record.fields["Router ID"]
    for line in record.lines:
        if line in ("Script security enabled", "Script security disabled"):
            found["script_security"] = line.endswith("enabled")
    tested = [line for line in record.lines if re.match(r"(No test|Test) config before reload\b", line)]
    if tested:
        found["reload_check_config"] = tested[-1].startswith("Test")
    for key, label in _GLOBAL_FLAGS:
        if record.fields.get(label) in ("true", "false"):
            found[key] = record.fields[label] == "true"
    return found
