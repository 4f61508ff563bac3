# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""Whether what keepalived runs is what is on disk. It does not tell, so evidence decides, and what it decides is said.

From 2.2 on the daemon keeps the text that it has read: that is compared with the file. Before, only what its dump
shows can be compared, and the file's times with the daemon's start and with what its log says of reloads.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import socket

from ansible_collections.hotstandby.vrrp.plugins.module_utils._keepalived import conf_parser, masking

CLOCK_STEP = 0.05  # seconds; a process's start is known to a clock tick
INSTANCE = "vrrp_instance"
# Keywords of an instance with one value, the dump's name of it, and its type.
VALUES = {
    "interface": ("interface", str),
    "virtual_router_id": ("virtual_router_id", int),
    "priority": ("base_priority", int),
    "advert_int": ("advert_int", float),
    "preempt_delay": ("preempt_delay", float),
}
ADDRESSES = ("virtual_ipaddress", "virtual_ipaddress_excluded")
_SECRET_WORDS = masking.SECRET_KEYWORDS + (masking.SECRET_BLOCK, "authentication")


def look(path, configuration, state, started, digest, reload_since=None, takes_reload=None):
    """The module keepalived_info's return value C(config).

    :arg path: the configuration file.
    :arg configuration: as from C(daemon.running_configuration).
    :arg state: as from C(state.from_json).
    :arg started: epoch seconds of the start of the VRRP process.
    :arg digest: the callable that made the C(auth_digest) of the state's instances.
    :arg reload_since: as C(log.Log.reload_since): asked where nothing else decides.
    :arg takes_reload: as from C(daemon.takes_reload).
    """
    result = {"loaded": None, "reason": None, "differences": [], "not_compared": [], "changed": None}
    result.update(read_at=configuration["read_at"] if configuration else None, takes_reload=takes_reload)
    try:
        conf = conf_parser.read(path)
        daemon = conf_parser.parse(configuration["text"]) if configuration else None
    except conf_parser.ConfError as error:
        return dict(result, reason=str(error))
    shown, result["not_compared"] = compare(conf["statements"], state, digest)
    result["changed"] = conf["changed"]
    asked = reload_since or (lambda instant: None)
    if configuration:
        differences = tree_differences(conf["statements"], daemon) or shown
        applied = _applied(configuration, state, started, asked)
        result.update(_by_text(applied, differences, path), differences=differences)
    else:
        result.update(_by_dump(result, shown, started, path, asked), differences=shown)
    if result["loaded"] is False and takes_reload is False:
        result["reason"] = (
            "keepalived runs with reload_check_config, with which its version takes no reload (its own test loses the "
            "new text, and it logs that the reload is complete). Restart it with a configuration without that keyword."
        )
    return result


def _applied(configuration, state, started, reload_since):
    """Whether the VRRP process has taken the text that it was given last; C(None) where nothing tells."""
    if configuration["applied"] is not None:
        return configuration["applied"]
    # Without the test it takes whatever it is given, and with it at least what it was started with.
    if state["global_defs"].get("reload_check_config") is False or configuration["read_at"] <= started + CLOCK_STEP:
        return True
    return reload_since(configuration["read_at"])


def _by_text(applied, differences, path):
    """C(loaded) and C(reason) where the daemon keeps the text that it has read."""
    if applied is False:
        return {"loaded": False, "reason": "keepalived has refused %s at its last reload; see its log." % path}
    if differences:
        return {"loaded": False, "reason": "keepalived has read something else than %s; reload it." % path}
    if applied is None:
        return {
            "loaded": None,
            "reason": "keepalived was given what %s says, and nothing shows whether it has taken it: its process is "
            "closed to root here (no CAP_SYS_PTRACE), and its log does not tell." % path,
        }
    return {"loaded": True, "reason": "keepalived has read what %s says." % path}


def _by_dump(result, differences, started, path, reload_since):
    """The same where only the dump, the times and the log tell."""
    if differences:
        return {"loaded": False, "reason": "The dump of keepalived shows something else than %s; reload it." % path}
    if result["changed"] < started - CLOCK_STEP:
        return {"loaded": True, "reason": "%s has not changed since keepalived was started." % path}
    if not result["not_compared"]:
        return {"loaded": True, "reason": "The dump of keepalived shows all that %s says." % path}
    # These versions take whatever they read.
    if reload_since(result["changed"]):
        return {"loaded": True, "reason": "The log of keepalived says that it was read since %s was changed." % path}
    return {
        "loaded": None,
        "reason": "%s was changed after keepalived's start. Its log does not say that it was read since; its dump "
        "shows no difference, and does not show: %s." % (path, ", ".join(result["not_compared"])),
    }


def _flat(statements, path=()):
    """Every statement with the blocks around it: dict from (blocks, first word) to the list of the other words."""
    found = {}
    for words, block in statements:
        if block is None:
            found.setdefault((path, words[0]), []).append(" ".join(words[1:]))
        else:
            inner = path + (" ".join(words),)
            found.setdefault((path, " ".join(words)), []).append("{}")
            for key, values in _flat(block, inner).items():
                found.setdefault(key, []).extend(values)
    return found


