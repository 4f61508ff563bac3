# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""firewalld's direct chains, rules and passthroughs as values: read, compared, changed, judged. firewalld.direct(5)."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible.module_utils.common.text.converters import to_native
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall import firewall_cmd
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall.direct_entry import KINDS, Entry, line_of, parse
from ansible_collections.hotstandby.vrrp.plugins.module_utils._firewall.firewall_cmd import FirewalldError

COMMANDS = {"ipv4": "iptables", "ipv6": "ip6tables", "eb": "ebtables"}

_IP_CHAINS = {
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "raw": ("PREROUTING", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
}
_EB_CHAINS = {
    "broute": ("BROUTING",),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "nat": ("PREROUTING", "OUTPUT", "POSTROUTING"),
}
# iptables-extensions: XT_EXTENSION_MAXNAMELEN is 29 with its final NUL.
_CHAIN_NAME_LENGTH = 28
_INT32 = 2**31


def normalise(rules=None, chains=None, passthroughs=None):
    """Return the Entries, each once, that the module's options ask for.

    Raises FirewalldError C(invalid) for what firewalld must not be given. It stores permanent entries unchecked and
    goes into its FAILED state at its next start when iptables refuses one; and a table that does not exist, which it
    does refuse, makes it forget the permanent passthroughs it holds (both seen with 1.3.3).
    """
    entries = [Entry("chain", item["ipv"], item["table"], item["chain"], None, ()) for item in chains or ()]
    entries += [
        Entry("rule", item["ipv"], item["table"], item["chain"], item["priority"], _arguments(item))
        for item in rules or ()
    ]
    entries += [Entry("passthrough", item["ipv"], None, None, None, _arguments(item)) for item in passthroughs or ()]
    for entry in entries:
        _check(entry)
    return [entry for index, entry in enumerate(entries) if entry not in entries[:index]]


def changes(wanted, existing, state):
    """Return what of WANTED is to be added (STATE C(present)) or removed (C(absent)), in the order to do it."""
    if state == "present":
        return sorted((entry for entry in wanted if entry not in existing), key=_rank)
    return sorted((entry for entry in wanted if entry in existing), key=_rank, reverse=True)


def after(existing, changing, state):
    """Return EXISTING once the entries CHANGING are added (C(present)) or removed (C(absent))."""
    if state == "present":
        return existing + changing
    return [entry for entry in existing if entry not in changing]


def used_chains(remaining):
    """Return {chain Entry: an Entry of REMAINING that is in it or jumps to it}."""
    used = {}
    for entry in remaining:
        if entry.kind == "rule":
            for name in (entry.chain, _target(entry.args)):
                used[Entry("chain", entry.ipv, entry.table, name, None, ())] = entry
    return used


def ensure(run, wanted, state, permanent, immediate, check_mode):
    """Bring the Entries WANTED to STATE (C(present), C(absent)) in the scopes asked for.

    Returns {'before': {scope: [Entry]}, 'after': the same}, scope C(permanent) and, where firewalld runs,
    C(runtime). With CHECK_MODE nothing is changed and 'after' is the prediction. Raises FirewalldError.

    Runtime goes first: there iptables tries the entry, so that one it refuses is not stored permanently.
    """
    if not (permanent or immediate):
        raise FirewalldError("invalid", "permanent and immediate are both false: set one of them to true.")
    daemon = firewall_cmd.state(run)
    if immediate and daemon != "running":
        raise FirewalldError("not_running", _not_running(daemon))
    clients = {"permanent": ("firewall-offline-cmd", ["--direct"])}
    if daemon == "running":
        clients = {
            "permanent": ("firewall-cmd", ["--permanent", "--direct"]),
            "runtime": ("firewall-cmd", ["--direct"]),
        }
    kinds = [kind for kind in KINDS if any(entry.kind == kind for entry in wanted)]
    if state == "absent" and "chain" in kinds and "rule" not in kinds:
        kinds.append("rule")

    asked = {"runtime": immediate, "permanent": permanent}
    before = {scope: _read(run, clients[scope], kinds) for scope in clients}
    todo = {scope: changes(wanted, before[scope], state) if asked[scope] else [] for scope in clients}
    expected = {scope: after(before[scope], todo[scope], state) for scope in clients}
    for scope in clients:
        _check_chains_unused(scope, todo[scope], expected[scope], state)
    done = []
    try:
        for scope in () if check_mode else ("runtime", "permanent"):
            if todo.get(scope):
                _apply(run, scope, clients[scope], todo[scope], state, done)
                _verify(run, scope, clients[scope], kinds, todo[scope], state, daemon)
    except FirewalldError as error:
        error.changed = bool(done)
        raise
    return {"before": before, "after": expected}


def report(wanted, before, scopes, backend, has_command):
    """Return the module's return value C(entries): a dict for each of WANTED.

    BEFORE is {scope: [Entry]} before the change, SCOPES the same after it, BACKEND as of configured_backend(),
    HAS_COMMAND a callable that tells whether the host has a command of that name.
    """
    entries = []
    for entry in wanted:
        item = dict(entry._asdict(), args=list(entry.args))
        item["permanent_before"] = entry in before["permanent"]
        item["permanent"] = entry in scopes["permanent"]
        item["runtime"] = entry in scopes["runtime"] if "runtime" in scopes else None
        if item["permanent"] or item["runtime"]:
            item["effective"], item["reason"] = effect(entry, backend, has_command)
        else:
            item["effective"], item["reason"] = None, "The entry is absent."
        entries.append(item)
    return entries


def effect(entry, backend, has_command):
    """Return (effective, reason): whether ENTRY, once at runtime, does to a packet what it says.

    effective is True, False, or None where it cannot be told; reason is a sentence, None with True. Source:
    firewalld.direct(5) "CAVEATS"; firewalld issue 527. Measured with VRRP on both backends.
    """
    command = COMMANDS[entry.ipv]
    if not has_command(command):
        return False, "firewalld applies it with %s, and this host has no such command: install it." % command
    if entry.kind == "chain":
        return None, "A chain decides nothing by itself: the rules in it do, for packets that a rule sends there."
    rule = entry if entry.kind == "rule" else _rule_of(entry)
    if rule is None:
        return None, "This passthrough does not add a rule: what it does cannot be told from its arguments."
    if rule.chain not in builtin_chains(rule.ipv).get(rule.table, ()):
        return None, "Only a packet that another rule sends to the chain %s meets it." % rule.chain
    if backend is None:
        return None, "The backend is not known: FirewallBackend in %s could not be read." % firewall_cmd.CONFIGURATION
    if rule.ipv == "eb" or (backend == "iptables" and entry.kind == "rule"):
        return True, None
    if backend == "iptables":
        return (
            None,
            "The place of a passthrough among firewalld's own rules decides: behind their final reject, "
            "where -A puts it, no packet meets it.",
        )
    return _effect_beside_nftables(rule)


def builtin_chains(ipv):
    """Return {table: names of its built-in chains} for C(ipv4), C(ipv6) or C(eb). iptables(8), ebtables(8)."""
    return _EB_CHAINS if ipv == "eb" else _IP_CHAINS


def diff_text(scopes):
    """Return the text, for diff mode, of {scope: [Entry]}: a section for each scope, a line for each entry."""
    lines = []
    for scope in sorted(scopes):
        lines.append("%s:" % scope)
        lines += ["  " + line_of(entry) for entry in scopes[scope]]
    return "\n".join(lines) + "\n"


def _arguments(item):
    """Return the option args as a tuple of native strings."""
    return tuple(to_native(word) for word in item["args"])


def _check(entry):
    """Raise FirewalldError C(invalid) for an Entry that firewalld stores or takes badly."""
    where = "%s: " % line_of(entry)
    if entry.kind != "passthrough":
        tables = builtin_chains(entry.ipv)
        if entry.table not in tables:
            raise FirewalldError(
                "invalid",
                "%sthere is no table %s for %s, only: %s." % (where, entry.table, entry.ipv, ", ".join(sorted(tables))),
            )
        if entry.kind == "chain" and entry.chain in tables[entry.table]:
            raise FirewalldError(
                "invalid", "%sthe chain %s is built in; leave it out of chains." % (where, entry.chain)
            )
        if (
            not 0 < len(entry.chain) <= _CHAIN_NAME_LENGTH
            or entry.chain[0] in "-!"
            or entry.chain.split() != [entry.chain]
        ):
            raise FirewalldError(
                "invalid",
                "%sthe name of a chain has 1 to %d characters, no space, and no - or ! in "
                "front." % (where, _CHAIN_NAME_LENGTH),
            )
    if entry.kind == "rule" and not -_INT32 <= entry.priority < _INT32:
        raise FirewalldError("invalid", "%sthe priority is a signed 32-bit number." % where)
    if entry.kind != "chain":
        _check_arguments(entry.args, where)


def _check_arguments(args, where):
    """Raise FirewalldError C(invalid) for arguments that firewalld cannot hand to iptables-restore."""
    if not args:
        raise FirewalldError("invalid", "%sargs is empty: give the arguments of iptables." % where)
    # A string given for the list arrives as a list of one string, or of the pieces between its commas.
    if len(args[0].split()) > 1:
        raise FirewalldError(
            "invalid",
            "%sargs must be a list with one argument in each element: split %r, for "
            "instance with args: \"{{ '...' | ansible.builtin.split }}\"." % (where, args[0]),
        )
    for word in args:
        if not word or any(ord(character) < 32 for character in word):
            raise FirewalldError(
                "invalid",
                "%sthe argument %r is empty or has a control character, which firewalld "
                "cannot pass to iptables." % (where, word),
            )


def _rank(entry):
    """Return the place of ENTRY's kind in KINDS, a sort key."""
    return KINDS.index(entry.kind)


def _target(args):
    """Return what the arguments of a rule jump or go to, or None. iptables(8) ``-j``, ``-g``."""
    for index, word in enumerate(args):
        if word in ("-j", "--jump", "-g", "--goto"):
            return args[index + 1] if index + 1 < len(args) else None
        if word.startswith(("--jump=", "--goto=")):
            return word.split("=", 1)[1]
        if word.startswith(("-j", "-g")):
            return word[2:]
    return None


def _rule_of(passthrough):
    """Return a passthrough Entry that adds a rule as a rule Entry (priority 0), another as None."""
    table, chain = "filter", None
    for option, value in zip(passthrough.args, passthrough.args[1:]):
        if option in ("-t", "--table"):
            table = value
        elif option in ("-A", "--append", "-I", "--insert"):
            chain = value
    return Entry("rule", passthrough.ipv, table, chain, 0, passthrough.args) if chain else None


def _effect_beside_nftables(rule):
    """Return effect() of a rule in a built-in chain of iptables or ip6tables, beside firewalld's nftables rules."""
    target = _target(rule.args)
    if target in ("DROP", "REJECT", "LOG", "NFLOG"):
        return True, None
    if target != "ACCEPT" or rule.table != "filter":
        return None, "What it does to a packet beside firewalld's own nftables rules cannot be told from its arguments."
    if rule.chain == "OUTPUT":
        return (
            False,
            "With the nftables backend an iptables ACCEPT changes nothing for outgoing packets: firewalld "
            "lets them out by itself, and a policy of firewalld that rejects them does so all the same.",
        )
    return (
        False,
        "With the nftables backend an iptables ACCEPT does not override firewalld's own nftables reject: the "
        "packet is still dropped unless the zone (for forwarded packets also a policy) allows it. Allow it "
        "there, for VRRP with the protocol vrrp or a rich rule. See firewalld.direct(5), firewalld issue 527.",
    )


def _not_running(daemon):
    """Return the message for immediate=true while the state of firewalld is DAEMON, not C(running)."""
    if daemon == "failed":
        return (
            "firewalld runs, but it is in its FAILED state: it could not load its configuration. Find the entry with "
            "firewall-offline-cmd --check-config and journalctl -u firewalld, remove it (this module does so with "
            "state absent and immediate false), then restart firewalld."
        )
    return (
        "firewalld is installed but not running: start firewalld, or set immediate to false to change only its "
        "permanent configuration."
    )


def _read(run, client, kinds):
    """Return the Entries of KINDS that CLIENT, (program, options), lists: one call for each kind."""
    program, options = client
    entries = []
    for kind in kinds:
        entries += parse(kind, firewall_cmd.answer(run, program, options + ["--get-all-%ss" % kind]))
    return entries


def _check_chains_unused(scope, changing, remaining, state):
    """Raise FirewalldError C(invalid) where a chain to remove would still be needed by a rule that stays.

    firewalld removes it from its permanent configuration all the same, and then fails at its next start.
    """
    used = used_chains(remaining) if state == "absent" else {}
    for entry in changing:
        if entry in used:
            raise FirewalldError(
                "invalid",
                "%s (%s) cannot be removed while another entry needs it: %s. Remove that one "
                "too, or keep the chain." % (line_of(entry), scope, line_of(used[entry])),
            )


def _apply(run, scope, client, changing, state, done):
    """Add or remove the entries CHANGING, one call each, and note each in the list DONE.

    Raises FirewalldError; its message then says what was changed before.
    """
    program, options = client
    verb = "add" if state == "present" else "remove"
    for entry in changing:
        words = [str(field) for field in entry[1:5] if field is not None] + list(entry.args)
        try:
            firewall_cmd.answer(run, program, options + ["--%s-%s" % (verb, entry.kind)] + words)
        except FirewalldError as error:
            changed = "; ".join(done) or "nothing"
            raise FirewalldError(
                error.kind,
                "Cannot %s the %s %s. %s. Changed before it: %s."
                % (verb, scope, line_of(entry), to_native(error).rstrip("."), changed),
            )
        done.append("%s %s" % (scope, line_of(entry)))


def _verify(run, scope, client, kinds, changed, state, daemon):
    """Raise FirewalldError C(unverified) unless firewalld still shows, and lives with, what it said it did.

    firewall-cmd answers "success" before a daemon that cannot cope goes down.
    """
    now = firewall_cmd.state(run) if daemon == "running" else daemon
    if now != daemon:
        raise FirewalldError(
            "unverified",
            "firewalld accepted the change of its %s configuration, and then its state went "
            "from %s to %s. See journalctl -u firewalld." % (scope, daemon, now),
        )
    present = _read(run, client, kinds)
    for entry in changed:
        if (entry in present) != (state == "present"):
            raise FirewalldError(
                "unverified",
                "firewalld answered success, but %s is %s in its %s configuration. See "
                "journalctl -u firewalld." % (line_of(entry), "missing" if state == "present" else "still", scope),
            )