def _is_secret(path, word, values):
    """Whether a password may be in a statement, on its line or around it."""
    words = " ".join(path + (word,) + tuple(values)).split()
    has_key = masking.KEY in words and path[:1] != masking.WITH_FILES[:1]
    return has_key or any(one in _SECRET_WORDS for one in words)


def tree_differences(file, daemon):
    """What two configurations differ in, in words: list of str, empty where there is nothing.

    Only of some keywords the values are told. A password may stand anywhere, in a definition or an odd line too.
    """
    if file == daemon:
        return []
    mine, theirs = _flat(file), _flat(daemon)
    differences = []
    for key in sorted(set(mine) | set(theirs)):
        path, word = key
        values = mine.get(key, []) + theirs.get(key, [])
        if mine.get(key) == theirs.get(key):
            continue
        if word[:1] in "$@~":
            differences.append("a definition or a condition differs")
            continue
        secret = _is_secret(path, word, values)
        where = "%s: " % path[0].replace(INSTANCE + " ", "") if path and not _is_secret((), path[0], []) else ""
        if secret:
            differences.append(where + "the authentication differs")
        elif key not in theirs:
            differences.append("%s%s is only in the file" % (where, word))
        elif key not in mine:
            differences.append("%s%s is only in the daemon" % (where, word))
        elif word in VALUES:
            differences.append(_difference(where + word, ", ".join(mine[key]), ", ".join(theirs[key])))
        else:
            differences.append("%s%s differs" % (where, word))
    once = sorted(set(differences))
    return once or ["the order of the statements"]


def _difference(what, file, daemon):
    """One difference in words."""
    return "%s is %s in the file and %s in the daemon" % (what, file, daemon)


def compare(statements, state, digest):
    """What the dump shows to differ from the file. In doubt a keyword is not compared.

    :returns: C((differences, keywords that were not compared)): two sorted lists of str.
    """
    if any("$" in word or word[:1] in ("@", "~") for word in conf_parser.lines(statements).split()):
        return [], ["variables and conditions"]
    running = dict((instance["name"], instance) for instance in state["instances"])
    configured = dict(conf_parser.blocks(statements, INSTANCE))
    differences = ["%s is only in the file" % name for name in configured if name not in running]
    differences += ["%s is only in the daemon" % name for name in running if name not in configured]
    skipped = set(words[0] for words, unused in statements if words and words[0] not in (INSTANCE, "vrrp_sync_group"))
    for name in sorted(set(configured) & set(running)):
        found, missed = _compare_instance(name, configured[name], running[name], digest)
        differences += found
        skipped |= missed
    groups = dict((group["name"], sorted(group["instances"])) for group in state["sync_groups"] or [])
    for name, block in conf_parser.blocks(statements, "vrrp_sync_group"):
        members = sorted(conf_parser.all_words(block, "group"))
        skipped |= set(words[0] for words, unused in block if words and words[0] != "group")
        if members != groups.get(name, members):
            differences.append(_difference("%s: group" % name, " ".join(members), " ".join(groups[name])))
    return sorted(differences), sorted(skipped)


def _compare_instance(name, block, running, digest):
    """The differences of one instance, and the keywords that were not compared (set)."""
    differences, skipped = [], set()
    single = dict((words[0], words[1:]) for words, inner in block if words and inner is None)
    for keyword in single:
        if keyword in VALUES:
            key, kind = VALUES[keyword]
            try:
                wanted = kind(single[keyword][0])
            except (ValueError, IndexError):
                skipped.add(keyword)
                continue
            if running[key] is not None and wanted != running[key]:
                differences.append(_difference("%s: %s" % (name, keyword), wanted, running[key]))
        elif keyword == "nopreempt":
            if not running["nopreempt"]:
                differences.append("%s: nopreempt is only in the file" % name)
        # The state at the start, which tells nothing of now.
        elif keyword != "state":
            skipped.add(keyword)
    if running["nopreempt"] and "nopreempt" not in single and running["base_priority"] != 255:
        differences.append("%s: nopreempt is only in the daemon" % name)
    for keyword in sorted(set(words[0] for words, inner in block if words and inner is not None)):
        if keyword in ADDRESSES:
            wanted = set(_normal(word) for word in conf_parser.first_words(block, keyword))
            seen = set(_normal(word) for word in running[keyword])
            differences += ["%s: %s is only in the file" % (name, text) for text in wanted - seen]
            differences += ["%s: %s is only in the daemon" % (name, text) for text in seen - wanted]
        elif keyword == "authentication":
            found = dict((words[0], words[1]) for unused, inner in conf_parser.blocks(block, keyword)
                         for words, none in inner if len(words) > 1)  # fmt: skip
            seen = running.get("auth_digest")
            if "auth_pass" not in found or seen is None:
                skipped.add(keyword)
            # Of a password it takes eight characters.
            elif digest(found["auth_pass"][:8]) != seen:
                differences.append("%s: auth_pass differs" % name)
        else:
            skipped.add(keyword)
    return differences, skipped


def _normal(address):
    """An address with prefix length in one form, itself where it is none."""
    host, slash, length = address.partition("/")
    for family, bits in ((socket.AF_INET, "32"), (socket.AF_INET6, "128")):
        try:
            return "%s/%s" % (socket.inet_ntop(family, socket.inet_pton(family, host)), length or bits)
        except (IOError, OSError, ValueError, TypeError):
            continue
    return address
